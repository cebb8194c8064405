"""Keeps the running sessions of the demonstration alive: a reading every minute or two."""

from __future__ import annotations

from datetime import datetime, timedelta

from kapstone.web.demonstration import sessions
from kapstone.web.records.models import Reading

EVERY = timedelta(seconds=90)
NO_LONGER_THAN = timedelta(hours=3)


def beat(now: datetime) -> int:
    """Take the readings that are due; gives how many were taken."""
    taken = 0
    for session in sessions.running():
        last = Reading.objects.filter(session=session).order_by("-at").first()
        fresh = last is not None and now - last.at < EVERY
        if not fresh and now - session.started_at < NO_LONGER_THAN:
            sessions.take_reading(session, now)
            taken += 1
    return taken
