"""What the published models expect after what was given in a session: a level, and when it is over.

It knows doses, route, weight, age and sex. It proposes nothing, and clears nobody to go home.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache

import numpy as np

from kapstone import charts, monitoring, pharmacokinetics
from kapstone.pharmacokinetics import Dose, OutOfScope, Person
from kapstone.web.records import reckoned, session_facts
from kapstone.web.records.actions.readings import JUDGING_FAULTS
from kapstone.web.records.likely import Likely, Moment, effects_at, rises_of
from kapstone.web.records.models import Order, Session

# So many people differ; the same ones each time, so that a band does not tremble.
PEOPLE, SEED = 500, 1
STEP_MIN = 2.0
# The end alone needs no more: a board asks for it of many rooms.
COARSE_MIN = 10.0
MINUTE = timedelta(minutes=1)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The band of the level, what likely goes with it now and at most, and where it is from."""

    band: charts.Expected
    likely: Likely
    site: str
    models: tuple[str, ...]
    cautions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """The same in minutes from the start, every `STEP_MIN`.

    NaN, and None of `moments`, while a push is still mixing: no model tells then.
    """

    low: tuple[float, ...]
    middle: tuple[float, ...]
    high: tuple[float, ...]
    felt: tuple[bool, ...]
    moments: tuple[Moment | None, ...]
    site: str
    models: tuple[str, ...]
    cautions: tuple[str, ...]
    beside: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """When people are likely near how they were, in minutes from the first dose, and by what."""

    near: pharmacokinetics.NearBaseline
    models: tuple[str, ...]


def of(session: Session, *, now: datetime) -> Forecast | None:
    """What is expected after what was given until now; None while that, or a weight, is unknown.

    None too where no model covers the route, the amount or the person.
    """
    try:
        found = known(session, session_facts.giving(session), now)
        return None if found is None else in_time(found, now)
    except OutOfScope as beyond:
        logger.info("session %s: %s", session.pk, beyond)
    except JUDGING_FAULTS:
        # An expectation is the least of what a room shows: it never hides a figure.
        logger.exception("session %s: nothing expected", session.pk)
    return None


def known(
    session: Session, giving: session_facts.Giving, now: datetime
) -> reckoned.Reckoned | None:
    return reckoned.of(session, giving, session_facts.given(session.pk, now), now)


def in_time(found: reckoned.Reckoned, now: datetime) -> Forecast:
    of = curve(found.doses, found.person)
    band = charts.Expected(
        at=[found.began + number * STEP_MIN * MINUTE for number in range(len(of.middle))],
        low=of.low,
        middle=of.middle,
        high=of.high,
        unit="ng/mL",
        title=f"Expected ketamine level, {of.site}",
    )
    likely = effects_at(of.moments, of.middle, band.at, now=now, beside=of.beside)
    return Forecast(band=band, likely=likely, site=of.site, models=of.models, cautions=of.cautions)


