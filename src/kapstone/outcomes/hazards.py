"""How a hazard goes with what is known of each person: Cox's model, by its partial likelihood."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from kapstone.outcomes.arrays import Array, Numbers, columns, durations, flags, two_sided

Ties = Literal["efron", "breslow"]
MOST_STEPS, ENOUGH = 50, 1e-10
# A coefficient of this size per standard deviation means that the groups do not overlap.
SEPARATE = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hazards:
    """Log hazard ratios with their covariance, (k,) and (k, k), and the two log likelihoods."""

    coefficients: Array
    covariance: Array
    log_likelihood: float
    of_nothing: float

    @property
    def standard_errors(self) -> Array:
        found: Array = np.sqrt(np.diag(self.covariance))
        return found

    def ratios(self, level: float = 0.95) -> Array:
        """Hazard ratios with their bounds, (k, 3): the ratio, lower, upper."""
        wide = two_sided(level) * self.standard_errors * np.array([[0], [-1], [1]])
        found: Array = np.exp(self.coefficients + wide).T
        return found

    def p(self) -> Array:
        """Wald's two-sided p of each coefficient."""
        from scipy.special import ndtr  # noqa: PLC0415

        found: Array = 2 * ndtr(-np.abs(self.coefficients / self.standard_errors))
        return found


def cox(
    times: Numbers,
    events: Numbers,
    covariates: Sequence[Sequence[float]] | Array,
    *,
    ties: Ties = "efron",
) -> Hazards:
    """Log hazard ratios per unit of each covariate (people, k), by Newton's steps.

    They hold as long as the ratio is the same at all times, and say nothing of cause. Raises
    ValueError when nobody had the event, or when a covariate separates those who had it from those
    who had not: then no ratio is finite. Source: Cox 1972; Efron 1977; Breslow 1974.
    """
    ends = durations(times)
    had, x = flags(events, len(ends)), columns("covariates", covariates, len(ends))
    if not had.any():
        raise ValueError("events: nobody had the event")
    spread = x.std(axis=0)
    if not spread.all():
        raise ValueError(f"covariates: column {int(np.argmin(spread)) + 1} is the same for all")
    scaled = (x - x.mean(axis=0)) / spread
    order = np.argsort(ends, kind="stable")
    risk = at_risk(ends[order], had[order], ties)
    found, covariance, best, nothing = newton(
        x.shape[1], lambda at: likelihood(at, scaled[order], risk)
    )
    return Hazards(
        coefficients=found / spread,
        covariance=covariance / np.outer(spread, spread),
        log_likelihood=best,
        of_nothing=nothing,
    )


Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class AtRisk:
    """For each event, in order of time (events,): which row it is, and from which row on the others
    are at risk; where its ties begin, and what part of them is taken out before it.
    """

    failed: Rows
    since: Rows
    ties_from: Rows
    tie: Rows
    out: Array


# A log likelihood, its slope, and minus its curvature.
Likely = tuple[float, Array, Array]


def at_risk(ends: Array, had: Array, ties: Ties) -> AtRisk:
    """Who is at risk at each event; `ends` in order."""
    failed = np.flatnonzero(had == 1)
    _, first, tie, count = np.unique(
        ends[failed], return_index=True, return_inverse=True, return_counts=True
    )
    earlier = np.arange(len(failed)) - first[tie]
    return AtRisk(
        failed=failed,
        since=np.searchsorted(ends, ends[failed], side="left"),
        ties_from=first,
        tie=tie,
        out=earlier / count[tie] if ties == "efron" else np.zeros(len(failed)),
    )


def newton(count: int, likely: Callable[[Array], Likely]) -> tuple[Array, Array, float, float]:
    """Where the likelihood of `count` scaled coefficients is highest, their covariance, its value.

    The last is its value at nought. Raises ValueError where no finite coefficient is the highest.
    """
    at = np.zeros(count)
    value, slope, curve = likely(at)
    nothing = value
    for _ in range(MOST_STEPS):
        step = np.linalg.solve(curve, slope)
        tried = at + step
        after = likely(tried)
        while after[0] < value - 1e-9 and np.abs(step).max() > ENOUGH:
            step = step / 2
            tried = at + step
            after = likely(tried)
        at, (value, slope, curve) = tried, after
        if np.abs(at).max() > SEPARATE:
            break
        if np.abs(step).max() < ENOUGH:
            return at, np.asarray(np.linalg.inv(curve), float), value, nothing
    raise ValueError("covariates: one of them tells apart who had the event: no finite ratio")


def likelihood(at: Array, x: Array, risk: AtRisk) -> Likely:
    """The partial log likelihood, its slope, and minus its curvature; `x` in order of time.

    Sums over all at risk are sums from the end, so that many people cost no more than their number.
    """
    line = x @ at
    weights = np.exp(line)
    of = weights[:, None] * x
    s0, s1, s2 = (taken(each, risk) for each in (weights, of, of[:, :, None] * x[:, None]))
    mean = s1 / s0[:, None]
    value = line[risk.failed].sum() - np.log(s0).sum()
    slope = (x[risk.failed] - mean).sum(axis=0)
    curve = (s2 / s0[:, None, None]).sum(axis=0) - mean.T @ mean
    return float(value), slope, curve


def taken(each: Array, risk: AtRisk) -> Array:
    """At each event (events, ...) the sum over all at risk, less what is out of its ties."""
    whole = each[::-1].cumsum(axis=0)[::-1][risk.since]
    own = np.add.reduceat(each[risk.failed], risk.ties_from, axis=0)[risk.tie]
    part = risk.out.reshape(-1, *(1 for _ in each.shape[1:]))
    found: Array = whole - part * own
    return found
