"""The front desk answers its own lines of the checklist, on the day, and no others."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from web.logging_in import Enter

from kapstone.web.accounts.models import User
from kapstone.web.records.actions import notices, sessions
from kapstone.web.records.models import CheckAnswer, Course, Phase, Session

WAY_HOME, CONTACT = "PRE-24", "PRE-41"


def planned_in(hours: int, course: Course, now: datetime, by: User) -> Session:
    at = now + timedelta(hours=hours)
    return sessions.plan_session(course, route="iv", planned_for=at, at=now, by=by)


@pytest.fixture
def planned(course: Course, osei: User, now: datetime) -> Session:
    return planned_in(1, course, now, osei)


@pytest.fixture
def browser(enter: Enter, desk: User) -> Client:
    return enter(desk)


def tick(browser: Client, session: Session, check: str, **told: str) -> int:
    address = reverse("desk_check", args=[session.pk, check])
    return browser.post(address, {"ok": "yes", **told}).status_code


def page(browser: Client, session: Session) -> str:
    return str(browser.get(reverse("book", args=[session.course_id])).content.decode())


def test_the_desk_answers_its_lines_under_its_name(
    planned: Session, browser: Client, desk: User
) -> None:
    address = reverse("book", args=[planned.course_id])
    assert address in browser.get(reverse("today")).content.decode()
    assert "Contact afterwards booked" in page(browser, planned)
    assert tick(browser, planned, CONTACT) == 302
    assert tick(browser, planned, WAY_HOME, words="Rio, +1 555 0101") == 302
    kept = {row.check_id: (row.ok, row.by) for row in CheckAnswer.objects.all()}
    assert kept == {CONTACT: (True, desk), WAY_HOME: (True, desk)}
    assert "Rio, +1 555 0101" in page(browser, planned)


def test_a_way_home_without_a_name_is_not_taken(planned: Session, browser: Client) -> None:
    tick(browser, planned, WAY_HOME)
    assert not CheckAnswer.objects.exists()
    assert "write the name and phone of the adult" in page(browser, planned)


def test_a_clinicians_line_is_not_the_desks(planned: Session, browser: Client) -> None:
    assert tick(browser, planned, "PRE-01") == 404
    assert not CheckAnswer.objects.exists()


def test_after_the_medicine_began_nothing_is_ticked(
    planned: Session, browser: Client, osei: User, now: datetime
) -> None:
    Phase.objects.create(session=planned, phase="started", at=now, by=osei)
    tick(browser, planned, CONTACT)
    assert not CheckAnswer.objects.exists()
    assert 'id="desk-lines"' not in page(browser, planned)


def test_another_day_has_no_lines_as_its_answers_would_not_count(
    course: Course, osei: User, browser: Client, now: datetime
) -> None:
    later = planned_in(48, course, now, osei)
    assert 'id="desk-lines"' not in page(browser, later)


def test_what_is_open_for_clinicians_has_no_name_at_the_desk(
    planned: Session, browser: Client, enter: Enter, osei: User
) -> None:
    for name in ("today", "readiness"):
        page = browser.get(reverse(name)).content.decode()
        assert " open" in page
        assert "Way home" in page
        assert "Screening decision" not in page
        assert "Screening decision" in enter(osei).get(reverse(name)).content.decode()


@pytest.mark.parametrize("words", ["x", "Rio", "+1 555 0101"])
def test_a_way_home_is_a_name_and_a_number(words: str, planned: Session, browser: Client) -> None:
    tick(browser, planned, WAY_HOME, words=words)
    assert not CheckAnswer.objects.exists()


def test_what_brings_a_person_is_not_shown_at_the_desk(course: Course, browser: Client) -> None:
    for page in (reverse("today"), reverse("waiting", args=["call-book"])):
        words = browser.get(page).content.decode()
        assert "Ade Bello" in words
        assert course.concern not in words


def test_the_desk_is_not_told_how_grave_a_notice_is(
    course: Course, browser: Client, lind: User, now: datetime
) -> None:
    notices.open_notice(
        course.person, kind="suicide-risk", level="si_urgent", says="Grave", at=now, by=lind
    )
    words = browser.get(reverse("today")).content.decode()
    assert "A notice waits" in words
    assert "si_urgent" not in words
