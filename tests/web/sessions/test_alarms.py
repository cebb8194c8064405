"""An emergency that runs stands first and in red wherever somebody looks at more than one room."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from web.logging_in import Enter

from kapstone.web.accounts.models import User
from kapstone.web.records.actions import emergencies, readings, sessions, treatment
from kapstone.web.records.models import EmergencyEvent, Session

from .conftest import CALM


@pytest.fixture
def event(started: Session, abara: User, now: datetime) -> EmergencyEvent:
    readings.record_reading(started, CALM, at=now - timedelta(minutes=1), by=abara)
    return emergencies.begin_emergency(started, "EMG-07", at=now - timedelta(minutes=1), by=abara)


@pytest.mark.parametrize("address", ["/rooms/", "/rooms/wall/", "/"])
def test_an_emergency_stands_first_until_it_is_over(
    address: str,
    event: EmergencyEvent,
    abara: User,
    now: datetime,
    enter: Enter,
) -> None:
    began = event.at.astimezone(event.session.course.person.practice.zone).isoformat()
    browser = enter(abara)
    for headers in ({}, {"X-Poll": "1"}):
        page = browser.get(address, headers=headers).content.decode()
        assert "■ EMERGENCY: Seizure" in re.sub(r'</?span( class="sr")?>', "", page)
        assert f'data-since="{began}"' in page[page.index("EMERGENCY") :], "with its running time"
        assert "no limit crossed" not in page, "nothing green beside it"
        for later in ("Since start", "wallage", "Running now"):
            assert page.find(later) == -1 or page.index("EMERGENCY") < page.index(later)
    emergencies.end_emergency(event, "It stopped by itself.", at=now, by=abara)
    assert "EMERGENCY:" not in browser.get(address).content.decode()


def test_a_room_with_an_emergency_comes_before_older_ones(
    started: Session, other: Session, abara: User, now: datetime, enter: Enter
) -> None:
    """A wall has four places: whoever needs help never waits on its second page."""
    browser = enter(abara)
    for address in ("/rooms/", "/rooms/wall/"):
        page = browser.get(address).content.decode()
        assert page.index(f'id="room-{started.pk}"') < page.index(f'id="room-{other.pk}"')
    emergencies.begin_emergency(other, "EMG-04", at=now, by=abara)
    for address in ("/rooms/", "/rooms/wall/"):
        page = browser.get(address).content.decode()
        assert page.index(f'id="room-{other.pk}"') < page.index(f'id="room-{started.pk}"')


@pytest.fixture
def other(started: Session, osei: User, now: datetime) -> Session:
    """A second running session, begun after the first."""
    made = sessions.plan_session(
        started.course, route="iv", planned_for=now, room="Room 3", at=now, by=osei
    )
    treatment.write_phase(made, "started", at=now, by=osei)
    return made
