"""Room, floor and wall say when people are typically near how they were."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from web.logging_in import Enter
from web.register.conftest import running

from kapstone import monitoring
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import near_baseline, session_facts
from kapstone.web.records.actions import dosing, leaving, readings, sessions, treatment
from kapstone.web.records.actions.dosing import Given
from kapstone.web.records.giving_now import giving_now
from kapstone.web.records.models import Course, DoseGiven, Session

MINUTE = timedelta(minutes=1)
LOZENGE = ("lozenge_clinic", "100", "lozenge")
FULL = {
    "systolic_bp": 120.0,
    "diastolic_bp": 78.0,
    "heart_rate": 72.0,
    "oxygen_saturation": 98.0,
    "respiratory_rate": 14.0,
    "sedation_moaas": 5.0,
}


def minutes(session: Session, began: datetime, now: datetime) -> tuple[float, float] | None:
    found = near_baseline.of(session, now=now)
    if found is None:
        return None
    return (found.earliest - began) / MINUTE, (found.latest - began) / MINUTE


def give(session: Session, kind: str, at: datetime, by: User, mg: str = "10") -> DoseGiven:
    given: DoseGiven = DoseGiven.objects.create(
        session=session, kind=kind, client_id=uuid4(), amount_mg=mg, source="own", at=at, by=by
    )
    return given


def test_an_infusion_counts_from_its_end_and_moves_with_it(
    started: Session, abara: User, now: datetime
) -> None:
    began = now - 2 * MINUTE
    assert minutes(started, began, now) == (100, 130)
    give(started, "infusion", began + 60 * MINUTE, abara)
    assert minutes(started, began, began + 61 * MINUTE) == (100, 130), "charted late, not given"
    treatment.stop_session(started, at=began + 55 * MINUTE, by=abara)
    assert minutes(started, began, began + 61 * MINUTE) == (115, 145)
    give(started, "booster", began + 60 * MINUTE, abara)
    assert minutes(started, began, began + 59 * MINUTE) == (115, 145), "still to come"
    assert minutes(started, began, began + 61 * MINUTE) == (120, 150)


def test_a_pause_moves_it(started: Session, abara: User, now: datetime) -> None:
    began = now - 2 * MINUTE
    sessions.move_on(started, "paused", at=began + 10 * MINUTE, by=abara)
    assert minutes(started, began, began + 25 * MINUTE) == (115, 145)
    sessions.move_on(started, "resumed", at=began + 30 * MINUTE, by=abara)
    assert minutes(started, began, began + 50 * MINUTE) == (120, 150)


def test_a_second_injection_moves_it(
    course: Course, osei: User, abara: User, now: datetime
) -> None:
    session = running(course, "im", "75", by=osei, at=now)
    assert minutes(session, now, now) == (45, 90), "nothing charted: from the start"
    give(session, "injection", now + MINUTE, abara)
    assert minutes(session, now, now + 2 * MINUTE) == (46, 91)
    give(session, "second_injection", now + 13 * MINUTE, abara)
    assert minutes(session, now, now + 14 * MINUTE) == (58, 103)


@pytest.mark.parametrize("what", [("im", "75", "injection"), LOZENGE])
def test_that_it_ended_moves_neither_the_window_nor_the_stay(
    what: tuple[str, str, str], course: Course, osei: User, abara: User, now: datetime
) -> None:
    route, mg, kind = what
    session = running(course, route, mg, by=osei, at=now)
    give(session, kind, now + MINUTE, abara)
    treatment.stop_session(session, at=now + 30 * MINUTE, by=abara)
    later = now + 31 * MINUTE
    found = giving_now(session_facts.told(session), now=later)
    least = monitoring.stays()[route].least_min
    assert found is not None
    assert found.stays_until == now + (1 + least) * MINUTE
    assert leaving.leaving_of(session).last_dose_at == now + MINUTE
    before = near_baseline.of(session, now=now + 29 * MINUTE)
    assert near_baseline.of(session, now=later) == before


def test_a_second_injection_begins_the_clock_of_the_checks_again(
    course: Course, osei: User, abara: User, now: datetime
) -> None:
    session = running(course, "im", "75", by=osei, at=now)
    give(session, "injection", now + MINUTE, abara)
    readings.record_reading(session, FULL, at=now + 10 * MINUTE, by=abara)
    at = now + 13 * MINUTE
    assert readings.watch_at(session, at).next_due == now + 15 * MINUTE
    give(session, "second_injection", now + 12 * MINUTE, abara)
    assert readings.watch_at(session, at).next_due == now + 17 * MINUTE


def test_what_was_not_started_has_none(ready: Session, now: datetime) -> None:
    assert near_baseline.of(ready, now=now) is None


def test_an_infusion_of_unknown_length_is_not_known(
    course: Course, osei: User, enter: Enter, now: datetime
) -> None:
    session = running(course, "iv", "34", by=osei, at=now)
    assert near_baseline.of(session, now=now) is None
    with clock.at(now + MINUTE):
        page = enter(osei).get("/rooms/").content.decode()
    assert "Typical: near baseline not known" in " ".join(page.split())


@pytest.mark.parametrize("address", ["/rooms/", "/rooms/wall/", "room", "board", "together"])
def test_every_screen_of_a_running_session_shows_it(
    address: str, started: Session, abara: User, enter: Enter, now: datetime
) -> None:
    where = address if "/" in address else reverse(address, args=[started.pk])
    with clock.at(now + MINUTE):
        page = enter(abara).get(where).content.decode()
    words = " ".join(re.sub(r"<[^>]+>", " ", page).split()).lower().replace("typical:", "typical")
    assert "typical near baseline 09:38\u201310:08" in words


def test_esketamine_says_from_when(
    course: Course, osei: User, abara: User, enter: Enter, now: datetime
) -> None:
    session = running(course, "esketamine", "56", by=osei, at=now)
    assert minutes(session, now, now) == (120, 120)
    told = Given(kind="spray", mg=session.order_set.get().dose_mg, source="none", words="Own box.")
    dosing.give_dose(session, told, at=now, by=osei)
    with clock.at(now + MINUTE):
        page = " ".join(enter(abara).get("/rooms/").content.decode().split())
    assert "Typical: near baseline from 10:00" in page
