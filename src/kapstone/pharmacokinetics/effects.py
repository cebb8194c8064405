"""What is likely felt and measured while the medicine works: calibrated, not validated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from math import log

import numpy as np

from kapstone.knowledge import Knowledge, Row, rows
from kapstone.pharmacokinetics.dosing import Dose
from kapstone.pharmacokinetics.matrices import Array
from kapstone.pharmacokinetics.people import Person
from kapstone.pharmacokinetics.rows import FOLDER, Site
from kapstone.pharmacokinetics.simulating import Concentrations, Names, simulate, unique
from kapstone.pharmacokinetics.systems import Follower


class Pressure(Knowledge):
    """mmHg and beats a minute for each ng/mL at the place of effect."""

    id: str
    half_life_min: float
    systolic_mmhg: float
    diastolic_mmhg: float
    heart_rate_per_min: float
    between_people_cv: float
    most_systolic_mmhg: float
    hypertensive_times: float
    gone_below_mmhg: float
    basis: str
    cautions: tuple[str, ...]
    sources: tuple[str, ...]


class Dissociation(Knowledge):
    """The chance of marked dissociation, with a tolerance that lags behind."""

    id: str
    r_potency: float
    tolerance_half_life_min: float
    half_at: float
    tolerance_at: float
    steepness: float
    likely_from: float
    basis: str
    cautions: tuple[str, ...]
    sources: tuple[str, ...]


class Psychoactive(Knowledge):
    """From which concentration people reported effects."""

    id: str
    above: float
    basis: str
    sources: tuple[str, ...]


class Least(Knowledge):
    """Nothing earlier is shown for a route."""

    id: str
    route: str
    minutes: float
    basis: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Effects:
    """Rises over a person's own resting values, and chances; (people + 1, times), typical first.

    `level` is the ketamine that they follow, as `simulate` gives it; `beside` is what has to stand
    beside the rises and the chance.
    """

    times_min: Array
    systolic_mmhg: Array = field(repr=False)
    diastolic_mmhg: Array = field(repr=False)
    heart_rate_per_min: Array = field(repr=False)
    dissociation: Array = field(repr=False)
    level: Concentrations = field(repr=False)
    models: Names
    sources: Names
    cautions: Names
    beside: Names


@dataclass(frozen=True, slots=True, kw_only=True)
class NearBaseline:
    """Minutes from the first dose until people are likely near how they were before it.

    For the typical person and for the slowest of twenty; None where that is not within the times.
    """

    typical_min: float | None
    slow_min: float | None


def only(name: str, shape: type[Row]) -> Row:
    (row,) = rows(f"{FOLDER}/effects.toml", name, shape)
    return row


@cache
def pressure() -> Pressure:
    return only("pressure", Pressure)


@cache
def dissociation() -> Dissociation:
    return only("dissociation", Dissociation)


@cache
def psychoactive() -> Psychoactive:
    return only("psychoactive", Psychoactive)


@cache
def least() -> dict[str, Least]:
    return {row.route: row for row in rows(f"{FOLDER}/effects.toml", "least", Least)}


def effects(
    doses: Sequence[Dose],
    person: Person,
    times_min: Array | Sequence[float],
    *,
    rng: np.random.Generator,
    people: int = 2000,
    hypertensive: bool | None = None,
) -> Effects:
    """What follows from doses at `times_min` (times,), in minutes.

    `hypertensive` is whether the resting pressure is high; None is unknown, and then it is not
    reckoned with. Raises OutOfScope as `simulate` does.
    """
    lagging = Follower("effect", "ketamine", log(2) / pressure().half_life_min)
    tolerance = Follower("tolerance", "ketamine", log(2) / dissociation().tolerance_half_life_min)
    ask = partial(simulate, doses, person, times_min, rng=rng, people=people)
    if (site := drive(doses)) == "venous":
        shown = driving = ask(site="venous", followers=[lagging, tolerance])
    else:
        driving = ask(site=site, followers=[lagging])
        shown = ask(site="venous", followers=[tolerance])
    rise = driving.curves["s-effect"] * factors(people, rng)
    if hypertensive:
        rise = rise * pressure().hypertensive_times
    return Effects(
        times_min=shown.times_min,
        systolic_mmhg=np.minimum(rise * pressure().systolic_mmhg, pressure().most_systolic_mmhg),
        diastolic_mmhg=rise * pressure().diastolic_mmhg,
        heart_rate_per_min=rise * pressure().heart_rate_per_min,
        dissociation=chance(
            together(shown.curves, "ketamine"), together(shown.curves, "tolerance")
        ),
        level=shown,
        models=unique([*shown.models, *driving.models]),
        sources=unique([*shown.sources, *pressure().sources, *dissociation().sources]),
        cautions=unique([CALIBRATED, *shown.cautions, *driving.cautions]),
        beside=(*pressure().cautions, *dissociation().cautions),
    )


CALIBRATED = "Calibrated on the means of studies, not validated on people."
# Far below whatever is noticed; there is no logarithm of nothing.
NOTHING = 1e-6


def drive(doses: Sequence[Dose]) -> Site:
    """Pressure follows the blood that goes to the organs, which differs while an infusion runs."""
    infused = any(dose.way.infused for dose in doses)
    return (
        "arterial" if infused and all("arterial" in dose.way.models for dose in doses) else "venous"
    )


def factors(people: int, rng: np.random.Generator) -> Array:
    """How much more or less each person answers, mean 1; the typical person by 1."""
    variance = log(1 + pressure().between_people_cv ** 2)
    drawn = np.exp(rng.normal(-variance / 2, variance**0.5, people))
    return np.concatenate([[1.0], drawn])[:, None]


def together(curves: Mapping[str, Array], name: str) -> Array:
    """Both forms as S would act; R is weaker."""
    found = curves[f"s-{name}"]
    return (
        found + dissociation().r_potency * curves[f"r-{name}"] if f"r-{name}" in curves else found
    )


def chance(concentration: Array, tolerance: Array) -> Array:
    """The chance that dissociation is marked; 0 where there is no ketamine."""
    row = dissociation()
    half = row.half_at * (1 + tolerance / row.tolerance_at)
    reached = np.maximum(concentration, 0.0) ** row.steepness
    return np.asarray(reached / (reached + half**row.steepness))


def likely_felt() -> float:
    """From which chance on marked dissociation counts as likely felt."""
    return dissociation().likely_from


def near_baseline(found: Effects, doses: Sequence[Dose]) -> NearBaseline:
    """When dissociation, pressure and concentration are all likely below what is noticed.

    Between two times the logarithms go straight, so that a coarse grid does. The slow end counts a
    typical person with the least fold of the route too: the models have missed by as much. Never
    before the minutes that a route's row asks for. It clears nobody to go home.
    """
    concentration = above(found.level.curves["ketamine"], psychoactive().above)
    left = np.maximum(
        above(found.dissociation, dissociation().likely_from),
        above(found.systolic_mmhg, pressure().gone_below_mmhg),
    )
    missed = np.maximum(left[:1], concentration[:1] + log(found.level.least_fold))
    ends = ends_of(np.maximum(left, concentration), found.times_min)
    slow = max(
        float(np.quantile(ends[1:], 0.95, method="higher")),
        float(ends_of(missed, found.times_min)[0]),
    )
    first = min(dose.at_min for dose in doses)
    not_before = max(
        [0.0, *(least()[dose.route].minutes for dose in doses if dose.route in least())]
    )
    return NearBaseline(
        typical_min=finite(max(float(ends[0]) - first, not_before)),
        slow_min=finite(max(slow - first, not_before)),
    )


def above(values: Array, least: float) -> Array:
    """How far above a limit, as a logarithm; below 0 it is not noticed."""
    return np.asarray(np.log(np.maximum(values / least, NOTHING)))


def ends_of(left: Array, times_min: Array) -> Array:
    """For each person when nothing is noticed any more; infinite when it is to the last time."""
    noticed = left >= 0
    last = len(times_min) - 1 - noticed[:, ::-1].argmax(axis=1)
    following = np.minimum(last + 1, len(times_min) - 1)
    people = np.arange(len(left))
    before, after = left[people, last], left[people, following]
    share = np.divide(before, before - after, out=np.zeros_like(before), where=before > after)
    ends = times_min[last] + share * (times_min[following] - times_min[last])
    ends = np.where(last == len(times_min) - 1, np.inf, ends)
    return np.where(noticed.any(axis=1), ends, times_min[0])


def finite(minutes: float) -> float | None:
    return minutes if np.isfinite(minutes) else None
