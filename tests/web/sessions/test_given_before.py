"""An order is checked against what was given before: when, and how much."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from web.register.conftest import running

from kapstone.web.accounts.models import User
from kapstone.web.records.actions import sessions, treatment
from kapstone.web.records.models import Course, Session
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
