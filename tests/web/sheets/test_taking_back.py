"""A scale opened by a mistaken tap is taken back; what was begun, or scheduled, is not."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.urls import reverse
from web.logging_in import Enter

from kapstone.web.accounts.models import User
from kapstone.web.records import definitions
from kapstone.web.records.actions import following, questionnaires
from kapstone.web.records.models import Course, Sheet
from kapstone.web.records.refusals import Refused


def test_a_scale_that_was_tapped_by_mistake_is_taken_back(
    course: Course, lind: User, enter: Enter
) -> None:
    browser = enter(lind)
    to = browser.post(reverse("rate_sheet", args=[course.pk]), {"instrument": "cgi-s"})["Location"]
    sheet = Sheet.objects.get()
    assert "Take it back" in browser.get(to).content.decode()
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
    page = enter(lind).get(reverse("answer_sheet", args=[sheet.pk])).content.decode()
    assert "Take it back" not in page
    answer = enter(lind).post(reverse("take_back_sheet", args=[sheet.pk]))
    assert answer.status_code == 422
