"""Nobody is in two rooms: until it is said which, neither room says that somebody is there."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from web.logging_in import Enter

from kapstone.web.accounts.models import User
from kapstone.web.records import presence, session_facts
from kapstone.web.records.actions import sessions
from kapstone.web.records.models import Session

from .test_before import at
from .test_together import begin, plan


@pytest.fixture
def second(started: Session, osei: User, abara: User, now: datetime) -> Session:
    """A session in another room, in which Abara is signed in as well."""
    noor = plan(osei, session_facts.told(started).planned_for, room="Room 3")
    begin(noor, now - timedelta(minutes=1), abara)
    return noor


def alone(session: Session, now: datetime) -> bool | None:
    return presence.of(session, now=now).alone


def test_in_two_rooms_neither_has_a_tick(
    started: Session, second: Session, abara: User, now: datetime, enter: Enter
) -> None:
    browser = enter(abara)
    assert (alone(started, now), alone(second, now)) == (None, None)
    for address in ("/rooms/", "/rooms/wall/", at(started, "room/"), at(second, "room/")):
        page = browser.get(address).content.decode()
        assert "In two rooms: Abara" in page, address
        assert "✓ not alone" not in page
        assert "✓ With the person" not in page


def test_one_tap_leaves_the_first_room(
    started: Session, second: Session, abara: User, now: datetime, enter: Enter
) -> None:
    browser = enter(abara)
    page = browser.get(at(second, "room/")).content.decode()
    assert "I am here, and left Room 2" in page
    browser.post(at(second, "presence/"), {"here": "only"})
    assert (alone(started, now), alone(second, now)) == (True, False)
    assert "and left Room" not in browser.get(at(second, "room/")).content.decode()
    page = browser.get(at(started, "room/")).content.decode()
    assert "I am here, and left Room 3" in page, "asked before they enter"


def test_somebody_else_beside_them_is_enough(
    started: Session, second: Session, lind: User, now: datetime
) -> None:
    sessions.enter_room(started, lind, at=now, by=lind)
    assert (alone(started, now), alone(second, now)) == (False, None)


def test_two_of_a_couple_in_one_room_are_fine(
    started: Session, osei: User, abara: User, now: datetime
) -> None:
    noor = plan(osei, session_facts.told(started).planned_for, room="room 2")
    begin(noor, now - timedelta(minutes=1), abara)
    assert (alone(started, now), alone(noor, now)) == (False, False)
