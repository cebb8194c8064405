"""Run as a script: somebody who let their phone in, after a session; prints JSON: secret, user."""

from __future__ import annotations

import json
from datetime import timedelta

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from kapstone.web import clock  # noqa: E402
from kapstone.web.accounts import roles  # noqa: E402
from kapstone.web.accounts.models import Practice, User  # noqa: E402
from kapstone.web.records.actions import capturing, people, sessions  # noqa: E402
from kapstone.web.records.models import Phase  # noqa: E402

call_command("createcachetable", verbosity=0)
now = clock.now()
practice = Practice.objects.create(name="Ash Lane", phone="+1 555 0100")
nurse = User.objects.create_user(
    "nurse@example.org", name="Nurse", practice=practice, roles=[roles.SESSION_MONITOR]
)
named = {"given": "Ade", "family": "Bello", "email": "ade@example.org"}
course = people.add_person(named, at=now, by=nurse)
person = course.person
session = sessions.plan_session(course, route="iv", planned_for=now, at=now, by=nurse)
Phase.objects.create(session=session, phase="started", at=now - timedelta(hours=2), by=nurse)
secret = "0123456789" * 4
if person.user is None:
    raise SystemExit("nobody can log in as Ade")
capturing.trust_phone(person, secret=secret, at=now, by=person.user)
print(json.dumps({"secret": secret, "ade": person.user_id, "therapist": nurse.pk}))  # noqa: T201
