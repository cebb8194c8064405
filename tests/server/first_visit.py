"""Run as a script: a prescriber asks and measures what screening of this course still waits for."""

from __future__ import annotations

import sys
from datetime import timedelta
from types import SimpleNamespace

import django

django.setup()

from kapstone.web import clock  # noqa: E402
from kapstone.web.accounts.models import User  # noqa: E402
from kapstone.web.demonstration import first_visit  # noqa: E402
from kapstone.web.records.models import Course  # noqa: E402

course = Course.objects.get(pk=sys.argv[1])
prescriber = next(user for user in User.objects.order_by("pk") if user.has_role("prescriber"))
told = SimpleNamespace(health=SimpleNamespace(unknown=()))
life = SimpleNamespace(course=course, person=course.person, told=told)
first_visit.find(life, at=clock.now() - timedelta(minutes=20), by=prescriber)  # type: ignore[arg-type]
