"""A medicine session that may start, built by the deeds a practice would do."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from web.well import all_is_well

from kapstone import consent, instruments, monitoring
from kapstone.web.accounts.models import User
from kapstone.web.records.actions import (
    consents,
    leaving,
    questionnaires,
    readings,
    screening,
    sessions,
    treatment,
)
from kapstone.web.records.models import Course, Order, Session

Team = tuple[User, User, User]
CALM = {
    "systolic_bp": 122.0,
    "diastolic_bp": 78.0,
    "heart_rate": 68.0,
    "oxygen_saturation": 98.0,
    "respiratory_rate": 14.0,
}
BACK = CALM | {"sedation_moaas": 5.0, "dissociation": 0.0, "anxiety": 1.0, "nausea": 0.0}
# A prescriber's reason for every line of going home, for those that are open.
SEEN_BY_ME = {
    f"reason-{row.id}": "Seen by me: steady, and Rio is here." for row in monitoring.criteria()
}
REASON = "Seen together with the person; the reason is written here."


@pytest.fixture
def planned(course: Course, osei: User, now: datetime) -> Session:
    """A session planned for this afternoon, with nothing else done."""
    return sessions.plan_session(
        course, route="iv", planned_for=now + timedelta(hours=1), room="Room 2", at=now, by=osei
    )


@pytest.fixture
def team(osei: User, abara: User, lind: User) -> Team:
    """A prescriber, a session monitor and a therapist."""
    return osei, abara, lind


@pytest.fixture
def ready(planned: Session, team: Team, ade_user: User, now: datetime) -> Session:
    """The same session with every gate passed: it may start."""
    osei, abara, _ = team
    agree(planned.course, osei, ade_user, now - timedelta(days=2))
    ask_about_risk(planned.course, ade_user, now - timedelta(hours=1))
    sign(planned, osei, now - timedelta(minutes=10))
    tick(planned, now - timedelta(minutes=10), team)
    for minutes in (8, 3):
        at = now - timedelta(minutes=minutes)
        readings.record_reading(planned, CALM, resting=True, at=at, by=abara)
    return planned


@pytest.fixture
def started(ready: Session, abara: User, now: datetime) -> Session:
    """A running session with Abara in the room, begun an hour ago on the held clock."""
    begun = now - timedelta(minutes=2)
    sessions.move_on(ready, "arrived", at=now - timedelta(minutes=20), by=abara)
    sessions.enter_room(ready, abara, at=begun, by=abara)
    treatment.start_session(ready, at=begun, by=abara)
    return ready


@pytest.fixture
def stopped(started: Session, abara: User, now: datetime) -> Session:
    """Forty minutes later the infusion has ended; the tests hold their own later clock."""
    treatment.stop_session(started, at=now + timedelta(minutes=40), by=abara)
    return started


@pytest.fixture
def fit(stopped: Session, abara: User, lind: User, now: datetime) -> tuple[Session, datetime]:
    """An hour and a half later everything measured is met, and the therapist has signed.

    What else is asked is still to be asked.
    """
    leaves = now + timedelta(minutes=130)
    for minutes in (25, 5):
        readings.record_reading(stopped, BACK, at=leaves - timedelta(minutes=minutes), by=abara)
    for name, tool in monitoring.tools().items():
        full = {item.id: 2 for item in tool.items}
        leaving.score_discharge(stopped, name, full, at=leaves, by=abara)
    leaving.answer_leaving(stopped, {"DIS-19": True}, at=leaves, by=lind)
    return stopped, leaves


def agree(course: Course, prescriber: User, person: User, at: datetime) -> None:
    all_is_well(course, at=at, by=prescriber)
    screening.decide_screening(course, decision="suitable", reason=REASON, at=at, by=prescriber)
    document = consent.document(route="iv", practice=str(course.person.practice))
    right = {each.id: each.right for each in consent.read_back_questions("iv")}
    consents.sign_consent(
        course, document, name="Ade Bello", read_back=right, choices={}, at=at, by=person
    )


def ask_about_risk(course: Course, person: User, at: datetime) -> None:
    """The C-SSRS since last contact, with no to everything."""
    sheet = questionnaires.assign_sheet(
        course,
        "cssrs-since",
        anchor="today",
        opens_at=at,
        due_at=at + timedelta(days=1),
        closes_at=at + timedelta(days=2),
        at=at,
        by=person,
    )
    definition = instruments.instrument("cssrs-since")
    answers: dict[str, float] = {}
    while item := instruments.next_item(definition, answers):
        answers[item.id] = 0
        questionnaires.answer_item(sheet, item.id, 0, at=at, by=person)
    questionnaires.finish_sheet(sheet, at=at, by=person)


def sign(session: Session, prescriber: User, now: datetime) -> Order:
    dose = treatment.Dose(
        mg=Decimal("34"), over_min=40, weight_kg=68.0, weight_at=now - timedelta(minutes=20)
    )
    return treatment.sign_order(session, dose, reason=REASON, at=now, by=prescriber)


def tick(session: Session, now: datetime, team: Team) -> None:
    """Every line of the checklist that somebody ticks, by all of the team who may."""
    for check in monitoring.checklist("iv"):
        if check.judged_from in (None, "escort"):
            words = "Rio Bello, +1 555 0101" if check.judged_from else ""
            able = [each for each in team if sessions.may_tick(check, each)]
            for by in able[: 2 if check.second else 1]:
                sessions.record_check(session, check.id, ok=True, words=words, at=now, by=by)
