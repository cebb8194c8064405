"""A scale opened by a mistaken tap is taken back; what was begun, or scheduled, is not."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from web.logging_in import Enter

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import definitions
from kapstone.web.records.actions import following, questionnaires, reaching
from kapstone.web.records.models import Course, Sheet
from kapstone.web.records.refusals import Refused


def test_a_scale_that_was_tapped_by_mistake_is_taken_back(
    course: Course, lind: User, enter: Enter
) -> None:
    browser = enter(lind)
    to = browser.post(reverse("rate_sheet", args=[course.pk]), {"instrument": "cgi-s"})["Location"]
    sheet = Sheet.objects.get()
    assert "Take it back" in browser.get(to).content.decode()
    assert "Take it back" in browser.get(reverse("sheet", args=[sheet.pk])).content.decode()
    browser.post(reverse("take_back_sheet", args=[sheet.pk]))
    assert not Sheet.objects.standing().exists()


def test_what_was_begun_is_not_taken_back(
    course: Course, lind: User, enter: Enter, now: datetime
) -> None:
    sheet = questionnaires.ask_now(course, "phq2", at=now, by=lind)
    item = definitions.of_sheet(sheet).item[0].id
    questionnaires.answer_item(sheet, item, 1, at=now, by=lind)
    with pytest.raises(Refused) as refused:
        following.take_back(sheet, at=now, by=lind)
    assert refused.value.code == "begun"
    for name in ("answer_sheet", "sheet"):
        page = enter(lind).get(reverse(name, args=[sheet.pk])).content.decode()
        assert "Take it back" not in page
    answer = enter(lind).post(reverse("take_back_sheet", args=[sheet.pk]))
    assert answer.status_code == 422


def ask(course: Course, instrument: str, browser: Client) -> Any:
    told = {"instrument": instrument}
    return browser.post(reverse("ask_sheet", args=[course.pk]), told, follow=True)


def test_nothing_is_asked_that_nobody_chose(course: Course, lind: User, enter: Enter) -> None:
    browser = enter(lind)
    page = browser.get(reverse("followup", args=[course.pk])).content.decode()
    assert '<option value="" selected>Choose a questionnaire</option>' in page
    assert ask(course, "", browser).status_code == 422
    assert not Sheet.objects.exists()


@pytest.mark.parametrize(("days", "is_told"), [(13, True), (14, False)])
def test_who_asks_by_hand_is_told_what_that_means(
    *,
    days: int,
    is_told: bool,
    course: Course,
    lind: User,
    ade_user: User,
    enter: Enter,
    now: datetime,
) -> None:
    with clock.at(now):
        page = ask(course, "phq9", enter(lind)).content.decode()
    assert "PHQ-9 lies before Ade now." in page
    assert "No message goes out" not in page
    assert "was answered on" not in page
    sheet = Sheet.objects.get()
    questionnaires.answer_item(sheet, "interest", 1, at=now, by=ade_user)
    questionnaires.finish_sheet(sheet, at=now, by=ade_user)
    reaching.opt_out(course.person, at=now, by=ade_user)
    with clock.at(now + timedelta(days=days)):
        page = ask(course, "phq9", enter(lind)).content.decode()
    assert "wants no messages" in page
    assert ("It looks back 14 days, and was answered on 3 Nov 2026" in page) is is_told
