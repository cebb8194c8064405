"""How one cause's incidence goes with what is known of each person: Fine and Gray."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kapstone.outcomes.arrays import Array, Numbers, columns, durations
from kapstone.outcomes.competing import causes_of
from kapstone.outcomes.hazards import ENOUGH, MOST_STEPS, SEPARATE, Hazards
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
    centre = x.mean(axis=0)
    weights, failed = at_risk(ends, which, cause)
    at = np.zeros(x.shape[1])
    nothing = value = likelihood(at, x - centre, weights, failed)[0]
    for _ in range(MOST_STEPS):
        value, slope, curve = likelihood(at, x - centre, weights, failed)
        step = np.linalg.solve(curve, slope)
        at = at + step
        if np.abs(at * x.std(axis=0)).max() > SEPARATE:
            break
        if np.abs(step).max() < ENOUGH:
            return Hazards(
                coefficients=at,
                covariance=np.asarray(np.linalg.inv(curve), float),
                log_likelihood=value,
                of_nothing=nothing,
            )
    raise ValueError("covariates: one of them tells apart who had the event: no finite ratio")


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
