"""Scales that staff rate, and items that are numbers: on the tablet, never the person's own."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from web.logging_in import logged_in

from kapstone import instruments
from kapstone.instruments.definition import Skip
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.clinician.followup import answer_words, item_field
from kapstone.web.records import sheets
from kapstone.web.records.actions import questionnaires
from kapstone.web.records.models import (
    Course,
    Sheet,
    SheetAnswer,
    SheetScore,
    SheetWithdrawal,
)
from kapstone.web.records.refusals import Refused

RATED = "cgi-s"


@pytest.fixture
def rated(course: Course, lind: User, now: datetime) -> Sheet:
    return questionnaires.ask_now(course, RATED, at=now, by=lind)


def test_it_is_listed_for_staff_and_opens_once(course: Course, lind: User) -> None:
    client = logged_in(lind)
    page = client.get(f"/courses/{course.pk}/followup/").content.decode()
    assert f'value="{RATED}">CGI-S</button>' in page
    assert f'<option value="{RATED}">' not in page, "it is not asked of the person"
    for _ in range(2):
        answer = client.post(f"/courses/{course.pk}/followup/rate/", {"instrument": RATED})
        assert answer["Location"] == f"/sheets/{Sheet.objects.get().pk}/answer/"
    strange = client.post(f"/courses/{course.pk}/followup/rate/", {"instrument": "no"})
    assert strange.status_code == 404


def test_the_rater_signs_it(rated: Sheet, lind: User) -> None:
    client = logged_in(lind)
    page = client.get(f"/sheets/{rated.pk}/answer/").content.decode()
    assert f"Sign as {lind.signed_name}" in page
    assert "checked" not in page
    assert "How were the answers given?" not in page
    given = {item.id: "1" for item in instruments.instrument(RATED).item}
    client.post(f"/sheets/{rated.pk}/answer/", {**given, "_finish": "1"})
    assert {(row.by, row.given) for row in SheetAnswer.objects.all()} == {(lind, "rated")}
    assert SheetScore.objects.get().by == lind
    assert f"rated by {lind}" in client.get(f"/sheets/{rated.pk}/").content.decode()


def test_it_is_not_the_persons_to_see_or_fill_in(
    rated: Sheet, ade_user: User, now: datetime
) -> None:
    client = logged_in(ade_user)
    item = instruments.instrument(RATED).item[0].id
    assert client.get(f"/me/sheets/{rated.pk}/").status_code == 404
    assert client.post(f"/me/sheets/{rated.pk}/taps/", {}).status_code == 404
    assert f"/me/sheets/{rated.pk}/" not in client.get("/me/").content.decode()
    with pytest.raises(Refused, match="filled in by your care team"):
        questionnaires.answer_item(rated, item, 1, at=now, by=ade_user)


def test_it_is_not_the_persons_to_send_off(
    rated: Sheet, ade_user: User, lind: User, now: datetime
) -> None:
    item = instruments.instrument(RATED).item[0].id
    questionnaires.answer_item(rated, item, 1, at=now, by=lind)
    with pytest.raises(Refused, match="filled in by your care team"):
        questionnaires.finish_sheet(rated, at=now, by=ade_user)
    assert not SheetScore.objects.exists()


@pytest.fixture
def pain() -> instruments.Instrument:
    """A form whose one question is a number, and whose words stay on paper."""
    item = (
        instruments.instrument("phq2")
        .item[0]
        .model_copy(
            update={"id": "pain", "text": "", "topic": "pain", "min": 0, "max": 100, "choices": ()}
        )
    )
    skip = Skip(where={"rest": 0}, items=("pain",))
    return instruments.instrument("phq2").model_copy(
        update={"item": (item,), "choices": (), "skip": (skip,)}
    )


@pytest.mark.parametrize(("typed", "kept"), [("0", 0), ("100", 100), ("", None)])
def test_a_number_is_typed_within_its_range(
    typed: str, kept: float | None, pain: instruments.Instrument
) -> None:
    field = item_field(pain, pain.item[0], 3)
    assert field.label == "Question 3 of the printed form: pain"
    assert field.clean(typed) == kept


@pytest.mark.parametrize("typed", ["100.5", "-1", "much"])
def test_a_number_beyond_its_range_is_refused(typed: str, pain: instruments.Instrument) -> None:
    with pytest.raises(ValidationError):
        item_field(pain, pain.item[0], 3).clean(typed)


def test_a_number_is_shown_as_a_field_with_nothing_in_it(pain: instruments.Instrument) -> None:
    [question] = sheets.questions(pain, {})
    assert (question.options, question.chosen) == ((), None)
    assert question.skips == '[{"rest": 0.0}]'
    assert sheets.questions(pain, {"pain": 0.0})[0].chosen == 0


def test_a_form_whose_words_stay_on_paper_is_not_put_before_the_person(
    monkeypatch: pytest.MonkeyPatch, course: Course, ade_user: User, lind: User, now: datetime
) -> None:
    of = instruments.instrument("phq2")
    wordless = of.model_copy(
        update={"item": tuple(each.model_copy(update={"text": ""}) for each in of.item)}
    )
    sheet = questionnaires.ask_now(course, "phq2", at=now, by=lind)
    monkeypatch.setattr(instruments, "instrument", lambda _: wordless)
    assert logged_in(ade_user).get(f"/me/sheets/{sheet.pk}/").status_code == 404
    page = logged_in(lind).get(f"/sheets/{sheet.pk}/answer/").content.decode()
    assert "Question 1 of the printed form" in page


def test_what_may_not_be_shown_or_is_not_rated_here_is_not_opened(
    course: Course, lind: User
) -> None:
    client = logged_in(lind)
    for wanted in ("madrs", "phq9", "moaas", ""):
        answer = client.post(f"/courses/{course.pk}/followup/rate/", {"instrument": wanted})
        assert (wanted, answer.status_code) == (wanted, 404)
    assert not Sheet.objects.exists()


def test_one_that_was_withdrawn_is_not_opened_again(
    rated: Sheet, lind: User, now: datetime
) -> None:
    SheetWithdrawal.objects.create(sheet=rated, reason="The plan changed.", at=now, by=lind)
    client = logged_in(lind)
    with clock.at(now + timedelta(minutes=1)):
        answer = client.post(f"/courses/{rated.course_id}/followup/rate/", {"instrument": RATED})
    assert answer.status_code == 302
    assert answer["Location"] != f"/sheets/{rated.pk}/answer/"


def test_a_correction_offers_what_each_value_means_in_every_question() -> None:
    words = answer_words(instruments.instrument("phq9"))
    assert words[0] == "Not at all / Not difficult at all"
    assert answer_words(instruments.instrument("gad7"))[0] == "Not at all"
