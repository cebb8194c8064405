"""For students: a dose and body as they choose it, beside a fixed curve, and what is to be seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any, Literal, TypeVar

import numpy as np

from kapstone.knowledge import Knowledge, KnowledgeError, rows
from kapstone.pharmacokinetics.asking import mixing
from kapstone.pharmacokinetics.dosing import Dose
from kapstone.pharmacokinetics.matrices import Array
from kapstone.pharmacokinetics.people import REFERENCE_KG, Person
from kapstone.pharmacokinetics.rows import FOLDER, Drug, Model, Site, models, routes, sources_of
from kapstone.pharmacokinetics.simulating import Concentrations, areas, model_for, simulate

# So many people differ, the same ones each time; few enough for a page.
PEOPLE, SEED = 200, 1
LAST_MIN, EARLY_MIN, EARLY_STEP_MIN, LATE_STEP_MIN = 480.0, 120.0, 2.0, 5.0
SHOWN: tuple[Literal["ketamine", "norketamine"], ...] = ("ketamine", "norketamine")


When = Literal["", "push", "spit"]


class Variant(Knowledge):
    """What is seen instead of the words of an example, `when` the setting is so."""

    when: When
    see: str
    why: str


class Example(Knowledge):
    """The fixed curve of a route, and what is seen in it; the bounds are those of the page."""

    id: str
    name: str
    drug: Drug
    mg: float
    over_min: float = 0.0
    least_mg: float
    most_mg: float
    see: str
    why: str
    basis: str
    variants: tuple[Variant, ...] = ()
    sources: tuple[str, ...]


class Lesson(Knowledge):
    """What one change against another curve does; `claims` hold for the example with `shown_by`.

    With `push` it is of pushes alone; with `push = false` of none.
    """

    id: str
    change: str
    title: str
    see: str
    why: str
    of: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    push: bool | None = None
    shown_by: dict[str, Any] = {}
    claims: tuple[str, ...] = ()
    sources: tuple[str, ...]

    def is_about(self, setting: Setting) -> bool:
        """Whether the models and the route of a curve are those it speaks of."""
        by_route = not self.routes or setting.route in self.routes
        by_pace = self.push is None or self.push == setting.is_pushed
        return by_route and by_pace and (not self.of or setting.model.id in self.of)


class Silence(Knowledge):
    """What no model here answers, as a sentence; without `routes` it holds for all of them."""

    id: str
    words: str
    routes: tuple[str, ...] = ()
    when: Literal["", "push"] = ""
    sources: tuple[str, ...]


Sourced = TypeVar("Sourced", Example, Lesson, Silence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One curve: a dose, perhaps a second one, a weight and where samples are taken; no person.

    Amounts are mg of base, times minutes from the first dose, weight kg. `over_min` is of both
    doses of an infusion.
    """

    route: str
    drug: Drug
    mg: float
    over_min: float = 0.0
    weight_kg: float = REFERENCE_KG
    spit: bool = False
    second_mg: float | None = None
    second_at_min: float | None = None
    site: Site = "venous"

    @property
    def doses(self) -> tuple[Dose, ...]:
        """Raises OutOfScope for what cannot be."""
        first = Dose(
            route=self.route,
            mg=self.mg,
            over_min=self.over_min,
            drug=self.drug,
            spit=self.spit,
        )
        if self.second_mg is None:
            return (first,)
        return (first, replace(first, mg=self.second_mg, at_min=self.second_at_min or 0.0))

    @property
    def is_pushed(self) -> bool:
        """Whether a dose is given so fast that nobody can tell the first minutes."""
        return any(dose.is_push for dose in self.doses)

    @property
    def person(self) -> Person:
        return Person(weight_kg=self.weight_kg)

    @property
    def model(self) -> Model:
        return model_for(routes()[self.route], self.site, "ketamine")


@cache
def examples() -> Mapping[str, Example]:
    """The examples by route; raises KnowledgeError where a route has none."""
    found = {row.id: row for row in read("example", Example)}
    if set(found) != set(routes()):
        raise KnowledgeError(f"learning.toml: an example for each of {', '.join(routes())}")
    return found


@cache
def lessons() -> tuple[Lesson, ...]:
    found = tuple(read("lesson", Lesson))
    known = {field.name for field in fields(Setting)}
    for row in found:
        if strange := {row.change, *row.shown_by} - known:
            raise KnowledgeError(f"learning.toml: {row.id}: no such change: {strange}")
        if strange := {*row.of} - {*models()} or {*row.routes} - {*routes()}:
            raise KnowledgeError(f"learning.toml: {row.id}: not here: {strange}")
    return found


@cache
def silences() -> tuple[Silence, ...]:
    return tuple(read("silence", Silence))


def read(name: str, shape: type[Sourced]) -> Iterator[Sourced]:
    for row in rows(f"{FOLDER}/learning.toml", name, shape):
        sources_of(row.sources)
        yield row


