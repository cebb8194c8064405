"""The check times of a practice: the schedules that ship, with the times that it settled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from kapstone import monitoring
from kapstone.web.records.models import TimesChange

Times = dict[str, int | tuple[int, ...]]


def changes(practice: int, at: datetime) -> Mapping[str, TimesChange]:
    """The change of each route that held at a moment, by the route's id."""
    return {row.route: row for row in TimesChange.objects.held(practice, at)}


def own(change: TimesChange | None) -> Times:
    """What a change settled, as the core takes it."""
    told = change.times if change else {}
    return {name: tuple(each) if isinstance(each, list) else each for name, each in told.items()}


def times(schedule: monitoring.Schedule, change: TimesChange | None) -> Times:
    """The times that hold for a route: the practice's where it settled one, else the shipped."""
    return monitoring.times_of(monitoring.timed(schedule, own(change)))


def laxer(
    schedule: monitoring.Schedule, times: Times, two: Sequence[TimesChange]
) -> tuple[str, ...]:
    """The times that two people sign: laxer than the ones that ship, and than what two signed.

    `two` is what has held since they did (`two_signed`): theirs, or what was taken back since. What
    one person alone settled is no excuse for more, also where it was once as strict as it shipped.
    """
    here = monitoring.timed(schedule, times)
    if not two:
        return monitoring.laxer(here, schedule)
    rows = (monitoring.timed(schedule, own(row)) for row in two)
    return tuple(
        dict.fromkeys(name for row in rows for name in monitoring.laxer(here, schedule, row))
    )


def asks_second(
    schedule: monitoring.Schedule,
    times: Times,
    held: TimesChange | None,
    two: Sequence[TimesChange],
) -> bool | None:
    """Whether somebody else has to sign times too before they hold.

    None where nobody has, and yet nothing in them is laxer than what one person alone settled and
    holds: what makes that safer is not made to wait, and stays marked.
    """
    if not laxer(schedule, times, two):
        return False
    here = monitoring.timed(schedule, own(held))
    return True if monitoring.laxer(monitoring.timed(schedule, times), here) else None


def doubts(change: TimesChange) -> list[str]:
    """What keeps a change from holding by the rows that ship now, in words."""
    schedule = monitoring.schedules().get(change.route)
    if schedule is None:
        return [f"There is no route {change.route}."]
    told = monitoring.time_doubts(schedule, times(schedule, change))
    return [f"{monitoring.times_called(name)}: {words}" for name, words in told]


def in_force(practice: int, route: str, at: datetime) -> monitoring.Schedule:
    """The schedule of a route with the times that held in the practice at a moment."""
    rows = TimesChange.objects.held(practice, at).filter(route=route)
    return monitoring.timed(
        monitoring.schedules()[monitoring.route_named(route).id], own(rows.last())
    )
