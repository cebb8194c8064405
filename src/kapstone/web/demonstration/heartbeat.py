"""Keeps the running sessions of the demonstration alive: readings, and what the monitors tell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from kapstone.web.demonstration import at_home, monitors, sessions
from kapstone.web.records import at_home as home
from kapstone.web.records.models import Reading

EVERY = timedelta(seconds=90)
NO_LONGER_THAN = timedelta(hours=3)


def beat_since(begun: datetime) -> Callable[[datetime], int]:
    """The beat for the sessions that ran when the demonstration came up.

    One that a visitor starts is the visitor's: nothing is written into it in their name.
    """
    return lambda now: beat(now, begun)


def beat(now: datetime, begun: datetime) -> int:
    """Take the readings that are due; gives how many were taken."""
    taken = 0
    for session in sessions.running():
        if session.started_at > begun:
            continue
        if home.is_at_home(session):
            at_home.go_on(session, now)
            continue
        last = Reading.objects.filter(session=session).order_by("-at").first()
        fresh = last is not None and now - last.at < EVERY
        if not fresh and now - session.started_at < NO_LONGER_THAN:
            sessions.take_reading(session, now)
            taken += 1
        monitors.tell(session, now)
    return taken
