"""Room, floor and wall say when people are typically near how they were."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal
from math import isnan
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from web.logging_in import Enter
from web.register.conftest import running

from kapstone import monitoring
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import expected, near_baseline, reckoned, session_facts
from kapstone.web.records.actions import dosing, leaving, pump, readings, sessions, treatment
from kapstone.web.records.actions.dosing import Given
from kapstone.web.records.giving_now import giving_now
from kapstone.web.records.models import Course, DoseGiven, Order, Phase, Session
from kapstone.web.records.near_baseline import Near

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
    """The typical window of the route, from the start."""
    given = near_baseline.given_of(session, now)
    found = None if given is None else near_baseline.typical(given)
    if found is None or found.latest is None:
        return None
    return (found.earliest - began) / MINUTE, (found.latest - began) / MINUTE


def shown(session: Session, now: datetime) -> Near:
    found = near_baseline.of(session, now=now)
    assert found is not None
    return found


def without_an_order(course: Course, route: str, by: User, at: datetime) -> Session:
    """Begun with no order on record, so with no weight: another test's matter is how."""
    session = sessions.plan_session(course, route=route, planned_for=at, at=at, by=by)
    Phase.objects.create(session=session, phase="started", at=at, by=by)
    return session


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
    assert "Likely near baseline <b> not known" in " ".join(page.split())


@pytest.mark.parametrize("address", ["/rooms/", "/rooms/wall/", "room", "board", "together"])
@pytest.mark.parametrize("word", ["expected", "typical"])
def test_every_screen_of_a_running_session_shows_it(
    *,
    word: str,
    address: str,
    started: Session,
    course: Course,
    abara: User,
    enter: Enter,
    now: datetime,
) -> None:
    session = (
        started if word == "expected" else without_an_order(course, "lozenge_clinic", abara, now)
    )
    where = address if "/" in address else reverse(address, args=[session.pk])
    with clock.at(now + MINUTE):
        page = enter(abara).get(where).content.decode()
    words = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    found = shown(session, now + MINUTE)
    assert found.word == word
    assert clocks(found) in words
    assert re.search(rf"[Ll]ikely near baseline (· {word} )?{clocks(found)}", words)
    # A wall is read from far away: it has the range alone.
    assert (word in words) == ("wall" not in address)
    assert ("It clears nobody to go home." in words) == (address in {"room", "board"})


def test_after_more_than_a_model_answers_nobody_knows(
    started: Session, abara: User, enter: Enter, now: datetime
) -> None:
    more_than_any_model_covers(started)
    assert near_baseline.of(started, now=now + MINUTE) is None, "what is typical would be too early"
    with clock.at(now + MINUTE):
        page = enter(abara).get("/rooms/").content.decode()
    assert "Likely near baseline <b> not known" in " ".join(page.split())


def more_than_any_model_covers(session: Session) -> None:
    order = session.order_set.newest()
    told = {
        field: getattr(order, field) for field in ("route", "over_min", "weight_kg", "weight_at")
    }
    signed = {field: getattr(order, field) for field in ("signed_name", "meaning", "at", "by")}
    Order.objects.create(session=session, dose_mg=140, corrects=order, **told, **signed)


def clocks(found: Near) -> str:
    assert found.latest is not None
    zone = ZoneInfo("America/New_York")
    low, high = (each.astimezone(zone) for each in (found.earliest, found.latest))
    return f"{low:%H:%M}\u2013{high:%H:%M}"


def test_esketamine_says_from_when(
    course: Course, osei: User, abara: User, enter: Enter, now: datetime
) -> None:
    session = running(course, "esketamine", "56", by=osei, at=now)
    assert minutes(session, now, now) == (120, 120)
    told = Given(kind="spray", mg=session.order_set.get().dose_mg, source="none", words="Own box.")
    dosing.give_dose(session, told, at=now, by=osei)
    with clock.at(now + MINUTE):
        page = " ".join(enter(abara).get("/rooms/").content.decode().split())
    assert re.search("Likely near baseline <b> 10:[0-5][05]\u2013", page)
    assert shown(session, now + MINUTE).earliest >= now + 120 * MINUTE


def test_the_models_answer_in_steps_of_five_minutes(started: Session, now: datetime) -> None:
    found = shown(started, now)
    began = now - 2 * MINUTE
    assert found.word == "expected"
    assert found.latest is not None
    assert began + 100 * MINUTE <= found.earliest < found.latest
    assert found.earliest.minute % 5 == found.latest.minute % 5 == 0
    assert "otto-2021" in found.source


def test_without_a_weight_the_route_answers(course: Course, osei: User, now: datetime) -> None:
    found = shown(without_an_order(course, "esketamine", osei, now), now)
    assert (found.word, found.earliest) == ("typical", now + 120 * MINUTE)
    assert "WIN-ESK" in found.source


@pytest.mark.parametrize(("mg", "least"), [("10", 90), ("100", 150)])
def test_it_is_never_before_the_shortest_stay(
    mg: str, least: int, course: Course, osei: User, now: datetime
) -> None:
    session = running(course, "im", mg, by=osei, at=now)
    give(session, "injection", now, osei, mg=mg)
    found = shown(session, now + MINUTE)
    stay = "DIS-01-IM" in found.source
    assert found.word == "expected"
    assert found.earliest >= now + least * MINUTE
    assert stay == (mg == "10")


