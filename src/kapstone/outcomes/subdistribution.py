"""How one cause's incidence goes with what is known of each person: Fine and Gray."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kapstone.outcomes.arrays import Array, Numbers, columns, durations
from kapstone.outcomes.competing import causes_of
from kapstone.outcomes.hazards import Hazards, newton
from kapstone.outcomes.survival import kaplan_meier


def fine_gray(
    times: Numbers,
    causes: Numbers,
    covariates: Sequence[Sequence[float]] | Array,
    cause: int = 1,
) -> Hazards:
    """Log subdistribution hazard ratios per unit of each covariate (people, k).

    Who had another event stays at risk, with the weight of not having been censored meanwhile.
    The covariance is the model's. Raises ValueError. Source: Fine & Gray 1999.
    """
    ends = durations(times)
    which, x = causes_of(causes, len(ends)), columns("covariates", covariates, len(ends))
    if not (which == cause).any():
        raise ValueError(f"causes: nobody had cause {cause}")
    spread = x.std(axis=0)
    if not spread.all():
        raise ValueError(f"covariates: column {int(np.argmin(spread)) + 1} is the same for all")
    scaled, (weights, failed) = (x - x.mean(axis=0)) / spread, at_risk(ends, which, cause)
    found, covariance, best, nothing = newton(
        x.shape[1], lambda at: likelihood(at, scaled, weights, failed)
    )
    return Hazards(
        coefficients=found / spread,
        covariance=covariance / np.outer(spread, spread),
        log_likelihood=best,
        of_nothing=nothing,
    )


def at_risk(ends: Array, causes: Array, cause: int) -> tuple[Array, Array]:
    """Each person's weight at each time of the cause (times, people), and who failed then."""
    when = np.unique(ends[causes == cause])
    seen = kaplan_meier(ends, causes == 0)
    # Not censored until just before a moment.
    until = np.r_[1.0, seen.share]
    now = until[np.searchsorted(seen.times, when, side="left")]
    own = until[np.searchsorted(seen.times, ends, side="left")]
    stays = (causes > 0) & (causes != cause)
    gone = ends[None] < when[:, None]
    weights = np.where(gone, np.where(stays, now[:, None] / own[None], 0.0), 1.0)
    failed = ((ends[None] == when[:, None]) & (causes == cause)).astype(float)
    return weights, failed


def likelihood(at: Array, x: Array, weights: Array, failed: Array) -> tuple[float, Array, Array]:
    line = x @ at
    part = weights * np.exp(line)
    s0 = part.sum(axis=1)
    s1 = part @ x
    s2 = np.einsum("tn,np,nq->tpq", part, x, x)
    died = failed.sum(axis=1)
    mean = s1 / s0[:, None]
    value = float((failed @ line - died * np.log(s0)).sum())
    slope = (failed @ x - died[:, None] * mean).sum(axis=0)
    spread = s2 / s0[:, None, None] - mean[:, :, None] * mean[:, None]
    return value, slope, (died[:, None, None] * spread).sum(axis=0)
