"""A notice of risk says what was asked and answered, and what became of the answer."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from web.logging_in import logged_in

from kapstone import instruments
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records.actions import questionnaires
from kapstone.web.records.models import Notice, Sheet

ITEM_9 = next(item for item in instruments.instrument("phq9").item if item.risk)


def finished(sheet: Sheet, value: float, now: datetime, by: User) -> None:
    for item in instruments.instrument("phq9").item:
        given = value if item == ITEM_9 else 0
        questionnaires.answer_item(sheet, item.id, given, at=now, by=by)
    questionnaires.finish_sheet(sheet, at=now, by=by)


@pytest.mark.parametrize(
    ("value", "said"),
    [(1, "“Several days”: ask about it today."), (3, "“Nearly every day”: speak with them now.")],
)
def test_item_nine_is_told_in_its_own_words(
    value: float, said: str, phq9: Sheet, ade_user: User, now: datetime
) -> None:
    questionnaires.answer_item(phq9, ITEM_9.id, value, at=now, by=ade_user)
    assert Notice.objects.get().says == f"PHQ-9: “{ITEM_9.text}”, answered {said}"


def test_a_second_grave_answer_is_not_hidden_behind_the_first(
    phq9: Sheet, cssrs: Sheet, ade_user: User, now: datetime
) -> None:
    questionnaires.answer_item(phq9, ITEM_9.id, 3, at=now, by=ade_user)
    for item in ("thoughts", "intent"):
        questionnaires.answer_item(cssrs, item, 1, at=now, by=ade_user)
    assert Notice.objects.open().filter(level="si_urgent").count() == 2


@pytest.mark.parametrize("page", ["today", "notices", "notice", "course"])
def test_a_correction_stands_beside_the_notice_wherever_it_stands(
    page: str, phq9: Sheet, ade_user: User, lind: User, now: datetime
) -> None:
    finished(phq9, 3, now, ade_user)
    pk = {"notice": Notice.objects.get().pk, "course": phq9.course_id}.get(page)
    address = reverse(page, args=[pk] if pk else [])
    assert "Later corrected" not in logged_in(lind).get(address).content.decode()
    later = now + timedelta(days=1)
    with clock.at(later):
        questionnaires.correct_answer(
            phq9, ITEM_9.id, 0, reason="Misread, they said.", at=later, by=lind
        )
        words = logged_in(lind).get(address).content.decode()
    assert "Later corrected to “Not at all” on 4 Nov 2026 at 08:00 by Lind." in words


def test_each_step_of_a_changed_answer_is_told_once(
    phq9: Sheet, ade_user: User, lind: User, now: datetime
) -> None:
    with clock.at(now):
        for value in (1, 0, 1):
            questionnaires.answer_item(phq9, ITEM_9.id, value, at=now, by=ade_user)
        page = logged_in(lind).get(reverse("notice", args=[Notice.objects.get().pk]))
    words = page.content.decode()
    when = "on 3 Nov 2026 at 08:00"
    told = f"Later corrected to “Not at all” {when} by Ade Bello, then to “Several days” {when}"
    assert words.count(told) == 1
    assert words.count("Later corrected") == 1


def test_a_correction_of_another_answer_says_nothing_of_this_one(
    phq9: Sheet, ade_user: User, lind: User, now: datetime
) -> None:
    finished(phq9, 3, now, ade_user)
    questionnaires.correct_answer(phq9, "sleep", 2, reason="Misread.", at=now, by=lind)
    assert "Later corrected" not in logged_in(lind).get(reverse("notices")).content.decode()


def test_the_same_answer_on_a_later_sheet_has_a_notice_of_its_own(
    phq9: Sheet, ade_user: User, lind: User, now: datetime
) -> None:
    finished(phq9, 1, now, ade_user)
    week = now + timedelta(days=7)
    times = {"opens_at": week, "due_at": week, "closes_at": week + timedelta(days=3)}
    again = questionnaires.assign_sheet(
        phq9.course, "phq9", anchor="again", at=week, by=lind, **times
    )
    with clock.at(week):
        questionnaires.answer_item(again, ITEM_9.id, 1, at=week, by=ade_user)
    assert Notice.objects.open().count() == 2
