"""How one person's response holds: since when, whether it slips, and when it was reliably lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kapstone.instruments import Instrument
from kapstone.outcomes.change import (
    Reliable,
    gained,
    reliable_change,
    remission,
    response,
)
from kapstone.outcomes.cohort import Cohort, Person, worse
from kapstone.outcomes.summary import Known, baseline, responding_since

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """One person's response, from the score before the first dose to the last one.

    `lost_at` is when it was first reliably lost; `best` the best score since the first dose;
    `slipping` whether the last is worse than it by what a person notices. None is not known.
    """

    start: Known | None
    last: Known | None
    best: Known | None
    reliable: Reliable | None
    response: bool | None
    remission: bool | None
    held_since: datetime | None
    lost_at: datetime | None
    slipping: bool | None


def holding(scores: Sequence[Known], of: Instrument, *, first_dose: datetime | None) -> Holding:
    """How the response holds, from totals in any order of time; all unknown without a baseline.

    The loss is that of `Cohort.durability`: no response any more, and above the score of the first
    response by the MCID. Trap: a baseline below caseness leaves no room to respond, and says so
    with None.
    """
    known = sorted(scores)
    start, last = baseline(known, first_dose), known[-1] if known else None
    if first_dose is None or start is None or last is None or last[0] <= first_dose:
        return nothing(start if first_dose else None, last)
    later = [each for each in known if each[0] > first_dose]
    best = max(later, key=lambda each: (gained(start[1], each[1], of), each[0]))
    return Holding(
        start=start,
        last=last,
        best=best,
        reliable=reliable_change(start[1], last[1], of),
        response=response(start[1], last[1], of),
        remission=remission(start[1], last[1], of),
        held_since=responding_since(later, start[1], of),
        lost_at=lost_at(later, of, start[1], first_dose),
        slipping=worse(best[1], last[1], of),
    )


def nothing(start: Known | None, last: Known | None) -> Holding:
    return Holding(
        start=start,
        last=last,
        best=None,
        reliable=None,
        response=None,
        remission=None,
        held_since=None,
        lost_at=None,
        slipping=None,
    )


def lost_at(
    later: Sequence[Known], of: Instrument, start: float, first: datetime
) -> datetime | None:
    """When the first response was reliably lost; None where it was not, or never was."""
    days = tuple(((at - first) / DAY, total) for at, total in later)
    person = Person("", start, days)
    alone = Cohort(of=of, people=(person,), no_baseline=0, below_caseness=0)
    found = alone.lasting(person, reliable=True)
    if found is None or not found[2]:
        return None
    begun = next(day for day, score in days if response(start, score, of))
    return min((at for at, _ in later), key=lambda at: abs((at - first) / DAY - begun - found[1]))
