"""What the first page says of the questionnaires that lie before somebody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.test import Client
from screening.reading import too_hard
from web.logging_in import logged_in

from kapstone import instruments
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.portal.today import ASKED
from kapstone.web.records import sheets
from kapstone.web.records.actions import notices, questionnaires
from kapstone.web.records.models import Course, Notice, Sheet, SheetScore

PHQ9 = [item.id for item in instruments.instrument("phq9").item]
SOON = timedelta(minutes=5)


@pytest.fixture(autouse=True)
def at_now(now: datetime) -> Iterator[None]:
    with clock.at(now + SOON):
        yield


@pytest.fixture
def as_ade(ade_user: User) -> Client:
    return logged_in(ade_user)


def today(browser: Client) -> str:
    """The page's words, without its markup."""
    page = browser.get("/me/").content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def answer(sheet: Sheet, items: list[str], by: User) -> None:
    for item in items:
        questionnaires.answer_item(sheet, item, 0, at=clock.now(), by=by)


def test_help_comes_first_while_an_answer_about_suicide_waits(
    as_ade: Client, cssrs: Sheet, ade_user: User, lind: User
) -> None:
    def help_is_first() -> bool:
        page = today(as_ade)
        return page.index("If things get dark") < page.index("How safe do you feel?")

    assert not help_is_first()
    questionnaires.answer_item(cssrs, "thoughts", 1, at=clock.now(), by=ade_user)
    assert help_is_first()
    notice = Notice.objects.get()
    notices.answer_notice(notice, words="Spoke.", closes=True, at=clock.now(), by=lind)
    assert not help_is_first()


@pytest.mark.parametrize(
    ("items", "said"),
    [
        ([], "Answer now"),
        (PHQ9[:4], "Go on: 6 questions left"),
        (PHQ9[:-1], "Go on: 1 question left"),
        (PHQ9, "Not sent yet"),
        (PHQ9[1:], "Not sent yet"),
    ],
)
def test_it_knows_how_far_somebody_came(
    items: list[str], said: str, as_ade: Client, ade_user: User, phq9: Sheet
) -> None:
    answer(phq9, items, ade_user)
    page = today(as_ade)
    every = ("Answer now", "Go on: 6", "Go on: 1 question left", "Not sent yet")
    assert said in page
    assert [words for words in every if words in page] == [
        words for words in every if words in said
    ]


def test_a_deadline_is_told_within_a_sentence(as_ade: Client, phq9: Sheet) -> None:
    with clock.at(phq9.closes_at - timedelta(days=1)):
        page = today(as_ade)
    assert "until tomorrow" in page
    assert "Tomorrow" not in page


def test_one_that_is_late_is_told_when_it_was_due_and_until_when_it_is_open(
    as_ade: Client, phq9: Sheet
) -> None:
    assert "was due" not in today(as_ade)
    with clock.at(phq9.due_at + timedelta(days=1)):
        assert "was due yesterday , still open until" in today(as_ade)


def test_the_day_of_sending_is_told_within_a_sentence(
    as_ade: Client, ade_user: User, phq9: Sheet
) -> None:
    answer(phq9, PHQ9, ade_user)
    page = as_ade.post(f"/me/sheets/{phq9.pk}/finish/", follow=True).content.decode()
    words = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "Sent today , " in words


OWN = [of for of in instruments.instruments() if sheets.is_own(of)]


@pytest.mark.parametrize("of", OWN, ids=lambda of: of.id)
def test_every_questionnaire_for_the_person_has_a_heading_of_its_own(
    of: instruments.Instrument,
) -> None:
    said = str(ASKED[of.domain])
    assert [domain for domain, words in ASKED.items() if str(words) == said] == [of.domain]
    assert too_hard([said]) == {}


def test_two_forms_of_one_day_are_not_headed_alike(
    as_ade: Client, course: Course, lind: User, now: datetime
) -> None:
    for name in ("bladder-check", "side-effects", "mood-vas"):
        questionnaires.ask_now(course, name, at=now, by=lind)
    page = today(as_ade)
    for words in ("How is your bladder?", "Have you had side effects?", "mood right now?"):
        assert page.count(words) == 1


def test_what_was_sent_can_be_seen_over_time_from_the_first_page(
    as_ade: Client, ade_user: User, phq9: Sheet
) -> None:
    assert "How I have been" not in today(as_ade)
    answer(phq9, PHQ9, ade_user)
    assert "How I have been" not in today(as_ade)
    as_ade.post(f"/me/sheets/{phq9.pk}/finish/")
    assert 'href="/me/measures/"' in as_ade.get("/me/").content.decode()


def test_what_is_talked_about_in_person_leads_nowhere(
    as_ade: Client, ade_user: User, cssrs: Sheet
) -> None:
    answer(cssrs, ["wish_dead"], ade_user)
    as_ade.post(f"/me/sheets/{cssrs.pk}/finish/")
    assert SheetScore.objects.filter(sheet=cssrs).exists()
    assert "How I have been" not in today(as_ade)
