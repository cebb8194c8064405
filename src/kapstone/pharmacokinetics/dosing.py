"""What was given: doses with their route, amount and time; what cannot be is refused here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import isfinite

from kapstone.pharmacokinetics.rows import Drug, Route, routes

# Where the models end: what is given in an hour, into a vein, for each kilogram.
MOST_MG_PER_KG_IN_AN_HOUR = 1.5
PUSH_MIN = 2.0
# Beyond any single dose of ketamine: an amount above it is a slip, of milligrams for micrograms.
MOST_MG = 2000.0
ROUNDING = 1e-6


class OutOfScope(ValueError):
    """A question that no model here can answer; says which part of it, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """An amount of base in mg, given from a minute on, over some minutes where it is infused.

    `nth` counts spray devices used one after the other, from 1; `history` sets it. Raises
    OutOfScope for what cannot be: an unknown route, a negative or endless amount or time, a drug
    or way the route has not.
    """

    route: str
    mg: float
    at_min: float = 0.0
    over_min: float = 0.0
    drug: Drug = "racemic"
    spit: bool = False
    nth: int = 1

    def __post_init__(self) -> None:
        row = route_named(self.route)
        if not 0 < self.mg <= MOST_MG:
            raise OutOfScope(
                f"a dose of {self.mg:g} mg is beyond what a model here can answer: "
                f"more than 0 and at most {MOST_MG:g} mg"
            )
        refuse_unless(isfinite(self.at_min), f"a dose at minute {self.at_min:g}")
        refuse_unless(
            isfinite(self.over_min) and self.over_min >= 0, f"a dose over {self.over_min:g} min"
        )
        refuse_unless(self.drug in row.drugs, f"{self.drug} ketamine {row.label}")
        refuse_unless(
            row.infused or self.over_min == 0, f"giving a dose over some minutes, {row.label},"
        )
        refuse_unless(row.can_spit or not self.spit, f"spitting out what is given {row.label}")

    @property
    def way(self) -> Route:
        return routes()[self.route]

    @property
    def is_push(self) -> bool:
        return self.way.infused and self.over_min < PUSH_MIN

    @property
    def end_min(self) -> float:
        return self.at_min + self.over_min


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A stretch of an infusion at one rate; 0 is a pause."""

    mg_per_h: float
    minutes: float


def refuse_unless(possible: bool, what: str) -> None:
    if not possible:
        raise OutOfScope(f"{what} is not something a model here can answer")


def route_named(name: str) -> Route:
    if name not in routes():
        raise OutOfScope(f"no such route: {name!r}; there are {', '.join(routes())}")
    return routes()[name]


def infusion(steps: Iterable[Step], *, at_min: float = 0.0, drug: Drug = "racemic") -> list[Dose]:
    """The doses of an infusion whose rate changes, one for each step that is no pause."""
    doses, now = [], at_min
    for step in steps:
        refuse_unless(
            isfinite(step.minutes) and step.minutes > 0, f"{step.minutes:g} min of a rate"
        )
        refuse_unless(isfinite(step.mg_per_h) and step.mg_per_h >= 0, f"{step.mg_per_h:g} mg per h")
        if step.mg_per_h:
            mg = step.mg_per_h * step.minutes / 60
            doses.append(Dose(route="iv", mg=mg, at_min=now, over_min=step.minutes, drug=drug))
        now += step.minutes
    refuse_unless(bool(doses), "an infusion of nothing")
    return doses


def devices(dose: Dose) -> list[Dose]:
    """The dose of a spray device as so many devices, one after the other; any other as it is."""
    each, apart = dose.way.device_mg, dose.way.devices_apart_min
    if each is None or dose.nth > 1:
        return [dose]
    count = round(dose.mg / each)
    refuse_unless(
        count >= 1 and abs(count * each - dose.mg) < ROUNDING,
        f"{dose.mg:g} mg by a device that holds {each:g} mg",
    )
    return [
        replace(dose, mg=each, at_min=dose.at_min + number * apart, nth=number + 1)
        for number in range(count)
    ]


def history(doses: Sequence[Dose], weight_kg: float) -> tuple[Dose, ...]:
    """The doses in order of time, devices counted; raises OutOfScope for what cannot be."""
    refuse_unless(bool(doses), "no dose")
    found = sorted((one for dose in doses for one in devices(dose)), key=lambda dose: dose.at_min)
    infusions = [dose for dose in found if dose.way.infused]
    # A push beside a running pump comes from another syringe; two pumps into one vein do not.
    for before, after in pairwise(dose for dose in infusions if not dose.is_push):
        if after.at_min < before.end_min - ROUNDING:
            raise OutOfScope(
                f"two infusions at once: one until minute {before.end_min:g}, "
                f"the next from minute {after.at_min:g}; give the pump's steps one after the other"
            )
    refuse_unless(
        most_in_an_hour(infusions) <= MOST_MG_PER_KG_IN_AN_HOUR * weight_kg + ROUNDING,
        f"more than {MOST_MG_PER_KG_IN_AN_HOUR:g} mg/kg into a vein within an hour (anaesthesia)",
    )
    return tuple(counted(found))


def counted(found: Iterable[Dose]) -> Iterator[Dose]:
    """Devices numbered as they follow each other, however they were charted; others as they are."""
    before: Dose | None = None
    for dose in found:
        if dose.way.device_mg is None:
            yield dose
            continue
        soon = before is not None and dose.at_min - before.at_min <= dose.way.further_within_min
        before = replace(dose, nth=before.nth + 1 if before is not None and soon else 1)
        yield before


def most_in_an_hour(infusions: Sequence[Dose]) -> float:
    """The most mg that came in during any sixty minutes: at its fullest at an end or a start."""
    edges = [edge for dose in infusions for edge in (dose.at_min, dose.end_min)]
    begins = (start for edge in edges for start in (edge, edge - 60))
    return max((sum(within(infusions, start)) for start in begins), default=0.0)


def within(infusions: Sequence[Dose], start: float) -> Iterator[float]:
    """How much of each infusion lies in the hour from `start`."""
    for dose in infusions:
        if dose.over_min == 0:
            yield dose.mg if start <= dose.at_min <= start + 60 else 0.0
        else:
            shared = min(dose.end_min, start + 60) - max(dose.at_min, start)
            yield dose.mg * max(0.0, shared) / dose.over_min
