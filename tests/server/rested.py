"""Run as a script: keeps a reading at rest of this session, taken a few minutes ago."""

from __future__ import annotations

import json
import sys
from datetime import timedelta

import django

django.setup()

from kapstone.web import clock  # noqa: E402
from kapstone.web.accounts.models import User  # noqa: E402
from kapstone.web.records.actions import readings  # noqa: E402
from kapstone.web.records.models import Session  # noqa: E402

session = Session.objects.get(pk=sys.argv[1])
signs = {name: float(value) for name, value in json.loads(sys.argv[2]).items()}
nurse = next(user for user in User.objects.order_by("pk") if user.has_role("session_monitor"))
at = clock.now() - timedelta(minutes=3)
readings.record_reading(session, signs, resting=True, at=at, by=nurse)
