"""Concentrations over time after any doses, for a typical person and for many who differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

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
from kapstone.pharmacokinetics.rows import Analyte, Drug, Model, Route, Site, models
from kapstone.pharmacokinetics.systems import Follower, System, per_mg, system_of

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Concentrations:
    """What `simulate` gives: curves by name in ng/mL, and where they come from.

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

    def typical(self, name: str) -> Array:
        """The curve of the typical person, (times,)."""
        curve: Array = self.curves[name][0]
        return curve

    def people(self, name: str) -> Array:
        """The curves of those who differ, (people, times)."""
        return self.curves[name][1:]

    def quantiles(self, name: str, at: Sequence[float] = (0.05, 0.5, 0.95)) -> Array:
        """Quantiles between people, (len(at), times); true concentrations, no error of assay.

        Never closer to the typical curve than the least fold that the route's row asks for.
        """
        found = np.quantile(self.people(name), at, axis=0)
        typical = self.typical(name)
        for row, share in zip(found, at, strict=True):
            if share < 0.5:
                np.minimum(row, typical / self.least_fold, out=row)
            elif share > 0.5:
                np.maximum(row, typical * self.least_fold, out=row)
        return np.asarray(found)


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


def model_for(route: Route, site: Site, analyte: Analyte) -> Model:
    """The model that answers for an analyte at a site after this route.

    An analyte that the site's own model has not is answered by another of the route's models.
    Raises OutOfScope when none has it, or when the route has no model of that site.
    """
    if site not in route.models:
        raise OutOfScope(f"{site} samples after a dose {route.label}: no model has them")
    named = [route.models[site], *route.models.values()]
    for name in named:
        if analyte in models()[name].analytes:
            return models()[name]
    raise OutOfScope(f"{analyte} after a dose {route.label}: no model has it")


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
) -> Concentrations:
    """Concentrations in ng/mL at `times_min` (times,), which go forward, in minutes.

    Doses add up. The result holds curves of shape (people + 1, times), the typical person first;
    people differ as the models say they do, with the same draws for both forms. Raises OutOfScope
    for doses, people or analytes that no model covers. Sources: knowledge/pharmacokinetics.
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
    return gathered(
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
) -> Concentrations:
    """What is solved for each model, drug and form, added up."""
    given = history(doses, person.weight_kg)
    curves: dict[str, Array] = {}
    used: dict[str, Model] = {}
    for model, some, wanted in by_model(given, site, analytes):
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
        cautions=cautions(given, used.values(), site),
        least_fold=max(row.least_fold for row in ways(given)),
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
        for number, amount in enumerate(mammillary.amounts(needed, places[0], grid)):
            out[0, number] = amount
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


def cautions(doses: Sequence[Dose], used: Iterable[Model], site: Site) -> Names:
    said = [caution for row in ways(doses) for caution in row.cautions]
    if any(dose.is_push for dose in doses):
        said.append("In the first minutes after a push no model here tells the concentration.")
    said += [
        f"{model.title}: shown where {site} was asked for." for model in used if model.site != site
    ]
    said += [f"Assumed: {row.assumed}." for row in rows_of(doses, used) if row.assumed]
    return unique(said)


def by_model(
    doses: Sequence[Dose], site: Site, analytes: Sequence[Analyte]
) -> Iterator[tuple[Model, tuple[Dose, ...], tuple[Analyte, ...]]]:
    """Each model that is needed, with its doses and what it is asked for."""
    asked: dict[str, tuple[list[Dose], dict[Analyte, None]]] = {}
    for dose in doses:
        for name in {model_for(dose.way, site, analyte).id: None for analyte in analytes}:
            asked.setdefault(name, ([], {}))[0].append(dose)
        for analyte in analytes:
            asked[model_for(dose.way, site, analyte).id][1][analyte] = None
    for name, (some, wanted) in asked.items():
        yield models()[name], tuple(some), tuple(wanted)


def draw(model: Model, doses: tuple[Dose, ...], people: int, rng: np.random.Generator) -> Drawn:
    body = differences(model.parameters, model.covariances, people, rng)
    into = {row.id: differences(row.parameters, (), people, rng) for row in ways(doses)}
    return Drawn(model, doses, body, into)
