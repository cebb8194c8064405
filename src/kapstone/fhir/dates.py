"""FHIR dates and times, kept as exact as they were written and no more."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from kapstone.fhir.values import Precision, When

EARLIEST_YEAR = 1900
# A file made in a zone ahead of ours may carry tomorrow's date.
AHEAD = timedelta(days=1)

WRITTEN = re.compile(
    r"(?P<year>\d{4})(-(?P<month>\d{2})(-(?P<day>\d{2})"
    r"(T\d{2}:\d{2}(?P<seconds>:\d{2}(\.\d+)?)?(?P<zone>Z|[+-]\d{2}:\d{2})?)?)?)?",
    re.ASCII,
)


class BadDate(ValueError):
    """A date that cannot be: the words say why."""


def parse(written: str, *, now: datetime | None) -> When:
    """Read a FHIR date, dateTime or instant.

    Raises BadDate for what is no date, no day of the calendar, before 1900, or more than a day
    after `now`. Trap: a time without a zone keeps its day only, since the zone is not guessed.
    """
    found = WRITTEN.fullmatch(written)
    if not found:
        raise BadDate(f"{written[:40]!r} is not a date")
    try:
        when = _when(found)
    except (ValueError, OverflowError) as error:
        raise BadDate(f"{written!r} does not exist in the calendar") from error
    _check_range(when, now)
    return when


def _when(found: re.Match[str]) -> When:
    if found["zone"]:
        value = datetime.fromisoformat(found[0])
        return When(value, "second" if found["seconds"] else "minute", found[0])
    precision: Precision = "day" if found["day"] else "month" if found["month"] else "year"
    value_day = date(int(found["year"]), int(found["month"] or 1), int(found["day"] or 1))
    return When(value_day, precision, found[0])


def _check_range(when: When, now: datetime | None) -> None:
    if when.value.year < EARLIEST_YEAR:
        raise BadDate(f"{when.as_written!r} is before {EARLIEST_YEAR}")
    if now is not None and _start(when) > now + AHEAD:
        raise BadDate(f"{when.as_written!r} is in the future")


def _start(when: When) -> datetime:
    if isinstance(when.value, datetime):
        return when.value
    return datetime(when.value.year, when.value.month, when.value.day, tzinfo=UTC)


def moment(when: When | None) -> datetime | None:
    """The time of something; a bare date, month or year is its first minute in UTC."""
    if when is None or isinstance(when.value, datetime):
        return when.value if when else None  # type: ignore[return-value]
    return datetime.combine(when.value, time(), UTC)


def exact_day(when: When | None) -> datetime | None:
    return None if when is None or when.precision in {"year", "month"} else moment(when)
