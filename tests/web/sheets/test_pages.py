"""The pages of a questionnaire, for the person and for those who care for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from web.logging_in import logged_in

from kapstone import instruments
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records.actions import courses, questionnaires
from kapstone.web.records.models import (
    Course,
    Entry,
    Notice,
    Person,
    Sheet,
    SheetAnswer,
    SheetScore,
)

PHQ9 = [item.id for item in instruments.instrument("phq9").item]
ITEM_9 = next(item.id for item in instruments.instrument("phq9").item if item.risk)


@pytest.fixture(autouse=True)
def at_now(now: datetime) -> Iterator[None]:
    with clock.at(now + timedelta(minutes=5)):
        yield


@pytest.fixture
def as_ade(ade_user: User) -> Client:
    return logged_in(ade_user)


@pytest.fixture
def as_lind(lind: User) -> Client:
    return logged_in(lind)


def post(client: Client, sheet: Sheet, item: str, value: object) -> Any:
    return client.post(f"/me/sheets/{sheet.pk}/", {"item": item, "value": value})


def shown(page: str) -> list[str]:
    """The questions that are not hidden, by id."""
    forms = re.findall(r'<form [^>]*data-question="(\w+)"([^>]*)>', page)
    return [item for item, more in forms if " hidden" not in more]


def test_the_first_question_is_shown_alone_with_nothing_chosen(as_ade: Client, phq9: Sheet) -> None:
    page = as_ade.get(f"/me/sheets/{phq9.pk}/").content.decode()
    items = instruments.instrument("phq9").item
    assert shown(page) == [items[0].id]
    assert 'aria-pressed="true"' not in page
    assert " checked" not in page.replace("If you checked", "")


def test_each_answer_is_kept_at_once_and_leads_to_the_next(as_ade: Client, phq9: Sheet) -> None:
    answer = post(as_ade, phq9, PHQ9[0], 2)
    assert answer["Location"] == f"/me/sheets/{phq9.pk}/?item={PHQ9[1]}"
    assert questionnaires.answers_of(phq9) == {PHQ9[0]: 2}


def test_coming_back_another_day_goes_on_where_one_stopped(as_ade: Client, phq9: Sheet) -> None:
    post(as_ade, phq9, PHQ9[0], 2)
    page = as_ade.get(f"/me/sheets/{phq9.pk}/").content.decode()
    assert shown(page) == [PHQ9[1]]


def test_coming_back_does_not_push_what_was_left_blank(as_ade: Client, phq9: Sheet) -> None:
    post(as_ade, phq9, PHQ9[0], 2)
    post(as_ade, phq9, PHQ9[2], 2)
    assert shown(as_ade.get(f"/me/sheets/{phq9.pk}/").content.decode()) == [PHQ9[3]]


def test_coming_back_after_the_last_question_shows_the_end_and_its_blanks(
    as_ade: Client, phq9: Sheet
) -> None:
    for item in PHQ9[1:]:
        post(as_ade, phq9, item, 0)
    page = as_ade.get(f"/me/sheets/{phq9.pk}/").content.decode()
    assert shown(page) == []
    assert "One question is blank." in page


def test_a_risk_answer_leads_to_help_before_anything_else(
    as_ade: Client, ade: Person, lind: User, phq9: Sheet, now: datetime
) -> None:
    courses.make_safety_plan(ade, {"sign_1": "I stop answering calls"}, at=now, by=lind)
    answer = post(as_ade, phq9, ITEM_9, 1)
    assert answer["Location"].startswith(f"/me/sheets/{phq9.pk}/help/")
    page = as_ade.get(answer["Location"]).content.decode()
    for words in (
        "988 Suicide and Crisis Lifeline",
        "tel:911",
        "Somebody sees it when they next look",
        "Perhaps nobody has seen it yet",
        "Nobody watches this around the clock",
        "I stop answering calls",
        "Go on with the questions",
    ):
        assert words in page
    assert Notice.objects.count() == 1
    # The same page holds the same help for a phone without a network, and says no more.
    for path in (answer["Location"], f"/me/sheets/{phq9.pk}/"):
        assert "has been told" not in as_ade.get(path).content.decode()


@pytest.mark.parametrize("value", ["", "7", "many"])
def test_no_answer_or_a_strange_one_is_said_and_keeps_the_question(
    value: str, as_ade: Client, phq9: Sheet
) -> None:
    answer = post(as_ade, phq9, PHQ9[0], value)
    assert answer.status_code == 422
    assert shown(answer.content.decode()) == [PHQ9[0]]
    assert not SheetAnswer.objects.exists()


def test_the_end_says_what_is_blank_and_what_that_means(as_ade: Client, phq9: Sheet) -> None:
    post(as_ade, phq9, PHQ9[0], 1)
    page = as_ade.get(f"/me/sheets/{phq9.pk}/?end=1").content.decode()
    assert "questions are blank" in page
    assert "No score can be worked out" in page
    assert "Send my answers" in page
    assert shown(page) == []


def test_the_end_is_about_sending_and_nothing_else(as_ade: Client, phq9: Sheet) -> None:
    """The stem and the ways to answer belong to questions; sending stands before the long list."""
    post(as_ade, phq9, PHQ9[0], 1)
    asking = as_ade.get(f"/me/sheets/{phq9.pk}/").content.decode()
    end = as_ade.get(f"/me/sheets/{phq9.pk}/?end=1").content.decode()
    hidden = [r'id="about" hidden', r"data-ways hidden"]
    assert [words in asking for words in hidden] == [False, False]
    assert [words in end for words in hidden] == [True, True]
    assert end.index("Send my answers") < end.index("data-lines")


def test_sending_it_with_a_blank_keeps_the_answers_without_a_total(
    as_ade: Client, phq9: Sheet
) -> None:
    post(as_ade, phq9, PHQ9[0], 1)
    as_ade.post(f"/me/sheets/{phq9.pk}/finish/")
    assert SheetScore.objects.get().total is None
    assert "It is sent" in as_ade.get(f"/me/sheets/{phq9.pk}/").content.decode()


def test_a_questionnaire_that_has_closed_says_so(
    as_ade: Client, phq9: Sheet, now: datetime
) -> None:
    with clock.at(now + timedelta(days=4)):
        assert "have closed" in as_ade.get(f"/me/sheets/{phq9.pk}/").content.decode()


def test_nobody_answers_for_another(bo_user: User, phq9: Sheet) -> None:
    client = logged_in(bo_user)
    assert client.get(f"/me/sheets/{phq9.pk}/").status_code == 404
    assert post(client, phq9, PHQ9[0], 1).status_code == 404
    assert client.post(f"/me/sheets/{phq9.pk}/finish/").status_code == 404
    assert not SheetAnswer.objects.exists()


def test_follow_up_shows_what_is_due_and_what_was_scored(
    *, as_lind: Client, ade_user: User, phq9: Sheet, cssrs: Sheet, course: Course, now: datetime
) -> None:
    for item in PHQ9:
        questionnaires.answer_item(phq9, item, 1, at=now, by=ade_user)
    questionnaires.finish_sheet(phq9, at=now, by=ade_user)
    page = as_lind.get(f"/courses/{course.pk}/followup/").content.decode()
    assert "<svg" in page
    assert "As a table" in page
    assert f"/sheets/{cssrs.pk}/answer/" in page
    assert f"/sheets/{phq9.pk}/" in page


def test_a_clinician_takes_answers_by_phone_and_the_sheet_says_so(
    as_lind: Client, lind: User, cssrs: Sheet
) -> None:
    assert as_lind.get(f"/sheets/{cssrs.pk}/answer/").status_code == 200
    given = {"wish_dead": "0", "thoughts": "0", "behavior": "0", "_finish": "1"}
    given |= {"_given": "phone", "_beside": "interpreter", "_name": "Ana Ruiz"}
    assert as_lind.post(f"/sheets/{cssrs.pk}/answer/", given)["Location"] == f"/sheets/{cssrs.pk}/"
    page = as_lind.get(f"/sheets/{cssrs.pk}/").content.decode()
    assert "given by phone, taken down by Lind; interpreter: Ana Ruiz" in page
    assert {(row.given, row.beside) for row in SheetAnswer.objects.all()} == {
        ("phone", "interpreter: Ana Ruiz")
    }
    told = Entry.objects.filter(did="answer item").first()
    assert told is not None
    assert (told.by, told.detail["given"]) == (lind, "phone")
    assert "level: none" in page


def test_a_refused_phone_sheet_keeps_what_was_typed(as_lind: Client, cssrs: Sheet) -> None:
    answer = as_lind.post(
        f"/sheets/{cssrs.pk}/answer/", {"thoughts": "0", "intent": "1", "_given": "room"}
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "not asked after the answers before it" in page
    assert page.count("checked") == 3


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({}, "Say how the answers were given."),
        ({"_given": "post"}, "Select a valid choice"),
        ({"_given": "proxy"}, "Name the one who answered"),
    ],
)
def test_answers_for_somebody_say_how_they_were_given(
    how: dict[str, str], says: str, as_lind: Client, phq9: Sheet
) -> None:
    answer = as_lind.post(f"/sheets/{phq9.pk}/answer/", {PHQ9[0]: "1", **how})
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not SheetAnswer.objects.exists()


def test_asking_now_makes_a_sheet_and_asking_twice_is_refused(
    as_lind: Client, course: Course
) -> None:
    address = f"/courses/{course.pk}/followup/ask/"
    made = as_lind.post(address, {"instrument": "gad7"})
    assert made["Location"] == f"/sheets/{Sheet.objects.get().pk}/"
    again = as_lind.post(address, {"instrument": "gad7"})
    assert (again.status_code, Sheet.objects.count()) == (422, 1)
    assert "open already" in again.content.decode()


def test_a_correction_keeps_the_first_answer_readable(
    as_lind: Client, ade_user: User, cssrs: Sheet, now: datetime
) -> None:
    for item in ("wish_dead", "thoughts", "behavior"):
        questionnaires.answer_item(cssrs, item, 0, at=now, by=ade_user)
    questionnaires.finish_sheet(cssrs, at=now, by=ade_user)
    address = f"/sheets/{cssrs.pk}/correct/"
    refused = as_lind.post(address, {"item": "wish_dead", "value": "1", "reason": ""})
    assert refused.status_code == 422
    as_lind.post(address, {"item": "wish_dead", "value": "1", "reason": "Said so by phone."})
    assert SheetScore.objects.standing().get().band == "low"
    assert "changed" in as_lind.get(f"/sheets/{cssrs.pk}/").content.decode()


def test_another_practice_sees_no_sheet(marsh: User, cssrs: Sheet, course: Course) -> None:
    client = logged_in(marsh)
    for address in (
        f"/sheets/{cssrs.pk}/",
        f"/sheets/{cssrs.pk}/answer/",
        f"/courses/{course.pk}/followup/",
    ):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize(("after", "sent"), [(-1, True), (0, False)])
def test_a_sheet_is_not_sent_once_it_has_closed(
    after: int, sent: bool, as_ade: Client, phq9: Sheet
) -> None:
    post(as_ade, phq9, PHQ9[0], 1)
    with clock.at(phq9.closes_at + timedelta(seconds=after)):
        page = as_ade.post(f"/me/sheets/{phq9.pk}/finish/", follow=True)
    assert page.status_code == 200
    assert SheetScore.objects.exists() is sent


def test_staff_may_still_finish_what_they_took_down_after_it_closed(
    phq9: Sheet, lind: User, ade_user: User, now: datetime
) -> None:
    late = phq9.closes_at + timedelta(days=1)
    questionnaires.answer_item(phq9, PHQ9[0], 1, at=now, by=ade_user)
    assert questionnaires.finish_sheet(phq9, at=late, by=lind).at == late
