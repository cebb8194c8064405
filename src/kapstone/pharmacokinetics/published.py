"""What was published, beside what the models say of the same people and doses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, Self

import numpy as np
from pydantic import model_validator

from kapstone.knowledge import Knowledge, rows
from kapstone.pharmacokinetics.asking import answer, question_of
from kapstone.pharmacokinetics.rows import FOLDER, sources_of

WHAT = {"cmax": "peak", "tmax": "time of the peak", "auc": "area"}


class Published(Knowledge):
    """A study's question, as a line of a batch asks it, and the numbers it found."""

    id: str
    study: str
    source: str
    kind: Literal["in_sample", "external"]
    within_fold: float
    ask: dict[str, Any]
    at_min: tuple[float, ...] = ()
    observed: tuple[float, ...] = ()
    cmax: float | None = None
    tmax: float | None = None
    auc: float | None = None
    to_min: float | None = None

    @model_validator(mode="after")
    def has_numbers(self) -> Self:
        if len(self.at_min) != len(self.observed):
            raise ValueError("as many minutes as concentrations")
        if not self.at_min and not any(getattr(self, metric) for metric in WHAT):
            raise ValueError("no number to compare with")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One published number, what the model says, and how far they may be apart."""

    row: Published
    what: str
    unit: str
    observed: float
    predicted: float
    model: str

    @property
    def fold(self) -> float:
        return max(self.observed / self.predicted, self.predicted / self.observed)


@cache
def published() -> tuple[Published, ...]:
    """The rows; raises KnowledgeError for one that cannot be used."""
    found = tuple(rows(f"{FOLDER}/published.toml", "row", Published))
    for row in found:
        sources_of([row.source])
    return found


def questions(row: Published) -> Iterator[tuple[str, dict[str, Any], float]]:
    """Each question of a row: what it asks, in words, the question, and the published number."""
    for at, observed in zip(row.at_min, row.observed, strict=True):
        yield f"at {at:g} min", {**row.ask, "at_min": at}, observed
    for metric, words in WHAT.items():
        found = getattr(row, metric)
        if found is not None:
            until = {"to_min": row.to_min} if metric == "auc" else {}
            yield words, {**row.ask, "metric": metric, **until}, found


def compared(row: Published) -> Iterator[Compared]:
    """The typical person's numbers beside the study's."""
    for what, ask, observed in questions(row):
        question = question_of(ask)
        found = answer(question, rng=np.random.default_rng(1), people=1)
        yield Compared(
            row=row,
            what=f"{question.analyte}, {what}",
            unit=found.unit,
            observed=observed,
            predicted=found.value,
            model=found.model,
        )
