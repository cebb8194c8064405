"""What likely goes with the level: rises over rest and marked dissociation, now and at most.

Of people like those in the studies. Calibrated, not validated: what that means stands beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from kapstone.pharmacokinetics import Effects

BETWEEN = (0.05, 0.95)
UNTOLD, MIXING = "?", "just after a push no model tells"
# A figure and its unit stay on one line.
SPACE = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Spread:
    """Of a typical person, and between which nine people in ten are."""

    typical: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Moment:
    """Rises in mmHg and beats a minute, and the chance of marked dissociation (0 to 1)."""

    systolic: Spread
    diastolic: Spread
    heart_rate: Spread
    dissociation: Spread


@dataclass(frozen=True, slots=True)
class Kind:
    """A line of the table: what it shows of a moment, and how."""

    label: str
    name: str
    says: Callable[[Moment], str]
    says_range: Callable[[Spread], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table: the words of now, and of the most with its time."""

    label: str
    now: str
    now_range: str
    most: str
    most_range: str
    most_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Likely:
    """What a room says of it; `rows` is empty beyond the hours that were looked at."""

    felt: str
    felt_at: datetime
    rows: tuple[Row, ...]
    beside: tuple[str, ...]


def rises_of(effects: Effects, untold: NDArray[np.bool_]) -> tuple[Moment | None, ...]:
    """The effects at each time of their grid, without the people; None where it is untold."""
    names = ("systolic_mmhg", "diastolic_mmhg", "heart_rate_per_min", "dissociation")
    columns = [spreads(getattr(effects, name)) for name in names]
    moments = (Moment(*each) for each in zip(*columns, strict=True))
    return tuple(
        None if is_untold else moment
        for moment, is_untold in zip(moments, untold.tolist(), strict=True)
    )


def spreads(curves: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> list[Spread]:
    low, high = np.quantile(curves[1:], BETWEEN, axis=0)
    columns = (curves[0].tolist(), low.tolist(), high.tolist())
    return [Spread(*each) for each in zip(*columns, strict=True)]


def effects_at(
    moments: Sequence[Moment | None],
    level: Sequence[float],
    at: Sequence[datetime],
    *,
    now: datetime,
    beside: tuple[str, ...],
) -> Likely:
    """What is likely at `now` and at most; `at` are the times of `moments` and of `level`.

    Times without a moment are left out: a peak among them is no peak.
    """
    told = [i for i, moment in enumerate(moments) if moment is not None]
    top = at[max(told, key=lambda i: level[i])]
    inside = [i for i, each in enumerate(at) if each <= now]
    rows: tuple[Row, ...] = ()
    if inside and now <= at[-1]:
        rows = tuple(row(kind, moments, at, inside[-1]) for kind in KINDS)
    return Likely(felt=felt(top, now), felt_at=top, rows=rows, beside=beside)


def felt(top: datetime, now: datetime) -> str:
    """Whether the strongest is still to come."""
    if top > now:
        return "Likely felt strongest later, about"
    return "Was likely felt strongest about"


def row(kind: Kind, moments: Sequence[Moment | None], at: Sequence[datetime], here: int) -> Row:
    def of(moment: Moment) -> Spread:
        spread: Spread = getattr(moment, kind.name)
        return spread

    told = [(moment, when) for moment, when in zip(moments, at, strict=True) if moment is not None]
    most, most_at = max(told, key=lambda each: of(each[0]).typical)
    now = moments[here]
    return Row(
        label=kind.label,
        now=UNTOLD if now is None else kind.says(now),
        now_range=MIXING if now is None else kind.says_range(of(now)),
        most=kind.says(most),
        most_range=kind.says_range(of(most)),
        most_at=most_at,
    )


def pressure(moment: Moment) -> str:
    return f"{risen(moment.systolic.typical)}/{risen(moment.diastolic.typical)}{SPACE}mmHg"


def heart(moment: Moment) -> str:
    return f"{risen(moment.heart_rate.typical)}/min"


def chance(moment: Moment) -> str:
    return percent(moment.dissociation.typical)


def upper(of: Spread) -> str:
    return f"upper {risen(of.low)} to {risen(of.high)}"


def between(of: Spread) -> str:
    return f"{risen(of.low)} to {risen(of.high)}"


def between_chances(of: Spread) -> str:
    return f"{percent(of.low)} to {percent(of.high)}"


def risen(by: float) -> str:
    return f"{round(by):+d}" if round(by) else "0"


def percent(share: float) -> str:
    """To the nearest ten, and nothing is sure."""
    if share < 0.05:
        return f"under 5{SPACE}%"
    if share > 0.95:
        return f"over 95{SPACE}%"
    return f"{min(max(round(share * 10), 1), 9) * 10}{SPACE}%"


KINDS = (
    Kind("Blood pressure over rest", "systolic", pressure, upper),
    Kind("Heart rate over rest", "heart_rate", heart, between),
    Kind("Chance of marked dissociation", "dissociation", chance, between_chances),
)
