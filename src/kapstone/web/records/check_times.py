"""The check times of a practice: the schedules that ship, with the times that it settled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from kapstone import monitoring
from kapstone.web.records.models import TimesChange

Times = dict[str, int | tuple[int, ...]]


def changes(practice: int, at: datetime) -> Mapping[str, TimesChange]:
    """The newest change of each route that was signed until then, by the route's id."""
    rows = TimesChange.objects.filter(practice=practice, at__lte=at)
    return {row.route: row for row in rows.order_by("at", "pk")}


def own(change: TimesChange | None) -> Times:
    """What a change settled, as the core takes it."""
    told = change.times if change else {}
    return {name: tuple(each) if isinstance(each, list) else each for name, each in told.items()}


def times(schedule: monitoring.Schedule, change: TimesChange | None) -> Times:
    """The times that hold for a route: the practice's where it settled one, else the shipped."""
    return monitoring.times_of(monitoring.timed(schedule, own(change)))


def in_force(practice: int, route: str, at: datetime) -> monitoring.Schedule:
    """The schedule of a route with the times that held in the practice at a moment."""
    rows = TimesChange.objects.filter(practice=practice, route=route, at__lte=at)
    return monitoring.timed(
        monitoring.schedules()[monitoring.route_named(route).id],
        own(rows.order_by("at", "pk").last()),
    )
