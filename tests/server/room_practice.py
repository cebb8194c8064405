"""Run as a script: a medicine session that began so many minutes ago; prints ids as JSON.

What stands before the start (consent, checklist) is left out: only the room is looked at.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from decimal import Decimal

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from kapstone.web import clock  # noqa: E402
from kapstone.web.accounts import roles  # noqa: E402
from kapstone.web.accounts.models import Practice, User  # noqa: E402
from kapstone.web.records.actions import people, readings, sessions, treatment  # noqa: E402

call_command("createcachetable", verbosity=0)
now = clock.now()
begun = now - timedelta(minutes=int(sys.argv[1]))
practice = Practice.objects.create(name="Ash Lane", phone="+1 555 0100")


def staff(name: str, role: str) -> User:
    address = f"{name.lower()}@example.org"
    return User.objects.create_user(address, name=name, practice=practice, roles=[role])


nurse, other = staff("Abara", roles.SESSION_MONITOR), staff("Lind", roles.THERAPIST)
prescriber = staff("Osei", roles.PRESCRIBER)
named = {"given": "Ade", "family": "Bello", "email": "ade@example.org"}
rest = {"systolic_bp": 122.0, "diastolic_bp": 78.0, "heart_rate": 68.0, "oxygen_saturation": 98.0}
dose = treatment.Dose(mg=Decimal(34), over_min=40, weight_kg=68.0, weight_at=begun)
with clock.at(begun):
    course = people.add_person(named, at=begun, by=nurse)
    session = sessions.plan_session(
        course, route="iv", planned_for=begun, room="Room 2", at=begun, by=prescriber
    )
    reason = "Agreed with the person and their team."
    treatment.sign_order(session, dose, reason=reason, at=begun, by=prescriber)
    readings.record_reading(session, rest, resting=True, at=begun, by=nurse)
    sessions.enter_room(session, nurse, at=begun, by=nurse)
    treatment.write_phase(session, "started", at=begun, by=nurse)
ids = {"nurse": nurse.pk, "other": other.pk, "prescriber": prescriber.pk}
print(json.dumps({**ids, "session": session.pk, "begun": begun.timestamp()}))  # noqa: T201
