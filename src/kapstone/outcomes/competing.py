"""Where one event makes another impossible: incidence of each cause, Gray's test, Fine and Gray.

One less Kaplan-Meier of a single cause is more than can happen: it counts those who had the other
event as if they still could have this one. Causes are 0 for censored, 1, 2, ...
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kapstone.outcomes.arrays import Array, Numbers, durations, numbers, refuse_length, refuse_where
from kapstone.outcomes.survival import Test, members, tested


@dataclass(frozen=True, slots=True, kw_only=True)
class Incidence:
    """The share that had the cause by each time, and its variance; all (times,)."""

    times: Array
    share: Array
    variance: Array

    def at(self, when: Numbers) -> Array:
        return self.read(self.share, when)

    def standard_error(self, when: Numbers) -> Array:
        return np.sqrt(self.read(self.variance, when))

    def read(self, steps: Array, when: Numbers) -> Array:
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
        free = np.cumprod(1 - (self.failed + self.other) / np.maximum(self.at_risk, 1))
        return np.asarray(np.r_[1.0, free[:-1]])


def causes_of(given: Numbers, count: int) -> Array:
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
    at_risk = np.asarray(ended[::-1].cumsum()[::-1], float)
    return Counts(times, at_risk, np.asarray(failed, float), np.asarray(any_of - failed, float))


def cumulative_incidence(times: Numbers, causes: Numbers, cause: int = 1) -> Incidence:
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
    times: Numbers,
    causes: Numbers,
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
    """The test from each group's counts at the same times."""
    moves = Moves.of(apart)
    expected = moves.weight * (1 - moves.had_before)
    scores = (moves.own - moves.died * expected / expected.sum(axis=0)).sum(axis=1)
    return tested(scores, moves.covariance())


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """What happened in each group, (groups, times), and in all together, (times,).

    `before` and `after` are the shares free of every event around each time, `weight` those at
    risk over the share before, `pooled` the incidence of all as the weights have it.
    """

    n: Array
    own: Array
    other: Array
    before: Array
    after: Array
    had_before: Array
    weight: Array
    died: Array
    pooled: Array

    @classmethod
    def of(cls, apart: Sequence[Counts]) -> Moves:
        n, own, other, before = (
            np.stack([getattr(each, name) for each in apart])
            for name in ("at_risk", "failed", "other", "left")
        )
        safe = np.maximum(n, 1.0)
        had = np.cumsum(before * own / safe, axis=1)
        weight = np.where(before > 0, n / np.where(before > 0, before, 1.0), 0.0)
        died = own.sum(axis=0)
        return cls(
            n=n,
            own=own,
            other=other,
            before=before,
            after=before * (1 - (own + other) / safe),
            had_before=np.c_[np.zeros(len(n)), had[:, :-1]],
            weight=weight,
            died=died,
            pooled=np.cumsum(died / weight.sum(axis=0)),
        )

    def covariance(self) -> Array:
        """What each group's own and other events add to it, (groups, groups)."""
        gone = np.where(self.after > 0, (1 - self.pooled) / np.maximum(self.after, 1e-300), 0.0)
        now, rest = self.answers()
        moved, lost = now + (1 - gone) * rest, gone * rest
        by_own, by_other = self.spreads()
        own = np.einsum("ikt,jkt,kt->ij", moved, moved, by_own)
        return np.asarray(own + np.einsum("ikt,jkt,kt->ij", lost, lost, by_other))

    def answers(self) -> tuple[Array, Array]:
        """How the score of group i answers to group k at a time, and after it; (i, k, times)."""
        whole = self.weight.sum(axis=0)
        now = self.weight[:, None] * (np.eye(len(self.weight))[:, :, None] - self.weight / whole)
        earlier = np.r_[0.0, self.pooled[:-1]]
        grown = np.cumsum(now * self.died / (whole * (1 - earlier)), axis=-1)
        return now, grown[..., -1:] - grown

    def spreads(self) -> tuple[Array, Array]:
        """The variance that own and other events bring, with their ties; (groups, times)."""
        whole, safe = self.weight.sum(axis=0), np.maximum(self.n, 1.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            fewer = np.where(self.died > 1, (self.died - 1) / (whole * self.before - 1), 0.0)
            tied = np.where(self.other > 1, (self.other - 1) / (safe - 1), 0.0)
        own = (1 - fewer) * self.before * self.died / (whole * safe)
        other = (1 - tied) * self.before**2 * self.other / safe**2
        return np.where(self.n > 0, own, 0.0), np.where(self.after > 0, other, 0.0)
