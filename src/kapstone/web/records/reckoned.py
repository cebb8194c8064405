"""What was given in a session, or is ordered, as the doses and the person that the models know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from typing import Any

from kapstone import monitoring, pharmacokinetics
from kapstone.pharmacokinetics import Dose, Given, OutOfScope, Person
from kapstone.web.records import session_facts
from kapstone.web.records.models import Order, Session

MINUTE = timedelta(minutes=1)
# Beyond so many minutes from the start nothing is reckoned.
LOOKED_AT_MIN = 600.0
# What a pump gave is charted in whole milligrams.
WHOLE_MG = 1
Stretch = tuple[datetime, datetime, Fraction]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoned:
    """Doses whose minutes count from `began`; `doses` is never empty."""

    doses: tuple[Dose, ...]
    person: Person
    began: datetime

    @property
    def first_at(self) -> datetime:
        return self.began + min(dose.at_min for dose in self.doses) * MINUTE


def of(
    session: Session,
    giving: session_facts.Giving,
    charted: Sequence[session_facts.DoseRow],
    now: datetime,
) -> Reckoned | None:
    """What went in until now; None while that or a weight is unknown, or no model has the route.

    Raises OutOfScope for a dose or a person that no model covers, and where more was charted as
    infused than the pump tells.
    """
    given = pharmacokinetics.given().get(giving.route)
    if given is None or giving.started_at is None or not giving.weight_kg:
        return None
    if pharmacokinetics.routes()[given.route].infused and giving.infusion is None:
        return None
    if is_more_than_pumped(giving, charted):
        raise OutOfScope("more was charted as infused than the pump tells: how it went in")
    doses = tuple(doses_of(giving, charted, given, giving.started_at, now))
    person = person_of(session, float(giving.weight_kg), now)
    return Reckoned(doses=doses, person=person, began=giving.started_at) if doses else None


def is_more_than_pumped(
    giving: session_facts.Giving, charted: Sequence[session_facts.DoseRow]
) -> bool:
    """Whether more was charted as infused than the pump tells: nobody knows then how it went in."""
    if giving.infusion is None:
        return False
    stopped = giving.infusion.stopped_at
    told = giving.infusion.mg if stopped is None else monitoring.went_in(giving.infusion, stopped)
    infused_mg = sum((Fraction(row.mg) for row in charted if row.kind == "infusion"), Fraction(0))
    return infused_mg - told >= WHOLE_MG


def as_ordered(session: Session, order: Order, begins: datetime, now: datetime) -> Reckoned | None:
    """The first dose of an order, as if it began at that time; a second one is no part of it.

    None where no model has the route, or an infusion has no length.
    """
    given = pharmacokinetics.given().get(order.route)
    if given is None:
        return None
    person = person_of(session, order.weight_kg, now)
    way = pharmacokinetics.routes()[given.route]
    if way.infused and not order.over_min:
        return None
    if way.infused:
        named = {"over_min": order.over_min, "dose_mg": order.dose_mg}
        steps = session_facts.steps_of(named | {"pump_steps": order.pump_steps})
        of_pump = monitoring.Infusion(steps=steps, started_at=begins)
        doses = tuple(infused(of_pump, given, begins, begins))
    else:
        spit = bool(order.spit) and way.can_spit
        mg = float(order.dose_mg)
        doses = (Dose(route=given.route, mg=mg, drug=given.drug, spit=spit),)
    return Reckoned(doses=doses, person=person, began=begins)


def person_of(session: Session, weight_kg: float, now: datetime) -> Person:
    """What is known of the person; descent is not asked here, and stays unknown."""
    person: Any = session.course.person
    sex = {"female": True, "male": False}.get(person.sex_at_birth)
    today = now.astimezone(person.practice.zone).date()
    return Person(weight_kg=weight_kg, age_years=person.age(today), female=sex)


def doses_of(
    giving: session_facts.Giving,
    charted: Sequence[session_facts.DoseRow],
    given: Given,
    began: datetime,
    now: datetime,
) -> Iterator[Dose]:
    """What went in by the charted rates, and each dose that was charted beside them."""
    way = pharmacokinetics.routes()[given.route]
    if giving.infusion is not None and way.infused:
        yield from infused(giving.infusion, given, began, now)
    for row in charted:
        # The infusion itself is charted when it has ended; its pump has told it already.
        if not way.infused or row.kind != "infusion":
            yield Dose(
                route=given.route,
                mg=float(row.mg),
                at_min=(row.at - began) / MINUTE,
                drug=given.drug,
                spit=bool(row.spat) and way.can_spit,
            )


def infused(
    of_pump: monitoring.Infusion, given: Given, began: datetime, now: datetime
) -> Iterator[Dose]:
    """The infusion in stretches of one rate; as it runs, from now on too.

    While it is paused no more is reckoned with, until it goes on.
    """
    for start, end, mg in stretches(of_pump, monitoring.ends_after_pause(of_pump, now)):
        yield Dose(
            route=given.route,
            mg=float(mg),
            at_min=(start - began) / MINUTE,
            over_min=(end - start) / MINUTE,
            drug=given.drug,
        )


@lru_cache(maxsize=1024)
def stretches(of_pump: monitoring.Infusion, ends: datetime) -> tuple[Stretch, ...]:
    """Minute by minute what went in, minutes of one rate together; kept while nothing is set.

    A rate that would take days is followed for the hours that are looked at.
    """
    began = of_pump.started_at
    ends = min(ends, began + LOOKED_AT_MIN * MINUTE)
    count = int((ends - began) / MINUTE) + 1
    edges = [began + number * MINUTE for number in range(count)] + [ends]
    reached = [monitoring.went_in(of_pump, edge) for edge in edges]
    return tuple(together(edges, reached))


def together(edges: list[datetime], reached: list[Fraction]) -> Iterator[Stretch]:
    """Stretches of one rate: from, until, and how much; a pause is none."""
    start, mg = edges[0], Fraction(0)
    rate: Fraction | None = None
    for number in range(1, len(edges)):
        length = Fraction((edges[number] - edges[number - 1]) // timedelta(microseconds=1))
        if not length:
            continue
        came = reached[number] - reached[number - 1]
        if came / length != rate:
            if mg:
                yield start, edges[number - 1], mg
            start, mg, rate = edges[number - 1], Fraction(0), came / length
        mg += came
    if mg:
        yield start, edges[-1], mg
