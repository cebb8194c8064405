"""Who is measured: loss to follow-up that may depend on how the person is doing."""

from __future__ import annotations

import numpy as np

from kapstone.synthesis.model import Counts, Flags, Reals

# Change in the log-odds of being measured per PHQ-9 point. The default reproduces the gap between
# completers and everyone in yermus-2024; the stress value is a worst case for the bounds.
USUAL_SLOPE = -0.03
STRESS_SLOPE = -0.1
CLINIC_SD = 0.15


def observed(
    totals: Counts,
    share: float,
    rng: np.random.Generator,
    *,
    slope: float = USUAL_SLOPE,
    clinic: Reals | None = None,
) -> Flags:
    """Who of these people is measured, when `share` of all are; `clinic` adds log-odds of its own.

    The share is met in expectation. ValueError if `share` is not strictly between 0 and 1.
    """
    if not 0 < share < 1:
        raise ValueError(f"share of people measured: {share} is not between 0 and 1")
    own = np.zeros(len(totals)) if clinic is None else clinic
    pull = np.asarray(slope * (totals - 10.0) + own, dtype=np.float64)
    return np.asarray(rng.random(len(totals)) < _logistic(_intercept(pull, share) + pull))


def intercepts(totals: Counts, shares: Reals, *, slope: float) -> Reals:
    """The log-odds per visit at 10 points with which `shares` are measured; totals (n, visits)."""
    pulls = slope * (totals - 10.0)
    return np.array([_intercept(pull, share) for pull, share in zip(pulls.T, shares, strict=True)])


def chances(totals: Counts, of: Reals, *, slope: float, clinic: Reals | float = 0.0) -> Reals:
    """The chance of being measured, (n, visits), with the `intercepts` and each clinic's part."""
    own = np.asarray(clinic, dtype=np.float64).reshape(-1, 1)
    return _logistic(of + slope * (totals - 10.0) + own)


def clinic_effects(clinics: int, rng: np.random.Generator) -> Reals:
    """One log-odds of follow-up for each clinic (SD 0.15, an assumption)."""
    return rng.normal(0, CLINIC_SD, clinics)


def _intercept(pull: Reals, share: float) -> float:
    low, high = -30.0 - float(pull.max()), 30.0 - float(pull.min())
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _logistic(middle + pull).mean() < share else (low, middle)
    return middle


def _logistic(x: Reals) -> Reals:
    return np.asarray(1 / (1 + np.exp(-x)))
