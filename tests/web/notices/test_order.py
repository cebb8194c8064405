"""Open notices stand by how grave they are, and then by how long nobody has answered."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from kapstone.web.accounts.models import User
from kapstone.web.records.actions import notices
from kapstone.web.records.models import Course

Enter = Callable[[User], Client]

IN_ORDER = (
    ("suicide-risk", "si_urgent", "speak with them now"),
    ("suicide-risk", "si_blank", "left blank"),
    ("bp", "red", "older red"),
    ("hr", "red", "newer red"),
    ("seen", "red", "red, somebody has seen it"),
    ("spo2", "yellow", "yellow"),
    ("mail", "info", "the rest"),
)
OPENED = ("newer red", "the rest", "yellow", "left blank", "speak with them now")
OPENED_FIRST = ("red, somebody has seen it", "older red")


@pytest.fixture
def opened(course: Course, lind: User, now: datetime) -> Course:
    """One notice of each gravity, opened in an order that is neither the right one nor its end."""
    known = {says: (kind, level) for kind, level, says in IN_ORDER}
    for minute, says in enumerate((*OPENED_FIRST, *OPENED)):
        kind, level = known[says]
        at = now - timedelta(hours=1) + timedelta(minutes=minute)
        row = notices.open_notice(course.person, kind=kind, level=level, says=says, at=at, by=lind)
        if kind == "seen":
            notices.answer_notice(row, words="", closes=False, at=at, by=lind)
    return course


@pytest.mark.parametrize(("page", "most"), [("today", 5), ("notices", 7), ("course", 7)])
def test_the_gravest_stands_first_and_then_the_one_that_waits_longest(
    page: str, most: int, opened: Course, enter: Enter, lind: User
) -> None:
    address = reverse(page, args=[opened.pk] if page == "course" else [])
    words = enter(lind).get(address).content.decode()
    says = [each for _, _, each in IN_ORDER]
    found = re.findall("|".join(map(re.escape, sorted(says, key=len, reverse=True))), words)
    assert list(dict.fromkeys(found))[:most] == says[:most]
