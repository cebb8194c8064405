"""A person hears by mail that their time was moved or called off, and of no treatment."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from web.logging_in import Enter

from kapstone.web.accounts.models import User
from kapstone.web.records.actions import sessions
from kapstone.web.records.models import Outgoing, Session

# The session stands for 09:00 on the practice's clock.
SAME = {"route": "iv", "planned_for": "2026-11-03T09:00", "room": "Room 3"}
LATER = SAME | {"planned_for": "2026-11-05T10:30"}
CLINICAL = ("ketamine", "medicine", "infusion", "session", "treatment", "depression")


@pytest.fixture
def browser(enter: Enter, osei: User) -> Client:
    return enter(osei)


def move(browser: Client, session: Session, **told: str) -> None:
    answer = browser.post(reverse("move_session", args=[session.pk]), told)
    assert answer.status_code == 302, answer.content.decode()


def test_a_moved_time_is_told_with_the_old_one(planned: Session, browser: Client) -> None:
    move(browser, planned, **LATER)
    (mail,) = Outgoing.objects.all()
    assert mail.to == "ade@example.org"
    old, new = "Tuesday, 3 November, 09:00", "Thursday, 5 November, 10:30"
    assert f"the time on {old} was moved to {new}." in mail.text
    assert not any(word in (mail.subject + mail.text).lower() for word in CLINICAL)


def test_a_time_called_off_is_told(planned: Session, browser: Client) -> None:
    move(browser, planned, **LATER, action="call-off")
    (mail,) = Outgoing.objects.all()
    assert "the time on Tuesday, 3 November, 09:00 was called off." in mail.text


def test_another_room_at_the_same_time_is_no_news(planned: Session, browser: Client) -> None:
    assert planned.at + timedelta(hours=1) == planned.sessionplan_set.get().planned_for
    move(browser, planned, **SAME)
    assert not Outgoing.objects.exists()


def test_two_sessions_on_one_day_are_asked_about_first(
    planned: Session, lind: User, enter: Enter, now: datetime
) -> None:
    other = sessions.plan_session(
        planned.course, route="iv", planned_for=now + timedelta(days=7), at=now, by=lind
    )
    there = now + timedelta(days=7, hours=2)
    told = {"route": "iv", "planned_for": f"{there:%Y-%m-%dT%H:%M}", "room": ""}
    browser, address = enter(lind), reverse("move_session", args=[planned.pk])
    answer = browser.post(address, told)
    assert answer.status_code == 422
    assert "Another medicine session of this course" in answer.content.decode()
    assert browser.post(address, {**told, "same_day": "on"}).status_code == 302
    same = {**told, "room": "Room 3"}
    assert browser.post(reverse("move_session", args=[other.pk]), same).status_code == 422
