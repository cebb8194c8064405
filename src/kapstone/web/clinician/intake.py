"""Intake as the practice sees it: how far, at which question, and what was said."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from kapstone import intake
from kapstone.instruments import reminding
from kapstone.web import clock
from kapstone.web.clinician.booking import course_for
from kapstone.web.records import audit, reaching, waiting
from kapstone.web.records.access import actor, may, only_for
from kapstone.web.records.actions import intake as deeds
from kapstone.web.records.actions import reaching as reaching_deeds
from kapstone.web.records.models import Course, IntakeAnswer, Statement
from kapstone.web.records.refusals import Refused

KINDS = (
    ("condition", "Conditions"),
    ("medicine", "Medicines"),
    ("allergy", "Allergies"),
    ("no_allergy", "Said to have no allergy"),
    ("vital_sign", "Vital signs"),
    ("observation", "Other findings"),
)
MOST_OF_A_KIND = 40


@only_for("see readiness")
@require_GET
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody on staff sees how far it is; what was said is for those who see charts."""
    course, user = course_for(request, pk), actor(request)
    rows = answers(course)
    words: dict[str, Any] = {
        "course": course,
        "person": course.person,
        "progress": intake.progress({row.question: row.value for row in rows}),
        "finished": course.intakefinished_set.standing().order_by("-at").first(),
        "last": rows[-1] if rows else None,
        "overdue": waiting.sheets_overdue(Course.objects.filter(pk=pk), clock.now()).exists(),
        "may_read": may(user, "see charts"),
        "may_import": may(user, "import records"),
    }
    words["not_now"] = not_now(course, words["finished"] is not None)
    did = "see intake" if words["may_read"] else "see how far the intake is"
    audit.record(user, did, person=course.person, about=f"course:{pk}")
    if words["may_read"]:
        words |= {"sittings": told(rows), "kinds": on_record(course)}
    return render(request, "clinician/intake.html", words)


def not_now(course: Course, finished: bool) -> str:
    """Why no reminder can be sent now, in the words of the call list; empty when one can."""
    now = clock.now()
    reached = reaching.reached(reaching.of_person(course.person, now))
    why = reminding.by_hand(reached, now=now) if finished else reminding.barrier(reached, now=now)
    return reminding.reasons()[why] if why else ""


def answers(course: Course) -> list[IntakeAnswer]:
    rows = IntakeAnswer.objects.standing().filter(course=course).select_related("by")
    return list(rows.order_by("at", "pk"))


def told(rows: list[IntakeAnswer]) -> list[dict[str, Any]]:
    """The answers under the sittings they belong to, in the order they are asked."""
    by_question = {row.question: row for row in rows}
    return [
        {
            "title": sitting.title,
            "rows": [
                (question, by_question[question.id])
                for question in sitting.question
                if question.id in by_question
            ],
        }
        for sitting in intake.sittings()
    ]


def on_record(course: Course) -> list[dict[str, Any]]:
    """What other records say, by kind, with where it came from and the person's word on it."""
    rows = Statement.objects.standing().filter(person=course.person).select_related("source")
    found = []
    for kind, title in KINDS:
        of_kind = rows.filter(kind=kind).order_by("-at")
        if count := of_kind.count():
            few = of_kind.prefetch_related("confirmations")[:MOST_OF_A_KIND]
            found.append({"title": title, "rows": few, "count": count})
    return found


@only_for("see readiness")
@require_POST
def remind(request: HttpRequest, pk: int) -> HttpResponse:
    """One neutral reminder with a link; at most one a day. After the intake it is about forms."""
    course, now, user = course_for(request, pk), clock.now(), actor(request)
    address = settings.SITE_ADDRESS + reverse("enter")
    try:
        if course.intakefinished_set.exists():
            reaching_deeds.remind_now(course.person, at=now, by=user)
        else:
            deeds.remind(course, address=address, at=now, by=user)
        messages.success(request, f"A reminder is on its way to {course.person.name}.")
    except Refused as refused:
        messages.error(request, refused.words)
    return redirect("intake", pk=pk)
