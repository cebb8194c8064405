"""Time until something happens, for some not followed to the end: Kaplan and Meier, log-rank, RMST.

An end that is not the event (the last score there is) is a censoring: the person is counted for as
long as they were seen. Where another event makes the first impossible, use `competing` instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from kapstone.outcomes.arrays import Array, Numbers, durations, flags, two_sided

Scale = Literal["log-log", "log"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Survival:
    """The share still free of the event after each time at which something ended; all (times,).

    `variance` is Greenwood's of log(share).
    """

    times: Array
    at_risk: Array
    events: Array
    share: Array
    variance: Array

    def at(self, when: Numbers) -> Array:
        """The share at each moment; NaN beyond the last time while somebody was still free."""
        return self.read(np.r_[1.0, self.share], when)

    def standard_error(self, when: Numbers) -> Array:
        """Greenwood's, on the scale of the share."""
        with np.errstate(invalid="ignore"):
            errors = self.share * np.sqrt(self.variance)
        return self.read(np.r_[0.0, np.where(self.share > 0, errors, 0.0)], when)

    def interval(
        self, when: Numbers, *, level: float = 0.95, scale: Scale = "log-log"
    ) -> tuple[Array, Array]:
        """The lower and upper bound at each moment, between 0 and 1; NaN where nobody can tell."""
        lower, upper = self.bounds(level, scale)
        return self.read(np.r_[1.0, lower], when), self.read(np.r_[1.0, upper], when)

    def bounds(self, level: float, scale: Scale) -> tuple[Array, Array]:
        z = two_sided(level)
        with np.errstate(all="ignore"):
            if scale == "log":
                wide = z * np.sqrt(self.variance)
                return self.share * np.exp(-wide), np.minimum(self.share * np.exp(wide), 1.0)
            wide = np.exp(z * np.sqrt(self.variance) / np.log(self.share))
            known = np.where(self.share < 1, 1.0, np.nan)
            return self.share ** (1 / wide) * known, self.share**wide * known

    def read(self, steps: Array, when: Numbers) -> Array:
        """Steps (1 + times,) as they stand at each moment."""
        asked = np.asarray(when, float)
        found = steps[np.searchsorted(self.times, asked, side="right")]
        beyond = (asked > self.times[-1]) & (self.share[-1] > 0)
        return np.where(beyond | (asked < 0), np.nan, found)

    def quantile(self, left: float = 0.5) -> float | None:
        """The first time at which at most this share is left, the median for a half; or None."""
        return first(self.times, self.share, left)

    def quantile_interval(
        self, left: float = 0.5, *, level: float = 0.95, scale: Scale = "log"
    ) -> tuple[float | None, float | None]:
        """Brookmeyer and Crowley's: where the bounds of the curve pass that share."""
        lower, upper = self.bounds(level, scale)
        return first(self.times, lower, left), first(self.times, upper, left)


def first(times: Array, shares: Array, left: float) -> float | None:
    passed = np.flatnonzero(shares <= left + 1e-12)
    return float(times[passed[0]]) if len(passed) else None


def kaplan_meier(times: Numbers, events: Numbers) -> Survival:
    """The product-limit estimate S(t) = product of (1 - d/n) over the times up to t.

    `times` (people,) from a start that is the same event for all; `events` whether the event ended
    it. Raises ValueError that names the first entry which cannot be. Who left early must not have
    left because they were about to have the event. Source: Kaplan & Meier 1958; Greenwood 1926.
    """
    ends = durations(times)
    had = flags(events, len(ends))
    distinct, place = np.unique(ends, return_inverse=True)
    ended = np.bincount(place)
    failed = np.bincount(place, weights=had)
    at_risk = ended[::-1].cumsum()[::-1].astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.cumsum(failed / (at_risk * (at_risk - failed)))
    return Survival(
        times=distinct,
        at_risk=at_risk,
        events=np.asarray(failed, float),
        share=np.cumprod(1 - failed / at_risk),
        variance=variance,
    )


def mean_until(curve: Survival, until: float) -> tuple[float, float]:
    """The restricted mean time free of the event up to `until`, and its standard error.

    The area under the curve. Raises ValueError when `until` lies beyond what was followed: there
    is no curve there to measure. Source: Irwin 1949; Royston & Parmar 2013.
    """
    if not until > 0:
        raise ValueError(f"until {until:g}: a time above 0")
    if until > curve.times[-1] and curve.share[-1] > 0:
        raise ValueError(f"until {until:g}: nobody was followed beyond {curve.times[-1]:g}")
    inside = curve.times < until
    edges = np.r_[0.0, curve.times[inside], until]
    areas = np.diff(edges) * np.r_[1.0, curve.share[inside]]
    ahead = areas[::-1].cumsum()[::-1][1:]
    failed, at_risk = curve.events[inside], curve.at_risk[inside]
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = np.where(failed > 0, ahead**2 * failed / (at_risk * (at_risk - failed)), 0.0)
    return float(areas.sum()), float(np.sqrt(np.nan_to_num(parts, posinf=0.0).sum()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """A chi-squared statistic with its degrees of freedom and p."""

    __test__ = False

    chi2: float
    df: int
    p: float


def tested(scores: Array, covariance: Array) -> Test:
    """The quadratic form of scores that add up to 0 over groups: the last one is left out."""
    from scipy.stats import chi2 as chi2_of  # noqa: PLC0415

    apart = scores[:-1]
    statistic = float(apart @ np.linalg.solve(covariance[:-1, :-1], apart))
    return Test(chi2=statistic, df=len(apart), p=float(chi2_of.sf(statistic, len(apart))))


def log_rank(
    times: Numbers,
    events: Numbers,
    groups: Sequence[object] | NDArray[np.object_],
) -> Test:
    """Whether the hazard is the same in all groups (people,), by observed less expected events.

    It weighs all times alike, and sees little where curves cross. Raises ValueError for fewer than
    two groups. Source: Mantel 1966; Peto & Peto 1972.
    """
    ends = durations(times)
    had, member = flags(events, len(ends)), members(groups, len(ends))
    distinct, place = np.unique(ends, return_inverse=True)
    counted = np.zeros((member.max() + 1, len(distinct)))
    failed = counted.copy()
    np.add.at(counted, (member, place), 1)
    np.add.at(failed, (member, place), had)
    at_risk = counted[:, ::-1].cumsum(axis=1)[:, ::-1]
    of_all, died = at_risk.sum(axis=0), failed.sum(axis=0)
    share = at_risk / of_all
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.where(of_all > 1, died * (of_all - died) / (of_all - 1), 0.0)
    alone = np.eye(len(share))[:, :, None] * share[:, None]
    covariance = ((alone - share[:, None] * share[None]) * spread).sum(axis=-1)
    return tested((failed - share * died).sum(axis=1), covariance)


def members(groups: Sequence[object] | NDArray[np.object_], count: int) -> NDArray[np.intp]:
    """Each person's group as a number from 0; raises ValueError for fewer than two groups."""
    names = [str(each) for each in groups]
    if len(names) != count:
        raise ValueError(f"groups: {len(names)} of them for {count} times")
    found, member = np.unique(names, return_inverse=True)
    if len(found) < 2:
        raise ValueError(f"groups: all are in {found[0]}; two are needed to compare")
    return member