def setting_of(example: Example) -> Setting:
    """The example as it is drawn: 70 kg, one dose, swallowed, the site that the route has first."""
    return Setting(
        route=example.id,
        drug=example.drug,
        mg=example.mg,
        over_min=example.over_min,
        site=next(iter(routes()[example.id].models)),
    )


def changes(one: Setting, beside: Setting) -> tuple[str, ...]:
    """In which fields a curve differs from the one beside it; another route stands alone.

    Two routes differ in dose, drug and site as well, which nobody changed.
    """
    if one.route != beside.route:
        chosen = ("spit", "second_mg")
        return ("route", *(name for name in chosen if getattr(one, name)))
    names = [field.name for field in fields(Setting) if field.name != "second_at_min"]
    return tuple(name for name in names if getattr(one, name) != getattr(beside, name))


def lessons_of(one: Setting, beside: Setting) -> tuple[Lesson, ...]:
    """What to see and why, for each change, as far as a row says it."""
    changed = changes(one, beside)
    return tuple(row for row in lessons() if row.change in changed and row.is_about(one))


def seen_in(one: Setting, example: Example) -> Variant:
    """What is seen in a curve of the example's route: that of a variant where one fits."""
    holding = {"push": one.is_pushed, "spit": one.spit}
    found = (row for row in example.variants if holding.get(row.when, False))
    return next(found, Variant(when="", see=example.see, why=example.why))


def silences_of(one: Setting) -> tuple[Silence, ...]:
    """What no model answers about this curve."""
    return tuple(
        row
        for row in silences()
        if (not row.routes or one.route in row.routes) and (row.when != "push" or one.is_pushed)
    )


@dataclass(frozen=True, slots=True)
class Drawn:
    """A setting followed over `times_min` (times,): typical (times,) and the band (2, times).

    In ng/mL, by analyte; NaN where no model can tell. `area_ng_h_per_ml` is the typical person's,
    without end. `found` says where it comes from.
    """

    setting: Setting
    times_min: Array
    typical: Mapping[str, Array]
    band: Mapping[str, Array]
    area_ng_h_per_ml: Mapping[str, float]
    found: Concentrations

    def peak(self, name: str) -> int | None:
        """The place of the highest figure; None where no model tells it, or it may be later."""
        if np.isnan(self.typical[name]).any():
            return None
        highest = int(self.typical[name].argmax())
        return highest if highest < len(self.times_min) - 1 else None


def drawn(setting: Setting, *, people: int = PEOPLE) -> Drawn:
    """Ketamine and norketamine after the doses; raises OutOfScope for what no model answers.

    Always the same people differ, so that only what was changed moves a band.
    """
    times_min, rng = minutes_of(setting), np.random.default_rng(SEED)
    found = simulate(
        setting.doses,
        setting.person,
        times_min,
        rng=rng,
        people=people,
        site=setting.site,
        analytes=SHOWN,
    )
    untold = mixing(setting.doses, found.times_min)
    typical: dict[str, Array] = {name: found.typical(name).copy() for name in SHOWN}
    band: dict[str, Array] = {name: found.quantiles(name, (0.05, 0.95)) for name in SHOWN}
    typical["ketamine"][untold] = np.nan
    band["ketamine"][:, untold] = np.nan
    return Drawn(setting, found.times_min, typical, band, areas_of(setting), found)


def areas_of(setting: Setting) -> dict[str, float]:
    whole = areas(
        setting.doses,
        setting.person,
        None,
        rng=np.random.default_rng(SEED),
        people=1,
        site=setting.site,
        analytes=SHOWN,
    )
    return {name: float(whole.typical(name)[0]) for name in SHOWN}


def minutes_of(setting: Setting) -> Array:
    """Eight hours, closer at first, and with every minute at which a dose begins or ends."""
    edges = [edge for dose in setting.doses for edge in (dose.at_min, dose.end_min)]
    early = np.arange(0.0, EARLY_MIN, EARLY_STEP_MIN)
    late = np.arange(EARLY_MIN, LAST_MIN + LATE_STEP_MIN, LATE_STEP_MIN)
    return np.unique(np.concatenate([early, late, [at for at in edges if at <= LAST_MIN]]))


def models_of(setting: Setting) -> tuple[str, ...]:
    """The published models of the route, by id; the setting's own is first."""
    route = routes()[setting.route]
    named = (setting.model.id, *route.models.values(), *route.others)
    return tuple(dict.fromkeys(named))


def by_every_model(setting: Setting) -> dict[str, Array]:
    """Ketamine of the typical person by each published model of the route, (times,) in ng/mL.

    By the model's id, at the minutes of `minutes_of`, each at its own model's site of sampling.
    """
    times_min = minutes_of(setting)
    untold = mixing(setting.doses, times_min)
    return {
        name: np.where(
            untold,
            np.nan,
            simulate(
                setting.doses,
                setting.person,
                times_min,
                rng=np.random.default_rng(SEED),
                people=1,
                site=models()[name].site,
                model=name,
            ).typical("ketamine"),
        )
        for name in models_of(setting)
    }
