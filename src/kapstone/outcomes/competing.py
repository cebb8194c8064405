"""Where one event makes another impossible: incidence of each cause, Gray's test, Fine and Gray.

One less Kaplan-Meier of a single cause is more than can happen: it counts those who had the other
event as if they still could have this one. Causes are 0 for censored, 1, 2, ...
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kapstone.outcomes.arrays import Array, durations, numbers, refuse_length, refuse_where
from kapstone.outcomes.survival import Test, members, tested


@dataclass(frozen=True, slots=True, kw_only=True)
class Incidence:
    """The share that had the cause by each time, and its variance; all (times,)."""

    times: Array
    share: Array
    variance: Array

    def at(self, when: Sequence[float]) -> Array:
        return self.read(self.share, when)

    def standard_error(self, when: Sequence[float]) -> Array:
        return np.sqrt(self.read(self.variance, when))

    def read(self, steps: Array, when: Sequence[float]) -> Array:
        """NaN before the start and beyond the last time."""
        asked = np.asarray(when, float)
        found = np.r_[0.0, steps][np.searchsorted(self.times, asked, side="right")]
        return np.where((asked < 0) | (asked > self.times[-1]), np.nan, found)


@dataclass(frozen=True, slots=True)
class Counts:
    """At each distinct time: at risk, ended by the cause, and ended by another; (times,)."""

    times: Array
    at_risk: Array
    failed: Array
    other: Array

    @property
    def left(self) -> Array:
        """The share free of every event just before each time."""
        free: Array = np.cumprod(1 - (self.failed + self.other) / np.maximum(self.at_risk, 1))
        return np.r_[1.0, free[:-1]]


def causes_of(given: Sequence[int] | Array, count: int) -> Array:
    """0, 1, 2, ... for each person; raises ValueError."""
    found = numbers("causes", given)
    refuse_length("causes", found, count)
    bad = (found < 0) | (found != np.floor(found))
    refuse_where("causes", bad, found, "is none of 0 (censored), 1, 2, ...")
    return found


def counts(ends: Array, causes: Array, cause: int, times: Array) -> Counts:
    """Who ends between two of the times was at risk at the first of them, and no longer."""
    place = np.searchsorted(times, ends, side="right") - 1
    seen = place >= 0
    ended, failed, any_of = (
        np.bincount(place[seen], weights=which[seen], minlength=len(times))
        for which in (np.ones(len(ends)), causes == cause, causes > 0)
    )
    return Counts(times, ended[::-1].cumsum()[::-1], failed, any_of - failed)


def cumulative_incidence(
    times: Sequence[float] | Array, causes: Sequence[int] | Array, cause: int = 1
) -> Incidence:
    """The share F(t) = sum of S(t-) d/n that had the cause by t, with ties and events at 0.

    `times` and `causes` (people,). The causes' shares and the share free of all add up to 1.
    Raises ValueError. Source: Aalen & Johansen 1978; variance by Marubini & Valsecchi 1995.
    """
    ends = durations(times)
    found = counts(ends, causes_of(causes, len(ends)), cause, np.unique(ends))
    n, own, left = found.at_risk, found.failed, found.left
    both = own + found.other
    share = np.cumsum(left * own / n)
    with np.errstate(divide="ignore", invalid="ignore"):
        free = np.where(both > 0, both / (n * (n - both)), 0.0)
    free = np.where(np.isfinite(free), free, 0.0)
    mixed = left * own / n**2
    alone = left**2 * own * (n - own) / n**3
    # The square of (F(t) - F(s)) opened, so that each sum over s <= t is a running one.
    variance = share**2 * np.cumsum(free) - 2 * share * np.cumsum(share * free + mixed)
    variance += np.cumsum(share**2 * free + alone + 2 * share * mixed)
    return Incidence(times=found.times, share=share, variance=np.maximum(variance, 0.0))


def gray(
    times: Sequence[float] | Array,
    causes: Sequence[int] | Array,
    groups: Sequence[object] | NDArray[np.object_],
    cause: int = 1,
) -> Test:
    """Whether the incidence of the cause is the same in all groups (people,).

    A log-rank test would compare hazards, which say nothing of how many had it when the other
    event is as different. Raises ValueError. Source: Gray 1988, rho = 0, with his variance.
    """
    ends = durations(times)
    which, member = causes_of(causes, len(ends)), members(groups, len(ends))
    at = np.unique(ends[which > 0])
    if not (which == cause).any():
        raise ValueError(f"causes: nobody had cause {cause}")
    groups_of = (member == group for group in range(member.max() + 1))
    return gray_of([counts(ends[own], which[own], cause, at) for own in groups_of])


def gray_of(apart: Sequence[Counts]) -> Test:
    """The test from each group's counts at the same times, its arrays (groups, times)."""
    n, own, other, before = (
        np.stack([getattr(each, name) for each in apart])
        for name in ("at_risk", "failed", "other", "left")
    )
    there = n > 0
    safe = np.where(there, n, 1.0)
    after = np.where(there, before * (safe - own - other) / safe, before)
    had = np.cumsum(np.where(there, before * own / safe, 0.0), axis=1)
    had_before = np.c_[np.zeros(len(n)), had[:, :-1]]
    weight = np.where(there & (before > 0), n / np.where(before > 0, before, 1.0), 0.0)
    whole = weight.sum(axis=0)
    died = own.sum(axis=0)
    pooled = np.cumsum(died / whole)
    pooled_before = np.r_[0.0, pooled[:-1]]
    expected = weight * (1 - had_before)
    scores = (own - died * expected / expected.sum(axis=0)).sum(axis=1)
    covariance = gray_covariance(
        weight, safe, before, after, own, other, died, pooled, pooled_before, there
    )
    return tested(scores, covariance)


def gray_covariance(
    weight: Array,
    n: Array,
    before: Array,
    after: Array,
    own: Array,
    other: Array,
    died: Array,
    pooled: Array,
    pooled_before: Array,
    there: NDArray[np.bool_],
) -> Array:
    """What each group's own and other events add to the scores' covariance, (groups, groups)."""
    whole = weight.sum(axis=0)
    share = weight / whole
    # How the score of group i answers to the incidence in group k, at a time and from it on.
    now = weight[:, None] * (np.eye(len(weight))[:, :, None] - share)
    grown = np.cumsum(now * died / (whole * (1 - pooled_before)), axis=-1)
    rest = grown[..., -1:] - grown
    left = np.where(after > 0, after, 1.0)
    gone = np.where(after > 0, (1 - pooled) / left, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        fewer = np.where(died > 1, (died - 1) / (whole * before - 1), 0.0)
        tied = np.where(other > 1, (other - 1) / (n - 1), 0.0)
    by_own = np.where(there & (died > 0), (1 - fewer) * before * died / (whole * n), 0.0)
    by_other = np.where(there & (after > 0), (1 - tied) * before**2 * other / n**2, 0.0)
    moved = now + (1 - gone) * rest
    lost = gone * rest
    return np.asarray(
        np.einsum("ikt,jkt,kt->ij", moved, moved, by_own)
        + np.einsum("ikt,jkt,kt->ij", lost, lost, by_other)
    )
