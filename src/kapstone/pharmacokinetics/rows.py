"""The shapes of the models and routes, as they stand in `knowledge/pharmacokinetics/`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Literal, Self

from pydantic import model_validator

from kapstone.knowledge import Knowledge, KnowledgeError, rows
from kapstone.knowledge.citations import Citation

FOLDER = "pharmacokinetics"
Site = Literal["venous", "arterial"]
Drug = Literal["racemic", "esketamine"]
Analyte = Literal["ketamine", "norketamine", "hydroxynorketamine"]
When = Literal["r-ketamine", "female", "asian", "japanese", "years_over_60"]
Unit = Literal["L", "L/h", "L/min", "/h", "/min", "h", "min", "1"]
# Everything is counted in litres and minutes.
TO_BASE: Mapping[Unit, float] = {
    **{"L": 1.0, "1": 1.0, "min": 1.0, "L/min": 1.0, "/min": 1.0},
    **{"h": 60.0, "L/h": 1 / 60, "/h": 1 / 60},
}


class Parameter(Knowledge):
    """A typical value and how it differs between people, and between sessions of one person.

    `weight` is the exponent of weight / 70 kg. `variance` and `occasion` are of the natural
    logarithm; `logit_sd` stands alone, for a share between 0 and 1.
    """

    value: float
    unit: Unit
    weight: float = 0.0
    variance: float = 0.0
    occasion: float = 0.0
    logit_sd: float = 0.0

    @model_validator(mode="after")
    def is_possible(self) -> Self:
        if self.value <= 0 or min(self.variance, self.occasion, self.logit_sd) < 0:
            raise ValueError("a value is above zero, and a variance not below it")
        if self.logit_sd and (self.variance or self.occasion or self.value >= 1):
            raise ValueError("a share with `logit_sd` is below 1 and has no other variance")
        return self

    @property
    def base(self) -> float:
        return self.value * TO_BASE[self.unit]


class Compartment(Knowledge):
    """A place where an amount is; one with an `analyte` has a concentration that is read.

    Its band is never narrower than `least_fold` to each side; `caution` goes with it.
    """

    id: str
    volume: str | None = None
    analyte: Analyte | None = None
    molar_mass: float | None = None
    least_fold: float = 1.0
    caution: str = ""


class Flow(Knowledge):
    """What leaves a place; without `to` it leaves the body, as does what is not the `fraction`."""

    model_config = {**Knowledge.model_config, "populate_by_name": True}

    source: str
    to: str | None = None
    clearance: str | None = None
    rate: str | None = None
    mean_time: str | None = None
    stages: int = 1
    fraction: str | None = None

    @model_validator(mode="before")
    @classmethod
    def named_from(cls, raw: dict[str, object]) -> dict[str, object]:
        """`from` is a word of Python."""
        return {"source" if key == "from" else key: value for key, value in raw.items()}

    @model_validator(mode="after")
    def has_one_pace(self) -> Self:
        if sum(pace is not None for pace in (self.clearance, self.rate, self.mean_time)) != 1:
            raise ValueError("a flow has a clearance, a rate or a mean time, and only one of them")
        return self


class Covariance(Knowledge):
    between: tuple[str, str]
    value: float


class Factor(Knowledge):
    """What changes a parameter: `times` it, or `plus` so much for each year over sixty."""

    when: When
    parameter: str
    times: float | None = None
    plus: float | None = None
    unit: Unit = "1"
    sources: tuple[str, ...]

    @model_validator(mode="after")
    def changes_one_way(self) -> Self:
        if (self.times is None) == (self.plus is None):
            raise ValueError("a factor has `times` or `plus`")
        return self


class Model(Knowledge):
    """A published model of the body, and where its samples were taken."""

    id: str
    title: str
    site: Site
    people: str
    compartments: tuple[Compartment, ...]
    flows: tuple[Flow, ...]
    covariances: tuple[Covariance, ...] = ()
    factors: tuple[Factor, ...] = ()
    parameters: dict[str, Parameter]
    assumed: str = ""
    sources: tuple[str, ...]

    @model_validator(mode="after")
    def names_what_is_there(self) -> Self:
        places = {each.id for each in self.compartments}
        named = {name for flow in self.flows for name in (flow.source, flow.to) if name}
        refuse_strangers("compartments", named, places)
        refuse_strangers("parameters", self.parameters_named(), self.parameters)
        return self

    def parameters_named(self) -> set[str]:
        paces = ((flow.clearance, flow.rate, flow.mean_time, flow.fraction) for flow in self.flows)
        return {
            *(name for pace in paces for name in pace if name),
            *(place.volume for place in self.compartments if place.volume),
            *(name for each in self.covariances for name in each.between),
            *(factor.parameter for factor in self.factors),
        }

    @property
    def analytes(self) -> tuple[Analyte, ...]:
        return tuple(each.analyte for each in self.compartments if each.analyte)


class Part(Knowledge):
    """A share of a dose, and the way it takes into a place of the model."""

    into: str
    fraction: tuple[str, ...] = ()
    rest: tuple[str, ...] = ()
    over: str | None = None
    steps: tuple[str, ...] = ()
    swallowed: bool = False


class Route(Knowledge):
    """How a dose gets in: its parts, and the model of the body for each sampling site.

    `others` are published models that answer only when they are asked for by name. A device counts
    as a `further` one within `further_within_min` of the one before.
    """

    id: str
    label: str
    drugs: tuple[Drug, ...]
    models: dict[Site, str]
    others: tuple[str, ...] = ()
    infused: bool = False
    can_spit: bool = False
    device_mg: float | None = None
    devices_apart_min: float = 0.0
    further_within_min: float = 0.0
    further: dict[str, float] = {}
    parts: tuple[Part, ...]
    factors: tuple[Factor, ...] = ()
    parameters: dict[str, Parameter] = {}
    for_esketamine: dict[str, float] = {}
    least_fold: float = 1.0
    cautions: tuple[str, ...] = ()
    assumed: str = ""
    sources: tuple[str, ...]

    @model_validator(mode="after")
    def names_what_is_there(self) -> Self:
        paces = ((*part.fraction, *part.rest, *part.steps, part.over) for part in self.parts)
        named = {name for pace in paces for name in pace if name}
        more = {*self.further, *self.for_esketamine, *(each.parameter for each in self.factors)}
        refuse_strangers("parameters", named | more, self.parameters)
        return self


class Given(Knowledge):
    """What a route of the practice is to the models."""

    id: str
    route: str
    drug: Drug
    basis: str


def refuse_strangers(what: str, named: Iterable[str], known: Iterable[str]) -> None:
    if strange := set(named) - set(known):
        raise ValueError(f"no such {what}: {', '.join(sorted(strange))}")


@cache
def models() -> Mapping[str, Model]:
    """The models by id; raises KnowledgeError for a row that cannot be used."""
    found = {row.id: row for row in rows(f"{FOLDER}/models.toml", "model", Model)}
    for row in found.values():
        sources_of(row.sources)
    return found


@cache
def routes() -> Mapping[str, Route]:
    """The routes by id; raises KnowledgeError for a row that names a model or place not there."""
    found = {row.id: row for row in rows(f"{FOLDER}/routes.toml", "route", Route)}
    for row in found.values():
        sources_of(row.sources)
        for name in (*row.models.values(), *row.others):
            places = {each.id for each in models()[name].compartments} if name in models() else {}
            if strange := {part.into for part in row.parts} - set(places):
                raise KnowledgeError(f"routes.toml: {row.id}: {name} has no place {strange}")
    return found


@cache
def given() -> Mapping[str, Given]:
    """The rows by the practice's own routes; raises KnowledgeError for one that no model covers."""
    found = {row.id: row for row in rows(f"{FOLDER}/given.toml", "given", Given)}
    for row in found.values():
        if row.route not in routes() or row.drug not in routes()[row.route].drugs:
            raise KnowledgeError(f"given.toml: {row.id}: no model for {row.drug} by {row.route}")
    return found


@cache
def citations() -> Mapping[str, Citation]:
    return {row.id: row for row in rows(f"{FOLDER}/sources.toml", "source", Citation)}


def sources_of(names: Iterable[str]) -> tuple[Citation, ...]:
    """The works of these ids; raises KnowledgeError for one that is not on the list."""
    try:
        return tuple(citations()[name] for name in names)
    except KeyError as missing:
        raise KnowledgeError(f"{FOLDER}/sources.toml: no such source: {missing}") from missing
