"""The last doses and what happened then, beside the order and in the room."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from web.logging_in import Enter
from web.register.conftest import running

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import earlier
from kapstone.web.records.actions import dosing, emergencies, readings, sessions
from kapstone.web.records.actions.dosing import Given
from kapstone.web.records.models import Course, Phase, Session

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
    assert "Highest pressure 151/90 at 08:20 · systolic +29, diastolic +12 from rest" in words
    assert "dissociation at most 6 of 10 in 1 reading · least awake MOAA/S 4 of 5 in 1" in words
    assert "! Nausea (moderate)" in words
    assert "■ Emergency: " in words
    assert ", at 3:00" in words
    assert "? going home not on record" in words


def test_a_pressure_is_never_put_together_from_two_readings(
    charted: Charted, abara: User, osei: User, enter: Enter, now: datetime
) -> None:
    """151/90 had the highest systolic, and a quarter of an hour later 146/97 the diastolic."""
    later = CALM | {"systolic_bp": 146.0, "diastolic_bp": 97.0}
    readings.record_reading(charted[0], later, at=now + timedelta(minutes=35), by=abara)
    words = said(enter(osei).get(at(charted[1])).content.decode())
    assert "Highest pressure 151/90 at 08:20, highest diastolic 146/97 at 08:35" in words
    assert "151/97" not in words


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


def test_beside_what_is_expected_stand_the_earlier_sessions(
    charted: Charted, osei: User, now: datetime, enter: Enter
) -> None:
    first, second = charted
    Phase.objects.create(session=second, phase="started", at=now + timedelta(days=7), by=osei)
    words = beside(enter(osei), second, now + timedelta(days=7, minutes=5))
    # From the start of the infusion, two minutes before what is called now.
    assert "IV 30 mg given · highest pressure 151/90 at 22 min" in words
    assert "last charted dissociated or sedated at 22 min, in 1 reading" in words
    assert beside(enter(osei), first, now + timedelta(minutes=30)).endswith(
        "None yet on record here."
    )


def test_of_earlier_sessions_the_newest_three_stand_there(
    course: Course, osei: User, now: datetime
) -> None:
    weeks = [now + timedelta(days=7 * number) for number in range(5)]
    rows = [running(course, "im", "50", by=osei, at=at) for at in weeks]
    found = earlier.in_short(rows[-1], osei, before=weeks[-1])
    assert [each.session.pk for each in found] == [each.pk for each in rows[3:0:-1]]
    assert {each.given_mg for each in found} == {None}


def beside(browser: Client, session: Session, moment: datetime) -> str:
    with clock.at(moment):
        page = browser.get(at(session, "room/")).content.decode()
    card = page.split('id="before"')[1].split("</div>", maxsplit=1)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", card).split())


def test_a_stranger_sees_no_earlier_session(charted: Charted, marsh: User, now: datetime) -> None:
    assert of(charted[1], marsh, now + timedelta(days=7)) == []


def of(session: Session, user: User, before: datetime) -> list[earlier.LastDose]:
    return list(earlier.last_doses(session, user, before=before).shown)
