"""What one person alone signed holds and is marked, excuses nothing more, and may be made safer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.urls import reverse
from web.logging_in import Enter
from web.practice.settling import LIMIT, ROUTE, WHY, above, every, held

from kapstone.web.accounts.models import User
from kapstone.web.records.actions import countersigning as deeds
from kapstone.web.records.models import LineChange, TimesChange

MARK = "signed by one person alone"


def kept(by: User, at: datetime, asks_second: bool | None, figure: float, minutes: int) -> None:
    """Rows as an earlier version, or rows that shipped then, had them written."""
    told: dict[str, Any] = {"practice": by.practice, "why": WHY, "signed_name": by.name}
    told |= {"at": at, "by": by, "asks_second": asks_second}
    LineChange.objects.create(limit=LIMIT, figures={"yellow.above": figure}, **told)
    TimesChange.objects.create(route=ROUTE, times={"during_every_min": minutes}, **told)


def marked(by: User, enter: Enter) -> list[bool]:
    pages = (reverse("limits"), reverse("check_times"))
    return [MARK in enter(by).get(page).content.decode() for page in pages]


# From before two were asked; and from when something laxer shipped, which one might sign.
@pytest.mark.parametrize("asked", [None, False], ids=["before-two", "stricter-ships-now"])
def test_it_holds_is_marked_and_excuses_nothing_more(
    asked: bool | None, osei: User, enter: Enter, now: datetime
) -> None:
    kept(osei, now, asked, 170, 12)
    assert held(osei, now) == (170, 12)
    assert marked(osei, enter) == [True, True]
    assert above(171, osei, now).asks_second is True
    assert above(170, osei, now, **{"yellow.rise": 45}).asks_second is True
    assert every(13, osei, now).asks_second is True
    assert held(osei, now) == (170, 12)


@pytest.mark.parametrize("asked", [None, False], ids=["before-two", "stricter-ships-now"])
def test_part_of_the_way_back_holds_at_once_and_stays_marked(
    asked: bool | None, osei: User, enter: Enter, now: datetime
) -> None:
    """Whoever makes it safer waits for nobody; what is left of it is still signed by one."""
    kept(osei, now, asked, 170, 12)
    assert above(168, osei, now).asks_second is None
    assert every(11, osei, now).asks_second is None
    assert held(osei, now) == (168, 11)
    assert marked(osei, enter) == [True, True]
    assert above(169, osei, now).asks_second is True, "no way forth again"
    assert every(12, osei, now).asks_second is True
    assert held(osei, now) == (168, 11)
    assert above(160, osei, now).asks_second is False
    assert every(10, osei, now).asks_second is False
    assert marked(osei, enter) == [False, False]


def test_stricter_here_and_laxer_there_waits(osei: User, now: datetime) -> None:
    kept(osei, now, None, 170, 12)
    assert above(165, osei, now, **{"yellow.rise": 45}).asks_second is True
    assert every(11, osei, now, then_every_min=40).asks_second is True
    assert held(osei, now) == (170, 12)


def test_the_page_says_that_it_holds_and_is_signed_by_one(
    osei: User, enter: Enter, now: datetime
) -> None:
    kept(osei, now, None, 170, 12)
    page = reverse("limit", args=[LIMIT])
    newest = LineChange.objects.get()
    told = {"yellow_above": 165, "yellow_rise": 40, "red_at_least": 180, "why": WHY}
    told |= {"name": "Osei", "seen": f"{newest.pk}|"}
    answer = enter(osei).post(page, told, follow=True).content.decode()
    assert "It is still laxer than what ships" in answer
    assert held(osei, now) == (165, 12)


def test_what_two_signed_is_not_marked_nor_what_lies_under_it(
    osei: User, vale: User, enter: Enter, now: datetime
) -> None:
    both = (
        above(175, osei, now, **{"red.at_least": 178}),
        every(13, osei, now),
    )
    for row in both:
        deeds.countersign(row, name="Vale", at=now, by=vale)
    assert marked(osei, enter) == [False, False]
    assert above(170, osei, now).asks_second is False
    assert every(12, osei, now).asks_second is False
    assert above(170, vale, now, **{"red.at_least": 180}).asks_second is False, "as it ships"
    assert marked(osei, enter) == [False, False]


def test_what_two_signed_and_somebody_took_back_excuses_nothing(
    osei: User, vale: User, enter: Enter, now: datetime
) -> None:
    """From 175 by two back to what ships; then one signed 165 while that shipped."""
    for row in (above(175, osei, now), every(13, osei, now)):
        deeds.countersign(row, name="Vale", at=now, by=vale)
    above(160, osei, now)
    every(10, osei, now)
    kept(osei, now, False, 165, 12)
    assert marked(osei, enter) == [True, True]
    assert above(166, osei, now).asks_second is True
    assert every(13, osei, now).asks_second is True
    assert held(osei, now) == (165, 12)
