"""Questionnaires that lie before Ade."""

from __future__ import annotations

from datetime import datetime

import pytest

from kapstone.web.accounts.models import User
from kapstone.web.records.actions import questionnaires
from kapstone.web.records.models import Course, Sheet


@pytest.fixture
def phq9(course: Course, lind: User, now: datetime) -> Sheet:
    return questionnaires.ask_now(course, "phq9", at=now, by=lind)


@pytest.fixture
def cssrs(course: Course, lind: User, now: datetime) -> Sheet:
    return questionnaires.ask_now(course, "cssrs-since", at=now, by=lind)
