"""A rating or a score that says somebody got worse is seen, and opens a notice."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from web.logging_in import Enter

from kapstone import instruments
from kapstone.web.accounts.models import User
from kapstone.web.records.actions import questionnaires
from kapstone.web.records.models import Course, Notice, Phase, Session, Sheet


def rated(course: Course, value: float, at: datetime, by: User) -> Sheet:
    sheet = questionnaires.ask_now(course, "cgi-i", at=at, by=by)
    answers = {"improvement": value}
    questionnaires.take_down(sheet, answers, finish=True, at=at, by=by, given="rated")
    return sheet


@pytest.mark.parametrize(("value", "opened"), [(5, 0), (6, 1), (7, 1)])
def test_a_rating_of_much_worse_opens_a_notice(
    value: float, opened: int, course: Course, lind: User, now: datetime
) -> None:
    rated(course, value, now, lind)
    assert Notice.objects.filter(kind="worse-cgi-i").count() == opened


def test_it_is_said_on_the_sheet_on_the_review_and_in_follow_up(
    course: Course, lind: User, enter: Enter, now: datetime
) -> None:
    sheet = rated(course, 6, now, lind)
    notice = Notice.objects.get()
    assert "Much worse" in notice.says
    assert "before the next dose" in notice.do
    browser = enter(lind)
    for name, pk in (("sheet", sheet.pk), ("review", course.pk), ("followup", course.pk)):
        page = browser.get(reverse(name, args=[pk])).content.decode()
        assert "worse: review before the next dose" in page
        assert "to compare with" not in page


def phq9(course: Course, value: float, at: datetime, by: User) -> None:
    sheet = questionnaires.ask_now(course, "phq9", at=at, by=by)
    of = instruments.instrument("phq9")
    answers = {item.id: 0.0 if item.risk else value for item in of.item[:9]}
    questionnaires.take_down(sheet, answers, finish=True, at=at, by=by, given="room")


@pytest.mark.parametrize(("later", "opened"), [(1, 0), (2, 1)])
def test_a_reliable_worsening_since_the_first_dose_opens_one(
    later: float, opened: int, course: Course, lind: User, now: datetime
) -> None:
    phq9(course, 1, now - timedelta(days=20), lind)
    session = Session.objects.create(course=course, number=1, at=now, by=lind)
    began = now - timedelta(days=10)
    Phase.objects.create(session=session, phase="started", at=began, by=lind)
    phq9(course, later, now, lind)
    assert Notice.objects.filter(kind="worse-phq9").count() == opened
