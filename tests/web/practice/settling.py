"""Settling a limit and a route's check times in a test, and what holds then."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.test import Client

from kapstone.web.accounts.models import User
from kapstone.web.records import check_times, lines
from kapstone.web.records.actions import check_times as times_deeds
from kapstone.web.records.actions import limits
from kapstone.web.records.actions.countersigning import shown_of
from kapstone.web.records.models import LineChange, TimesChange

WHY = "A trial of ours, for a month, with people used to it."
LIMIT, ROUTE = "ALM-SBP-H", "iv"


def looked(kind: type[LineChange | TimesChange], of: str, by: User) -> dict[str, str]:
    """Somebody who has just looked at what stands, and signs."""
    return {"seen": shown_of(kind.objects.newest(by.practice_id or 0, of)), "name": by.name}


def filled(page: str) -> dict[str, str]:
    """What a browser would post of the figures on a page, and of what it showed."""
    found = {}
    for told in re.findall(r"<input ([^>]*)>", page):
        parts = dict(re.findall(r'(name|value)="([^"]*)"', told))
        found[parts.get("name", "")] = parts.get("value", "")
    others = {"", "q", "name", "csrfmiddlewaretoken", "next"}
    return {name: value for name, value in found.items() if name not in others}


def seen_on(browser: Client, page: str) -> str:
    """What the form of a page gives back of what it showed."""
    return filled(browser.get(page).content.decode())["seen"]


def above(figure: float, by: User, at: datetime, **also: float) -> LineChange:
    figures = {"yellow.above": figure, **also}
    return limits.settle_limit(
        LIMIT, figures, why=WHY, **looked(LineChange, LIMIT, by), at=at, by=by
    )


def every(minutes: int, by: User, at: datetime, **also: Any) -> TimesChange:
    times = {"during_every_min": minutes, **also}
    told = looked(TimesChange, ROUTE, by)
    return times_deeds.settle_check_times(ROUTE, times, why=WHY, **told, at=at, by=by)


def held(by: User, at: datetime) -> tuple[float, int | None]:
    """The figure and the minutes that hold."""
    practice = by.practice_id or 0
    row = next(each for each in lines.in_force(practice, at) if each.id == LIMIT)
    during = check_times.in_force(practice, ROUTE, at).during_every_min
    return row.yellow.above or 0, during
