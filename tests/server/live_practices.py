"""Run as a script: two practices, in one a dozen sessions; prints the ids as JSON."""

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
here, elsewhere = (
    Practice.objects.create(name="Ash Lane"),
    Practice.objects.create(name="Far Field"),
)


def staff(name: str, role: str, practice: Practice) -> User:
    address = f"{name}@example.org"
    return User.objects.create_user(address, name=name.title(), practice=practice, roles=[role])


nurse = staff("abara", roles.SESSION_MONITOR, here)
desk = staff("desk", roles.FRONT_DESK, here)
stranger = staff("marsh", roles.SESSION_MONITOR, elsewhere)
course = people.add_person(
    {"given": "Ade", "family": "Bello", "email": "ade@example.org"}, at=now, by=nurse
)
planned = [
    sessions.plan_session(
        course, route="iv", planned_for=now + timedelta(hours=hours), at=now, by=nurse
    ).pk
    for hours in range(1, 13)
]
people_there = {"nurse": nurse.pk, "desk": desk.pk, "stranger": stranger.pk}
print(json.dumps({**people_there, "sessions": planned}))  # noqa: T201
