"""Whom a person can call: by their country, by their practice, and nothing that was guessed."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from web.logging_in import Enter

from kapstone import instruments
from kapstone.knowledge.helplines import countries
from kapstone.web.accounts.models import User
from kapstone.web.look.templatetags.look import number_in
from kapstone.web.records import helping
from kapstone.web.records.actions import courses, people, questionnaires
from kapstone.web.records.actions import practice as deeds
from kapstone.web.records.models import Course, Person

ITEM_9 = next(item.id for item in instruments.instrument("phq9").item if item.risk)
# The numbers as their services publish them, typed here anew.
CALLED = {
    "US": ("911", ["988", "741741"]),
    "CA": ("911", ["988"]),
    "GB": ("999", ["116123"]),
    "IE": ("112", ["116123"]),
    "AU": ("000", ["131114"]),
    "NZ": ("111", ["1737"]),
    "DE": ("112", ["08001110111"]),
    "EU": ("112", []),
}


def settle(country: str, hours: str, at: datetime, by: User) -> None:
    told = {"urgent_min": 60, "positive_min": 720, "second_contact": None}
    deeds.settle_risk({**told, "hours": hours, "country": country}, name=by.name, at=at, by=by)


def test_every_line_is_called_by_its_own_number() -> None:
    dialled = {
        row.id: (row.emergency, [number_in(line) for line in row.lines])
        for row in countries().values()
    }
    assert dialled == CALLED


def test_before_a_country_is_settled_the_practice_says_whom_to_call(ade: Person) -> None:
    found = helping.at_hand(ade.practice, ade)
    assert (found.emergency, found.lines) == ("911", ("988 Suicide and Crisis Lifeline",))


def test_the_country_of_the_practice_picks_the_numbers(
    ade: Person, osei: User, now: datetime
) -> None:
    settle("GB", "", now, osei)
    found = helping.at_hand(ade.practice, ade)
    assert (found.emergency, found.lines) == ("999", ("Samaritans: call 116 123, free",))


def test_a_line_that_the_practice_wrote_itself_comes_first_at_home_only(
    ade: Person, osei: User, now: datetime
) -> None:
    settle("GB", "", now, osei)
    ade.practice.crisis_line = "Our night line: 020 7946 0000"
    ade.practice.save()
    assert helping.at_hand(ade.practice, ade).lines[0] == "Our night line: 020 7946 0000"
    people.correct_details(ade, {"country": "NZ"}, by=osei)
    ade.refresh_from_db()
    abroad = helping.at_hand(ade.practice, ade)
    assert (abroad.emergency, abroad.lines) == ("111", countries()["NZ"].lines)


def test_for_a_country_that_is_not_on_the_list_nothing_is_guessed(
    ade: Person, ade_user: User, osei: User, enter: Enter, now: datetime
) -> None:
    people.correct_details(ade, {"country": helping.ELSEWHERE}, by=osei)
    page = enter(ade_user).get(reverse("portal:help")).content.decode()
    assert "Call the emergency number of the place where you are." in page
    for guessed in ("tel:911", "tel:988", "tel:112"):
        assert guessed not in page


@pytest.fixture
def at_the_answer(
    *, course: Course, ade: Person, ade_user: User, osei: User, enter: Enter, now: datetime
) -> str:
    """The page that a person meets as soon as they have answered, in Australia."""
    settle("AU", "Tuesdays, 9 to 12", now, osei)
    plan = {"sign_1": "I stop answering calls", "clinician_name": "Dr. Osei, +1 555 0100"}
    courses.make_safety_plan(ade, plan, at=now, by=osei)
    sheet = questionnaires.ask_now(course, "phq9", at=now, by=osei)
    browser: Client = enter(ade_user)
    told = {"item": ITEM_9, "value": 1}
    answer = browser.post(reverse("portal:sheet", args=[sheet.pk]), told)
    return browser.get(answer["Location"]).content.decode()


def test_at_the_answer_stand_the_numbers_the_own_plan_and_the_hours(at_the_answer: str) -> None:
    for words in (
        'href="tel:000"',
        'href="tel:131114"',
        "I stop answering calls",
        "Somebody sees it when they next look: Tuesdays, 9 to 12.",
        '<a href="tel:+15550100">Dr. Osei, +1 555 0100</a>',
        "Nobody watches this around the clock",
    ):
        assert words in at_the_answer
    assert "tel:988" not in at_the_answer


def test_a_number_in_any_line_of_whom_to_call_is_a_link(
    ade: Person, ade_user: User, osei: User, enter: Enter, now: datetime
) -> None:
    said = {"helper_1_name": "Bea, 555 010 0199", "sign_1": "Since 12 03 2026 no sleep"}
    courses.make_safety_plan(ade, said, at=now, by=osei)
    page = enter(ade_user).get(reverse("portal:help")).content.decode()
    assert '<a href="tel:5550100199">Bea, 555 010 0199</a>' in page
    assert "tel:12032026" not in page


@pytest.mark.parametrize("name", ["help", "messages", "safety_plan"])
def test_every_page_of_help_gives_the_same_numbers(
    name: str, ade_user: User, osei: User, enter: Enter, now: datetime
) -> None:
    settle("AU", "", now, osei)
    page = enter(ade_user).get(reverse(f"portal:{name}")).content.decode()
    assert "tel:131114" in page
    assert "tel:988" not in page


def test_a_companion_gets_the_numbers_of_the_one_they_walk_with(
    rio: User, ade: Person, osei: User, enter: Enter, now: datetime
) -> None:
    people.correct_details(ade, {"country": "DE"}, by=osei)
    page = enter(rio).get(reverse("portal:with_person", args=[ade.pk])).content.decode()
    assert 'href="tel:112"' in page
    assert 'href="tel:08001110111"' in page


def test_the_country_is_chosen_under_a_persons_details(
    ade: Person, desk: User, enter: Enter
) -> None:
    page = reverse("details", args=[ade.pk])
    form = {"given": "Ade", "family": "Bello", "email": ade.email, "country": "XX"}
    assert enter(desk).post(page, form).status_code == 422
    assert enter(desk).post(page, form | {"country": "IE"}).status_code == 302
    ade.refresh_from_db()
    assert ade.country == "IE"
