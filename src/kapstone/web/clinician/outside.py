"""Therapists outside, on the chart: what they may read, when they did, and what they sent back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from kapstone.web import clock
from kapstone.web.records import audit, outside
from kapstone.web.records.access import actor, may, only_for
from kapstone.web.records.actions import outside as deeds
from kapstone.web.records.models import OutsideReading, OutsideTherapist, Person
from kapstone.web.records.refusals import Refused

MOST_THERAPISTS, MOST_READINGS, MOST_NOTES = 20, 10, 20


@only_for("see charts")
@require_GET
def outside_therapists(request: HttpRequest, pk: int) -> HttpResponse:
    """Whom the person lets read what; only the person can let anybody in."""
    user, now = actor(request), clock.now()
    people = Person.objects.visible_to(user).select_related("practice")
    person: Person = get_object_or_404(people, pk=pk)
    audit.record(user, "see outside therapists", person=person)
    rows = OutsideTherapist.objects.filter(person=person).order_by("-pk")[:MOST_THERAPISTS]
    words = {
        "person": person,
        "course": person.courses.standing().order_by("-number").first(),
        "shown": [shown(row, now) for row in rows],
        "may_shut": may(user, "integrate"),
    }
    return render(request, "clinician/outside.html", words)


def shown(row: OutsideTherapist, now: Any) -> dict[str, Any]:
    allowed = outside.allowed_now(row, now=now)
    readings = OutsideReading.objects.filter(allowed__therapist=row).order_by("-pk")
    return {
        "row": row,
        "allowed": allowed,
        "titles": outside.titles(row.person, allowed.allowed) if allowed else [],
        "readings": readings[:MOST_READINGS],
        "notes": row.notes.order_by("-pk")[:MOST_NOTES],
        "asked": row.asked.count(),
        "most_asked": len(deeds.ASKED_AFTER),
    }


@only_for("integrate")
@require_POST
def shut_outside(request: HttpRequest, pk: int) -> HttpResponse:
    """Shut the page of a therapist outside, because the person asked for it."""
    user = actor(request)
    row = get_object_or_404(OutsideTherapist.objects.visible_to(user), pk=pk)
    try:
        deeds.shut_outside(row, at=clock.now(), by=user)
        messages.success(request, f"{row.name} reads nothing more from now on.")
    except Refused as refused:
        messages.error(request, refused.words)
    return redirect("outside_therapists", pk=row.person_id)
