"""The rooms at a glance."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from kapstone.web import clock
from kapstone.web.clinician.today import day_of, planned_between, running
from kapstone.web.records import room as facts
from kapstone.web.records.access import actor, only_for

SHOWN_SIGNS = 3
# A room asks for a dozen things of its own every five seconds.
ROOMS_ON_A_PAGE = 12
MOST_COMING = 12


@only_for("run sessions")
@require_GET
def rooms(request: HttpRequest) -> HttpResponse:
    """Every running session, readable from across the room; then who is still to come."""
    user, now = actor(request), timezone.localtime(clock.now())
    start, end = day_of(now)
    today = planned_between(user, start, end).filter(started_at=None, discharged_at=None)
    page = Paginator(running(user), ROOMS_ON_A_PAGE).get_page(request.GET.get("page"))
    words = {
        "page": page,
        "rooms": [glance(each, now) for each in page],
        "coming": today[:MOST_COMING],
        "more_coming": today.count() - MOST_COMING,
        "now": now,
    }
    part = "parts/rooms" if request.headers.get("X-Poll") else "rooms"
    return render(request, f"clinician/{part}.html", words)


def glance(session: Any, now: datetime) -> dict[str, Any]:
    """One room in a few figures, the latest of each sign with when it was taken."""
    board = facts.board(session, now=now)
    crossed = board.watch.crossed if board.watch else ()
    return {
        "session": session,
        "person": session.course.person,
        "board": board,
        "worst": crossed[0] if crossed else None,
        "tiles": board.tiles[:SHOWN_SIGNS],
        "age": now - board.last_at if board.last_at else None,
        "paused": facts.is_paused(session),
    }
