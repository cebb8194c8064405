"""The rooms at a glance, and the notices that somebody has to answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from kapstone.web import clock
from kapstone.web.clinician.session_forms import AnswerForm
from kapstone.web.clinician.today import day_of, planned_between, running
from kapstone.web.records import audit, corrected
from kapstone.web.records import room as facts
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import notices as deeds
from kapstone.web.records.models import Notice
from kapstone.web.records.refusals import shown_on, status_of

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


@only_for("answer notices")
@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """Open notices, the gravest first."""
    rows = Notice.objects.visible_to(actor(request)).open().select_related("person", "session")
    page = Paginator(rows.gravest_first(), 50).get_page(request.GET.get("page"))
    context = {"page": page, "rows": corrected.noted(page)}
    return render(request, "clinician/notices.html", context)


@only_for("answer notices")
@require_http_methods(["GET", "POST"])
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice: what it says, what was done, and closing it with words."""
    user = actor(request)
    found = get_object_or_404(Notice.objects.visible_to(user).select_related("person"), pk=pk)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        closes = request.POST.get("action") == "close"
        with shown_on(form):
            deeds.answer_notice(
                found, words=form.cleaned_data["words"], closes=closes, at=clock.now(), by=user
            )
            return after_answer(request, found)
    if request.method == "GET":
        audit.record(user, "see notice", person=found.person, about=f"notice:{pk}")
    words = {
        "notice": corrected.noted([found])[0],
        "person": found.person,
        "form": form,
        "answers": found.answers.select_related("by").order_by("at", "pk"),
        "closed": found.answers.filter(closes=True).exists(),
    }
    return render(request, "clinician/notice.html", words, status=status_of(form))


def after_answer(request: HttpRequest, found: Notice) -> HttpResponse:
    """Back to the room when it was answered there."""
    if request.POST.get("from") == "room" and found.session_id:
        return redirect("room", pk=found.session_id)
    return redirect("notice", pk=found.pk)
