"""One question, one number with its band: a peak, its time, an area, or a concentration."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from math import isfinite
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from kapstone.pharmacokinetics.dosing import (
    Dose,
    OutOfScope,
    Step,
    infusion,
    refuse_unless,
    route_named,
)
from kapstone.pharmacokinetics.matrices import Array
from kapstone.pharmacokinetics.people import ELDERLY_YEARS, OF_DRUG, REFERENCE_KG, Person
from kapstone.pharmacokinetics.rows import Analyte, Drug, Model, Route, Site, citations
from kapstone.pharmacokinetics.simulating import (
    Concentrations,
    Names,
    areas,
    model_for,
    simulate,
    unique,
)

Asked = Literal[
    "ketamine",
    "s-ketamine",
    "r-ketamine",
    "norketamine",
    "s-norketamine",
    "r-norketamine",
    "hydroxynorketamine",
    "s-hydroxynorketamine",
]
Metric = Literal["cmax", "tmax", "auc", "c_at"]
ANALYTES: Mapping[str, Analyte] = {
    "ketamine": "ketamine",
    "norketamine": "norketamine",
    "hydroxynorketamine": "hydroxynorketamine",
}
NO_WEIGHT = f"No weight was given; this is for {REFERENCE_KG:g} kg."
UNITS: Mapping[Metric, str] = {"cmax": "ng/mL", "tmax": "min", "auc": "ng·h/mL", "c_at": "ng/mL"}
# A push mixes for so long that no model here says what is where.
MIXING_MIN = 5.0
# A peak is looked for minute by minute while it may come, and then more coarsely.
FINE_MIN, COARSE_MIN, LOOKED_FOR_MIN = 180, 5, 720
# A key as near as this to one of ours is one misspelled, and must not be passed over.
NEAR_ENOUGH = 0.75


class Rate(BaseModel):
    """A step of an infusion; one of the two rates, and how long."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    minutes: float
    mg_per_h: float | None = None
    mg_per_kg_per_h: float | None = None


class Question(BaseModel):
    """What a line of a batch holds; amounts are mg of base, times minutes from the dose."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)

    route: str
    drug: Drug | None = None
    dose_mg: float | None = None
    mg_per_kg: float | None = None
    steps: list[Rate] | None = Field(default=None, min_length=1)
    weight_kg: float | None = None
    duration_min: float | None = None
    analyte: Asked = "ketamine"
    site: Site | None = None
    metric: Metric
    at_min: float | None = None
    to_min: float | None = None
    spit: bool = False
    age: float | None = None
    female: bool | None = None
    asian: bool | None = None
    japanese: bool | None = None

    @field_validator("route", "drug", mode="before")
    @classmethod
    def in_small_letters(cls, given: object) -> object:
        """IV is iv: capitals mean nothing else here."""
        return given.lower() if isinstance(given, str) else given


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The typical person's value and the middle nine tenths of people, in `unit`."""

    value: float
    unit: str
    p05: float
    p95: float
    model: str
    site: Site
    sources: Names
    cautions: Names


def question_of(given: object) -> Question:
    """Read a question strictly; raises OutOfScope naming each part that cannot be used.

    A key that is none of ours is passed over, unless it looks like one of ours misspelled.
    """
    if isinstance(given, dict):
        refuse_misspelled(given)
    try:
        return Question.model_validate(given)
    except ValidationError as error:
        faults = (
            f"{'.'.join(map(str, each['loc'])) or 'the question'}: {each['msg']}"
            for each in error.errors()
        )
        raise OutOfScope("; ".join(faults)) from error


def refuse_misspelled(given: Mapping[str, object]) -> None:
    named = list(Question.model_fields)
    for key in given:
        near = get_close_matches(key, named, n=1, cutoff=NEAR_ENOUGH)
        if near and key not in named:
            raise OutOfScope(f"{key}: there is no such key; did you mean {near[0]}?")


