from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kapstone import at_home
from kapstone.synthesis import Event, Life, practice
from kapstone.web import clock
from kapstone.web.demonstration.building import WORKING_HOURS, build, zone_of_day
from kapstone.web.demonstration.heartbeat import beat
from kapstone.web.demonstration.sessions import running
from kapstone.web.records import at_home as home
from kapstone.web.records import audit

HALF_HOURS = [
    datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=30 * half) for half in range(17_520)
]
# Clocks change on the second, the third and the fifth of these, somewhere.
DAYS = ((1, 14), (3, 8), (3, 29), (7, 1), (10, 25))
HOURS = [datetime(2026, *day, hour, 22, tzinfo=UTC) for day in DAYS for hour in range(0, 24, 3)]
# Whoever is in the practice today stands first among the stories.
HERE_TODAY = 5
BEGUN_TODAY = 3
# The first of them who has taken lozenges here and is not planned again.
ONE_FINISHED_HERE = 16
AT_THE_PRACTICE = {"record_check", "record_resting", "enter_room", "start_session"}


def test_it_is_always_working_hours_somewhere() -> None:
    found = {now.astimezone(zone_of_day(now)).hour for now in HALF_HOURS}
    assert found == set(WORKING_HOURS)


@pytest.mark.parametrize("now", HOURS, ids=str)
def test_what_a_gate_asks_of_today_happened_today(now: datetime) -> None:
    zone = zone_of_day(now)
    made = practice(20, now=now, zone=zone, people=HERE_TODAY)
    days = [days_of(life, start, zone) for life in made.lives for start in starts_of(life)]
    assert days.count({now.astimezone(zone).date()}) == BEGUN_TODAY
    assert all(len(each) == 1 for each in days)


def starts_of(life: Life) -> list[Event]:
    return [each for each in life.events if each.deed == "start_session"]


def days_of(life: Life, start: Event, zone: ZoneInfo) -> set[date]:
    """The local days of a session's screener, its checks, its readings at rest and its start."""
    session = start.what["session"]
    screener = f"cssrs-{session.rpartition('-')[2]}"
    asked = [
        each
        for each in life.events
        if (each.deed in AT_THE_PRACTICE and each.what["session"] == session)
        or (each.deed == "finish_sheet" and each.what["sheet"] == screener)
    ]
    return {each.at.astimezone(zone).date() for each in asked}


@pytest.mark.django_db
def test_it_is_built_in_the_middle_of_the_night() -> None:
    build(20, now=datetime(2026, 11, 21, 9, 28, tzinfo=UTC), people=HERE_TODAY)
    assert len(running()) == 2
    assert audit.verify().broken is None


@pytest.mark.django_db
def test_somebody_who_knows_the_medicine_spends_the_evening_at_home() -> None:
    now = datetime(2026, 11, 21, 9, 28, tzinfo=UTC)
    build(20, now=now, people=ONE_FINISHED_HERE)
    (session,) = home.running()
    evening = home.evening(session, now=now)
    assert not evening.standing.missed
    assert all(at_home.sight_named(each.saw).is_well for each in evening.rows)
    assert {each.state for each in home.conditions(session, now=now)} == {"holds"}
    with clock.at(now + timedelta(minutes=14)):
        beat(clock.now(), now)
    assert len(home.evening(session, now=now + timedelta(minutes=14)).rows) == len(evening.rows) + 1
