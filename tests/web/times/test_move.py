"""The desk moves a time that stands in one step; what is taken is refused, the person is told."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from web.logging_in import Enter
from web.times.conftest import TEN

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records.actions import appointments
from kapstone.web.records.actions.session_booking import SessionBooking
from kapstone.web.records.models import Appointment, Course, Outgoing, Place
from kapstone.web.records.refusals import Refused

NOON = "2026-11-04T12:00"
TWO_HOURS = timedelta(hours=2)


@pytest.fixture
def browser(enter: Enter, desk: User) -> Client:
    return enter(desk)


@pytest.fixture
def talked(course: Course, talk: Place, lind: User, desk: User, now: datetime) -> Appointment:
    told = {"kind": "preparation", "minutes": 50, "who": lind, "place": talk}
    return appointments.agree(course, starts_at=TEN, at=now, by=desk, **told)


def move(browser: Client, row: Appointment, starts_at: str = NOON, **also: str) -> int:
    told = {"starts_at": starts_at, **also}
    return browser.post(reverse("move_time", args=[row.pk]), told).status_code


def standing_of(row: Appointment) -> bool:
    return Appointment.objects.standing().filter(pk=row.pk, cancelled=False).exists()


def standing() -> Appointment:
    found: Appointment = Appointment.objects.standing().get(cancelled=False)
    return found


def test_a_move_keeps_everything_but_the_time(
    talked: Appointment, talk: Place, lind: User, browser: Client
) -> None:
    assert move(browser, talked) == 302
    row = standing()
    assert row.corrects == talked
    assert row.starts_at == TEN + TWO_HOURS
    assert (row.kind, row.minutes, row.who, row.room) == ("preparation", 50, lind, "Talk 1")
    assert row.parts.get(place=talk).starts_at == TEN + TWO_HOURS


def test_the_person_is_told_both_times_and_gets_a_new_link(
    talked: Appointment, browser: Client
) -> None:
    move(browser, talked)
    mail = Outgoing.objects.latest("pk")
    assert mail.to == "ade@example.org"
    for words in ("Wednesday, 4 November, 10:00", "Wednesday, 4 November, 12:00", "http"):
        assert words in mail.text
    assert "preparation" not in mail.text.lower()


def test_a_room_that_is_taken_is_refused_and_nothing_moves(
    *, talked: Appointment, noors: Course, talk: Place, desk: User, now: datetime, browser: Client
) -> None:
    told = {"kind": "preparation", "minutes": 50, "place": talk}
    appointments.agree(noors, starts_at=TEN + TWO_HOURS, at=now, by=desk, **told)
    assert move(browser, talked) == 422
    assert move(browser, talked, anyway="on") == 422, "a room is never double"
    assert move(browser, talked, "2026-11-04T11:11") == 422, "it would end inside of it"
    assert standing_of(talked)
    assert move(browser, talked, "2026-11-04T11:10") == 302


def test_staff_who_are_booked_are_asked_about(
    *, talked: Appointment, noors: Course, lind: User, desk: User, now: datetime, browser: Client
) -> None:
    told = {"kind": "review", "minutes": 20, "who": lind}
    appointments.agree(noors, starts_at=TEN + TWO_HOURS, at=now, by=desk, **told)
    answer = browser.post(reverse("move_time", args=[talked.pk]), {"starts_at": NOON})
    assert answer.status_code == 422
    assert 'type="checkbox" name="anyway"' in answer.content.decode()
    assert move(browser, talked, anyway="on") == 302


def test_the_page_offers_times_and_one_tap_takes_one(talked: Appointment, browser: Client) -> None:
    page = browser.get(reverse("move_time", args=[talked.pk])).content.decode()
    offered = page.split('name="starts_at" value="')[2:]
    assert len(offered) == 6
    assert move(browser, talked, offered[0].split('"')[0]) == 302


def test_neither_the_same_time_nor_one_that_is_over(
    talked: Appointment, desk: User, now: datetime
) -> None:
    with pytest.raises(Refused, match="the time that it has now"):
        appointments.move(talked, starts_at=TEN, at=now, by=desk)
    then = TEN + TWO_HOURS
    with pytest.raises(Refused, match="has begun or is over"):
        appointments.move(talked, starts_at=then, at=TEN, by=desk)
    before = TEN - timedelta(seconds=1)
    assert appointments.move(talked, starts_at=then, at=before, by=desk).starts_at == then


def test_a_move_sent_twice_moves_once(talked: Appointment, browser: Client) -> None:
    assert move(browser, talked) == 302
    assert move(browser, talked) == 404
    assert Outgoing.objects.count() == 2, "agreed, and moved once"


def test_the_calendar_has_the_button_until_the_time_comes(
    *,
    talked: Appointment,
    chair: Place,
    course: Course,
    osei: User,
    roadmap: object,
    desk: User,
    now: datetime,
    browser: Client,
) -> None:
    asked = SessionBooking(route="iv", starts_at=TEN + TWO_HOURS, chair_min=60, chair=chair)
    session = appointments.book_session(course, asked, at=now, by=desk)
    wanted = [reverse("move_time", args=[talked.pk]), reverse("rebook_session", args=[session.pk])]
    pages = (reverse("calendar"), reverse("calendar_day") + "?on=2026-11-04")
    for then, shown in ((TEN - timedelta(minutes=1), True), (TEN + 2 * TWO_HOURS, False)):
        with clock.at(then):
            for page in pages:
                text = browser.get(page).content.decode()
                assert [each in text for each in wanted] == [shown, shown], (page, then)


def test_a_stranger_finds_no_such_time(talked: Appointment, enter: Enter, marsh: User) -> None:
    assert move(enter(marsh), talked) == 404
    assert standing() == talked
