"""Repeated measures by restricted maximum likelihood, the covariance of the visits as a structure.

Every person has some of the same visits; the rest is missing at random given what was seen. People
with the same visits are taken together, so that the work grows with their patterns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kapstone.outcomes.arrays import Array, Numbers

Rows = NDArray[np.intp]
STEP = 1e-4


class Structure(Protocol):
    """A covariance of all visits as a function of free parameters."""

    def start(self, variances: Array) -> Array:
        """Parameters (q,) to begin with, from the variance at each visit (visits,)."""

    def covariance(self, parameters: Array) -> Array:
        """The covariance, (visits, visits)."""

    def slopes(self, parameters: Array) -> Array:
        """How it changes with each parameter, (q, visits, visits)."""


def inverse_of(matrix: Array) -> Array:
    return np.asarray(np.linalg.inv(matrix), float)


def lower(parameters: Array, size: int) -> Array:
    """A triangular factor whose diagonal is above 0: its logarithms are the parameters."""
    factor = np.zeros((size, size))
    factor[np.tril_indices(size)] = parameters
    np.fill_diagonal(factor, np.exp(np.diag(factor)))
    return factor


def lower_slopes(factor: Array) -> Iterator[Array]:
    """How factor @ factor.T changes with each parameter of the factor."""
    for row, column in zip(*np.tril_indices(len(factor)), strict=True):
        moved = np.zeros_like(factor)
        moved[row, column] = factor[row, column] if row == column else 1.0
        half = moved @ factor.T
        yield half + half.T


@dataclass(frozen=True, slots=True)
class Unstructured:
    """Every variance and covariance of the visits is free: nothing is taken for granted."""

    visits: int

    def start(self, variances: Array) -> Array:
        factor = np.zeros((self.visits, self.visits))
        np.fill_diagonal(factor, np.log(variances) / 2)
        return factor[np.tril_indices(self.visits)]

    def covariance(self, parameters: Array) -> Array:
        factor = lower(parameters, self.visits)
        return factor @ factor.T

    def slopes(self, parameters: Array) -> Array:
        return np.array(list(lower_slopes(lower(parameters, self.visits))))


@dataclass(frozen=True, slots=True)
class RandomLines:
    """A line of each person's own, by columns (visits, effects), and noise around it."""

    by_visit: Array

    def start(self, variances: Array) -> Array:
        effects = self.by_visit.shape[1]
        factor = np.zeros((effects, effects))
        half = np.log(variances.mean() / 2) / 2
        spread = np.sqrt((self.by_visit**2).mean(axis=0))
        np.fill_diagonal(factor, half - np.log(spread))
        return np.asarray(np.r_[factor[np.tril_indices(effects)], half])

    def of_lines(self, parameters: Array) -> Array:
        """The covariance of the lines themselves, (effects, effects)."""
        factor = lower(parameters[:-1], self.by_visit.shape[1])
        return factor @ factor.T

    def covariance(self, parameters: Array) -> Array:
        noise = np.exp(2 * parameters[-1]) * np.eye(len(self.by_visit))
        return np.asarray(self.by_visit @ self.of_lines(parameters) @ self.by_visit.T + noise)

    def slopes(self, parameters: Array) -> Array:
        factor = lower(parameters[:-1], self.by_visit.shape[1])
        found = [self.by_visit @ each @ self.by_visit.T for each in lower_slopes(factor)]
        noise = 2 * np.exp(2 * parameters[-1]) * np.eye(len(self.by_visit))
        return np.array([*found, noise])


@dataclass(frozen=True, slots=True)
class Pattern:
    """People who have the same visits: y (people, k) and x (people, k, p)."""

    visits: Rows
    y: Array
    x: Array


def patterns(y: Array, x: Array, subject: Rows, visit: Rows) -> tuple[Pattern, ...]:
    order = np.lexsort((visit, subject))
    starts = np.flatnonzero(np.r_[True, np.diff(subject[order]) != 0])
    found: dict[tuple[int, ...], list[Rows]] = {}
    for rows in np.split(order, starts[1:]):
        found.setdefault(tuple(visit[rows].tolist()), []).append(rows)
    stacked = {visits: np.stack(rows) for visits, rows in found.items()}
    return tuple(Pattern(np.array(visits), y[rows], x[rows]) for visits, rows in stacked.items())


@dataclass(frozen=True, slots=True)
class Solved:
    """The likelihood at some parameters, and what it was made of."""

    value: float
    slope: Array
    coefficients: Array
    covariance: Array


def normal_of(both: tuple[Pattern, Array]) -> tuple[Array, Array]:
    """What a pattern adds to both sides of the normal equations, (p, p) and (p,)."""
    each, inverse = both
    weighed = np.einsum("nkp,kl->nlp", each.x, inverse)
    left = np.einsum("nkp,nkq->pq", weighed, each.x)
    return np.asarray(left), np.asarray(np.einsum("nkp,nk->p", weighed, each.y))


