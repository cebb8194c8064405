"""Run as a script: a practice with an arrived session and a monitor in its room; prints the ids."""

from __future__ import annotations

import json

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from kapstone.web import clock  # noqa: E402
from kapstone.web.accounts import roles  # noqa: E402
from kapstone.web.accounts.models import Practice, User  # noqa: E402
from kapstone.web.records.actions import devices, people, sessions  # noqa: E402

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
    course, route="iv", planned_for=now, room="Room 2", at=now, by=nurse
)
sessions.move_on(session, "arrived", at=now, by=nurse)
device = devices.register_device("Cuff 2", kind="cuff", identity="CUFF-2", at=now, by=nurse)
devices.place_device(device, room="Room 2", at=now, by=nurse)
print(json.dumps({"nurse": nurse.pk, "session": session.pk, "device": device.pk}))  # noqa: T201
