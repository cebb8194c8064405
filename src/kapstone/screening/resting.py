"""Two resting readings make a blood pressure; one alone can only raise a concern, never end it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from statistics import fmean

from kapstone.screening.conditions import Value
from kapstone.screening.merging import without_overtaken
from kapstone.screening.vocabulary import Given

SYSTOLIC = ("systolic_bp_mmhg", "systolic_single_mmhg")
DIASTOLIC = ("diastolic_bp_mmhg", "diastolic_single_mmhg")
# A cuff re-inflates for about this long; two readings closer than that are one [BPC-10].
APART = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressure:
    """One reading at rest, mmHg; `exact` is False where only its day is known."""

    at: datetime
    systolic: float | None = None
    diastolic: float | None = None
    origin: str = "reading"
    words: str | None = None
    exact: bool = True


def upside_down(told: Mapping[str, Value]) -> str | None:
    """What is wrong with two figures of one blood pressure that no heart can have, or None."""
    for upper, lower in zip(SYSTOLIC, DIASTOLIC, strict=True):
        high, low = told.get(upper), told.get(lower)
        if high is not None and low is not None and float(low) >= float(high):
            return f"Diastolic {float(low):g} is not below systolic {float(high):g} mmHg. Swapped?"
    return None


def resting(readings: Iterable[Pressure], now: datetime) -> dict[str, Given]:
    """The blood pressure that readings at rest amount to, by fact; mmHg [BPC-01, BPC-10].

    The mean of the last two of the newest day that has two readings a minute or more apart. A day
    after it with one alone gives the single figures besides: those raise, and clear nothing.
    """
    past = sorted((each for each in readings if each.at <= now), key=lambda each: each.at)
    days = [
        [*day] for _, day in groupby(past, key=lambda each: each.at.astimezone(now.tzinfo).date())
    ]
    found: dict[str, Given] = {}
    for day in days:
        found |= dict(of_day(day))
    return without_overtaken(found)


def of_day(day: Sequence[Pressure]) -> Iterator[tuple[str, Given]]:
    """The last two count even when one lacks a figure: a missing one must not open the gate."""
    last = day[-1]
    pair = day[-2:]
    is_pair = len(pair) == 2 and all(each.exact for each in pair) and last.at - pair[0].at >= APART
    for (mean, single), figures in (
        (SYSTOLIC, [each.systolic for each in pair]),
        (DIASTOLIC, [each.diastolic for each in pair]),
    ):
        known = [figure for figure in figures if figure is not None]
        if is_pair and len(known) == 2:
            yield mean, Given(fmean(known), last.at, last.origin, last.words)
        elif known:
            yield single, Given(max(known), last.at, last.origin, last.words)
