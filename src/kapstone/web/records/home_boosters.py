"""A second dose at home as it stands: whether one was ordered, and what it still waits for."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from kapstone import at_home
from kapstone.web.records import at_home as home
from kapstone.web.records import doses, session_facts
from kapstone.web.records.models import (
    BoosterAnswer,
    BoosterConfirmed,
    DoseGiven,
    EmergencyEvent,
    Notice,
    Order,
    Reading,
    Release,
    Session,
    Sitter,
)

PRESSURE = ("systolic_bp", "diastolic_bp")


def order_of(session: Session) -> Order | None:
    """The order that stands, when it has a second dose; None when it has none."""
    order: Order | None = session.order_set.newest()
    return order if order and order.booster_mg else None


def conditions(session: Session, *, now: datetime) -> tuple[at_home.Condition, ...]:
    """What must hold before the second dose is taken, and whether it does; empty without one."""
    order = order_of(session)
    if order is None:
        return ()
    return at_home.booster_conditions(booster_facts(session, order, now=now), now=now)


def booster_facts(session: Session, order: Order, *, now: datetime) -> at_home.BoosterFacts:
    """What the chart knows of it; what it does not know stays unknown."""
    release = home.release_of(session)
    looks = home.evening(session, now=now).rows
    opens, says = goes_on(session, order, now=now)
    return at_home.BoosterFacts(
        ordered=True,
        taken_already=taken(session, order),
        opens=opens,
        opens_says=says,
        units=units(order, release),
        left=left(session, release),
        look=at_home.Look(looks[0].at, looks[0].saw) if looks else None,
        reading=reading(session),
        open_notices=still_open(session),
        sitter=sitter_said(home.sitter_of(session)),
        therapist=therapist_said(session),
    )


def taken(session: Session, order: Order) -> bool:
    """Whether more than the first dose was charted, under whatever name."""
    named = DoseGiven.objects.standing().filter(session=session, kind="booster", amount_mg__gt=0)
    return named.exists() or doses.given_mg(session) > order.dose_mg


def goes_on(session: Session, order: Order, *, now: datetime) -> tuple[bool | None, str]:
    """Whether the session runs and the minute of the order has come."""
    story = session_facts.story_of(session.pk)
    if story["started_at"] is None:
        return False, "The session has not begun"
    if story["stopped_at"] or story["discharged_at"]:
        return False, "The session is over"
    gate = doses.gate_of(session, order, now=now)
    return gate.opens, gate.says


def units(order: Order, release: Release | None) -> int | None:
    """How many lozenges the second dose is; None while there are none, or no whole ones."""
    if release is None or order.booster_mg is None or order.booster_mg % release.holding.unit_mg:
        return None
    return int(order.booster_mg / release.holding.unit_mg)


def left(session: Session, release: Release | None) -> int | None:
    """How many of the lozenges that were released for this session are not taken yet."""
    if release is None:
        return None
    return release.units - int(doses.given_mg(session) / release.holding.unit_mg)


def reading(session: Session) -> at_home.Pressure | None:
    """The newest pressure since the first dose, by what the limits said of it."""
    first, _ = doses.first_and_last(session)
    if first is None:
        return None
    rows = Reading.objects.standing().filter(session=session, at__gte=first, resting=False)
    with_pressure = rows.filter(signs__has_keys=PRESSURE).select_related("judgement")
    row: Reading | None = with_pressure.order_by("-at", "-pk").first()
    if row is None:
        return None
    told = f"{row.signs['systolic_bp']:g}/{row.signs['diastolic_bp']:g}"
    judgement = getattr(row, "judgement", None)
    if judgement is None:
        return at_home.Pressure(at=row.at, within=None, says=f"{told}, not compared yet")
    if judgement.crossed:
        return at_home.Pressure(at=row.at, within=False, says=f"{told}: a limit was crossed")
    return at_home.Pressure(at=row.at, within=True, says=f"{told}, within the limits")


def still_open(session: Session) -> tuple[str, ...]:
    """The emergencies of the session, over or not, and the notices that nobody has closed."""
    rows = Notice.objects.filter(session=session).open().order_by("at", "pk")
    began = EmergencyEvent.objects.standing().filter(session=session).exists()
    return (*(("An emergency began",) if began else ()), *(row.says for row in rows))


def sitter_said(sitter: Sitter | None) -> at_home.Confirmed | None:
    """What the sitter of now said last; a word of the one before them does not count."""
    row = BoosterAnswer.objects.filter(link__sitter=sitter).order_by("-pk").first()
    return at_home.Confirmed(at=row.at, agrees=row.agrees) if sitter and row else None


def therapist_said(session: Session) -> at_home.Confirmed | None:
    row = BoosterConfirmed.objects.standing().filter(session=session).order_by("-pk").first()
    return at_home.Confirmed(at=row.at, agrees=row.agrees) if row else None


def first_dose_most(order: Order, unit_mg: Decimal) -> int:
    """How many whole lozenges the first dose is at most."""
    return int(order.dose_mg // unit_mg)
