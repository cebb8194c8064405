"""The calendar has everything that takes a room and a person: calls, meetings, medicine."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from web.logging_in import Enter

from kapstone.web.accounts.models import User
from kapstone.web.records.actions import courses, sessions
from kapstone.web.records.models import Course, Session

CALENDAR = reverse("calendar")


def calendar(client: Client) -> str:
    return str(client.get(CALENDAR).content.decode())


@pytest.fixture
def planned(course: Course, osei: User, now: datetime) -> Session:
    at = now + timedelta(days=1)
    return sessions.plan_session(course, route="iv", planned_for=at, room="Room 2", at=now, by=osei)


def test_medicine_stands_among_the_meetings_in_order_of_time(
    planned: Session, course: Course, enter: Enter, desk: User, now: datetime
) -> None:
    for hours, kind in ((23, "preparation"), (25, "integration")):
        at = now + timedelta(hours=hours)
        courses.book(course, kind=kind, starts_at=at, minutes=30, at=now, by=desk)
    found = re.findall("preparation|medicine 1 · Room 2|integration", calendar(enter(desk)))
    assert found == ["preparation", "medicine 1 · Room 2", "integration"]


def test_only_who_sees_charts_is_led_to_the_session(
    planned: Session, enter: Enter, desk: User, lind: User
) -> None:
    address = f'href="{reverse("session", args=[planned.pk])}"'
    assert address in calendar(enter(lind))
    assert address not in calendar(enter(desk))


def test_what_was_called_off_or_is_of_another_practice_is_not_there(
    *, planned: Session, enter: Enter, desk: User, marsh: User, osei: User, now: datetime
) -> None:
    assert "medicine 1" not in calendar(enter(marsh))
    assert "medicine 1" in calendar(enter(desk))
    at = now + timedelta(days=1)
    sessions.move_session(planned, route="iv", planned_for=at, cancelled=True, at=now, by=osei)
    assert "medicine 1" not in calendar(enter(desk))
