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

from kapstone.outcomes.arrays import Array, Numbers, refuse_where, two_sided

MOST_ROUNDS, ENOUGH = 100_000, 1e-9
# A mass as small as this is nought; a leap leaves that part of what a round would.
NOTHING, LEFT, TINY = 1e-9, 1e-2, 1e-300


@dataclass(frozen=True, slots=True, kw_only=True)
class Masses:
    """Where the events can lie, (lower, upper], and what share lies in each; (intervals,).

    Where within an interval nobody can tell; an upper of infinity is beyond what was followed.
    `covariance` (intervals, intervals) is of the masses.
    """

    lower: Array
    upper: Array
    mass: Array
    covariance: Array

    def bounds_at(self, when: float) -> tuple[float, float]:
        """The least and the most that may still be free of the event at a moment."""
        sure = float(self.mass[self.upper <= when].sum())
        possible = float(self.mass[self.lower < when].sum())
        return 1 - possible, 1 - sure

    def interval(self, when: float, *, level: float = 0.95) -> tuple[float, float]:
        """Between what bounds the share still free of the event lies at a moment.

        From the lower bound of the least to the upper bound of the most, by log(-log); 0 and 1
        where none or all are free, of which nothing more can be told.
        """
        least, most = self.bounds_at(when)
        return (
            self.bound(least, self.lower < when, two_sided(level)),
            self.bound(most, self.upper <= when, -two_sided(level)),
        )

    def bound(self, share: float, gone: NDArray[np.bool_], z: float) -> float:
        if not ENOUGH < share < 1 - ENOUGH:
            return float(round(share))
        error = np.sqrt(max(float(gone @ self.covariance @ gone), 0.0))
        # Below share for a z above 0: the power of the share is then above 1.
        return float(share ** np.exp(-z * error / (share * np.log(share))))


def turnbull(lower: Numbers, upper: Sequence[float | None] | Array) -> Masses:
    """The masses that make what was seen the most likely, by expectation and maximisation.

    Each person's event lies in (lower, upper]; equal ends are an event seen on the day, an upper of
    None or infinity is one not seen. Raises ValueError that names the entry. Source: Turnbull 1976;
    Gentleman & Geyer 1994 for when it is the maximum.
    """
    from_, to = ends(lower, upper)
    inside = innermost(from_, to)
    low, high = inside.T
    exact, begins = (from_ == to)[:, None], from_[:, None]
    # An exact event at u is the limit of intervals that end with it, so that an interval which
    # begins at u (as one last seen free of it then) does not hold it.
    after = np.where(low == high, low > begins, low >= begins)
    holds = np.where(exact, high == begins, after & (high <= to[:, None])).astype(float)
    mass = maximised(holds)
    kept = mass > NOTHING
    share = mass[kept] / mass[kept].sum()
    return Masses(
        lower=low[kept],
        upper=high[kept],
        mass=share,
        covariance=covariance_of(holds[:, kept], share),
    )


def covariance_of(holds: Array, mass: Array) -> Array:
    """The inverse of the information that the people (people, k) give on masses that add up to 1.

    Of right-censored times it is Greenwood's. Source: Turnbull 1976; masses found to be nought are
    taken for known.
    """
    each = holds / (holds @ mass)[:, None]
    free = np.vstack([np.eye(len(mass) - 1), -np.ones(len(mass) - 1)])
    found: Array = free @ np.linalg.pinv(free.T @ each.T @ each @ free, hermitian=True) @ free.T
    return found


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
    """The masses after rounds that share each person out over where their event may lie.

    People with the same ends are one row with a weight; two rounds point to where a third leaps,
    unless that makes what was seen less likely. Source: Varadhan & Roland 2008 for the leap.
    """
    unlike = np.unique(holds, axis=0, return_counts=True)
    rows: Array = np.asarray(unlike[0], dtype=np.float64)
    weight: Array = np.asarray(unlike[1], dtype=np.float64) / len(holds)
    mass = np.full(holds.shape[1], 1 / holds.shape[1])
    for _ in range(MOST_ROUNDS):
        pull = weight @ (rows / (rows @ mass)[:, None])
        # At the maximum no interval pulls more than 1.
        if pull.max() < 1 + ENOUGH:
            break
        once = mass * pull
        twice = once * (weight @ (rows / (rows @ once)[:, None]))
        mass = leap(mass, once, twice)
        if weight @ np.log(rows @ mass) < weight @ np.log(rows @ twice):
            mass = twice
    return np.asarray(mass / mass.sum())


def leap(mass: Array, once: Array, twice: Array) -> Array:
    """As far ahead as two rounds point to, with something left in every interval."""
    step, bend = once - mass, twice - 2 * once + mass
    length = np.sqrt(float(step @ step) / max(float(bend @ bend), TINY))
    ahead = np.maximum(mass + 2 * length * step + length**2 * bend, twice * LEFT)
    return np.asarray(ahead / ahead.sum())
