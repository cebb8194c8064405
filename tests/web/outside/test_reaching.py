"""A therapist outside reaches for what was not allowed: before the code, after it, and later."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings
from web.couples.test_private import MARK, SHARED, numbers
from web.couples.test_private import addresses as every_address
from web.logging_in import Enter
from web.seeing.conftest import Answer

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import outside
from kapstone.web.records.actions import integration, preparing, sessions
from kapstone.web.records.actions import outside as deeds
from kapstone.web.records.models import (
    Commitment,
    Course,
    Entry,
    Insight,
    OutsideReading,
    OutsideTherapist,
    Person,
)
from kapstone.web.records.refusals import Refused

from .conftest import LAST_DAY, LetIn, address, code_of, opened, read


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.DATA = tmp_path
    return tmp_path


# what is on the page


def test_what_was_ticked_is_read_and_nothing_beside_it(
    *, client: Client, let_in: LetIn, walk_daily: Commitment, intention: Any
) -> None:
    page = read(
        opened(client, let_in(f"commitment:{walk_daily.pk}")), OutsideTherapist.objects.get()
    )
    assert "Walk each day" in page
    assert "To work on the same things" in page
    for kept in ("To meet my grief", "The sea was warm", "+1 555 0100", "1985"):
        assert kept not in page


@pytest.mark.usefixtures("told")
def test_none_of_the_private_words_of_the_chart_is_read_whatever_else_is_allowed(
    client: Client, let_in: LetIn, ade: Person
) -> None:
    """Notes, sealed notes, first words, alone, messages, the couple: the word is in all of them."""
    own = ("intention:", "commitment:")
    allowed = [key for key in outside.keys(ade) if not key.startswith(own)]
    assert {"dates", "sessions"} <= set(allowed)
    therapist = let_in(*allowed)
    browser = opened(client, therapist)
    assert "Planned" in read(browser, therapist)
    assert MARK not in read(browser, therapist)
    assert SHARED not in read(browser, therapist)


@pytest.mark.usefixtures("told")
def test_no_other_address_opens_with_it(client: Client, let_in: LetIn, ade: Person) -> None:
    therapist = let_in("dates")
    browser = opened(client, therapist)
    betrays = []
    for at in dict.fromkeys(every_address()):
        answer = browser.get(at)
        body = b"" if answer.streaming else answer.content
        if MARK.encode() in body or b"Ade" in body:
            betrays.append(at)
    assert betrays == []
    assert numbers()


def test_what_can_be_ticked_is_a_short_list(
    *, course: Course, ade: Person, answered: Answer, walk_daily: Commitment, intention: Any
) -> None:
    for name in ("phq9", "cssrs-screener", "gad7"):
        answered(name, 1, 0)
    assert outside.keys(ade) == [
        *("dates", "sessions", "measure:gad7", "measure:phq9"),
        *(f"intention:{intention.pk}", f"commitment:{walk_daily.pk}"),
    ]


def test_a_key_that_was_never_offered_is_refused(let_in: LetIn, told: Insight) -> None:
    for key in ("measure:cssrs-screener", f"insight:{told.pk}", "journal:1", "commitment:999", ""):
        with pytest.raises(Refused) as why:
            let_in("dates", key)
        assert why.value.code == "not-there"
    assert not OutsideTherapist.objects.filter(name="Dr. Weiss").exists()


def test_a_key_in_the_row_that_is_not_offered_shows_nothing(
    course: Course, ade: Person, answered: Answer, now: datetime
) -> None:
    """Whatever got into a row: the page is worked out of what may be read at all."""
    answered("cssrs-screener", 1, 1)
    wrong = ["measure:cssrs-screener", "note:1", "insight:1", "intention:1"]
    assert outside.shown(ade, wrong, now=now) == []


def test_totals_are_totals_alone(
    client: Client, let_in: LetIn, answered: Answer, now: datetime
) -> None:
    answered("phq9", 1, 2)
    therapist = let_in("measure:phq9")
    (part,) = outside.shown(therapist.person, ["measure:phq9"], now=now)
    assert [words for _day, words in part.lines] == ["18"]
    assert "thoughts" not in read(opened(client, therapist), therapist).lower()


def test_dates_and_sessions_say_nothing_medical(
    client: Client, let_in: LetIn, course: Course, osei: User, now: datetime
) -> None:
    when = now + timedelta(days=2)
    sessions.plan_session(course, route="im", planned_for=when, room="Birch", at=now, by=osei)
    therapist = let_in("dates", "sessions")
    page = read(opened(client, therapist), therapist)
    assert "Session 1" in page
    for kept in ("Birch", "ketamine", "intramuscular", "Medicine", " mg", "Osei"):
        assert kept not in page


def test_words_that_were_changed_since_are_ticked_anew(
    *, client: Client, let_in: LetIn, course: Course, ade_user: User, intention: Any, now: datetime
) -> None:
    therapist = let_in(f"intention:{intention.pk}", "dates")
    browser = opened(client, therapist)
    assert "To meet my grief" in read(browser, therapist)
    preparing.answer_preparation(course, "intention", "Something else", at=now, by=ade_user)
    page = read(browser, therapist)
    assert "To meet my grief" not in page
    assert "Something else" not in page


def test_how_it_went_is_said_without_the_words_about_it(
    client: Client, let_in: LetIn, walk_daily: Commitment, ade_user: User, now: datetime
) -> None:
    said = {"how": "let_go", "words": "My brother laughed"}
    integration.check_in(walk_daily, **said, at=now, by=ade_user)
    therapist = let_in(f"commitment:{walk_daily.pk}")
    page = read(opened(client, therapist), therapist)
    assert "Walk each day (let go)" in page
    assert "brother" not in page


# before the code


def test_the_address_alone_names_nobody_and_opens_nothing(
    client: Client, let_in: LetIn, walk_daily: Commitment
) -> None:
    therapist = let_in(f"commitment:{walk_daily.pk}")
    page = read(client, therapist)
    for kept in ("Ade", "Bello", "Weiss", "Walk", "ketamine", "therapy", therapist.email):
        assert kept not in page
    answer = client.post(address(therapist), {"text": "A note without a code"})
    assert answer.status_code == 302
    assert not therapist.notes.exists()
    assert not OutsideReading.objects.exists()


@pytest.mark.parametrize("token", ["1", "1:x", "1:" + "A" * 43, "x"])
def test_an_address_that_was_never_made_says_nothing(
    token: str, client: Client, let_in: LetIn
) -> None:
    let_in("dates")
    answer = client.get(reverse("outside_page", args=[token]))
    assert answer.status_code == 404
    assert b"This page is shut" in answer.content


def test_five_wrong_codes_end_it_and_a_right_one_comes_too_late(
    client: Client, let_in: LetIn
) -> None:
    therapist = let_in("dates")
    code = code_of(client, therapist)
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(deeds.MOST_TRIES):
        assert client.post(address(therapist), {"code": wrong}).status_code == 422
    assert client.post(address(therapist), {"code": code}).status_code == 422
    assert "Planned" not in read(client, therapist)


@pytest.mark.parametrize(("minutes", "fits"), [(19, True), (20, False)])
def test_a_code_is_good_for_its_minutes(
    minutes: int, fits: bool, client: Client, let_in: LetIn, now: datetime
) -> None:
    therapist = let_in("dates")
    code = code_of(client, therapist)
    with clock.at(now + timedelta(minutes=minutes)):
        status = client.post(address(therapist), {"code": code}).status_code
    assert (status == 302) is fits


def test_a_code_opens_once_and_the_newest_alone(client: Client, let_in: LetIn) -> None:
    therapist = let_in("dates")
    first = code_of(client, therapist)
    second = code_of(client, therapist)
    assert Client().post(address(therapist), {"code": first}).status_code == 422
    assert Client().post(address(therapist), {"code": second}).status_code == 302
    assert Client().post(address(therapist), {"code": second}).status_code == 422


def test_more_than_six_codes_an_hour_are_not_sent(
    client: Client, let_in: LetIn, now: datetime
) -> None:
    therapist = let_in("dates")
    for _ in range(deeds.MOST_CODES_AN_HOUR):
        code_of(client, therapist)
    assert client.post(address(therapist)).status_code == 422
    with clock.at(now + timedelta(hours=1)):
        assert client.post(address(therapist)).status_code == 302


def test_the_page_shuts_itself_and_opens_for_one_therapist_alone(
    client: Client, let_in: LetIn, now: datetime
) -> None:
    first, other = let_in("dates"), let_in("sessions")
    opened(client, first)
    assert "Send me a code" in read(client, other)
    with clock.at(now + timedelta(minutes=29)):
        assert "Planned" in read(client, first)
    with clock.at(now + timedelta(minutes=30)):
        assert "Send me a code" in read(client, first)


# afterwards


def shut_by_person(therapist: OutsideTherapist, now: datetime) -> None:
    deeds.shut_outside(therapist, at=now, by=therapist.by)


@pytest.mark.parametrize("after", [timedelta(), timedelta(minutes=1)])
def test_once_taken_back_an_open_page_reads_nothing_more(
    after: timedelta, client: Client, let_in: LetIn, walk_daily: Commitment, now: datetime
) -> None:
    therapist = let_in(f"commitment:{walk_daily.pk}")
    browser = opened(client, therapist)
    assert "Walk each day" in read(browser, therapist)
    shut_by_person(therapist, now)
    with clock.at(now + after):
        answer = browser.get(address(therapist))
        sent = browser.post(address(therapist), {"text": "Too late"})
    assert {answer.status_code, sent.status_code} == {404}
    assert b"Walk" not in answer.content
    assert not therapist.notes.exists()
    assert OutsideReading.objects.count() == 1


def test_its_time_ends_at_midnight_of_the_practices_clock(
    client: Client, let_in: LetIn, now: datetime
) -> None:
    therapist = let_in("dates")
    # The last of December ends at 5:00 of the first of January, by the clock of UTC.
    end = now.replace(year=2027, month=1, day=1, hour=5)
    assert LAST_DAY.year == 2026
    for moment, status in ((end - timedelta(seconds=1), 200), (end, 404)):
        with clock.at(moment):
            assert client.get(address(therapist)).status_code == status


DEEDS: dict[str, Callable[[OutsideTherapist, datetime], object]] = {
    "code": lambda row, now: deeds.make_code(row, at=now),
    "open": lambda row, now: deeds.open_with_code(row, "123456", at=now),
    "read": lambda row, now: deeds.read_outside(row, at=now),
    "write": lambda row, now: deeds.write_from_outside(row, text="x", declines=False, at=now),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_the_deeds_refuse_once_it_was_taken_back(deed: str, let_in: LetIn, now: datetime) -> None:
    therapist = let_in("dates")
    shut_by_person(therapist, now)
    with pytest.raises(Refused) as why:
        DEEDS[deed](therapist, now)
    assert why.value.code == "shut"


def test_less_is_read_from_the_moment_it_was_changed(
    *, client: Client, let_in: LetIn, walk_daily: Commitment, ade_user: User, now: datetime
) -> None:
    therapist = let_in(f"commitment:{walk_daily.pk}", "dates")
    browser = opened(client, therapist)
    assert "Walk each day" in read(browser, therapist)
    less = deeds.Allows(allowed=("dates",), purpose="Less", until=LAST_DAY, asks_note=False)
    deeds.change_outside(therapist, less, at=now, by=ade_user)
    assert "Walk each day" not in read(browser, therapist)


# receipts


def test_each_reading_is_a_receipt_for_both_sides_and_on_the_trail(
    *, client: Client, let_in: LetIn, enter: Enter, ade_user: User, lind: User, now: datetime
) -> None:
    therapist = let_in("dates", "sessions")
    browser = opened(client, therapist)
    for minutes in (0, 0.5, 5):
        with clock.at(now + timedelta(minutes=minutes)):
            read(browser, therapist)
    assert [row.shown for row in OutsideReading.objects.all()] == [["dates", "sessions"]] * 2
    trail = Entry.objects.filter(did="outside therapist reads")
    assert [each.detail["shown"] for each in trail] == [["dates", "sessions"]] * 2
    mine = enter(ade_user).get(reverse("portal:outside_therapist", args=[therapist.pk]))
    assert mine.content.decode().count("08:0") == 2
    team = enter(lind).get(reverse("outside_therapists", args=[therapist.person_id]))
    assert team.content.decode().count("08:0") == 2
