"""How often and how much so far stands beside the order, with its limits and their sources."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from web.logging_in import Enter
from web.register.conftest import running

from kapstone import monitoring
from kapstone.screening import limits as screening_limits
from kapstone.web.accounts.models import User
from kapstone.web.records.actions import dosing, sessions, treatment
from kapstone.web.records.actions.dosing import Given
from kapstone.web.records.models import Course, Session
from kapstone.web.records.refusals import Refused

from .conftest import REASON
from .test_before import at


def said(page: str) -> str:
    card = page.split('id="how-often"')[1].split("</details>", maxsplit=1)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", card).split())


@pytest.fixture
def thrice(course: Course, osei: User, now: datetime) -> None:
    """Three sessions in the last six days, of 30 mg each."""
    for days in (2, 4, 6):
        at = now - timedelta(days=days)
        dose = Given(kind="infusion", mg=Decimal(30), source="none")
        dosing.give_dose(running(course, "iv", "30", by=osei, at=at), dose, at=at, by=osei)


def test_every_reference_of_a_route_is_there() -> None:
    known = {row.id for row in screening_limits.limits()}
    named = {each for route in monitoring.routes() for each in monitoring.order_part(route).often}
    assert named == {f"CAP-{n:02d}" for n in range(1, 10)}
    assert named <= known


def test_a_first_session_is_inside_every_limit(planned: Session, osei: User, enter: Enter) -> None:
    words = said(enter(osei).get(at(planned)).content.decode())
    assert "Sessions in 7 days 1 with this one ✓ inside a reason above 2, stop above 3" in words
    assert "Hours since the last dose none before ✓ inside" in words
    assert "In 30 days before this: 0 sessions." in words
    assert "Infusions, acute course." in words
    assert "CAP-03 · S11, S57, S63" in words


@pytest.mark.usefixtures("thrice")
def test_a_fourth_in_a_week_cannot_be_signed(
    planned: Session, osei: User, now: datetime, enter: Enter
) -> None:
    words = said(enter(osei).get(at(planned)).content.decode())
    assert "Sessions in 7 days 4 with this one ■ cannot be signed" in words
    assert "DCK-09 S11" in words
    assert "In 30 days before this: 3 sessions, 90 mg given, of every route together." in words
    dose = treatment.Dose(mg=Decimal(30), over_min=40, weight_kg=68.0, weight_at=now)
    with pytest.raises(Refused, match="Session 4 in 7 days"):
        treatment.sign_order(planned, dose, reason=REASON, at=now, by=osei)


@pytest.mark.parametrize(("hours", "signed"), [(23, False), (24, True)])
def test_an_order_for_a_later_day_is_held_against_that_day(
    hours: int, signed: bool, course: Course, osei: User, now: datetime
) -> None:
    """The last dose was an hour ago: the next may be signed at once for 23 hours on, or later."""
    running(course, "iv", "34", by=osei, at=now - timedelta(hours=1))
    when = now + timedelta(hours=hours - 1)
    planned = sessions.plan_session(course, route="iv", planned_for=when, at=now, by=osei)
    dose = treatment.Dose(mg=Decimal(34), over_min=40, weight_kg=68.0, weight_at=now)
    if signed:
        assert treatment.sign_order(planned, dose, reason=REASON, at=now, by=osei).pk
    else:
        with pytest.raises(Refused, match="23 h; at least 24"):
            treatment.sign_order(planned, dose, reason=REASON, at=now, by=osei)
