"""When which questionnaire is due, counted from the start of a course and from its doses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import chain
from types import MappingProxyType
from typing import Literal

from kapstone.instruments.library import instrument
from kapstone.knowledge import Knowledge, read, rows

FILE = "instruments/schedule.toml"
NEVER: Mapping[str, Sequence[datetime]] = MappingProxyType({})


class DueRow(Knowledge):
    """One line of the schedule; days count from the anchor, the window from when it is due."""

    id: str
    anchor: Literal["start", "dose", "last_dose"]
    day: int
    opens_days_before: int = 0
    opens_hours_before: int = 0
    closes_days_after: int
    instruments: tuple[str, ...]
    basis: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One questionnaire at one time; `anchor` names the time for good, whatever moves."""

    instrument: str
    anchor: str
    opens_at: datetime
    due_at: datetime
    closes_at: datetime


@cache
def schedule() -> tuple[DueRow, ...]:
    return tuple(rows(FILE, "due", DueRow))


@cache
def rhythm() -> tuple[int, int]:
    """Days between two times that a scale is due, and by how much an answer may miss its day."""
    content = read(FILE)
    return content["again_after_days"], content["give_days"]


def due(
    *,
    course_started: datetime,
    doses: Sequence[datetime],
    now: datetime,
    answered: Mapping[str, Sequence[datetime]] = NEVER,
) -> tuple[Due, ...]:
    """Everything that has opened by `now`, in order of time.

    All times aware; `doses` are those given and those planned. A scale that looks back two weeks is
    left out near a time when it was `answered` (by instrument) or is already due.
    The risk screener, whose window is the last contact, never is.
    Trap: a moved dose moves what hangs on it, so pass `answered` or a person is asked twice.
    """
    kept: list[Due] = []
    for each in sorted(everything(course_started, doses), key=lambda each: each.due_at):
        asked_at = [other.due_at for other in kept if other.instrument == each.instrument]
        if not too_soon(each, asked_at, answered.get(each.instrument, ())):
            kept.append(each)
    return tuple(each for each in kept if each.opens_at <= now)


def too_soon(each: Due, asked_at: Sequence[datetime], answered: Sequence[datetime]) -> bool:
    if instrument(each.instrument).recall_days is None:
        return False
    again_after, give = rhythm()
    return any(days_between(each.due_at, at) < again_after for at in asked_at) or any(
        days_between(each.due_at, at) < again_after - give for at in answered
    )


def days_between(one: datetime, other: datetime) -> int:
    """Days by the calendar: what is weekly may come at another hour."""
    return abs((one.date() - other.astimezone(one.tzinfo).date()).days)


def everything(course_started: datetime, doses: Sequence[datetime]) -> Iterator[Due]:
    anchors = {
        "start": [("start", course_started)],
        "dose": [(f"dose-{number}", at) for number, at in enumerate(sorted(doses), start=1)],
    }
    anchors["last_dose"] = anchors["dose"][-1:]
    return chain.from_iterable(
        lines(row, name, at) for row in schedule() for name, at in anchors[row.anchor]
    )


def lines(row: DueRow, anchor: str, at: datetime) -> Iterator[Due]:
    due_at = at + timedelta(days=row.day)
    ahead = timedelta(days=row.opens_days_before, hours=row.opens_hours_before)
    for name in row.instruments:
        yield Due(
            instrument=name,
            anchor=f"{anchor}+{row.day}d",
            opens_at=due_at - ahead,
            due_at=due_at,
            closes_at=due_at + timedelta(days=row.closes_days_after),
        )