@dataclass(frozen=True, slots=True)
class Likelihood:
    """Minus twice the log likelihood of the patterns under a structure; `restricted` is REML."""

    patterns: tuple[Pattern, ...]
    structure: Structure
    restricted: bool = True

    @property
    def measured(self) -> int:
        return sum(each.y.size for each in self.patterns)

    def solved(self, parameters: Array) -> Solved:
        whole = self.structure.covariance(parameters)
        inverses = [inverse_of(whole[np.ix_(each.visits, each.visits)]) for each in self.patterns]
        both = list(zip(self.patterns, inverses, strict=True))
        normal, pulled = (sum(parts) for parts in zip(*map(normal_of, both), strict=True))
        covariance = inverse_of(normal)
        found = covariance @ pulled
        value, slope = self.constant(normal), np.zeros(len(parameters))
        slopes = self.structure.slopes(parameters)
        for each, inverse in both:
            value_of, slope_of = self.of_pattern(each, inverse, found, covariance, slopes)
            value, slope = value + value_of, slope + slope_of
        return Solved(value, slope, found, covariance)

    def constant(self, normal: Array) -> float:
        free = self.measured - (len(normal) if self.restricted else 0)
        of_mean = float(np.linalg.slogdet(normal)[1]) if self.restricted else 0.0
        return of_mean + free * float(np.log(2 * np.pi))

    def of_pattern(
        self, each: Pattern, inverse: Array, found: Array, covariance: Array, slopes: Array
    ) -> tuple[float, Array]:
        """What one pattern adds to the value, and to its slope by each parameter."""
        off = (each.y - each.x @ found) @ inverse
        value = len(each.y) * -np.linalg.slogdet(inverse)[1]
        value += float(np.einsum("nk,nk->", off, each.y - each.x @ found))
        pull = len(each.y) * inverse - off.T @ off
        if self.restricted:
            weighed = np.einsum("nkp,kl->nlp", each.x, inverse)
            pull = pull - np.einsum("nkp,pq,nlq->kl", weighed, covariance, weighed)
        within = slopes[:, each.visits[:, None], each.visits]
        return float(value), np.asarray(np.einsum("qkl,kl->q", within, pull))


@dataclass(frozen=True)
class Fit:
    """Coefficients (p,) with their covariance (p, p), and the visits' covariance.

    `minus_twice` is -2 log likelihood, restricted when it was asked for.
    """

    likelihood: Likelihood
    parameters: Array
    coefficients: Array
    covariance: Array
    minus_twice: float

    @property
    def of_visits(self) -> Array:
        return self.likelihood.structure.covariance(self.parameters)

    @property
    def standard_errors(self) -> Array:
        return np.asarray(np.sqrt(np.diag(self.covariance)))

    @cached_property
    def of_parameters(self) -> Array:
        """The covariance of the parameters: twice the inverse of the curvature."""
        return 2 * inverse_of(curvature(self.likelihood, self.parameters))

    def degrees_of_freedom(self, contrast: Numbers) -> float:
        """Satterthwaite's for one contrast of the coefficients (p,).

        So many that the variance of the contrast is about a chi-squared over them. Source:
        Satterthwaite 1946; Giesbrecht & Burns 1985; the observed curvature, as PROC MIXED takes it.
        """
        by = np.asarray(contrast, float)
        variance = by @ self.covariance @ by
        slope = differences(self.variance_of(by), self.parameters)
        return float(2 * variance**2 / (slope @ self.of_parameters @ slope))

    def variance_of(self, contrast: Array) -> Callable[[Array], Array]:
        def found(parameters: Array) -> Array:
            solved = self.likelihood.solved(parameters)
            return np.asarray(contrast @ solved.covariance @ contrast)

        return found


def differences(what: Callable[[Array], Array], at: Array) -> Array:
    """The slope of a function by each parameter, from both sides; (q, ...)."""
    steps = np.eye(len(at)) * STEP
    return np.array([(what(at + step) - what(at - step)) / (2 * STEP) for step in steps])


def curvature(likelihood: Likelihood, at: Array) -> Array:
    found = differences(lambda parameters: likelihood.solved(parameters).slope, at)
    return (found + found.T) / 2


def fitted(
    y: Array,
    x: Array,
    subject: Rows,
    visit: Rows,
    structure: Structure,
    *,
    restricted: bool = True,
) -> Fit:
    """The most likely coefficients and covariance; all arrays have a row for each measurement.

    `visit` counts from 0. Raises ValueError when the columns of `x` (rows, p) say the same thing
    twice, or when no maximum is found. Source: Patterson & Thompson 1971; Mallinckrodt 2008.
    """
    from scipy.optimize import minimize  # noqa: PLC0415

    if np.linalg.matrix_rank(x) < x.shape[1]:
        raise ValueError("the columns of the model say the same thing twice: leave one out")
    likelihood = Likelihood(patterns(y, x, subject, visit), structure, restricted)
    off = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    variances = np.array([off[visit == each].var() for each in np.unique(visit)])

    def value(parameters: Array) -> tuple[float, Array]:
        solved = likelihood.solved(parameters)
        return solved.value, solved.slope

    found = minimize(
        value, structure.start(variances), jac=True, method="BFGS", options={"gtol": 1e-4}
    )
    if np.abs(found.jac).max() > 1e-2:
        raise ValueError("no maximum was found: too few people for so many visits")
    solved = likelihood.solved(found.x)
    return Fit(likelihood, found.x, solved.coefficients, solved.covariance, solved.value)