def answer(question: Question, *, rng: np.random.Generator, people: int = 2000) -> Answer:
    """The number asked for; raises OutOfScope when no model here can give it."""
    route = route_named(question.route)
    site = question.site if question.site is not None else next(iter(route.models))
    person, doses = person_of(question), doses_of(question)
    form, _, plain = question.analyte.rpartition("-")
    analyte = ANALYTES[plain]
    if form and form not in OF_DRUG[doses[0].drug]:
        raise OutOfScope(f"{question.analyte}: {doses[0].drug} has no {form.upper()} form")
    refuse_mixing(question, doses, analyte)
    model = model_for(route, site, analyte)
    asking = Asking(doses, person, site, analyte, people, rng)
    found, by = METRICS[question.metric](question, asking)
    low, high = np.quantile(found[1:], (0.05, 0.95))
    named = (*model.sources, *route.sources)
    unheard = not_reckoned_with(question, model, route)
    fold = 1.0 if question.metric == "tmax" else by.fold_of(question.analyte)
    return Answer(
        value=float(found[0]),
        unit=UNITS[question.metric],
        p05=min(float(low), float(found[0]) / fold),
        p95=max(float(high), float(found[0]) * fold),
        model=model.id,
        site=model.site,
        sources=tuple(citations()[name].citation for name in unique(named)),
        cautions=(*weight_unknown(question), *unheard, *by.cautions),
    )


def weight_unknown(question: Question) -> Names:
    return () if question.weight_kg is not None else (NO_WEIGHT,)


def not_reckoned_with(question: Question, model: Model, route: Route) -> Names:
    """What was said of the person and is not in the model, in one caution; none if all of it is."""
    known: set[str] = {factor.when for factor in (*model.factors, *route.factors)}
    if any(each.weight for each in model.parameters.values()):
        known |= {"weight_kg"}
    said = [name for name, when in told_of_person(question) if not known & when]
    return (f"Not in {model.id}, and not reckoned with: {', '.join(said)}.",) if said else ()


def told_of_person(question: Question) -> Iterator[tuple[str, set[str]]]:
    """What was said, and the ways in which a model may know of it."""
    if question.weight_kg not in {None, REFERENCE_KG}:
        yield "weight_kg", {"weight_kg"}
    if question.age is not None and question.age > ELDERLY_YEARS:
        yield "age", {"years_over_60"}
    if question.female:
        yield "female", {"female"}
    if question.asian:
        yield "asian", {"asian"}
    if question.japanese:
        yield "japanese", {"japanese", "asian"}


@dataclass(frozen=True, slots=True)
class Asking:
    """Everything but the metric."""

    doses: Sequence[Dose]
    person: Person
    site: Site
    analyte: Analyte
    people: int
    rng: np.random.Generator

    def at(self, times_min: Array) -> Concentrations:
        return simulate(
            self.doses,
            self.person,
            times_min,
            rng=self.rng,
            people=self.people,
            site=self.site,
            analytes=(self.analyte,),
        )


Found = tuple[Array, Concentrations]


def peak(question: Question, asking: Asking) -> Found:
    by = asking.at(while_it_may_peak(asking.doses))
    return by.curves[question.analyte].max(axis=1), by


def peak_time(question: Question, asking: Asking) -> Found:
    """Minutes from the first dose to the highest concentration."""
    by = asking.at(while_it_may_peak(asking.doses))
    return by.times_min[by.curves[question.analyte].argmax(axis=1)], by


def concentration(question: Question, asking: Asking) -> Found:
    if question.at_min is None:
        raise OutOfScope("at_min: say at which minute")
    refuse_no_minute("at_min", question.at_min)
    by = asking.at(np.array([question.at_min]))
    return by.curves[question.analyte][:, 0], by


def area(question: Question, asking: Asking) -> Found:
    """From the first dose to `to_min`, or without end where it is not given."""
    refuse_no_minute("to_min", question.to_min)
    by = areas(
        asking.doses,
        asking.person,
        question.to_min,
        rng=asking.rng,
        people=asking.people,
        site=asking.site,
        analytes=(asking.analyte,),
    )
    return by.curves[question.analyte][:, 0], by


