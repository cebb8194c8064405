"""An earlier medicine session in figures: how far the signs went, and how long it took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kapstone.monitoring.leaving import limit_figures
from kapstone.monitoring.readings import Reading, figures, resting_values

# What tells whether somebody is still away.
FELT = {"dissociation", "sedation_moaas"}


@dataclass(frozen=True, slots=True)
class Rise:
    """The highest figure of a sign after the start, and its figure at rest."""

    rest: float
    highest: float

    @property
    def by(self) -> float:
        """How far it rose; below 0 when every figure stayed under the one at rest."""
        return self.highest - self.rest


@dataclass(frozen=True, slots=True)
class Pressure:
    """A blood pressure as one reading had it, in mmHg; the half that it lacks is None."""

    at: datetime
    systolic: float | None
    diastolic: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What the readings of a session say of it; None where they do not say it.

    Pressures in mmHg, dissociation of 10, `least_awake` in points of MOAA/S (5 is awake), and
    whole minutes from the start to going home. The highest of one reading is no peak: `_times`
    says out of how many it is. `highest` are the readings with the highest pressures, and
    `highest_after_min` is when the first of them was taken.

    `away_until_min` is when dissociation or sedation was last charted beyond the criteria for
    going home, None where it never was; `away_times` counts the readings of either. Both times
    are whole minutes from the first dose.
    """

    systolic: Rise | None
    diastolic: Rise | None
    highest: tuple[Pressure, ...]
    highest_after_min: int | None
    dissociation: float | None
    least_awake: float | None
    dissociation_times: int
    awake_times: int
    home_after_min: int | None
    away_until_min: int | None
    away_times: int


def look_back(
    resting: Sequence[Reading],
    taken: Sequence[Reading],
    *,
    started_at: datetime,
    home_at: datetime | None,
    first_at: datetime | None = None,
) -> Earlier:
    """The extremes of a session's own readings; those before the start are left out.

    A rise needs a figure at rest and one after the start: without either it is unknown. Minutes
    count from `first_at`, the first dose, and from the start where that is not known.
    """
    after = [each for each in taken if each.at >= started_at]
    rest = resting_values(resting)
    away = [each.value for each in figures(after, "dissociation")]
    awake = [each.value for each in figures(after, "sedation_moaas")]
    minutes = None if home_at is None else whole_minutes(started_at, home_at)
    first = first_at or started_at
    highest = highest_pressures(after)
    felt = sorted((each for each in after if FELT & each.signs.keys()), key=lambda each: each.at)
    gone = [each for each in felt if _is_away(each)]
    return Earlier(
        systolic=_rise(rest.get("systolic_bp"), after, "systolic_bp"),
        diastolic=_rise(rest.get("diastolic_bp"), after, "diastolic_bp"),
        highest=highest,
        highest_after_min=whole_minutes(first, highest[0].at) if highest else None,
        dissociation=max(away, default=None),
        least_awake=min(awake, default=None),
        dissociation_times=len(away),
        awake_times=len(awake),
        home_after_min=minutes,
        away_until_min=whole_minutes(first, gone[-1].at) if gone else None,
        away_times=len(felt),
    )


def whole_minutes(since: datetime, until: datetime) -> int:
    return int((until - since) / timedelta(minutes=1))


def _is_away(reading: Reading) -> bool:
    limits, signs = limit_figures(), reading.signs
    felt = signs.get("dissociation", limits.dissociation_most) > limits.dissociation_most
    return felt or signs.get("sedation_moaas", limits.sedation_moaas_least) < (
        limits.sedation_moaas_least
    )


def _rise(rest: float | None, after: Sequence[Reading], sign: str) -> Rise | None:
    taken = [each.value for each in figures(after, sign)]
    return Rise(rest, max(taken)) if taken and rest is not None else None


def highest_pressures(readings: Sequence[Reading]) -> tuple[Pressure, ...]:
    """The reading with the highest systolic; beside it another that had a higher diastolic.

    Each as it was read, never the half of one with the half of another; the first of equals. None
    where no pressure was taken.
    """
    taken = [
        Pressure(each.at, each.signs.get("systolic_bp"), each.signs.get("diastolic_bp"))
        for each in sorted(readings, key=lambda each: each.at)
    ]
    upper = [each for each in taken if each.systolic is not None]
    lower = [each for each in taken if each.diastolic is not None]
    # Of two with the same systolic the one with the higher diastolic tells more.
    one = max(upper, key=lambda each: (each.systolic or 0, each.diastolic or 0), default=None)
    other = max(lower, key=lambda each: each.diastolic or 0, default=None)
    if one and other and one.diastolic is not None and one.diastolic >= (other.diastolic or 0):
        other = None
    return tuple(each for each in (one, other) if each is not None)
