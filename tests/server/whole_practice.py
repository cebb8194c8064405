"""Run as a script: writes a practice with its staff and nobody in it yet; prints ids as JSON."""

from __future__ import annotations

import json

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from kapstone.web.accounts import roles  # noqa: E402
from kapstone.web.accounts.models import Practice, User  # noqa: E402

call_command("createcachetable", verbosity=0)
practice = Practice.objects.create(name="Ash Lane", phone="+1 555 0100")
STAFF = {
    "desk": roles.FRONT_DESK,
    "prescriber": roles.PRESCRIBER,
    "nurse": roles.SESSION_MONITOR,
    "therapist": roles.THERAPIST,
}
ids = {
    name: User.objects.create_user(
        f"{name}@example.org", name=name.title(), practice=practice, roles=[role]
    ).pk
    for name, role in STAFF.items()
}
print(json.dumps(ids))  # noqa: T201
