"""Run as a script: writes a practice with one session; prints the ids as JSON."""

from __future__ import annotations

import json
from datetime import timedelta

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from kapstone.web import clock  # noqa: E402
from kapstone.web.accounts import roles  # noqa: E402
from kapstone.web.accounts.models import Practice, User  # noqa: E402
from kapstone.web.records.actions import people, sessions  # noqa: E402

call_command("createcachetable", verbosity=0)
now = clock.now()
practice = Practice.objects.create(name="Ash Lane")
nurse = User.objects.create_user(
    "abara@example.org", name="Abara", practice=practice, roles=[roles.SESSION_MONITOR]
)
course = people.add_person(
    {"given": "Ade", "family": "Bello", "email": "ade@example.org"}, at=now, by=nurse
)
session = sessions.plan_session(
    course, route="iv", planned_for=now + timedelta(hours=1), at=now, by=nurse
)
print(json.dumps({"nurse": nurse.pk, "person": course.person.pk, "session": session.pk}))  # noqa: T201
