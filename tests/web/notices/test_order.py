"""Open notices stand by how grave they are, and then by how long nobody has answered."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from web.logging_in import Enter

from kapstone.web.accounts.models import User
from kapstone.web.records.actions import notices
from kapstone.web.records.models import Course

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


@pytest.mark.parametrize("page", ["notices", "course"])
def test_the_gravest_stands_first_and_then_the_one_that_waits_longest(
    page: str, opened: Course, enter: Enter, lind: User
) -> None:
    address = reverse(page, args=[opened.pk] if page == "course" else [])
    words = enter(lind).get(address).content.decode()
    says = [each for _, _, each in IN_ORDER]
    assert shown(words) == says


def test_today_shows_the_gravest_of_each_kind_about_a_person_and_counts_the_rest(
    opened: Course, enter: Enter, lind: User
) -> None:
    words = enter(lind).get(reverse("today")).content.decode()
    first = [each for _, _, each in IN_ORDER if each != "left blank"]
    assert shown(words) == first[:5]
    assert "2 more to answer" in words


def shown(words: str) -> list[str]:
    """What the open notices say, in the order of the page."""
    says = sorted((each for _, _, each in IN_ORDER), key=len, reverse=True)
    return list(dict.fromkeys(re.findall("|".join(map(re.escape, says)), words)))
