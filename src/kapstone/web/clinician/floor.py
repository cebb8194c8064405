"""The rooms at a glance."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from kapstone import at_home, monitoring
from kapstone.web import clock
from kapstone.web.clinician.today import day_of, planned_between, running
from kapstone.web.records import alarms, live
from kapstone.web.records import at_home as home
from kapstone.web.records import room as facts
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions.readings import JUDGING_FAULTS

logger = logging.getLogger(__name__)

SHOWN_SIGNS = 3
# A room asks for a dozen things of its own every five seconds.
ROOMS_ON_A_PAGE = 12
MOST_COMING = 12
# Nobody scrolls a screen on a wall: what does not fit has a screen of its own, and is counted.
ROOMS_ON_A_WALL = 4
# The browser remembers how people are named on its floor, and nothing of the people.
COOKIE = "floor_names"
A_YEAR_S = 365 * 24 * 60 * 60


@only_for("run sessions")
@require_GET
def rooms(request: HttpRequest) -> HttpResponse:
    """Every running session, readable from across the room; then who is still to come.

    With initials for names where the address asks for them, or this browser did last.
    """
    asked = named_by(request) or request.COOKIES.get(COOKIE) or "full"
    answer = floor(request, "rooms", names=asked, a_page=ROOMS_ON_A_PAGE)
    if "names" in request.GET and not request.headers.get("X-Poll"):
        secure = settings.SESSION_COOKIE_SECURE
        answer.set_cookie(
            COOKIE, asked, max_age=A_YEAR_S, secure=secure, httponly=True, samesite="Lax"
        )
    return answer


@only_for("run sessions")
@require_GET
def wall(request: HttpRequest) -> HttpResponse:
    """The running sessions in letters for three metres; initials, unless the address says full."""
    names = named_by(request) or "initials"
    return floor(request, "wall", names=names, a_page=ROOMS_ON_A_WALL)


def named_by(request: HttpRequest) -> str | None:
    """What the address says of names; whatever is not `full` there keeps them off the screen."""
    asked = request.GET.get("names")
    return asked if asked in {None, "full"} else "initials"


def floor(request: HttpRequest, page_name: str, *, names: str, a_page: int) -> HttpResponse:
    """A page of the floor, or the part of it that is asked for again."""
    user, now = actor(request), timezone.localtime(clock.now())
    # Before anything is read: what comes later is told.
    live_after = live.newest()
    start, end = day_of(now)
    today = planned_between(user, start, end).filter(started_at=None, discharged_at=None)
    page = Paginator(running(user), a_page).get_page(request.GET.get("page"))
    words = {
        "live_after": live_after,
        "page": page,
        "rooms": [seen(each, now) for each in page],
        "coming": today[:MOST_COMING],
        "more_coming": today.count() - MOST_COMING,
        "now": now,
        "names": names,
        "private": names != "full",
    }
    part = f"parts/{page_name}" if request.headers.get("X-Poll") else page_name
    return render(request, f"clinician/{part}.html", words)


def seen(session: Any, now: datetime) -> dict[str, Any]:
    """One room at a glance; one that a fault keeps from being shown says so, and hides no other.

    Its alarms do not wait for its figures: a fault in those hides no emergency and no call.
    """
    found: dict[str, Any] = {"session": session, "person": session.course.person, "alarms": ()}
    try:
        found["alarms"] = alarms.of(session, now=now)
        return found | glance(session, now)
    except JUDGING_FAULTS:
        logger.exception("session %s could not be shown on the floor", session.pk)
        return found | {"fault": True}


def glance(session: Any, now: datetime) -> dict[str, Any]:
    """One room in a few figures, the latest of each sign with when it was taken."""
    board = facts.board(session, now=now)
    crossed = board.watch.crossed if board.watch else ()
    return {
        "board": board,
        "worst": crossed[0] if crossed else None,
        "in_short": in_short(crossed[0]) if crossed else "",
        "tiles": board.tiles[:SHOWN_SIGNS],
        "age": now - board.last_at if board.last_at else None,
        "paused": facts.is_paused(session),
        "watch_at_home": watch_at_home(session, now),
    }


def in_short(crossed: monitoring.Crossed) -> str:
    """`Heart 131`: a crossing in the room that a wall has for it."""
    return f"{monitoring.signs()[crossed.sign].short} {crossed.value:g}"


def watch_at_home(session: Any, now: datetime) -> at_home.Standing | None:
    """How the sitter's watch stands; None in the practice."""
    if not monitoring.route_named(session.route).at_home:
        return None
    return home.evening(session, now=now).standing
