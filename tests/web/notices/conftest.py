"""Answers that point to suicide, each with the notice it opened."""

from __future__ import annotations

from datetime import datetime

import pytest

from kapstone import instruments
from kapstone.web.accounts.models import User
from kapstone.web.records.actions import questionnaires
from kapstone.web.records.models import Course, Notice

ITEM_9 = next(item.id for item in instruments.instrument("phq9").item if item.risk)


def answered(course: Course, value: float, at: datetime, by: User) -> Notice:
    sheet = questionnaires.ask_now(course, "phq9", at=at, by=by)
    questionnaires.answer_item(sheet, ITEM_9, value, at=at, by=by)
    found: Notice = Notice.objects.latest("pk")
    return found


@pytest.fixture
def urgent(course: Course, ade_user: User, now: datetime) -> Notice:
    return answered(course, 3, now, ade_user)


@pytest.fixture
def positive(course: Course, ade_user: User, now: datetime) -> Notice:
    return answered(course, 1, now, ade_user)
