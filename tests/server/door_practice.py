"""Run as a script after `kapstone setup`: staff and two people; prints the course as JSON."""

from __future__ import annotations

import json

import django

django.setup()

from kapstone.web import clock  # noqa: E402
from kapstone.web.accounts import practices, roles  # noqa: E402
from kapstone.web.accounts.models import Practice  # noqa: E402
from kapstone.web.records.actions import people  # noqa: E402

STAFF = {
    "osei": roles.PRESCRIBER,
    "lind": roles.THERAPIST,
    "abara": roles.SESSION_MONITOR,
}
now, practice = clock.now(), Practice.objects.get()
staff = [
    practices.add_staff(
        practice,
        email=f"{name}@example.org",
        name=name.title(),
        held=[role],
        password="correct horse battery",
    )
    for name, role in STAFF.items()
]
courses = [
    people.add_person(
        {"given": given, "family": "Bello", "email": f"{given.lower()}@example.org"},
        at=now,
        by=staff[0],
    )
    for given in ("Ade", "Bea")
]
print(json.dumps({"course": courses[0].pk}))  # noqa: T201