def test_the_typical_one_is_not_before_the_shortest_stay_either(
    course: Course, osei: User, now: datetime
) -> None:
    session = without_an_order(course, "im", osei, now)
    assert minutes(session, now, now) == (45, 90)
    found = shown(session, now)
    assert (found.word, found.earliest, found.latest) == (
        "typical",
        now + 90 * MINUTE,
        now + 90 * MINUTE,
    )


def test_esketamine_counts_two_hours_from_the_first_device_and_not_the_start(
    course: Course, osei: User, now: datetime
) -> None:
    session = running(course, "esketamine", "28", by=osei, at=now)
    give(session, "spray", now + 7 * MINUTE, osei, mg="28")
    found = shown(session, now + 10 * MINUTE)
    assert found.word == "expected"
    assert found.earliest >= now + 127 * MINUTE


@pytest.mark.parametrize(
    ("route", "kind", "second"),
    [("im", "injection", "second_injection"), ("lozenge_clinic", "lozenge", "booster")],
)
def test_a_second_dose_moves_what_is_expected(
    *, route: str, kind: str, second: str, course: Course, osei: User, now: datetime
) -> None:
    session = running(course, route, "100", by=osei, at=now)
    give(session, kind, now, osei, mg="100")
    before = shown(session, now + 29 * MINUTE)
    give(session, second, now + 30 * MINUTE, osei, mg="50")
    after = shown(session, now + 31 * MINUTE)
    assert before.word == after.word == "expected"
    assert after.earliest > before.earliest


def test_a_booster_after_an_infusion_is_reckoned_with(
    stopped: Session, abara: User, now: datetime
) -> None:
    later = now + 60 * MINUTE
    before = shown(stopped, later)
    give(stopped, "infusion", now + 41 * MINUTE, abara, mg="34")
    assert shown(stopped, later) == before, "what the pump told is not counted twice"
    give(stopped, "booster", now + 50 * MINUTE, abara, mg="20")
    after = shown(stopped, later)
    assert before.word == after.word == "expected"
    assert after.earliest > before.earliest


def test_a_booster_beside_a_running_infusion_never_makes_it_earlier(
    started: Session, abara: User, now: datetime
) -> None:
    later = now + 15 * MINUTE
    before = shown(started, later)
    give(started, "booster", now + 10 * MINUTE, abara, mg="20")
    after = shown(started, later)
    assert before.word == after.word == "expected"
    assert after.earliest > before.earliest


def test_more_infused_than_the_pump_tells_is_not_reckoned_as_less(
    stopped: Session, abara: User, now: datetime
) -> None:
    later = now + 60 * MINUTE
    give(stopped, "infusion", now + 41 * MINUTE, abara, mg="34")
    assert shown(stopped, later).word == "expected"
    give(stopped, "infusion", now + 55 * MINUTE, abara, mg="34")
    assert near_baseline.of(stopped, now=later) is None, "what is typical would be too early"
    assert expected.of(stopped, now=later) is None


def test_a_push_in_the_room_is_told_from_the_fifth_minute_on(
    stopped: Session, abara: User, now: datetime
) -> None:
    pushed = now + 50 * MINUTE
    give(stopped, "booster", pushed, abara, mg="20")
    found = expected.of(stopped, now=pushed + MINUTE)
    assert found is not None
    mixing = [pushed <= at < pushed + 5 * MINUTE for at in found.band.at]
    assert [isnan(value) for value in found.band.middle] == mixing
    assert not pushed <= found.likely.felt_at < pushed + 5 * MINUTE
    assert {row.now for row in found.likely.rows} == {"?"}
    assert all(not pushed <= row.most_at < pushed + 5 * MINUTE for row in found.likely.rows)
    soon = expected.of(stopped, now=pushed + 6 * MINUTE)
    assert soon is not None
    assert "?" not in {row.now for row in soon.likely.rows}


def test_a_rate_that_would_take_weeks_is_followed_for_ten_hours(
    started: Session, abara: User, now: datetime
) -> None:
    pump.set_pump(started, mg_h=Decimal("0.01"), at=now, by=abara)
    of_pump = session_facts.giving(started).infusion
    assert of_pump is not None
    found = reckoned.stretches(of_pump, monitoring.ends_at(of_pump))
    assert found[-1][1] == of_pump.started_at + reckoned.LOOKED_AT_MIN * MINUTE
    assert shown(started, now + MINUTE).beyond


def test_what_did_not_change_is_not_reckoned_anew(
    started: Session, abara: User, enter: Enter, now: datetime
) -> None:
    with clock.at(now + MINUTE):
        enter(abara).get("/rooms/")
        misses = expected.window.cache_info().misses
    for minute in (2, 12):
        with clock.at(now + minute * MINUTE):
            enter(abara).get("/rooms/")
            enter(abara).get(reverse("room", args=[started.pk]))
    assert expected.window.cache_info().misses == misses


def test_what_takes_longer_than_was_looked_at_says_so() -> None:
    at = datetime(2026, 11, 3, 9, tzinfo=ZoneInfo("UTC"))
    for beyond, words in ((True, "after"), (False, "or later")):
        near = Near(earliest=at, latest=None, word="expected", source="", beyond=beyond)
        assert words in render_to_string("clinician/parts/near.html", {"near": near})
