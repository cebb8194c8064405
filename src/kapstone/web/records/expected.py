"""What the published models expect after what was given in a session: a level, and when it is over.

It knows doses, route, weight, age and sex. It proposes nothing, and clears nobody to go home.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from kapstone import charts, monitoring, pharmacokinetics
from kapstone.pharmacokinetics import Dose, OutOfScope, Person
from kapstone.web.records import session_facts
from kapstone.web.records.actions.readings import JUDGING_FAULTS
from kapstone.web.records.models import DoseGiven, Session

# So many people differ; the same ones each time, so that a band does not tremble.
PEOPLE, SEED = 500, 1
STEP_MIN, LOOKED_AT_MIN = 2.0, 600.0
MINUTE = timedelta(minutes=1)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The band of the level, when people are likely near how they were, and where it is from."""

    band: charts.Expected
    typical: datetime | None
    slow: datetime | None
    site: str
    models: tuple[str, ...]
    cautions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """The same in minutes from the first dose."""

    low: tuple[float, ...]
    middle: tuple[float, ...]
    high: tuple[float, ...]
    felt: tuple[bool, ...]
    near: pharmacokinetics.NearBaseline
    site: str
    models: tuple[str, ...]
    cautions: tuple[str, ...]


def of(session: Session, *, now: datetime) -> Forecast | None:
    """What is expected after what was given until now; None while that, or a weight, is unknown.

    None too where no model covers the route, the amount or the person.
    """
    try:
        return forecast(session, now)
    except JUDGING_FAULTS:
        # An expectation is the least of what a room shows: it never hides a figure.
        logger.exception("session %s: nothing expected", session.pk)
        return None


def forecast(session: Session, now: datetime) -> Forecast | None:
    story = session_facts.story_of(session.pk)
    given = pharmacokinetics.given().get(story["order_route"] or story["route"])
    began: datetime | None = story["started_at"]
    if given is None or began is None or not story["weight_kg"]:
        return None
    doses = tuple(doses_of(session, story, given, began, now))
    if not doses:
        return None
    try:
        found = curve(doses, person_of(session, float(story["weight_kg"]), now))
    except OutOfScope as beyond:
        logger.info("session %s: %s", session.pk, beyond)
        return None
    return in_time(found, began)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What somebody may expect of an ordered dose, by the clock; each may be None."""

    begins: datetime
    felt_from: datetime | None
    strongest: datetime | None
    eases: datetime | None
    near: tuple[datetime, datetime] | None
    curve: str


def day_of(session: Session, *, now: datetime) -> Day | None:
    """The day of a session that has an order and has not begun, as it is planned.

    None without an order of its route or a weight, and where no model covers it.
    """
    try:
        return planned_day(session, now)
    except JUDGING_FAULTS:
        logger.exception("session %s: no day to expect", session.pk)
        return None


def planned_day(session: Session, now: datetime) -> Day | None:
    story = session_facts.story_of(session.pk)
    given = pharmacokinetics.given().get(story["route"])
    if given is None or story["order_route"] != story["route"] or not story["weight_kg"]:
        return None
    begins: datetime = story["planned_for"]
    try:
        doses = tuple(as_ordered(story, given, begins))
        found = curve(doses, person_of(session, float(story["weight_kg"]), now))
    except OutOfScope as beyond:
        logger.info("session %s: %s", session.pk, beyond)
        return None
    zone = session.course.person.practice.zone
    return by_the_clock(found, begins, zone)


def as_ordered(
    story: dict[str, Any], given: pharmacokinetics.Given, begins: datetime
) -> Iterator[Dose]:
    if not pharmacokinetics.routes()[given.route].infused:
        yield Dose(route=given.route, mg=float(story["dose_mg"]), drug=given.drug)
    elif story["over_min"]:
        steps = session_facts.steps_of(story)
        yield from infused(
            monitoring.Infusion(steps=steps, started_at=begins), given, begins, begins
        )


def by_the_clock(found: Curve, begins: datetime, zone: tzinfo) -> Day:
    """Times to five minutes: nobody's day is known to the minute."""

    def at(minutes: float | None) -> datetime | None:
        return None if minutes is None else begins + round(minutes / 5) * 5 * MINUTE

    felt = [i for i, is_felt in enumerate(found.felt) if is_felt]
    peak = max(range(len(found.middle)), key=lambda i: found.middle[i])
    typical, slow = at(found.near.typical_min), at(found.near.slow_min)
    return Day(
        begins=begins,
        felt_from=at(felt[0] * STEP_MIN) if felt else None,
        strongest=at(peak * STEP_MIN),
        eases=at(felt[-1] * STEP_MIN) if felt else None,
        near=(typical, slow) if typical and slow else None,
        curve=charts.gentle_curve(
            found.middle, step_min=STEP_MIN, begins=begins, until=slow or typical, zone=zone
        ),
    )


