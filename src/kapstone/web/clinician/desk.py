"""The lines of the dose-day checklist that the front desk answers, beside what it books."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from kapstone import monitoring
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.accounts.roles import FRONT_DESK
from kapstone.web.clinician.sessions import session_for, ticked_lines
from kapstone.web.clinician.today import day_of, planned_between
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import sessions as deeds
from kapstone.web.records.models import Course
from kapstone.web.records.refusals import Refused


def lines_today(user: User, course: Course, now: datetime) -> list[dict[str, Any]]:
    """What the desk answers before today's medicine, each with its answer of the day.

    An answer counts on the day only, so that other days have no lines.
    """
    planned = planned_between(user, *day_of(now)).filter(course=course, started_at=None).first()
    if planned is None:
        return []
    said = deeds.answers_of_day(planned, now)
    return [
        {"session": planned, "check": line, "answer": said.get(line.id)}
        for line in of_desk(planned.route)
    ]


def of_desk(route: str) -> list[monitoring.Check]:
    return [line for line in ticked_lines(route) if FRONT_DESK in line.who]


@only_for("book")
@require_POST
def desk_check(request: HttpRequest, pk: int, check: str) -> HttpResponse:
    """Answer one line of the desk's; a yes to the way home names the adult."""
    found, given = session_for(request, pk), request.POST.get("ok", "")
    line = next((line for line in of_desk(found.route) if line.id == check), None)
    if line is None or given not in deeds.KNOWN:
        raise Http404("There is no such line for the desk.")
    words = request.POST.get("words", "").strip()
    try:
        told: dict[str, Any] = {"ok": deeds.KNOWN[given], "words": words}
        deeds.record_check(found, check, **told, at=clock.now(), by=actor(request))
    except Refused as refused:
        messages.error(request, refused.words)
    return redirect("book", pk=found.course_id)
