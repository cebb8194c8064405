"""Emergencies in the room: begun with one tap, each step kept with its time, ended with words."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_POST

from kapstone.web import clock
from kapstone.web.clinician.room import done_in_room, tap_id
from kapstone.web.clinician.sessions import session_for
from kapstone.web.ids import number_in
from kapstone.web.records import audit, session_paper
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import emergencies as deeds
from kapstone.web.records.models import EmergencyEvent


def event_for(request: HttpRequest, pk: int) -> EmergencyEvent:
    rows = EmergencyEvent.objects.visible_to(actor(request))
    found: EmergencyEvent = get_object_or_404(rows, pk=pk)
    return found


def tapped(request: HttpRequest, *told: object) -> dict[str, Any]:
    """When, by whom, and the id of a tap: by that of the board, or without scripts of the page."""
    page = request.POST.get("tap_id") or request.POST.get("once", "")
    return {"at": clock.now(), "by": actor(request), "client_id": tap_id(page, *told)}


@only_for("run sessions")
@require_POST
def begin_emergency(request: HttpRequest, pk: int) -> HttpResponse:
    """One tap: the clock runs and the steps stand in the room."""
    found = session_for(request, pk)
    emergency = request.POST.get("emergency", "")
    tap = tapped(request, "emergency", emergency)
    return done_in_room(request, found, partial(deeds.begin_emergency, found, emergency, **tap))


@only_for("run sessions")
@require_POST
def emergency_step(request: HttpRequest, pk: int) -> HttpResponse:
    """One tap: this step is done, now."""
    event = event_for(request, pk)
    step = request.POST.get("step", "")
    tap = tapped(request, "step", pk, step)
    named = number_in(step)
    found = session_for(request, event.session_id)
    take = partial(deeds.take_step, event, -1 if named is None else named, **tap)
    return done_in_room(request, found, take)


@only_for("run sessions")
@require_POST
def emergency_words(request: HttpRequest, pk: int) -> HttpResponse:
    """Words about what happened; with "end" they stop the clock."""
    event = event_for(request, pk)
    ends = request.POST.get("action") == "end"
    deed = deeds.end_emergency if ends else deeds.note_emergency
    words = request.POST.get("words", "")
    tap = tapped(request, "words", pk, ends, words)
    found = session_for(request, event.session_id)
    return done_in_room(request, found, partial(deed, event, words, **tap))


@only_for("see charts")
@require_GET
def session_paper_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole session in the order of time, as a PDF; taking it away leaves an entry."""
    found, user = session_for(request, pk), actor(request)
    audit.record(user, "print session", person=found.course.person, about=f"session:{pk}")
    answer = HttpResponse(session_paper.pdf(found), content_type="application/pdf")
    name = f"session-{found.course.person.number}-{found.number}.pdf"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
