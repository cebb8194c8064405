"""The day has a column for each place, with who is in it and what is free."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from web.logging_in import Enter
from web.times.conftest import TEN

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import day_plan
from kapstone.web.records.actions import appointments, sessions
from kapstone.web.records.actions.session_booking import SessionBooking
from kapstone.web.records.models import Course, Place, Session

WEDNESDAY = date(2026, 11, 4)
ON = {"on": "2026-11-04"}


@pytest.fixture
def browser(enter: Enter, desk: User) -> Client:
    return enter(desk)


@pytest.fixture
def booked(
    *, course: Course, roadmap: object, chair: Place, resting: Place, desk: User, now: datetime
) -> Session:
    asked = SessionBooking(route="iv", starts_at=TEN, chair_min=60, chair=chair, recovery=resting)
    return appointments.book_session(course, asked, at=now, by=desk)


def page(browser: Client, name: str, **also: str) -> str:
    return str(browser.get(reverse(name), ON | also).content.decode())


def test_a_column_shows_who_is_there_and_the_gaps(booked: Session, browser: Client) -> None:
    day = page(browser, "calendar_day")
    assert re.findall(r'scope="col">(\w+ \w+)', day) == ["Chair 1", "Quiet room"]
    assert "medicine 1" in day
    assert "resting" in day
    for hours in ("08:00 to 10:00", "11:00 to 18:00", "08:00 to 11:00", "12:00 to 18:00"):
        assert f'<span class="num">{hours}</span>' in day


def test_the_columns_fill_the_day_without_a_hole(booked: Session, desk: User) -> None:
    plan = day_plan.of_day(desk, WEDNESDAY)
    for column in plan.columns:
        assert sum(block.quarters for block in column.blocks) == len(plan.rows())


def test_a_free_time_leads_to_the_form_with_place_and_hour(
    booked: Session, chair: Place, browser: Client, noors: Course
) -> None:
    link = f"{reverse('free_time')}?place={chair.pk}&amp;at=2026-11-04T11:00"
    assert link in page(browser, "calendar_day")
    told = {"place": str(chair.pk), "at": "2026-11-04T11:00", "q": "Noor"}
    found = browser.get(reverse("free_time"), told).content.decode()
    address = f"{reverse('book_session', args=[noors.pk])}?at=2026-11-04T11:00"
    assert f"{address}&amp;place={chair.pk}" in found
    assert "Ade" not in found


def test_what_has_no_place_stands_in_a_column_of_its_own(
    course: Course, chair: Place, browser: Client, *, desk: User, osei: User, now: datetime
) -> None:
    told: dict[str, Any] = {"kind": "preparation", "minutes": 50, "who": osei}
    appointments.agree(course, starts_at=TEN, at=now, by=desk, **told)
    later = TEN + timedelta(hours=2)
    sessions.plan_session(course, route="iv", planned_for=later, at=now, by=osei)
    day = page(browser, "calendar_day")
    assert "No place" in day
    assert "preparation · Osei" in day
    assert "medicine 1" in day


def test_what_begins_before_the_doors_open_makes_the_day_longer(
    course: Course, talk: Place, desk: User, now: datetime
) -> None:
    told: dict[str, Any] = {"kind": "preparation", "minutes": 40, "place": talk}
    early = TEN - timedelta(hours=2, minutes=20)
    appointments.agree(course, starts_at=early, at=now, by=desk, **told)
    plan = day_plan.of_day(desk, WEDNESDAY)
    assert f"{plan.opens:%H:%M}" == "07:30"
    (column,) = plan.columns
    assert column.blocks[0].quarters == 4, "07:40 to 08:20, in whole quarters"


def test_another_practice_sees_nothing_of_it(booked: Session, enter: Enter, marsh: User) -> None:
    for name in ("calendar_day", "calendar_week"):
        found = page(enter(marsh), name)
        assert "Ade" not in found
        assert "Chair 1" not in found


def test_only_who_sees_charts_is_led_to_the_session(
    booked: Session, browser: Client, enter: Enter, lind: User
) -> None:
    address = f'href="{reverse("session", args=[booked.pk])}"'
    for name in ("calendar_day", "calendar_week"):
        assert address not in page(browser, name)
        assert address in page(enter(lind), name)


def test_the_week_begins_on_monday_and_has_every_place(booked: Session, browser: Client) -> None:
    week = page(browser, "calendar_week")
    assert "2 November to 8 November" in week
    assert week.count("10:00 to 11:00") == 1
    assert week.count("11:00 to 12:00") == 1


@pytest.mark.parametrize("on", ["tomorrow", "2026-02-31", "0001-01-01", "9999-12-31", ""])
def test_a_day_that_is_none_is_today(on: str, browser: Client) -> None:
    for name in ("calendar_day", "calendar_week"):
        assert browser.get(reverse(name), {"on": on}).status_code == 200
    assert "Tuesday 3 November" in page(browser, "calendar_day", on=on)


def test_a_strange_free_time_is_no_error(browser: Client) -> None:
    told = {"place": "chair", "at": "2026-13-45T99:99", "q": "a"}
    assert browser.get(reverse("free_time"), told).status_code == 200
    assert browser.get(reverse("free_time")).status_code == 200


def test_a_time_that_is_over_is_not_offered(booked: Session, browser: Client, chair: Place) -> None:
    link = f"{reverse('free_time')}?place={chair.pk}&amp;at=2026-11-04T08:00"
    assert link in page(browser, "calendar_day")
    with clock.at(TEN):
        assert link not in page(browser, "calendar_day")
