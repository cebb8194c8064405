"""Comparisons of groups that nobody drew by lot: weights by the chance of treatment, and balance.

What was not measured stays unbalanced; the E-value says how much of it would explain a result away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kapstone.outcomes.arrays import (
    Array,
    Numbers,
    columns,
    flags,
    numbers,
    refuse_length,
    two_sided,
)

MOST_STEPS, ENOUGH, SEPARATE = 50, 1e-10, 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighted:
    """An average difference between treated and not, with what it rests on.

    `balance` (k, 2) is the standardised difference of each covariate before and after weighting.
    """

    crude: float
    effect: float
    standard_error: float
    lower: float
    upper: float
    weights: Array
    balance: Array
    effective: tuple[float, float]


def logistic(x: Array, y: Array) -> Array:
    """Log odds per unit of each column (people, k), the intercept first; raises ValueError."""
    whole = np.c_[np.ones(len(x)), x]
    at = np.zeros(whole.shape[1])
    for _ in range(MOST_STEPS):
        chance = 1 / (1 + np.exp(-whole @ at))
        curve = (whole * (chance * (1 - chance))[:, None]).T @ whole
        step = np.linalg.solve(curve, whole.T @ (y - chance))
        at = at + step
        if np.abs(whole @ at).max() > SEPARATE:
            break
        if np.abs(step).max() < ENOUGH:
            return at
    raise ValueError("covariates: they tell apart who was treated; there is nobody to compare with")


def inverse_probability(
    treated: Numbers,
    outcome: Numbers,
    covariates: Sequence[Sequence[float]] | Array,
    *,
    level: float = 0.95,
) -> Weighted:
    """The average effect if all had been treated against nobody, by inverse probability weights.

    `treated` and `outcome` (people,), `covariates` (people, k) from before the treatment. The
    standard error takes the weights as known, which is on the safe side. Raises ValueError.
    Source: Robins 1998; Hernan & Robins, What If, chapter 12.
    """
    y = numbers("outcome", outcome)
    was, x = flags(treated, len(y), "treated"), columns("covariates", covariates, len(y))
    refuse_length("treated", was, len(y))
    if not 0 < was.sum() < len(was):
        raise ValueError("treated: all are in one group; two are needed to compare")
    chance = 1 / (1 + np.exp(-np.c_[np.ones(len(x)), x] @ logistic(x, was)))
    weights = np.where(was == 1, 1 / chance, 1 / (1 - chance))
    effect, error = weighted_difference(y, was, weights)
    wide = two_sided(level) * error
    return Weighted(
        crude=float(y[was == 1].mean() - y[was == 0].mean()),
        effect=effect,
        standard_error=error,
        lower=effect - wide,
        upper=effect + wide,
        weights=weights,
        balance=np.stack([apart(x, was, np.ones_like(y)), apart(x, was, weights)], axis=1),
        effective=(effective(weights[was == 1]), effective(weights[was == 0])),
    )


def weighted_difference(y: Array, was: Array, weights: Array) -> tuple[float, float]:
    """The difference of weighted means, and its error from a sandwich."""
    means = [np.average(y[was == side], weights=weights[was == side]) for side in (1, 0)]
    spread = sum(
        ((weights * (y - mean))[was == side] ** 2).sum() / weights[was == side].sum() ** 2
        for side, mean in zip((1, 0), means, strict=True)
    )
    return float(means[0] - means[1]), float(np.sqrt(spread))


def apart(x: Array, was: Array, weights: Array) -> Array:
    """Standardised differences of means, (k,), over the spread before weighting."""
    means = [np.average(x[was == side], axis=0, weights=weights[was == side]) for side in (1, 0)]
    spread = np.sqrt((x[was == 1].var(axis=0, ddof=1) + x[was == 0].var(axis=0, ddof=1)) / 2)
    return np.asarray((means[0] - means[1]) / np.where(spread > 0, spread, np.nan))


def effective(weights: Array) -> float:
    """How many people of equal weight these are worth. Source: Kish 1965."""
    return float(weights.sum() ** 2 / (weights**2).sum())
