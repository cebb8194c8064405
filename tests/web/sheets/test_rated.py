"""Scales that staff rate, and items that are numbers: on the tablet, signed, never the person's own."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from web.logging_in import logged_in

from kapstone import instruments
from kapstone.web.accounts.models import User
from kapstone.web.clinician.followup import item_field
from kapstone.web.records import sheets
from kapstone.web.records.actions import questionnaires
from kapstone.web.records.models import Course, Sheet, SheetAnswer, SheetScore
from kapstone.web.records.refusals import Refused

RATED = "gad7"


@pytest.fixture(autouse=True)
def a_rated_scale(monkeypatch: pytest.MonkeyPatch) -> None:
    """GAD-7 as if staff rated it: what matters here is who fills it in."""
    named, every = instruments.instrument, instruments.instruments()
    changed = {"short": "Seen-7", "respondent": "clinician"}
    seen = named(RATED).model_copy(update=changed)

    def of(name: str) -> instruments.Instrument:
        return seen if name == RATED else named(name)

    monkeypatch.setattr(instruments, "instrument", of)
    monkeypatch.setattr(instruments, "instruments", lambda: tuple(of(each.id) for each in every))


@pytest.fixture
def rated(course: Course, lind: User, now: datetime) -> Sheet:
    return questionnaires.ask_now(course, RATED, at=now, by=lind)


def test_it_is_listed_for_staff_and_opens_once(course: Course, lind: User) -> None:
    client = logged_in(lind)
    page = client.get(f"/courses/{course.pk}/followup/").content.decode()
    assert f'value="{RATED}">Seen-7</button>' in page
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
    client.post(f"/sheets/{rated.pk}/answer/", {**given, "finish": "1"})
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


def numbered(**of: Any) -> Any:
    """An item that is a number within a range, and whose words stay on paper."""
    item = SimpleNamespace(id="pain", text="", min=0, max=100, asked_if=None, risk={}, **of)
    return SimpleNamespace(item=[item], choices_of=lambda _: ()), item


@pytest.mark.parametrize(("typed", "kept"), [("0", 0), ("100", 100), ("", None)])
def test_a_number_is_typed_within_its_range(typed: str, kept: float | None) -> None:
    of, item = numbered()
    field = item_field(of, item, 3)
    assert field.label == "Question 3 of the printed form"
    assert field.clean(typed) == kept


@pytest.mark.parametrize("typed", ["100.5", "-1", "much"])
def test_a_number_beyond_its_range_is_refused(typed: str) -> None:
    of, item = numbered()
    with pytest.raises(ValidationError):
        item_field(of, item, 3).clean(typed)


def test_a_question_without_choices_shows_a_field_with_nothing_in_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    of, item = numbered()
    monkeypatch.setattr(instruments, "asked", lambda *_: (item,))
    [question] = sheets.questions(of, {})
    assert (question.options, question.least, question.most, question.chosen) == ((), 0, 100, None)