def window_of(
    session: Session,
    giving: session_facts.Giving,
    charted: list[session_facts.DoseRow],
    now: datetime,
) -> tuple[reckoned.Reckoned, Window] | None:
    """The window after what was given, and what it was reckoned from.

    None while a weight is unknown or no model has the route; raises OutOfScope for what no model
    answers.
    """
    found = reckoned.of(session, giving, charted, now)
    return None if found is None else (found, window(found.doses, found.person))


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What somebody may expect of an ordered dose, by the clock; each may be None.

    `leaves` is when they may leave at the earliest, once staff have checked them; None at home.
    `second_at` is when a second dose may follow that was ordered in advance.
    """

    begins: datetime
    felt_from: datetime | None
    strongest: datetime | None
    eases: datetime | None
    near: tuple[datetime, datetime] | None
    leaves: datetime | None
    second_at: datetime | None
    is_today: bool
    curve: str


def day_of(session: Session, *, now: datetime) -> Day | None:
    """The day of a session that has an order and has not begun, as it is planned.

    None without an order of its route or a weight, and where no model covers it.
    """
    try:
        return planned_day(session, now)
    except OutOfScope as beyond:
        logger.info("session %s: %s", session.pk, beyond)
    except JUDGING_FAULTS:
        logger.exception("session %s: no day to expect", session.pk)
    return None


def planned_day(session: Session, now: datetime) -> Day | None:
    story, order = session_facts.story_of(session.pk), session.order_set.newest()
    if order is None or order.route != story["route"]:
        return None
    found = reckoned.as_ordered(session, order, story["planned_for"], now)
    if found is None:
        return None
    return by_the_clock(found, order, session.course.person.practice.zone, now)


def by_the_clock(of: reckoned.Reckoned, order: Order, zone: tzinfo, now: datetime) -> Day:
    """Times to five minutes: nobody's day is known to the minute."""
    found, near, begins = curve(of.doses, of.person), window(of.doses, of.person).near, of.began

    def at(minutes: float | None) -> datetime | None:
        return None if minutes is None else nearest_five(begins + minutes * MINUTE)

    felt = [i for i, is_felt in enumerate(found.felt) if is_felt]
    peak = max(range(len(found.middle)), key=lambda i: found.middle[i])
    ends = begins + of.doses[-1].end_min * MINUTE
    leaves = monitoring.stays_until(order.route, first_at=begins, given_until=ends)
    stays, here = leaves or begins, not monitoring.route_named(order.route).at_home
    typical, slow = (
        None if minutes is None else up_to_five(max(begins + minutes * MINUTE, stays))
        for minutes in (near.typical_min, near.slow_min)
    )
    return Day(
        begins=begins,
        felt_from=at(felt[0] * STEP_MIN) if felt else None,
        strongest=at(peak * STEP_MIN),
        eases=at(felt[-1] * STEP_MIN) if felt else None,
        near=(typical, slow) if typical and slow else None,
        leaves=up_to_five(leaves) if leaves and here else None,
        second_at=at(order.booster_after_min) if order.booster_mg else None,
        is_today=begins.astimezone(zone).date() == now.astimezone(zone).date(),
        curve=charts.gentle_curve(
            found.middle, step_min=STEP_MIN, begins=begins, until=slow or typical, zone=zone
        ),
    )


def nearest_five(at: datetime) -> datetime:
    """The nearest five minutes of the clock."""
    return up_to_five(at - timedelta(seconds=150))


def up_to_five(at: datetime) -> datetime:
    """The next five minutes of the clock: nobody's hour is known better, and never too early."""
    over = at.timestamp() % 300
    return at + timedelta(seconds=300 - over) if over else at


@lru_cache(maxsize=256)
def curve(doses: tuple[Dose, ...], person: Person) -> Curve:
    """The band and what goes with it, kept while nothing is given, paused or changed."""
    grid = np.arange(0.0, reckoned.LOOKED_AT_MIN + STEP_MIN, STEP_MIN)
    rng = np.random.default_rng(SEED)
    effects = pharmacokinetics.effects(doses, person, grid, rng=rng, people=PEOPLE)
    found = effects.level
    untold = pharmacokinetics.mixing(doses, grid)
    low, _, high = np.where(untold, np.nan, found.quantiles("ketamine"))
    return Curve(
        low=tuple(low.tolist()),
        middle=tuple(np.where(untold, np.nan, found.typical("ketamine")).tolist()),
        high=tuple(high.tolist()),
        felt=tuple((effects.dissociation[0] >= pharmacokinetics.likely_felt()).tolist()),
        moments=rises_of(effects, untold),
        site=found.site,
        models=effects.models,
        cautions=effects.cautions,
        beside=effects.beside,
    )


@lru_cache(maxsize=2048)
def window(doses: tuple[Dose, ...], person: Person) -> Window:
    """When it is likely over: the same people as in `curve`, on a coarser grid."""
    grid = np.arange(0.0, reckoned.LOOKED_AT_MIN + COARSE_MIN, COARSE_MIN)
    rng = np.random.default_rng(SEED)
    effects = pharmacokinetics.effects(doses, person, grid, rng=rng, people=PEOPLE)
    return Window(pharmacokinetics.near_baseline(effects, doses), effects.models)
