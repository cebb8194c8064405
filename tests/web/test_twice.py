"""Sent twice, a deed is done once: the second is refused in words, or gives the first row."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from kapstone.web.accounts.models import User
from kapstone.web.records.actions import courses, intake, people, sessions
from kapstone.web.records.models import Appointment, Companion, Course, Entry, Person, Statement
from kapstone.web.records.refusals import Refused

HOUR = timedelta(hours=1)
TOLD = {"minutes": 20, "brings": "Low mood", "fit": True, "why": "A fit."}


@pytest.fixture
def appointment(course: Course, desk: User, now: datetime) -> Appointment:
    return courses.book(course, kind="consultation", starts_at=now + HOUR, at=now, by=desk)


def test_an_appointment_is_cancelled_once(
    appointment: Appointment, now: datetime, desk: User
) -> None:
    courses.cancel(appointment, at=now, by=desk)
    with pytest.raises(Refused, match="already called off or moved"):
        courses.cancel(appointment, at=now, by=desk)
    assert Entry.objects.filter(did="cancel").count() == 1


def test_an_appointment_that_was_called_off_is_not_called_off_again(
    appointment: Appointment, now: datetime, desk: User
) -> None:
    off = courses.cancel(appointment, at=now, by=desk)
    with pytest.raises(Refused):
        courses.cancel(off, at=now, by=desk)


def test_a_companion_is_let_go_once(rio: User, ade: Person, desk: User, now: datetime) -> None:
    companion = Companion.objects.get(user=rio)
    people.let_go(companion, at=now, by=desk)
    with pytest.raises(Refused, match="no longer let in"):
        people.let_go(companion, at=now, by=desk)
    assert Entry.objects.filter(did="let companion go").count() == 1


def test_the_same_first_call_sent_twice_is_one_row(
    course: Course, desk: User, now: datetime
) -> None:
    first = courses.hold_consultation(course, dict(TOLD), at=now, by=desk)
    assert courses.hold_consultation(course, dict(TOLD), at=now, by=desk) == first
    other = courses.hold_consultation(course, TOLD | {"fit": False}, at=now, by=desk)
    assert other.corrects == first


def test_a_statement_confirmed_twice_is_one_row(
    ade: Person, ade_user: User, desk: User, now: datetime
) -> None:
    statement = Statement.objects.create(
        person=ade, kind="condition", text="Asthma", key="asthma", at=now, by=desk
    )
    first = intake.confirm_statement(statement, answer=True, at=now, by=ade_user)
    assert intake.confirm_statement(statement, answer=True, at=now, by=ade_user) == first
    assert intake.confirm_statement(statement, answer=False, at=now, by=ade_user) != first


def test_a_booking_sent_twice_is_one_appointment(
    appointment: Appointment, course: Course, desk: User, now: datetime
) -> None:
    when = appointment.starts_at
    with pytest.raises(Refused, match="booked for that time already"):
        courses.book(course, kind="consultation", starts_at=when, at=now, by=desk)
    courses.book(course, kind="review", starts_at=when, at=now, by=desk)
    courses.cancel(appointment, at=now, by=desk)
    courses.book(course, kind="consultation", starts_at=when, at=now, by=desk)


def test_a_plan_sent_twice_is_one_session(course: Course, osei: User, now: datetime) -> None:
    when = now + HOUR
    first = sessions.plan_session(course, route="iv", planned_for=when, at=now, by=osei)
    with pytest.raises(Refused, match="planned for this time already"):
        sessions.plan_session(course, route="iv", planned_for=when, at=now, by=osei)
    sessions.move_session(first, route="iv", planned_for=when, cancelled=True, at=now, by=osei)
    sessions.plan_session(course, route="iv", planned_for=when, at=now, by=osei)
