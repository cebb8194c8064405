"""The last doses and what happened then, beside the order and in the room."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from web.logging_in import Enter

from kapstone.web.accounts.models import User
from kapstone.web.records import earlier
from kapstone.web.records.actions import dosing, emergencies, readings, sessions
from kapstone.web.records.actions.dosing import Given
from kapstone.web.records.models import Course, Session

from .conftest import CALM
from .test_before import at

Charted = tuple[Session, Session]


def said(page: str) -> str:
    """The words of the card, without its markup."""
    card = page.split('id="last-doses"')[1].split("</section>", maxsplit=1)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", card).split())


@pytest.fixture
def next_one(started: Session, course: Course, osei: User, now: datetime) -> Session:
    """Another session, a week after one that nothing was charted in but the rest before it."""
    week = now + timedelta(days=7)
    return sessions.plan_session(course, route="iv", planned_for=week, at=now, by=osei)


@pytest.fixture
def charted(started: Session, next_one: Session, abara: User, now: datetime) -> Charted:
    """The earlier session with a dose, a peak, two nauseas and an emergency in it."""
    dosing.give_dose(
        started, Given(kind="infusion", mg=Decimal(30), source="none"), at=now, by=abara
    )
    peak = CALM | {
        "systolic_bp": 151.0,
        "diastolic_bp": 90.0,
        "dissociation": 6.0,
        "sedation_moaas": 4.0,
    }
    readings.record_reading(started, peak, at=now + timedelta(minutes=20), by=abara)
    for how in ("moderate", "mild"):
        sessions.mark(started, kind="side_effect", mark="nausea", severity=how, at=now, by=abara)
    begun = now + timedelta(minutes=1)
    emergencies.begin_emergency(started, "EMG-01", at=begun, by=abara)
    return started, next_one


def test_beside_the_order_stands_what_the_last_dose_did(
    charted: Charted, osei: User, enter: Enter
) -> None:
    words = said(enter(osei).get(at(charted[1])).content.decode())
    assert "IV 30 mg given over 40 min · 0.44 mg/kg of 34 mg ordered" in words
    assert "Pressure +29/+12 from rest, highest of each 151/90" in words
    assert "dissociation at most 6 of 10 in 1 reading · least awake MOAA/S 4 of 5 in 1" in words
    assert "! Nausea (moderate)" in words
    assert "■ Emergency: " in words
    assert ", at 3:00" in words
    assert "? going home not on record" in words


def test_what_nobody_charted_is_shown_as_unknown(
    next_one: Session, osei: User, enter: Enter
) -> None:
    words = said(enter(osei).get(at(next_one)).content.decode())
    assert "IV 34 mg ordered" in words
    assert "? given not charted" in words
    assert "? Rise in pressure not known · ? dissociation not charted · ? sedation not charted" in (
        words
    )
    assert "No side effect was charted ·" in words


def test_a_first_session_says_that_there_is_none_on_record(
    started: Session, abara: User, enter: Enter
) -> None:
    words = said(enter(abara).get(at(started, "room/")).content.decode())
    assert "No earlier medicine session is on record here." in words


def test_a_session_is_not_its_own_last_dose(charted: Charted, osei: User, now: datetime) -> None:
    first, second = charted
    later = now + timedelta(days=7)
    assert [each.session.pk for each in of(second, osei, later)] == [first.pk]
    assert of(first, osei, later) == []


@pytest.mark.parametrize(("seconds", "known"), [(0, 0), (1, 1)])
def test_only_what_began_before_the_moment_is_earlier(
    seconds: int, known: int, next_one: Session, osei: User, now: datetime
) -> None:
    began = now - timedelta(minutes=2)
    assert len(of(next_one, osei, began + timedelta(seconds=seconds))) == known


def test_a_stranger_sees_no_earlier_session(charted: Charted, marsh: User, now: datetime) -> None:
    assert of(charted[1], marsh, now + timedelta(days=7)) == []


def of(session: Session, user: User, before: datetime) -> list[earlier.LastDose]:
    return list(earlier.last_doses(session, user, before=before).shown)
