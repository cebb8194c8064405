"""Run as a script: a session at home that began, with a second dose ordered; prints JSON.

The sitter's token, the session, and who logs in.
"""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from kapstone.web import clock  # noqa: E402
from kapstone.web.accounts import roles  # noqa: E402
from kapstone.web.accounts.models import Practice, User  # noqa: E402
from kapstone.web.records import at_home as home  # noqa: E402
from kapstone.web.records.actions import (  # noqa: E402
    at_home,
    people,
    sessions,
    sitting,
    treatment,
)
from kapstone.web.records.models import Phase  # noqa: E402

call_command("createcachetable", verbosity=0)
now = clock.now()
practice = Practice.objects.create(name="Ash Lane", phone="+1 555 0100")
nurse = User.objects.create_user(
    "nurse@example.org", name="Nurse", practice=practice, roles=[roles.SESSION_MONITOR]
)
doctor, desk = (
    User.objects.create_user(f"{name}@example.org", name=name, practice=practice, roles=[role])
    for name, role in (("Doctor", roles.PRESCRIBER), ("Desk", roles.FRONT_DESK))
)
named = {"given": "Ade", "family": "Bello", "email": "ade@example.org"}
course = people.add_person(named, at=now, by=nurse)
session = sessions.plan_session(
    course, route="lozenge_home", planned_for=now - timedelta(minutes=5), at=now, by=nurse
)
dose = treatment.Dose(
    mg=Decimal(100),
    over_min=None,
    weight_kg=68.0,
    weight_at=now,
    booster_mg=Decimal(50),
    booster_after_min=45,
)
words = "Agreed with her at the last visit, for the evening at home."
treatment.sign_order(session, dose, reason=words, at=now, by=doctor)
sitter = at_home.name_sitter(
    session,
    name="Sam Reed",
    phone="+1 555 0102",
    adult=True,
    person_agrees=True,
    at=now,
    by=nurse,
)
link = at_home.make_link(sitter, on_call=nurse, call_phone="+1 555 0199", at=now, by=nurse)
sitting.answer_as_sitter(link, agrees=True, name="Sam Reed", at=now)
Phase.objects.create(session=session, phase="started", at=now - timedelta(minutes=5), by=nurse)
ids = {"ade": course.person.user_id, "doctor": doctor.pk, "desk": desk.pk}
print(json.dumps({"token": home.token_of(link), "session": session.pk, **ids}))  # noqa: T201
