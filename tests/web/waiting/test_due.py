"""What waits shows when it is due, never when the course began."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from web.logging_in import logged_in

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import waiting
from kapstone.web.records.actions import (
    courses,
    emdr,
    integration,
    people,
    questionnaires,
    sessions,
)
from kapstone.web.records.models import Course, Discharge, Phase

SOON, BEFORE = timedelta(days=2), timedelta(days=9)


def row_of(user: User, title: str, now: datetime) -> str:
    """The line of the one course under this title on Today."""
    with clock.at(now):
        page = logged_in(user).get(reverse("today")).content.decode()
    return page.partition(f"<h2>{title}</h2>")[2].partition("</section>")[0]


def test_a_call_not_booked_has_no_date_yet(course: Course, desk: User, now: datetime) -> None:
    assert "no date yet" in row_of(desk, "First call to book", now)


def test_a_booked_call_is_due_when_it_was_agreed(course: Course, desk: User, now: datetime) -> None:
    courses.book(course, kind="consultation", starts_at=now + SOON, at=now, by=desk)
    assert ">5 Nov<" in row_of(desk, "First call to hold", now)
    with clock.at(now):
        page = logged_in(desk).get(reverse("waiting", args=["call-hold"])).content.decode()
    assert "5 Nov" in page


def test_an_order_is_due_when_its_session_is_planned(
    course: Course, osei: User, now: datetime
) -> None:
    sessions.plan_session(course, route="iv", planned_for=now + SOON, at=now, by=osei)
    assert ">5 Nov<" in row_of(osei, "Order to sign", now)


def test_the_first_contact_is_due_three_days_after_going_home(
    course: Course, osei: User, lind: User, now: datetime
) -> None:
    home = now - timedelta(days=1)
    session = sessions.plan_session(course, route="iv", planned_for=home, at=home, by=osei)
    Phase.objects.create(session=session, phase="started", at=home, by=osei)
    Discharge.objects.create(session=session, escort_name="Jo", criteria={}, at=home, by=osei)
    assert ">5 Nov<" in row_of(lind, "First contact after a session", now)


@pytest.mark.parametrize(("hours", "waits"), [(1, False), (23, False), (24, True)])
def test_what_is_due_today_is_not_overdue(
    *, hours: int, waits: bool, course: Course, lind: User, now: datetime
) -> None:
    due = now - timedelta(hours=hours)
    times = {"opens_at": due, "due_at": due, "closes_at": now + SOON}
    questionnaires.assign_sheet(course, "phq9", anchor="asked-1", at=due, by=lind, **times)
    found = {kind.title: rows.exists() for kind, rows in waiting.for_user(lind, now=now)}
    assert found["Questionnaire overdue"] is waits


@pytest.mark.parametrize("who", ["desk", "lind"])
def test_a_questionnaire_is_overdue_since_the_first_that_was_due(
    who: str, request: pytest.FixtureRequest, course: Course, lind: User, now: datetime
) -> None:
    for number, late in ((1, timedelta(days=2)), (2, timedelta(days=5))):
        times = {
            "opens_at": now - BEFORE,
            "due_at": now - late,
            "closes_at": now + SOON,
        }
        questionnaires.assign_sheet(
            course, "phq9", anchor=f"asked-{number}", at=now - BEFORE, by=lind, **times
        )
    assert ">29 Oct<" in row_of(request.getfixturevalue(who), "Questionnaire overdue", now)


def test_what_is_due_first_stands_first_however_young_its_course(
    course: Course, desk: User, osei: User, now: datetime
) -> None:
    told = {"family": "Young", "email": ""}
    younger = people.add_person({**told, "given": "Bea"}, at=now, by=desk)
    youngest = people.add_person({**told, "given": "Cy"}, at=now, by=desk)
    for each, when in ((course, 60), (younger, 1), (youngest, 30)):
        at = now + timedelta(hours=when)
        sessions.plan_session(each, route="iv", planned_for=at, at=now, by=osei)
    row = row_of(osei, "Order to sign", now)
    names = ("Bea Young", "Cy Young", "Ade Bello")
    assert sorted(names, key=row.index) == list(names)


def test_a_call_after_an_open_sitting_is_due_until_it_is_held(
    course: Course, lind: User, now: datetime
) -> None:
    words = {"picture": "The blue car", "negative": "I am not safe"}
    target = emdr.take_target(course, words, sud=8, voc=None, at=now, by=lind)
    emdr.note_set(target, "desensitisation", 4, client_id=uuid4(), at=now, by=lind)
    emdr.close_sitting(target, body_clear=None, exercises=[], words="", at=now, by=lind)
    assert ">5 Nov<" in row_of(lind, "Call after EMDR", now)
    integration.hold_integration(course, how="phone", at=now + timedelta(hours=1), by=lind)
    assert row_of(lind, "Call after EMDR", now + timedelta(hours=2)) == ""


def test_a_closed_target_owes_no_call(course: Course, lind: User, now: datetime) -> None:
    words = {"picture": "The blue car", "negative": "I am not safe"}
    target = emdr.take_target(course, words, sud=8, voc=None, at=now, by=lind)
    for phase, value in (("desensitisation", 0), ("installation", 7)):
        emdr.note_set(target, phase, value, client_id=uuid4(), at=now, by=lind)
    emdr.close_sitting(target, body_clear=True, exercises=[], words="", at=now, by=lind)
    assert row_of(lind, "Call after EMDR", now) == ""
