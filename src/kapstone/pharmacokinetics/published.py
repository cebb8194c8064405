"""What was published, beside what the models say of the same people and doses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from math import log
from typing import Any, Literal, Self

import numpy as np
from pydantic import model_validator

from kapstone.knowledge import Knowledge, rows
from kapstone.pharmacokinetics.asking import answer, doses_of, person_of, question_of
from kapstone.pharmacokinetics.dosing import devices
from kapstone.pharmacokinetics.matrices import inverse
from kapstone.pharmacokinetics.people import OF_DRUG
from kapstone.pharmacokinetics.rows import FOLDER, models, sources_of
from kapstone.pharmacokinetics.simulating import draw

WHAT = {"cmax": "peak", "tmax": "time of the peak", "auc": "area"}


class Published(Knowledge):
    """A study's question, as a line of a batch asks it, and the numbers it found."""

    id: str
    study: str
    sources: tuple[str, ...]
    kind: Literal["in_sample", "external"]
    within_fold: float
    ask: dict[str, Any]
    at_min: tuple[float, ...] = ()
    observed: tuple[float, ...] = ()
    slope_h: tuple[float, float] | None = None
    cmax: float | None = None
    tmax: float | None = None
    auc: float | None = None
    to_min: float | None = None
    clearance: float | None = None
    half_life: float | None = None
    area_ratio: float | None = None
    share: float | None = None

    @model_validator(mode="after")
    def has_numbers(self) -> Self:
        if len(self.at_min) != len(self.observed):
            raise ValueError("as many minutes as concentrations")
        if not self.at_min and not any(getattr(self, metric) for metric in (*WHAT, *DERIVED)):
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
        sources_of(row.sources)
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
    for name, (what, unit, calculate) in DERIVED.items():
        observed = getattr(row, name)
        if observed is not None:
            predicted, model = calculate(row)
            yield Compared(
                row=row,
                what=f"{row.ask['analyte']}, {what}",
                unit=unit,
                observed=observed,
                predicted=predicted,
                model=model,
            )


def asked(row: Published, **more: Any) -> tuple[float, str]:
    found = answer(question_of({**row.ask, **more}), rng=np.random.default_rng(1), people=1)
    return found.value, found.model


def clearance(row: Published) -> tuple[float, str]:
    """mL/min of one form: its part of the dose by its area."""
    area, model = asked(row, metric="auc")
    doses = doses_of(question_of({**row.ask, "metric": "auc"}))
    mg = sum(dose.mg / len(OF_DRUG[dose.drug]) for dose in doses)
    return mg * 1e6 / (area * 60), model


def half_life(row: Published) -> tuple[float, str]:
    """Hours, from the fall between two times."""
    first, last = row.slope_h or (0.0, 0.0)
    (early, model), (late, _) = (
        asked(row, metric="c_at", at_min=60 * hour) for hour in (first, last)
    )
    return log(2) * (last - first) / log(early / late), model


def area_ratio(row: Published) -> tuple[float, str]:
    """The area of a metabolite by that of the same form of ketamine."""
    form = row.ask["analyte"].partition("-")[0]
    of_metabolite, model = asked(row, metric="auc")
    return of_metabolite / asked(row, metric="auc", analyte=f"{form}-ketamine")[0], model


def share(row: Published) -> tuple[float, str]:
    """The part of a dose that comes to the blood, by the area that the same in the blood has."""
    area, name = asked(row, metric="auc")
    question = question_of({**row.ask, "metric": "auc"})
    doses = tuple(one for dose in doses_of(question) for one in devices(dose))
    drawn = draw(models()[name], doses, 0, np.random.default_rng(1))
    per_hour = 0.0
    for form in OF_DRUG[doses[0].drug]:
        system, read = drawn.in_form(doses[0].drug, form, person_of(question), ())
        place = system.places[read["ketamine"].place]
        of_a_mg = -inverse(system.moves)[place, place, 0] * read["ketamine"].per_mg[0] / 60
        per_hour += of_a_mg * sum(dose.mg for dose in doses) / len(OF_DRUG[doses[0].drug])
    return area / per_hour, name


Calculate = Callable[[Published], tuple[float, str]]
DERIVED: Mapping[str, tuple[str, str, Calculate]] = {
    "clearance": ("clearance", "mL/min", clearance),
    "half_life": ("half-life", "h", half_life),
    "area_ratio": ("area by that of ketamine", "1", area_ratio),
    "share": ("share that comes to the blood", "1", share),
}