def person_of(session: Session, weight_kg: float, now: datetime) -> Person:
    """What is known of the person; descent is not asked here, and stays unknown."""
    person = session.course.person
    sex = {"female": True, "male": False}.get(person.sex_at_birth)
    today = now.astimezone(person.practice.zone).date()
    return Person(weight_kg=weight_kg, age_years=person.age(today), female=sex)


def doses_of(
    session: Session,
    story: dict[str, Any],
    given: pharmacokinetics.Given,
    began: datetime,
    now: datetime,
) -> Iterator[Dose]:
    """What went in by the charted rates, or each dose that was charted."""
    if pharmacokinetics.routes()[given.route].infused:
        if story["over_min"]:
            yield from infused(session_facts.infusion_of(session.pk, story), given, began, now)
        return
    rows = DoseGiven.objects.standing().filter(session=session, amount_mg__gt=0, at__lte=now)
    for row in rows.order_by("at", "pk"):
        yield Dose(
            route=given.route,
            mg=float(row.amount_mg),
            at_min=(row.at - began) / MINUTE,
            drug=given.drug,
            spit=bool(row.spat) and pharmacokinetics.routes()[given.route].can_spit,
        )


def infused(
    of_pump: monitoring.Infusion, given: pharmacokinetics.Given, began: datetime, now: datetime
) -> Iterator[Dose]:
    """The infusion minute by minute, minutes of one rate together; as it runs, from now on too.

    While it is paused no more is reckoned with, until it goes on.
    """
    ends = monitoring.ends_after_pause(of_pump, now)
    count = int((ends - began) / MINUTE) + 1
    edges = [began + number * MINUTE for number in range(count)] + [ends]
    reached = [monitoring.went_in(of_pump, edge) for edge in edges]
    for start, end, mg in together(edges, reached):
        yield Dose(
            route=given.route,
            mg=float(mg),
            at_min=(start - began) / MINUTE,
            over_min=(end - start) / MINUTE,
            drug=given.drug,
        )


def together(
    edges: list[datetime], reached: list[Fraction]
) -> Iterator[tuple[datetime, datetime, Fraction]]:
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


@lru_cache(maxsize=256)
def curve(doses: tuple[Dose, ...], person: Person) -> Curve:
    """The band and the window, kept while nothing is given, paused or changed."""
    rng = np.random.default_rng(SEED)
    grid = np.arange(0.0, LOOKED_AT_MIN + STEP_MIN, STEP_MIN)
    effects = pharmacokinetics.effects(doses, person, grid, rng=rng, people=PEOPLE)
    found = effects.level
    low, _, high = found.quantiles("ketamine")
    return Curve(
        low=tuple(low.tolist()),
        middle=tuple(found.typical("ketamine").tolist()),
        high=tuple(high.tolist()),
        felt=tuple((effects.dissociation[0] >= pharmacokinetics.likely_felt()).tolist()),
        near=pharmacokinetics.near_baseline(effects, doses),
        site=found.site,
        models=found.models,
        cautions=effects.cautions,
    )


def in_time(found: Curve, began: datetime) -> Forecast:
    def at(minutes: float | None) -> datetime | None:
        return None if minutes is None else began + minutes * MINUTE

    count = len(found.middle)
    band = charts.Expected(
        at=[began + number * STEP_MIN * MINUTE for number in range(count)],
        low=found.low,
        middle=found.middle,
        high=found.high,
        unit="ng/mL",
        title=f"Expected ketamine level, {found.site}",
    )
    return Forecast(
        band=band,
        typical=at(found.near.typical_min),
        slow=at(found.near.slow_min),
        site=found.site,
        models=found.models,
        cautions=found.cautions,
    )
