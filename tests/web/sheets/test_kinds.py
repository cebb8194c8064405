"""Questionnaires of other kinds: a span of numbers, no bands, no total."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from web.logging_in import logged_in

from kapstone import instruments
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import sheets
from kapstone.web.records.actions import questionnaires
from kapstone.web.records.models import Course, Sheet
from kapstone.web.records.refusals import Refused

SUDS, TAPS = instruments.instrument("suds"), instruments.instrument("taps1")


@pytest.fixture(autouse=True)
def at_now(now: datetime) -> Iterator[None]:
    with clock.at(now + timedelta(minutes=5)):
        yield


@pytest.fixture
def suds(course: Course, lind: User, now: datetime) -> Sheet:
    return questionnaires.ask_now(course, "suds", at=now, by=lind)


def test_a_span_is_offered_number_by_number_with_its_ends_in_words() -> None:
    found = sheets.offered(SUDS, SUDS.item[0])
    assert [choice.value for choice in found] == list(range(11))
    assert [found[0].text, found[5].text, found[10].text] == [
        "0: None",
        "5",
        "10: The worst you can imagine",
    ]


def test_choices_are_offered_as_they_are() -> None:
    assert sheets.offered(TAPS, TAPS.item[0]) == TAPS.choices


def test_a_person_answers_a_span_and_the_chart_shows_it_without_a_band(
    suds: Sheet, ade_user: User, lind: User
) -> None:
    ade, page = logged_in(ade_user), f"/me/sheets/{suds.pk}/"
    assert "10: The worst you can imagine" in ade.get(page).content.decode()
    ade.post(page, {"item": "distress", "value": 7})
    ade.post(f"{page}finish/")
    assert suds.sheetscore_set.get().total == 7
    for url in (f"/sheets/{suds.pk}/", f"/courses/{suds.course_id}/followup/"):
        shown = logged_in(lind).get(url).content.decode()
        assert '<span class="chip num">7</span>' in shown


def test_a_whole_sheet_without_a_total_is_not_called_unfinished(
    course: Course, lind: User, now: datetime
) -> None:
    taps = questionnaires.ask_now(course, "taps1", at=now, by=lind)
    given = {item.id: 0.0 for item in TAPS.item}
    questionnaires.take_down(taps, given, finish=True, at=now, by=lind)
    page = logged_in(lind).get(f"/sheets/{taps.pk}/").content.decode()
    assert "no total by design" in page
    assert "? no total" not in page


@pytest.mark.parametrize("id", ["edi", "ham-d-17", "who5"])
def test_what_has_no_words_here_or_terms_of_its_own_is_not_asked(
    course: Course, lind: User, now: datetime, id: str
) -> None:
    with pytest.raises(Refused, match="cannot be asked"):
        questionnaires.ask_now(course, id, at=now, by=lind)


def test_what_staff_rate_is_not_in_the_list_for_patients(course: Course, lind: User) -> None:
    page = logged_in(lind).get(f"/courses/{course.pk}/followup/").content.decode()
    assert 'value="suds"' in page
    assert '<option value="rass"' not in page
