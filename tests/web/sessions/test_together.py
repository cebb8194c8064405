"""Two people in one room at one time: side by side, and each with a chart of their own."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest
from web.logging_in import Enter

from kapstone.web import clock
from kapstone.web.accounts import practices
from kapstone.web.accounts.models import User
from kapstone.web.records import one_room, session_facts
from kapstone.web.records.actions import people, readings, sessions, treatment
from kapstone.web.records.models import (
    Discharge,
    Entry,
    Mark,
    Notice,
    Phase,
    Reading,
    Session,
)

from .conftest import CALM

HIGH = CALM | {"systolic_bp": 186.0, "diastolic_bp": 112.0}


def plan(by: User, when: datetime, *, given: str = "Noor", room: str = "Room 2") -> Session:
    """Somebody else of the same practice, planned in a room."""
    told = {"given": given, "family": "Haddad", "birth_date": date(1984, 2, 3)}
    course = people.add_person(told, at=when, by=by)
    return sessions.plan_session(course, route="iv", planned_for=when, room=room, at=when, by=by)


def begin(session: Session, at: datetime, by: User) -> None:
    """As far as the page is concerned: the gates have tests of their own."""
    Phase.objects.create(session=session, phase="started", at=at, by=by)
    sessions.enter_room(session, by, at=at, by=by)


@pytest.fixture
def other(started: Session, osei: User, now: datetime) -> Session:
    """Noor, in the room of the running session at its time, begun five minutes ago."""
    when = session_facts.told(started).planned_for
    noor = plan(osei, when, room="room 2")
    begin(noor, now - timedelta(minutes=5), osei)
    return noor


def address(session: Session, more: str = "") -> str:
    return f"/sessions/together/{session.pk}/{more}"


def column(page: str, session: Session) -> str:
    """What stands in one column."""
    parts = re.split(r'<section class="column" id="column-(\d+)"', page)
    return parts[parts.index(str(session.pk)) + 1]


def test_both_stand_on_one_page_each_with_their_own_figures(
    started: Session, other: Session, abara: User, now: datetime, enter: Enter
) -> None:
    readings.record_reading(started, CALM | {"heart_rate": 71.0}, at=now, by=abara)
    readings.record_reading(other, CALM | {"heart_rate": 93.0}, at=now, by=abara)
    page = enter(abara).get(address(started)).content.decode()
    for session, mine, theirs, name in (
        (started, "data-figure>71<", "data-figure>93<", "Noor"),
        (other, "data-figure>93<", "data-figure>71<", "Ade"),
    ):
        assert mine in column(page, session)
        assert theirs not in column(page, session)
        assert name not in column(page, session)
        assert f'data-session="{session.pk}"' in column(page, session)


def test_the_clock_is_that_of_the_first_who_began(started: Session, other: Session) -> None:
    rows = [session_facts.told(each) for each in (started, other)]
    assert one_room.began(rows) == min(each.started_at for each in rows)
    assert one_room.began([]) is None


def test_a_notice_stands_in_its_own_column_only(
    started: Session, other: Session, abara: User, now: datetime, enter: Enter
) -> None:
    readings.record_reading(other, HIGH, at=now, by=abara)
    page = enter(abara).get(address(started)).content.decode()
    assert set(Notice.objects.values_list("session", flat=True)) == {other.pk}
    assert 'data-level="red"' in column(page, other)
    assert 'data-level="red"' not in column(page, started)


def test_either_can_stop_and_nothing_is_written_to_the_other(
    started: Session, other: Session, abara: User, now: datetime, enter: Enter
) -> None:
    before = of(started)
    told = {"confirm": "on", "words": "She wants it to end"}
    answer = enter(abara).post(address(other, "stop/"), told)
    assert answer["Location"] == address(other)
    assert Phase.objects.filter(session=other, phase="stopped").count() == 1
    assert of(started) == before
    page = enter(abara).get(address(started)).content.decode()
    assert "Medicine ended" in column(page, other)
    assert "Stop the medicine of Ade" in column(page, started)
    assert "Stop the medicine of Noor" not in page


def of(session: Session) -> list[int]:
    kinds = (Phase, Reading, Mark, Notice)
    return [model.objects.filter(session=session).count() for model in kinds]


def test_a_stop_that_is_not_confirmed_stops_nobody_and_is_said_in_its_column(
    started: Session, other: Session, abara: User, enter: Enter
) -> None:
    answer = enter(abara).post(address(other, "stop/"), {"words": "Enough"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Tick the box" in column(page, other)
    assert "Tick the box" not in column(page, started)
    assert not Phase.objects.filter(phase="stopped").exists()


@pytest.mark.parametrize(
    ("minutes", "room", "beside"),
    [(0, "Room 2", 2), (15, "ROOM 2", 2), (16, "Room 2", 1), (0, "Room 3", 1), (0, "", 1)],
)
def test_only_the_same_room_at_the_same_time_is_together(
    minutes: int, room: str, beside: int, planned: Session, osei: User
) -> None:
    first = session_facts.told(planned)
    plan(osei, first.planned_for + timedelta(minutes=minutes), room=room)
    assert len(one_room.with_session(first, osei)) == beside


def test_sessions_without_a_room_are_not_together(osei: User, now: datetime) -> None:
    one = session_facts.told(plan(osei, now, room=""))
    plan(osei, now, given="Ilse", room="")
    assert one_room.with_session(one, osei) == [one]


def test_who_may_not_know_of_one_sees_neither(
    started: Session, other: Session, enter: Enter, now: datetime
) -> None:
    elsewhere = practices.open_practice("Elsewhere", zone="Europe/Vienna")
    stranger = practices.add_staff(
        elsewhere,
        email="s@example.org",
        name="Stranger",
        held=["session_monitor"],
        password="used by nobody here",
    )
    for session in (started, other):
        assert enter(stranger).get(address(session)).status_code == 404
        assert enter(stranger).post(address(session, "stop/"), {}).status_code == 404
    when = session_facts.told(started).planned_for
    theirs = plan(stranger, when)
    page = enter(stranger).get(address(theirs)).content.decode()
    assert "Ade" not in page


def test_a_screen_is_loaded_anew_when_somebody_begins_or_ends(
    started: Session, other: Session, abara: User, enter: Enter
) -> None:
    browser = enter(abara)
    page = browser.get(address(started)).content.decode()
    poll = re.search(r'hx-get="([^"]+)"', page)
    assert poll is not None
    assert "HX-Refresh" not in browser.get(poll[1], headers={"X-Poll": "1"})
    with clock.at(clock.now() + timedelta(minutes=1)):
        browser.post(address(other, "stop/"), {"confirm": "on"})
    assert browser.get(poll[1], headers={"X-Poll": "1"})["HX-Refresh"] == "true"


def test_each_of_them_is_in_the_trail(
    started: Session, other: Session, abara: User, enter: Enter
) -> None:
    enter(abara).get(address(started))
    seen = Entry.objects.filter(did="see room").values_list("about", flat=True)
    assert set(seen) == {f"session:{started.pk}", f"session:{other.pk}"}


def test_the_room_leads_to_everybody_in_it(
    started: Session, abara: User, osei: User, enter: Enter
) -> None:
    browser, link = enter(abara), f'href="{address(started)}"'
    assert link not in browser.get(f"/sessions/{started.pk}/room/").content.decode()
    plan(osei, session_facts.told(started).planned_for)
    assert link in browser.get(f"/sessions/{started.pk}/room/").content.decode()


def went_home(session: Session, at: datetime, by: User) -> None:
    """As far as the page is concerned: what is asked before it has tests of its own."""
    treatment.stop_session(session, words="As planned, a little early", at=at, by=by)
    Discharge.objects.create(
        session=session,
        escort_name="Rio Bello",
        criteria=[],
        signed_name=by.signed_name,
        at=at + timedelta(minutes=30),
        by=by,
    )


def test_the_clock_of_one_who_went_home_stands_and_the_others_go_on(
    started: Session, other: Session, abara: User, now: datetime, enter: Enter
) -> None:
    browser = enter(abara)
    went_home(other, now + timedelta(minutes=40), abara)
    with clock.at(now + timedelta(minutes=180)):
        page = browser.get(address(started)).content.decode()
        polled = browser.get(address(started), headers={"X-Poll": "1"}).content.decode()
    assert "Start to home" in column(page, other)
    assert "75 min" in column(page, other)
    assert "data-since" not in column(page, other)
    assert "data-since" in column(page, started)
    assert "Since the first began" in page
    assert "75 min" in polled
    assert one_room.over([session_facts.told(each) for each in (started, other)]) is None
    went_home(started, now + timedelta(minutes=50), abara)
    with clock.at(now + timedelta(minutes=180)):
        page = browser.get(address(started)).content.decode()
    assert "From the first start to the last home" in page
    assert "data-since" not in page


def test_the_lanes_of_one_who_went_home_end_there(
    started: Session, other: Session, abara: User, now: datetime, enter: Enter
) -> None:
    readings.record_reading(other, CALM, at=now, by=abara)
    went_home(other, now + timedelta(minutes=40), abara)
    browser, seen = enter(abara), []
    for minutes in (90, 300):
        with clock.at(now + timedelta(minutes=minutes)):
            page = browser.get(address(started)).content.decode()
        seen.append(column(page, other).split('class="lane"', 1)[1].split("</section>")[0])
    assert seen[0] == seen[1]
