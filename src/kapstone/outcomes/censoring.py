"""Events known only to lie between two visits: the nonparametric estimate of Turnbull.

A score shows that a response was lost somewhere after the last good visit. To take the day of the
bad visit for it makes what lasts look longer than it does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from kapstone.outcomes.arrays import Array, Numbers, refuse_where

MOST_ROUNDS, ENOUGH = 100_000, 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Masses:
    """Where the events can lie, (lower, upper], and what share lies in each; (intervals,).

    Where within an interval nobody can tell; an upper of infinity is beyond what was followed.
    """

    lower: Array
    upper: Array
    mass: Array

    def bounds_at(self, when: float) -> tuple[float, float]:
        """The least and the most that may still be free of the event at a moment."""
        sure = float(self.mass[self.upper <= when].sum())
        possible = float(self.mass[self.lower < when].sum())
        return 1 - possible, 1 - sure


def turnbull(lower: Numbers, upper: Sequence[float | None] | Array) -> Masses:
    """The masses that make what was seen the most likely, by expectation and maximisation.

    Each person's event lies in (lower, upper]; equal ends are an event seen on the day, an upper of
    None or infinity is one not seen. Raises ValueError that names the entry. Source: Turnbull 1976;
    Gentleman & Geyer 1994 for when it is the maximum.
    """
    from_, to = ends(lower, upper)
    inside = innermost(from_, to)
    low, high = inside.T
    exact = (from_ == to)[:, None]
    # An exact event at u is the limit of intervals that end with it.
    holds = np.where(
        exact, high == from_[:, None], (low >= from_[:, None]) & (high <= to[:, None])
    ).astype(float)
    mass = maximised(holds)
    kept = mass > ENOUGH
    return Masses(lower=low[kept], upper=high[kept], mass=mass[kept] / mass[kept].sum())


def ends(lower: Numbers, upper: Sequence[float | None] | Array) -> tuple[Array, Array]:
    from_ = np.asarray(lower, float)
    to = np.array([np.inf if each is None else each for each in upper], float)
    if from_.ndim != 1 or not len(from_) or from_.shape != to.shape:
        raise ValueError("lower and upper: two lists of as many times, at least one")
    refuse_where("lower", ~np.isfinite(from_) | (from_ < 0), from_, "is no time from 0 on")
    refuse_where("upper", np.isnan(to) | (to < from_), to, "lies before its lower end")
    return from_, to


def innermost(from_: Array, to: Array) -> Array:
    """The intervals that begin at some lower end and stop at the next upper one, (k, 2)."""
    exact = from_ == to
    marks = [(value, 1, value) for value in from_[~exact]]
    marks += [(value, 0, value) for value in to]
    # Of an event on the day itself the lower end stands just before it.
    marks += [(value, -1, value) for value in from_[exact]]
    marks.sort()
    found = {
        (left[2], right[2]) for left, right in pairwise(marks) if left[1] != 0 and right[1] == 0
    }
    return np.array(sorted(found))


def maximised(holds: NDArray[np.float64]) -> Array:
    """The masses after rounds that share each person out over where their event may lie."""
    mass = np.full(holds.shape[1], 1 / holds.shape[1])
    for _ in range(MOST_ROUNDS):
        pull = (holds / (holds @ mass)[:, None]).mean(axis=0)
        mass = mass * pull
        # At the maximum no interval pulls more than 1.
        if pull.max() < 1 + ENOUGH:
            break
    return np.asarray(mass / mass.sum())
