"""The published values beside the models' own, as the test and the reference page read them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kapstone.pharmacokinetics import answer, question_of

FILE = Path(__file__).with_name("published.toml")
METRICS = ("cmax", "tmax", "auc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One published number, what the model says, and how far they may be apart."""

    id: str
    study: str
    source: str
    kind: str
    what: str
    observed: float
    predicted: float
    within_fold: float
    model: str

    @property
    def fold(self) -> float:
        return max(self.observed / self.predicted, self.predicted / self.observed)


def rows() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(FILE.read_text(encoding="utf-8"))["row"]
    return found


def questions(row: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], float]]:
    """Each question of a row: what it asks, in words, the question, and the published number."""
    ask = row["ask"]
    for at, observed in zip(row.get("at_min", ()), row.get("observed", ()), strict=True):
        yield f"at {at:g} min", {**ask, "at_min": at}, observed
    for metric in METRICS:
        if metric in row:
            more = {"to_min": row["to_min"]} if metric == "auc" and "to_min" in row else {}
            yield metric, {**ask, "metric": metric, **more}, row[metric]


def compared(row: dict[str, Any]) -> Iterator[Compared]:
    for what, ask, observed in questions(row):
        found = answer(question_of(ask), rng=np.random.default_rng(1), people=10)
        yield Compared(
            id=row["id"],
            study=row["study"],
            source=row["source"],
            kind=row["kind"],
            what=f"{ask['analyte']} {what}, {found.unit}",
            observed=observed,
            predicted=found.value,
            within_fold=row["within_fold"],
            model=found.model,
        )
