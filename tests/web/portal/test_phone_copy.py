"""What one tap leaves on a phone: nothing of what is talked about in person."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from web.logging_in import Enter

from kapstone import instruments
from kapstone.web.accounts.models import User
from kapstone.web.records import copies
from kapstone.web.records.actions import questionnaires
from kapstone.web.records.models import Course


def test_answers_about_suicide_are_not_left_on_a_phone(
    course: Course, ade_user: User, osei: User, enter: Enter, now: datetime
) -> None:
    for name, value in (("cssrs-since", 0), ("gad7", 1)):
        sheet = questionnaires.ask_now(course, name, at=now, by=osei)
        answers: dict[str, float] = {}
        of = instruments.instrument(name)
        while item := instruments.next_item(of, answers):
            answers[item.id] = value
            questionnaires.answer_item(sheet, item.id, value, at=now, by=ade_user)
        questionnaires.finish_sheet(sheet, at=now, by=ade_user)
    phone = enter(ade_user).get(reverse("portal:export")).content.decode()
    assert "wish_dead" not in phone
    assert "nervous" in phone
    assert "wish_dead" in str(copies.full(course.person))
