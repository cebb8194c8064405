"""The change by visit as large trials report it: MMRM, with nothing taken for granted of visits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kapstone.outcomes.arrays import Array, numbers
from kapstone.outcomes.design import Rows, design, values_of
from kapstone.outcomes.reml import Fit, RandomLines, Unstructured, fitted


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One coefficient with Satterthwaite's degrees of freedom and an interval of 95 %."""

    name: str
    value: float
    standard_error: float
    df: float
    p: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """The effects of a model, and from how many `people` and `rows` it was made."""

    effects: tuple[Effect, ...]
    visits: tuple[str, ...]
    of_visits: Array
    minus_twice: float
    people: int
    rows: int
    left_out: int


def mmrm(
    rows: Rows,
    *,
    response: str,
    subject: str,
    visit: str,
    terms: Sequence[str],
    references: Mapping[str, Any] | None = None,
) -> Repeated:
    """A mixed model for repeated measures with an unstructured covariance, by REML.

    Each row is one measurement; those without a response are left out and counted. `terms` are
    names of columns, or `a:b`. Right when what is missing depends only on what was seen: it does
    not mend a loss that goes with how people feel. Raises ValueError that says what and where.
    Source: Mallinckrodt 2008; checked against SAS PROC MIXED.
    """
    measured = [row for row in rows if row.get(response) is not None]
    if not measured:
        raise ValueError(f"rows: none has {response}")
    y = numbers(response, values_of(measured, response))
    visits, when = np.unique([str(v) for v in values_of(measured, visit)], return_inverse=True)
    people, who = np.unique([str(s) for s in values_of(measured, subject)], return_inverse=True)
    refuse_twice(who, when, people, visits)
    columns = design(measured, terms, references or {}, frozenset({visit}))
    fit = fitted(y, np.stack(list(columns.values()), axis=1), who, when, Unstructured(len(visits)))
    return Repeated(
        effects=effects(fit, list(columns)),
        visits=tuple(str(each) for each in visits),
        of_visits=fit.of_visits,
        minus_twice=fit.minus_twice,
        people=len(people),
        rows=len(measured),
        left_out=len(rows) - len(measured),
    )


def refuse_twice(who: Any, when: Any, people: Any, visits: Any) -> None:
    pairs, counts = np.unique(np.stack([who, when]), axis=1, return_counts=True)
    if (counts > 1).any():
        one, at = pairs[:, int(np.argmax(counts > 1))]
        raise ValueError(f"rows: {people[one]} has two at {visits[at]}; one is needed")


def effects(fit: Fit, names: Sequence[str]) -> tuple[Effect, ...]:
    from scipy.stats import t  # noqa: PLC0415

    found = []
    for place, name in enumerate(names):
        value, error = float(fit.coefficients[place]), float(fit.standard_errors[place])
        df = fit.degrees_of_freedom(np.eye(len(names))[place])
        wide = float(t.ppf(0.975, df)) * error
        p = float(2 * t.sf(abs(value / error), df))
        found.append(
            Effect(
                name=name,
                value=value,
                standard_error=error,
                df=df,
                p=p,
                lower=value - wide,
                upper=value + wide,
            )
        )
    return tuple(found)


def random_lines(
    y: Array, x: Array, subject: Array, day: Array, *, restricted: bool = True
) -> tuple[Fit, RandomLines]:
    """A line of each person's own over the days, with its covariance; arrays (rows,), x (rows, p).

    Source: Laird & Ware 1982.
    """
    days, visit = np.unique(day, return_inverse=True)
    _, who = np.unique(subject, return_inverse=True)
    lines = RandomLines(np.stack([np.ones_like(days), days], axis=1))
    return fitted(y, x, who, visit, lines, restricted=restricted), lines
