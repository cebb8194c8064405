"""What the person will read of their screening, seen beforehand, and what they read once signed."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from kapstone.web import clock
from kapstone.web.clinician.booking import course_for
from kapstone.web.records import audit, helping, telling
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import screening as deeds
from kapstone.web.records.actions.screening import DECISIONS
from kapstone.web.records.models import ScreeningDecision


@only_for("see charts")
@require_GET
def will_read(request: HttpRequest, pk: int) -> HttpResponse:
    """The person's page for each decision that could be signed now; nothing is signed by it."""
    course = course_for(request, pk)
    decision = request.GET.get("decision", DECISIONS[0])
    if decision not in DECISIONS:
        raise Http404(f"There is no decision {decision}.")
    audit.record(actor(request), "see screening", person=course.person, about=f"course:{pk}")
    words = {
        "course": course,
        "person": course.person,
        "choices": DECISIONS,
        "help": helping.at_hand(course.person.practice, course.person),
        "summary": telling.thought_of(course, decision, now=timezone.localtime(clock.now())),
    }
    return render(request, "clinician/person_reads.html", words)


@only_for("see charts")
@require_GET
def reads(request: HttpRequest, pk: int) -> HttpResponse:
    """The person's page for a decision as it was signed."""
    user = actor(request)
    row = get_object_or_404(ScreeningDecision.objects.visible_to(user), pk=pk)
    about = f"screening_decision:{pk}"
    audit.record(user, "see decision", person=row.course.person, about=about)
    words = {
        "course": row.course,
        "person": row.course.person,
        "help": helping.at_hand(row.course.person.practice, row.course.person),
        "summary": telling.of_decision(row, now=timezone.localtime(clock.now())),
    }
    return render(request, "clinician/person_reads.html", words)


@only_for("give facts")
@require_POST
def person_told(request: HttpRequest, pk: int) -> HttpResponse:
    """A clinician has spoken with the person; they may read it now."""
    user = actor(request)
    row = get_object_or_404(ScreeningDecision.objects.visible_to(user), pk=pk)
    deeds.say_told(row, at=clock.now(), by=user)
    messages.success(request, f"Noted: {row.course.person.given} was told, and can read it now.")
    return redirect("screening", pk=row.course_id)
