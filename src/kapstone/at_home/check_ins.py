"""The check-ins after a session at home: when each is due, and whether it came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Literal

from kapstone.at_home.looks import Look
from kapstone.at_home.rows import CheckInRow, answers, check_in_rows

CheckInState = Literal["ahead", "due", "missed", "answered"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInSaid:
    """One answer to one check-in, of the person or of whoever asked them."""

    moment: str
    answer: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckIn:
    """One check-in as it stands; `well` None while nobody has said, which is never well."""

    row: CheckInRow
    due_at: datetime
    state: CheckInState
    well: bool | None
    says: str

    @property
    def missed_at(self) -> datetime:
        return self.due_at + timedelta(minutes=self.row.grace_min)


def due_at(row: CheckInRow, *, took_at: datetime, zone: tzinfo) -> datetime:
    """When a check-in is due after the last dose, by the clock of the practice."""
    least = took_at + timedelta(minutes=row.after_min)
    if row.on_hour is None:
        return least
    there = least.astimezone(zone)
    # Wall time of that day: an hour that the clocks skip or repeat is still that hour.
    found = there.replace(hour=row.on_hour, minute=0, second=0, microsecond=0)
    if found < there:
        day = (there + timedelta(days=1)).date()
        found = datetime(day.year, day.month, day.day, row.on_hour, tzinfo=zone)
    return found


def check_ins(
    said: Sequence[CheckInSaid],
    looks: Sequence[Look],
    *,
    took_at: datetime | None,
    zone: tzinfo,
    now: datetime,
) -> tuple[CheckIn, ...]:
    """Every check-in at `now`, in the order they come due; none before the medicine was taken."""
    if took_at is None:
        return ()
    found = (
        _check_in(row, said, looks, due=due_at(row, took_at=took_at, zone=zone), now=now)
        for row in check_in_rows().values()
    )
    # After a morning's session a day has gone by before the next nine o'clock.
    return tuple(sorted(found, key=lambda each: each.due_at))


def _check_in(
    row: CheckInRow,
    said: Sequence[CheckInSaid],
    looks: Sequence[Look],
    *,
    due: datetime,
    now: datetime,
) -> CheckIn:
    words = [
        (one.at, answers()[one.answer].well, answers()[one.answer].label)
        for one in said
        if one.moment == row.id and one.at <= now and one.answer in answers()
    ]
    if "sitter" in row.asked:
        # What a sitter saw from then on answers it as well: they are asked to look once more.
        words += [
            (one.at, one.sight.is_well, one.sight.label) for one in looks if due <= one.at <= now
        ]
    if words:
        _, well, label = max(words, key=lambda each: each[0])
        return CheckIn(row=row, due_at=due, state="answered", well=well, says=label)
    if now < due:
        return CheckIn(row=row, due_at=due, state="ahead", well=None, says="Not due yet")
    if now < due + timedelta(minutes=row.grace_min):
        return CheckIn(row=row, due_at=due, state="due", well=None, says="Due now")
    return CheckIn(row=row, due_at=due, state="missed", well=None, says="No answer came")
