"""The floor: every room at a glance, with initials where the screen can be seen by others."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import InvalidOperation
from typing import Any

import pytest
from web.logging_in import Enter
from web.register.conftest import running

from kapstone.web.accounts.models import User
from kapstone.web.live import ears
from kapstone.web.records import alarms
from kapstone.web.records import room as facts
from kapstone.web.records.actions import emergencies, readings, sessions
from kapstone.web.records.models import Change, Course, ScreeningDecision, Session

from .conftest import CALM

POLL = {"X-Poll": "1"}


def page_of(browser: object, address: str, **headers: object) -> str:
    return browser.get(address, **headers).content.decode()  # type: ignore[attr-defined, no-any-return]


@pytest.fixture
def coming(course: Course, started: Session, osei: User, now: datetime) -> Session:
    """Another session of today, after the running one."""
    return sessions.plan_session(course, route="iv", planned_for=now, room="", at=now, by=osei)


@pytest.mark.parametrize("address", ["/rooms/", "/rooms/wall/?names=full"])
def test_a_room_that_cannot_be_shown_hides_no_other(
    *,
    address: str,
    course: Course,
    started: Session,
    osei: User,
    abara: User,
    enter: Enter,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other, board = running(course, "im", "40", by=osei, at=now), facts.board

    def faulty(session: Session, **also: Any) -> facts.Board:
        if session.pk == other.pk:
            raise InvalidOperation
        return board(session, **also)

    monkeypatch.setattr(facts, "board", faulty)
    page = page_of(enter(abara), address)
    for each in (started, other):
        assert f'id="room-{each.pk}"' in page
    shown, hidden = sorted(page.split('id="room-')[1:3], key=lambda part: "could not be" in part)
    assert "Since start" in shown or "check</span>" in shown
    assert hidden.startswith(f"{other.pk}")
    assert "could not be shown: go and look" in hidden
    assert "no limit crossed" not in hidden


@pytest.mark.parametrize("address", ["/rooms/", "/rooms/wall/"])
def test_a_room_that_cannot_be_shown_hides_no_alarm_of_its_own(
    *,
    address: str,
    started: Session,
    abara: User,
    enter: Enter,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    emergencies.begin_emergency(started, "EMG-07", at=now, by=abara)

    def faulty(*_: Any, **__: Any) -> facts.Board:
        raise InvalidOperation

    monkeypatch.setattr(facts, "board", faulty)
    room = page_of(enter(abara), address).split(f'id="room-{started.pk}"')[1]
    assert "■ EMERGENCY: Seizure" in re.sub(r'</?span( class="sr")?>', "", room)
    assert "could not be shown: go and look" in room


@pytest.mark.parametrize("address", ["/rooms/", "/rooms/wall/"])
def test_alarms_that_cannot_be_read_are_not_called_none(
    *,
    address: str,
    started: Session,
    abara: User,
    enter: Enter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def faulty(*_: Any, **__: Any) -> tuple[alarms.Alarm, ...]:
        raise InvalidOperation

    monkeypatch.setattr(alarms, "of", faulty)
    room = page_of(enter(abara), address).split(f'id="room-{started.pk}"')[1]
    assert "could not be shown: go and look" in room
    assert "✓" not in room.split("<section")[0]


@pytest.mark.parametrize("headers", [{}, POLL])
@pytest.mark.parametrize("address", ["/rooms/?names=initials", "/rooms/wall/"])
def test_a_private_floor_is_sent_no_name(
    address: str, headers: dict[str, str], coming: Session, abara: User, enter: Enter
) -> None:
    page = page_of(enter(abara), address, headers=headers)
    assert ">AB<" in page
    assert 'data-session="' in page
    assert "Next: " in page or "Still to come" in page
    for part in ("Ade", "Bello"):
        assert part not in page


def test_full_names_stand_where_they_are_asked_for(
    started: Session, abara: User, enter: Enter
) -> None:
    browser = enter(abara)
    for address in ("/rooms/", "/rooms/?names=full", "/rooms/wall/?names=full"):
        assert "Ade Bello" in page_of(browser, address)


def test_a_mistyped_address_shows_no_name(started: Session, abara: User, enter: Enter) -> None:
    assert "Bello" not in page_of(enter(abara), "/rooms/?names=initial")


def test_the_browser_remembers_how_people_are_named(
    started: Session, abara: User, enter: Enter
) -> None:
    browser = enter(abara)
    browser.get("/rooms/?names=initials")
    assert "Bello" not in page_of(browser, "/rooms/")
    assert "Bello" not in page_of(browser, "/rooms/", headers=POLL)
    browser.get("/rooms/?names=full")
    assert "Ade Bello" in page_of(browser, "/rooms/")
    assert "Bello" not in page_of(browser, "/rooms/wall/"), "the wall is set by its address only"


def test_a_poll_goes_on_as_its_page_began(started: Session, abara: User, enter: Enter) -> None:
    """Another page of the same browser may have chosen full names since."""
    browser = enter(abara)
    private = page_of(browser, "/rooms/?names=initials")
    browser.get("/rooms/?names=full")
    assert "&names=initials" in private
    assert "Bello" not in page_of(browser, "/rooms/?page=1&names=initials", headers=POLL)
    assert "Ade Bello" in page_of(browser, "/rooms/"), "a poll changes nothing that is remembered"


def test_a_message_that_names_somebody_waits_for_another_page(
    started: Session, abara: User, enter: Enter
) -> None:
    browser = enter(abara)
    decided = ScreeningDecision.objects.get(course=started.course)
    browser.post(f"/decisions/{decided.pk}/told/")
    for address in ("/rooms/?names=initials", "/rooms/wall/"):
        assert "Ade" not in page_of(browser, address)
    assert "Noted: Ade was told" in page_of(browser, "/readiness/")


def test_what_is_streamed_to_the_floor_names_nobody(
    started: Session, abara: User, now: datetime
) -> None:
    readings.record_reading(started, CALM, at=now, by=abara)
    rows = Change.objects.values_list("pk", "practice_id", "session_id", "kind", "what")
    frames = b"".join(ears.heard(row).frame for row in rows)
    assert b'"heart_rate"' in frames
    for part in (b"Ade", b"Bello", b"Abara"):
        assert part not in frames


def test_a_wall_says_what_is_due_and_what_nobody_has_taken(
    started: Session, abara: User, enter: Enter
) -> None:
    page = page_of(enter(abara), "/rooms/wall/")
    assert "no reading yet" in page
    assert "data-until=" in page
    assert "no limit crossed" not in page, "nothing was taken, so nothing is said of limits"
    assert "not alone" in page


def test_a_wall_says_in_short_what_crossed_a_limit_and_how_old_it_is(
    started: Session, abara: User, enter: Enter, now: datetime
) -> None:
    readings.record_reading(started, CALM | {"heart_rate": 131.0}, at=now, by=abara)
    browser = enter(abara)
    wall = page_of(browser, "/rooms/wall/")
    assert "\u25a0 Heart 131<" in wall
    assert "read 0 min ago" in wall
    assert "Heart rate 131 /min: limit 130" in page_of(browser, "/rooms/")
