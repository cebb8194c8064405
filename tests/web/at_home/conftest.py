"""A session at home, from the plan to a sitter who has agreed, by the deeds a practice would do."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from web.register.conftest import LOZENGE, received
from web.sessions.conftest import CALM, REASON, Team, ask_about_risk
from web.well import all_is_well

from kapstone import consent, monitoring
from kapstone.web.accounts.models import User
from kapstone.web.records import at_home as home
from kapstone.web.records import consenting
from kapstone.web.records.actions import (
    at_home,
    consents,
    readings,
    screening,
    sessions,
    sitting,
    treatment,
)
from kapstone.web.records.models import Course, Holding, Release, Session, Sitter, SitterLink

AT_HOME: dict[str, Any] = {
    "tolerated_sessions_observed": 3,
    "home_prescribing_lawful": True,
    "home_rx_patient_specific": True,
    "home_follow_up_30_days": True,
    "home_doses_supplied": 1,
    "home_storage_agreed": True,
    "home_sitter_named": True,
    "home_sitter_prepared": True,
    "home_video_throughout": True,
    "home_cuff_validated": True,
    "home_space_safe": True,
    "home_no_redose_agreed": True,
    "home_hcg_arranged": True,
    "home_aftercare_arranged": True,
    "ambulance_minutes": 8,
    "planned_route": "sublingual",
}
SITTER: dict[str, Any] = {
    "name": "Sam Reed",
    "phone": "+1 555 0102",
    "adult": True,
    "person_agrees": None,
}


@pytest.fixture
def planned(course: Course, osei: User, now: datetime) -> Session:
    """A session at home this afternoon, of somebody about whom everything is known."""
    all_is_well(course, at=now, by=osei, **AT_HOME)
    session = sessions.plan_session(
        course, route="lozenge_home", planned_for=now + timedelta(hours=1), at=now, by=osei
    )
    screening.decide_screening(course, decision="suitable", reason=REASON, at=now, by=osei)
    return session


@pytest.fixture
def ordered(planned: Session, osei: User, now: datetime) -> Session:
    dose = treatment.Dose(mg=Decimal(200), over_min=None, weight_kg=68.0, weight_at=now)
    treatment.sign_order(planned, dose, reason=REASON, at=now, by=osei)
    return planned


@pytest.fixture
def sitter(ordered: Session, ade_user: User, now: datetime) -> Sitter:
    return at_home.name_sitter(ordered, **SITTER, at=now, by=ade_user)


@pytest.fixture
def link(sitter: Sitter, lind: User, now: datetime) -> SitterLink:
    return at_home.make_link(sitter, on_call=lind, call_phone="+1 555 0199", at=now, by=lind)


@pytest.fixture
def rested(link: SitterLink, ordered: Session, ade_user: User, now: datetime) -> Session:
    """The sitter has agreed, and the person's own cuff has told two calm readings."""
    sitting.answer_as_sitter(link, agrees=True, name="Sam Reed", at=now)
    cuff(ordered, ade_user, now)
    return ordered


@pytest.fixture
def lozenges(abara: User, now: datetime) -> Holding:
    return received(LOZENGE, 20, now - timedelta(days=2), abara)


@pytest.fixture
def released(rested: Session, lozenges: Holding, abara: User, now: datetime) -> Release:
    return at_home.release(rested, lozenges, units=2, at=now, by=abara)


@pytest.fixture
def counted(released: Release, ade_user: User, now: datetime) -> Session:
    session = released.session
    at_home.count_at_home(session, "before", counted=2, at=now, by=ade_user)
    return session


@pytest.fixture
def team(osei: User, abara: User, lind: User) -> Team:
    return osei, abara, lind


@pytest.fixture
def ready(
    counted: Session, team: tuple[User, User, User], ade_user: User, now: datetime
) -> Session:
    """Every gate of the day is open as well."""
    ask_about_risk(counted.course, ade_user, now - timedelta(hours=1))
    agree(counted.course, ade_user, now)
    for check in monitoring.checklist("lozenge_home"):
        if check.judged_from is None:
            able = [each for each in team if sessions.may_tick(check, each)]
            for by in able[: 2 if check.second else 1]:
                sessions.record_check(counted, check.id, ok=True, at=now, by=by)
    return counted


@pytest.fixture
def started(ready: Session, ade_user: User, now: datetime) -> Session:
    at_home.start_at_home(ready, taking=2, client_id=uuid4(), at=now, by=ade_user)
    return ready


def cuff(session: Session, by: User, now: datetime, **otherwise: float) -> None:
    """Two readings at rest, the last one now."""
    for minutes in (5, 0):
        at = now - timedelta(minutes=minutes)
        readings.record_reading(session, {**CALM, **otherwise}, resting=True, at=at, by=by)


def agree(course: Course, person: User, at: datetime) -> None:
    document = consenting.document_for(course, now=at)
    right = {each.id: each.right for each in consent.read_back_questions("lozenge_home")}
    consents.sign_consent(
        course, document, name="Ade Bello", read_back=right, choices={}, at=at, by=person
    )


def states(session: Session, now: datetime) -> dict[str, str]:
    return {each.id: each.state for each in home.conditions(session, now=now)}
