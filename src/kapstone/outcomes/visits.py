"""The mean at each visit when some were not there, from all that was measured.

The likelihood of an MMRM with the baseline among its outcomes, by EM over patterns of who was seen
when: seconds less than REML where there are thousands, and within its error of it (by test).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kapstone.outcomes.arrays import Array, two_sided

MOST_ROUNDS, ENOUGH = 1000, 1e-5
# For each column so many must have been measured, or its covariances mean nothing.
FEWEST_OF_COLUMN = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """By column the mean change from the first one, its standard error and bounds; (columns,)."""

    value: Array
    standard_error: Array
    lower: Array
    upper: Array
    rounds: int


def mean_changes(scores: Array, *, level: float = 0.95) -> Means | None:
    """Changes from the first column of (people, visits), NaN where nobody measured.

    Right when whether somebody is missing depends only on what was seen of them; a loss that goes
    with how people feel it cannot mend. Bounds are normal, so too narrow below some 30 people.
    None where a column has too few, or the rounds do not settle. Source: Dempster 1977;
    Mallinckrodt 2008.
    """
    seen = ~np.isnan(scores)
    if not len(scores) or (seen.sum(axis=0) < FEWEST_OF_COLUMN).any():
        return None
    of = [scores[:, each][seen[:, each]] for each in range(scores.shape[1])]
    mean, spread = np.array([e.mean() for e in of]), np.diag([e.var() + 1e-6 for e in of])
    apart = patterns(scores, seen)
    for rounds in range(1, MOST_ROUNDS + 1):
        before, wide = mean, spread
        mean, spread = once(apart, mean, spread)
        if max(np.abs(mean - before).max(), np.abs(spread - wide).max()) < ENOUGH:
            return contrasts(apart, mean, spread, two_sided(level), rounds)
    return None


Pattern = tuple[np.ndarray, Array]


def patterns(scores: Array, seen: np.ndarray) -> list[Pattern]:
    """Those seen at the same visits together: which visits, and their scores at these."""
    kinds, which = np.unique(seen, axis=0, return_inverse=True)
    return [
        (kind, scores[which.ravel() == number][:, kind])
        for number, kind in enumerate(kinds)
        if kind.any()
    ]


def once(apart: list[Pattern], mean: Array, spread: Array) -> tuple[Array, Array]:
    """One round: what is expected of what was not seen, and the mean and covariance with it."""
    size, total = len(mean), sum(len(rows) for _, rows in apart)
    first, second = np.zeros(size), np.zeros((size, size))
    for kind, rows in apart:
        whole = np.empty((len(rows), size))
        whole[:, kind] = rows
        left = np.zeros((size, size))
        if not kind.all():
            pull = np.linalg.solve(spread[np.ix_(kind, kind)], spread[np.ix_(kind, ~kind)])
            whole[:, ~kind] = mean[~kind] + (rows - mean[kind]) @ pull
            rest = spread[np.ix_(~kind, ~kind)] - spread[np.ix_(~kind, kind)] @ pull
            left[np.ix_(~kind, ~kind)] = rest
        first += whole.sum(axis=0)
        second += whole.T @ whole + len(rows) * left
    found = first / total
    return found, second / total - np.outer(found, found)


def contrasts(apart: list[Pattern], mean: Array, spread: Array, z: float, rounds: int) -> Means:
    """Changes from the first visit, with errors from the information in what was seen."""
    size = len(mean)
    information = np.zeros((size, size))
    for kind, rows in apart:
        information[np.ix_(kind, kind)] += len(rows) * np.linalg.inv(spread[np.ix_(kind, kind)])
    covariance = np.linalg.inv(information)
    less = np.eye(size)
    less[:, 0] -= 1
    value = less @ mean
    error = np.sqrt(np.maximum(np.diag(less @ covariance @ less.T), 0))
    return Means(
        value=value,
        standard_error=error,
        lower=value - z * error,
        upper=value + z * error,
        rounds=rounds,
    )
