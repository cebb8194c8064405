"""An order is checked against what was given before: when, and how much."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from web.register.conftest import running

from kapstone.web.accounts.models import User
from kapstone.web.records.actions import dosing, sessions, treatment
from kapstone.web.records.actions.dosing import Given
from kapstone.web.records.models import Course, Order, Session
from kapstone.web.records.refusals import Refused

USUAL = {"iv": "34", "esketamine": "56"}
WHY = "Tolerated well twice; agreed with the person."


def signed(course: Course, route: str, due: datetime, at: datetime, by: User) -> Session:
    session = sessions.plan_session(course, route=route, planned_for=due, at=at, by=by)
    over_min, strength = (40, Decimal(50)) if route == "iv" else (None, None)
    dose = treatment.Dose(
        mg=Decimal(USUAL[route]),
        over_min=over_min,
        weight_kg=68.0,
        weight_at=at,
        concentration_mg_ml=strength,
    )
    treatment.sign_order(session, dose, reason=WHY, at=at, by=by)
    return session


@pytest.mark.parametrize("minutes", [0, 5])
def test_what_was_signed_for_a_week_on_starts_at_any_minute(
    minutes: int, course: Course, osei: User, now: datetime
) -> None:
    """Twice in the week before, the first of them a week and three minutes after this start."""
    for days, later in ((7, 3), (4, 0)):
        at = now - timedelta(days=days, minutes=-later)
        running(course, "esketamine", "56", by=osei, at=at)
    hour = timedelta(hours=1)
    session = signed(course, "esketamine", now + hour / 12, now - hour, osei)
    treatment.refuse_blocked_now(session, now + timedelta(minutes=minutes))


def test_minutes_before_its_time_are_no_day_too_few(
    course: Course, osei: User, now: datetime
) -> None:
    running(course, "iv", "34", by=osei, at=now - timedelta(days=1))
    session = signed(course, "iv", now, now - timedelta(hours=2), osei)
    treatment.refuse_blocked_now(session, now - timedelta(minutes=5))
    with pytest.raises(Refused, match="can no longer be given"):
        treatment.refuse_blocked_now(session, now - timedelta(hours=1))


@pytest.fixture
def last_week(course: Course, osei: User, now: datetime) -> Session:
    """75 mg were ordered into a muscle, and 25 of a booster."""
    session = running(course, "im", "75", by=osei, at=now - timedelta(days=7))
    more = {"booster_mg": Decimal(25), "booster_after_min": 12, "by": osei, "at": now}
    order = session.order_set.get()
    Order.objects.create(**order.but(**more))
    return session


def chart(session: Session, kind: str, mg: str, at: datetime, by: User) -> None:
    given = Given(kind=kind, mg=Decimal(mg), source="none", words=WHY)
    dosing.give_dose(session, given, at=at, by=by)


@pytest.fixture
def next_one(last_week: Session, course: Course, osei: User, now: datetime) -> Session:
    return sessions.plan_session(course, route="im", planned_for=now, at=now, by=osei)


def steps(session: Session, mg: str, now: datetime) -> list[str]:
    """How the next order stands beside the last dose [DCK-07]."""
    dose = treatment.Dose(mg=Decimal(mg), over_min=None, weight_kg=68.0, weight_at=now)
    checks = treatment.checks_of(session, "im", dose, now=now)
    return [each.level for each in checks if each.id == "DCK-07"]


def test_a_step_is_from_what_was_given_not_from_what_was_ordered(
    last_week: Session, next_one: Session, osei: User, now: datetime
) -> None:
    chart(last_week, "injection", "30", now - timedelta(days=7), osei)
    assert steps(next_one, "75", now) == ["block"]
    assert steps(next_one, "30", now) == []


def test_a_booster_that_was_given_counts_in_the_last_dose(
    last_week: Session, next_one: Session, osei: User, now: datetime
) -> None:
    then = now - timedelta(days=7)
    chart(last_week, "injection", "40", then, osei)
    chart(last_week, "second_injection", "20", then + timedelta(minutes=15), osei)
    assert steps(next_one, "75", now) == []
    assert steps(next_one, "76", now) == ["warn"]


def test_what_nobody_charted_is_not_known(next_one: Session, now: datetime) -> None:
    assert steps(next_one, "75", now) == ["open"]
