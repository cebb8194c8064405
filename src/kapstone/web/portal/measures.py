"""How I have been: the person's own answers over time, in plain words, on page and paper."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from kapstone.instruments import Instrument
from kapstone.web import clock
from kapstone.web.portal.own import my_course
from kapstone.web.records import audit, definitions, reports, scores, sharing
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import sharing as deeds
from kapstone.web.records.models import Course, Sheet, SheetScore
from kapstone.web.records.refusals import Refused

# Talked about face to face, and never left on a phone that somebody else may hold.
IN_PERSON = frozenset({"suicide risk"})


@only_for("see my own")
@require_GET
def measures(request: HttpRequest) -> HttpResponse:
    """What each number means, what changed, what is not known; and who may see it."""
    course = my_course(actor(request))
    found = own_measures(course)
    words = {
        "person": course.person,
        "measures": found,
        "legend": next((chart for each in found if (chart := each.own)), None),
        "shared": shared(course),
    }
    return render(request, "portal/measures.html", words)


def own_measures(course: Course) -> list[scores.Measure]:
    """What the person answered themselves, but for what is talked about in person."""
    return [each for each in scores.of_course(course) if is_drawn(each.of)]


def is_drawn(of: Instrument) -> bool:
    return of.respondent == "patient" and of.domain not in IN_PERSON


def has_any(course: Course) -> bool:
    """Whether anything that the person sent can be seen over time."""
    sent = Sheet.objects.filter(course=course, sheetscore__in=SheetScore.objects.standing())
    asked = sent.values_list("instrument", "version").distinct()
    return any(
        is_drawn(definitions.of_sheet(Sheet(instrument=name, version=version)))
        for name, version in asked
    )


def shared(course: Course) -> list[dict[str, Any]]:
    """Each questionnaire that the person was asked and may share, with their newest word on it."""
    said = sharing.agreements(course.person)
    rows = Sheet.objects.standing().filter(course__person=course.person, instrument__in=said)
    asked = {sheet.instrument: definitions.of_sheet(sheet) for sheet in rows.order_by("pk")}
    return [
        {"of": of, "agreed": bool(said[name]) and said[name][-1][1]}
        for name, of in sorted(asked.items())
    ]


@only_for("see my own")
@require_POST
def share(request: HttpRequest, name: str) -> HttpResponse:
    """Let the therapist see a questionnaire, or keep it again from now on."""
    user, now = actor(request), clock.now()
    person = my_course(user).person
    deed = deeds.share_answers if request.POST.get("agreed") == "yes" else deeds.stop_sharing
    try:
        deed(person, name, at=now, by=user)
        messages.success(request, _("Kept. You can change this at any time."))
    except Refused as refused:
        messages.error(request, refused.words)
    return redirect("portal:measures")


@only_for("see my own")
@require_GET
def measures_pdf(request: HttpRequest) -> HttpResponse:
    """The same page as a PDF to take along."""
    user = actor(request)
    course = my_course(user)
    audit.record(user, "export my measures", person=course.person, about=f"course:{course.pk}")
    pdf = reports.for_person(course, own_measures(course))
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = 'attachment; filename="how-i-have-been.pdf"'
    return answer
