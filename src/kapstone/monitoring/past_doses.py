"""Doses that were given before: days are counted by the calendar, hours by the clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PastDose:
    """What a session before gave; `at` is its start, `dose_mg` all of it, None when not known."""

    at: datetime
    route: str
    dose_mg: Decimal | None


def within(history: Sequence[PastDose], days: int, *, now: datetime) -> list[PastDose]:
    """The doses of so many days up to now, today counted; the days are those of `now`'s zone.

    A session of the same weekday a week ago is out of 7 days at whatever minute it began: twice a
    week is a matter of days [DOS-ESK-01].
    """
    since = now.date() - timedelta(days=days)
    return [
        dose for dose in history if dose.at <= now and dose.at.astimezone(now.tzinfo).date() > since
    ]


def hours_between(at: datetime, now: datetime) -> float:
    """Hours that have passed; two times of one zone would be subtracted as its clock shows them."""
    return (now.astimezone(UTC) - at.astimezone(UTC)) / timedelta(hours=1)
