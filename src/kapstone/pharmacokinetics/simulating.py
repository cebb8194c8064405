"""Concentrations over time after any doses, for a typical person and for many who differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Any

import numpy as np

from kapstone.pharmacokinetics import mammillary
from kapstone.pharmacokinetics.dosing import Dose, OutOfScope, history
from kapstone.pharmacokinetics.matrices import Array
from kapstone.pharmacokinetics.people import (
    OF_DRUG,
    Enantiomer,
    Person,
    Values,
    differences,
    values,
)
from kapstone.pharmacokinetics.rows import (
    Analyte,
    Compartment,
    Drug,
    Model,
    Route,
    Site,
    models,
    sources_of,
)
from kapstone.pharmacokinetics.systems import Follower, System, per_mg, system_of

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Concentrations:
    """What `simulate` gives: curves by name in `unit`, and where they come from.

    `times_min` is (times,); each curve is (people + 1, times), the typical person first. Names are
    the analyte for the sum of both forms, and `s-` or `r-` before it for one of them.
    """

    times_min: Array
    curves: Mapping[str, Array] = field(repr=False)
    site: Site
    models: Names
    sources: Names
    cautions: Names
    least_fold: float
    least_folds: Mapping[str, float] = field(default_factory=dict)
    unit: str = "ng/mL"

    def typical(self, name: str) -> Array:
        """The curve of the typical person, (times,)."""
        curve: Array = self.curves[name][0]
        return curve

    def people(self, name: str) -> Array:
        """The curves of those who differ, (people, times)."""
        return self.curves[name][1:]

    def fold_of(self, name: str) -> float:
        """How far to each side of the typical curve the band reaches at least, as a factor."""
        return max(self.least_fold, self.least_folds.get(name.rpartition("-")[2], 1.0))

    def quantiles(self, name: str, at: Sequence[float] = (0.05, 0.5, 0.95)) -> Array:
        """Quantiles between people, (len(at), times); true concentrations, no error of assay.

        Never closer to the typical curve than the least fold that the rows ask for.
        """
        found = np.quantile(self.people(name), at, axis=0)
        typical, fold = self.typical(name), self.fold_of(name)
        for row, share in zip(found, at, strict=True):
            if share < 0.5:
                np.minimum(row, typical / fold, out=row)
            elif share > 0.5:
                np.maximum(row, typical * fold, out=row)
        return np.asarray(found)

    def to_xarray(self) -> Any:
        """An `xarray.DataArray` of shape (people + 1, times, analytes), its dimensions named.

        `person` 0 is the typical one, `time` is in minutes, `analyte` has the names of `curves`;
        the values' unit is in `attrs["units"]`, beside the site, models, sources and cautions.
        Raises ImportError without xarray: `pip install "kapstone[notebook]"`.
        """
        xarray = import_module("xarray")
        names = list(self.curves)
        values = np.stack([self.curves[name] for name in names], axis=-1)
        return xarray.DataArray(
            values,
            dims=("person", "time", "analyte"),
            coords={
                "person": np.arange(len(values)),
                "time": ("time", self.times_min, {"units": "min"}),
                "analyte": names,
            },
            name="concentration" if self.unit == "ng/mL" else "area",
            attrs={
                "units": self.unit,
                "site": self.site,
                "models": [*self.models],
                "sources": [f"{row.id}: {row.citation}" for row in sources_of(self.sources)],
                "cautions": [*self.cautions],
            },
        )


@dataclass(frozen=True, slots=True)
class Readout:
    """A place whose amount is read, and what a mg there is in ng/mL."""

    place: str
    per_mg: Array


@dataclass(frozen=True, slots=True)
class Drawn:
    """How the people differ in a model and in the routes into it."""

    model: Model
    doses: tuple[Dose, ...]
    body: Values
    ways: Mapping[str, Values]

    def in_form(
        self, drug: Drug, form: Enantiomer, person: Person, followers: Sequence[Follower]
    ) -> tuple[System, dict[str, Readout]]:
        """What the doses of one drug do in one of its two forms, and where that is read."""
        given = [dose for dose in self.doses if dose.drug == drug]
        body = values(self.model.parameters, self.model.factors, self.body, person, form)
        into = {dose.route: self.way(dose.way, drug, person, form) for dose in given}
        share = 1 / len(OF_DRUG[drug])
        system = system_of(self.model, given, body, into, share=share, followers=followers)
        volumes = {each.id: body[each.volume] for each in self.model.compartments if each.volume}
        read = {
            each.analyte: Readout(each.id, per_mg(each, volumes))
            for each in self.model.compartments
            if each.analyte
        }
        return system, read | {each.id: Readout(each.id, np.ones(1)) for each in followers}

    def way(self, route: Route, drug: Drug, person: Person, form: Enantiomer) -> Values:
        changed = route.for_esketamine if drug == "esketamine" else {}
        parameters = {
            name: each.model_copy(update={"value": changed.get(name, each.value)})
            for name, each in route.parameters.items()
        }
        return values(parameters, route.factors, self.ways[route.id], person, form)


Solving = Callable[[System, Mapping[str, Readout]], list[Array]]


def model_for(route: Route, site: Site, analyte: Analyte, other: str | None = None) -> Model:
    """The model that answers for an analyte at a site after this route, or the `other` named one.

    An analyte that the site's own model has not is answered by another of the route's models.
    Raises OutOfScope when none has it, or when the route has no model of that site.
    """
    if other is not None:
        return other_model(route, analyte, other)
    if site not in route.models:
        raise OutOfScope(f"{site} samples after a dose {route.label}: no model has them")
    named = [route.models[site], *route.models.values()]
    for name in named:
        if analyte in models()[name].analytes:
            return models()[name]
    raise OutOfScope(f"{analyte} after a dose {route.label}: no model has it")


def other_model(route: Route, analyte: Analyte, name: str) -> Model:
    if name not in (*route.models.values(), *route.others):
        known = ", ".join({**dict.fromkeys(route.models.values()), **dict.fromkeys(route.others)})
        raise OutOfScope(f"no model {name!r} of a dose {route.label}; there are {known}")
    if analyte not in models()[name].analytes:
        raise OutOfScope(f"{analyte} after a dose {route.label}: {name} has it not")
    return models()[name]


def simulate(
    doses: Sequence[Dose],
    person: Person,
    times_min: Array | Sequence[float],
    *,
    rng: np.random.Generator,
    people: int = 2000,
    site: Site = "venous",
    analytes: Sequence[Analyte] = ("ketamine",),
    followers: Sequence[Follower] = (),
    model: str | None = None,
) -> Concentrations:
    """Concentrations in ng/mL at `times_min` (times,), which go forward, in minutes.

    `doses` are mg of base at a minute, and add up. The result's `curves` are float64 arrays of
    shape (people + 1, times) in ng/mL, the typical person in row 0; its `times_min` is (times,).
    For each of `analytes` there is its sum by its name, and each form by `s-` or `r-` before it.
    So many `people` differ as the models say they do, with the same draws of `rng` for both forms.
    `site` is where samples would be taken, venous or arterial; `model` asks one published model of
    the route by its id. `to_xarray()` names the dimensions. Raises OutOfScope for doses, people or
    analytes that no model covers. Sources: knowledge/pharmacokinetics, named in the result.
    """
    grid = checked_times(times_min)
    return gathered(
        lambda system, read: solve(system, read, grid),
        grid,
        doses,
        person,
        people=people,
        rng=rng,
        site=site,
        analytes=analytes,
        followers=followers,
        other=model,
    )


def areas(
    doses: Sequence[Dose],
    person: Person,
    to_min: float | None,
    *,
    rng: np.random.Generator,
    people: int = 2000,
    site: Site = "venous",
    analytes: Sequence[Analyte] = ("ketamine",),
) -> Concentrations:
    """Areas under the curves in ng·h/mL from the first dose to `to_min`; None is without end.

    The result is that of `simulate` with one column, (people + 1, 1). Exact: no sum over times.
    """
    until = checked_times([0.0 if to_min is None else to_min])
    found = gathered(
        lambda system, read: [
            system.areas(to_min)[system.places[each.place], :, None] * each.per_mg[:, None] / 60
            for each in read.values()
        ],
        until,
        doses,
        person,
        people=people,
        rng=rng,
        site=site,
        analytes=analytes,
    )
    return replace(found, unit="ng·h/mL")


def gathered(
    solving: Solving,
    grid: Array,
    doses: Sequence[Dose],
    person: Person,
    *,
    rng: np.random.Generator,
    people: int,
    site: Site,
    analytes: Sequence[Analyte],
    followers: Sequence[Follower] = (),
    other: str | None = None,
) -> Concentrations:
    """What is solved for each model, drug and form, added up."""
    given = history(doses, person.weight_kg)
    curves: dict[str, Array] = {}
    used: dict[str, Model] = {}
    for model, some, wanted in by_model(given, site, analytes, other):
        used[model.id] = model
        drawn = draw(model, some, people, rng)
        for name, form, curve in run(drawn, person, solving, wanted, followers):
            for key in (name, f"{form}-{name}"):
                curves[key] = curves[key] + curve if key in curves else curve
    return Concentrations(
        times_min=grid,
        curves={
            key: np.broadcast_to(each, (people + 1, len(grid))) for key, each in curves.items()
        },
        site=sampled(used.values(), site),
        models=tuple(used),
        sources=unique(name for row in rows_of(given, used.values()) for name in row.sources),
        cautions=cautions(given, used.values(), site, analytes),
        least_fold=max(row.least_fold for row in ways(given)),
        least_folds={
            each.analyte: each.least_fold
            for each in read_in(used.values(), analytes)
            if each.analyte
        },
    )


def run(
    drawn: Drawn,
    person: Person,
    solving: Solving,
    wanted: Sequence[Analyte],
    followers: Sequence[Follower],
) -> Iterator[tuple[str, Enantiomer, Array]]:
    """Each wanted curve of each form of each drug, (people + 1, times), by name."""
    names = [*wanted, *(each.id for each in followers)]
    for drug in sorted({dose.drug for dose in drawn.doses}):
        for form in OF_DRUG[drug]:
            system, read = drawn.in_form(drug, form, person, followers)
            read = {name: read[name] for name in names}
            yield from (
                (name, form, curve) for name, curve in zip(read, solving(system, read), strict=True)
            )


def solve(system: System, read: Mapping[str, Readout], grid: Array) -> list[Array]:
    """The curves of what is read, (people, times) each; in closed form where there is one."""
    needed = system.only(each.place for each in read.values())
    places = [needed.places[each.place] for each in read.values()]
    people = needed.moves.shape[-1]
    out = np.empty((len(places), len(grid), people))
    if len(places) == 1 and mammillary.is_mammillary(needed, places[0]):
        out[0] = mammillary.amounts(needed, places[0], grid)
    else:
        for number, state in enumerate(needed.amounts(grid)):
            out[:, number] = state[places]
    for number, one in enumerate(read.values()):
        out[number] *= one.per_mg
    return [curve.T for curve in out]


def sampled(used: Iterable[Model], asked: Site) -> Site:
    """Where the models have their samples from; where they differ, what was asked for."""
    sites = {model.site for model in used}
    return sites.pop() if len(sites) == 1 else asked


def unique(names: Iterable[str]) -> Names:
    return tuple(dict.fromkeys(names))


def checked_times(times_min: Array | Sequence[float]) -> Array:
    grid = np.asarray(times_min, dtype=float)
    if grid.ndim != 1 or not grid.size or not np.isfinite(grid).all() or (np.diff(grid) < 0).any():
        raise OutOfScope(
            "times are a row of minutes that goes forward, without gaps or endless ones"
        )
    return grid


def rows_of(doses: Iterable[Dose], used: Iterable[Model]) -> Iterator[Model | Route]:
    yield from used
    yield from ways(doses)


def ways(doses: Iterable[Dose]) -> list[Route]:
    return list({dose.route: dose.way for dose in doses}.values())


def read_in(used: Iterable[Model], analytes: Sequence[Analyte]) -> Iterator[Compartment]:
    """The places of the models in which the analytes are read."""
    places = (place for model in used for place in model.compartments)
    return (place for place in places if place.analyte in analytes)


def cautions(
    doses: Sequence[Dose], used: Iterable[Model], site: Site, analytes: Sequence[Analyte]
) -> Names:
    said = [caution for row in ways(doses) for caution in row.cautions]
    said += [place.caution for place in read_in(used, analytes) if place.caution]
    if any(dose.is_push for dose in doses):
        said.append("In the first minutes after a push no model here tells the concentration.")
    said += [
        f"{model.title}: shown where {site} was asked for." for model in used if model.site != site
    ]
    said += [f"Assumed: {row.assumed}." for row in rows_of(doses, used) if row.assumed]
    return unique(said)


def by_model(
    doses: Sequence[Dose], site: Site, analytes: Sequence[Analyte], other: str | None
) -> Iterator[tuple[Model, tuple[Dose, ...], tuple[Analyte, ...]]]:
    """Each model that is needed, with its doses and what it is asked for."""
    asked: dict[str, tuple[list[Dose], dict[Analyte, None]]] = {}
    for dose in doses:
        found = {name: model_for(dose.way, site, name, other).id for name in analytes}
        for model in dict.fromkeys(found.values()):
            asked.setdefault(model, ([], {}))[0].append(dose)
        for analyte, model in found.items():
            asked[model][1][analyte] = None
    for name, (some, wanted) in asked.items():
        yield models()[name], tuple(some), tuple(wanted)


def draw(model: Model, doses: tuple[Dose, ...], people: int, rng: np.random.Generator) -> Drawn:
    body = differences(model.parameters, model.covariances, people, rng)
    into = {row.id: differences(row.parameters, (), people, rng) for row in ways(doses)}
    return Drawn(model, doses, body, into)
