"""Every measure of one person on one time axis, and the same on paper."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kapstone.web.clinician.booking import course_for
from kapstone.web.records import audit, reports, scores
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.sharing import sight_of


@only_for("see charts")
@require_GET
def measures(request: HttpRequest, pk: int) -> HttpResponse:
    """Small drawings under each other, each with its table."""
    user, course = actor(request), course_for(request, pk)
    audit.record(user, "see measures", person=course.person, about=f"course:{course.pk}")
    found = scores.of_course(course, sight=sight_of(user, course.person))
    words = {
        "course": course,
        "person": course.person,
        "measures": found,
        "legend": scores.legend(found),
    }
    return render(request, "clinician/measures.html", words)


@only_for("see charts")
@require_GET
def measures_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as a PDF; taking it away leaves an entry of its own."""
    user, course = actor(request), course_for(request, pk)
    audit.record(user, "print measures", person=course.person, about=f"course:{course.pk}")
    found = scores.of_course(course, sight=sight_of(user, course.person))
    answer = HttpResponse(reports.for_team(course, found), content_type="application/pdf")
    name = f"measures-{course.person.number}.pdf"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