def refuse_no_minute(name: str, minute: float | None) -> None:
    if minute is not None and not isfinite(minute):
        raise OutOfScope(f"{name} {minute:g}: times are minutes from the first dose")


METRICS: Mapping[Metric, Callable[[Question, Asking], Found]] = {
    "cmax": peak,
    "tmax": peak_time,
    "auc": area,
    "c_at": concentration,
}


def while_it_may_peak(doses: Sequence[Dose]) -> Array:
    """The minutes at which a peak is looked for, every end of an infusion among them."""
    ends = sorted({dose.end_min for dose in doses} | {dose.at_min for dose in doses})
    until = ends[-1] + FINE_MIN
    fine = np.arange(ends[0], until, 1.0)
    coarse = np.arange(until, until + LOOKED_FOR_MIN, COARSE_MIN)
    return np.unique(np.concatenate([fine, coarse, ends]))


def person_of(question: Question) -> Person:
    return Person(
        weight_kg=REFERENCE_KG if question.weight_kg is None else question.weight_kg,
        age_years=question.age,
        female=question.female,
        asian=question.asian,
        japanese=question.japanese,
    )


def doses_of(question: Question) -> list[Dose]:
    """What was given, in mg; raises OutOfScope when it is said twice, or not at all."""
    amounts = (question.dose_mg, question.mg_per_kg, question.steps)
    if sum(amount is not None for amount in amounts) != 1:
        raise OutOfScope("dose_mg, mg_per_kg or steps: give one of them")
    route = route_named(question.route)
    drug = question.drug or route.drugs[0]
    if question.steps is not None:
        if not route.infused or question.duration_min is not None:
            raise OutOfScope("steps: each has its own minutes, into a vein")
        refuse_unless(not question.spit, f"spitting out what is given {route.label}")
        return infusion([step_of(rate, question) for rate in question.steps], drug=drug)
    if route.infused and question.duration_min is None:
        raise OutOfScope("duration_min: say over how many minutes; 0 is a push")
    mg = question.dose_mg
    if mg is None:
        mg = (question.mg_per_kg or 0.0) * weight_for_doses(question)
    over = question.duration_min or 0.0
    return [Dose(route=route.id, mg=mg, over_min=over, drug=drug, spit=question.spit)]


def weight_for_doses(question: Question) -> float:
    if question.weight_kg is None:
        raise OutOfScope("weight_kg: a dose for each kilogram needs the weight")
    return question.weight_kg


def step_of(rate: Rate, question: Question) -> Step:
    if (rate.mg_per_h is None) == (rate.mg_per_kg_per_h is None):
        raise OutOfScope("steps: each has mg_per_h or mg_per_kg_per_h")
    mg = rate.mg_per_h
    if mg is None:
        mg = (rate.mg_per_kg_per_h or 0.0) * weight_for_doses(question)
    return Step(mg_per_h=mg, minutes=rate.minutes)


def refuse_mixing(question: Question, doses: Sequence[Dose], analyte: Analyte) -> None:
    """After a push no model here knows the first minutes, nor the peak in them."""
    if analyte != "ketamine" or not any(dose.is_push for dose in doses):
        return
    if question.metric in {"cmax", "tmax"}:
        raise OutOfScope(f"{question.metric} of {question.analyte} after a push: nobody can tell")
    at = question.at_min
    if at is not None and mixing(doses, np.array([at])).any():
        raise OutOfScope(f"at_min {at:g}: within {MIXING_MIN:g} min of a push nobody can tell")


def mixing(doses: Sequence[Dose], times_min: Array) -> NDArray[np.bool_]:
    """At which of the times (times,) ketamine is still mixing after a push: no model tells then."""
    found = np.zeros(len(times_min), dtype=bool)
    for dose in doses:
        if dose.is_push:
            found |= (dose.at_min <= times_min) & (times_min < dose.at_min + MIXING_MIN)
    return found
