"""An earlier medicine session in figures: how far the signs went, and how long it took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kapstone.monitoring.readings import Reading, figures, resting_values


@dataclass(frozen=True, slots=True)
class Rise:
    """The highest figure of a sign after the start, and its figure at rest."""

    rest: float
    highest: float

    @property
    def by(self) -> float:
        """How far it rose; below 0 when every figure stayed under the one at rest."""
        return self.highest - self.rest


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What the readings of a session say of it; None where they do not say it.

    Pressures in mmHg, dissociation of 10, `least_awake` in points of MOAA/S (5 is awake), and
    whole minutes from the start to going home. The highest of one reading is no peak: `_times`
    says out of how many it is.
    """

    systolic: Rise | None
    diastolic: Rise | None
    dissociation: float | None
    least_awake: float | None
    dissociation_times: int
    awake_times: int
    home_after_min: int | None


def look_back(
    resting: Sequence[Reading],
    taken: Sequence[Reading],
    *,
    started_at: datetime,
    home_at: datetime | None,
) -> Earlier:
    """The extremes of a session's own readings; those before the start are left out.

    A rise needs a figure at rest and one after the start: without either it is unknown.
    """
    after = [each for each in taken if each.at >= started_at]
    rest = resting_values(resting)
    away = [each.value for each in figures(after, "dissociation")]
    awake = [each.value for each in figures(after, "sedation_moaas")]
    minutes = None if home_at is None else int((home_at - started_at) / timedelta(minutes=1))
    return Earlier(
        systolic=_rise(rest.get("systolic_bp"), after, "systolic_bp"),
        diastolic=_rise(rest.get("diastolic_bp"), after, "diastolic_bp"),
        dissociation=max(away, default=None),
        least_awake=min(awake, default=None),
        dissociation_times=len(away),
        awake_times=len(awake),
        home_after_min=minutes,
    )


def _rise(rest: float | None, after: Sequence[Reading], sign: str) -> Rise | None:
    taken = [each.value for each in figures(after, sign)]
    return Rise(rest, max(taken)) if taken and rest is not None else None
