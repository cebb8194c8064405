"""A person's consent as their team sees it: whether it holds, and what exactly was signed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from kapstone import consent as core
from kapstone.web import clock
from kapstone.web.clinician.booking import course_for
from kapstone.web.records import access, audit, consenting
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import consents as deeds
from kapstone.web.records.models import Consent, Course
from kapstone.web.records.refusals import Refused


@only_for("see readiness")
@require_http_methods(["GET", "POST"])
def consent(request: HttpRequest, pk: int) -> HttpResponse:
    """Whether consent is in force, for all staff; what was signed, for clinicians only.

    Reading it leaves an entry.
    """
    user, now = actor(request), clock.now()
    course = course_for(request, pk)
    refused = ""
    signed = consenting.signed_for(course)
    may_read = access.may(user, "see charts")
    # Who took it back is asked again by somebody who can talk it over, not by a mail from the desk.
    may_ask = may_read or not (signed and consenting.taken_back_at(signed))
    if request.method == "POST":
        try:
            refuse_pressing(may_ask)
            deeds.ask_for_consent(course, at=now, by=user)
            return redirect(f"{request.path}?sent=1")
        except Refused as why:
            refused = why.words
    words: dict[str, Any] = {
        "course": course,
        "person": course.person,
        "state": consenting.state_of(signed, now=now),
        "signed": signed,
        "moved": consenting.other_route(signed, consenting.route_of(course, now)),
        "current_version": core.version(),
        "refused": refused,
        "sent": "sent" in request.GET and not refused,
        "may_read": may_read,
        "may_ask": may_ask,
    }
    did = "see consent" if may_read else "see whether consent holds"
    audit.record(user, did, person=course.person, about=f"course:{course.pk}")
    if may_read:
        words |= content(course, signed)
    return render(request, "clinician/consent.html", words, status=422 if refused else 200)


def refuse_pressing(may_ask: bool) -> None:
    if not may_ask:
        raise Refused("taken-back", "They took their consent back; a clinician speaks with them.")


def content(course: Course, signed: Consent | None) -> dict[str, Any]:
    """What was signed and what came before it."""
    history = (
        Consent.objects.filter(course=course)
        .select_related("withdrawal", "withdrawal__by", "by")
        .defer("pdf", "document")
        .order_by("-pk")
    )
    return {
        "history": history,
        "choices": choices(signed) if signed else (),
        "asked": read_back(signed) if signed else (),
        "tries": signed.read_back.get("tries") if signed else None,
        "renewal": core.renewal(),
    }


def choices(signed: Consent) -> list[tuple[str, bool | None]]:
    """Each choice of the words that were signed, with its answer."""
    elements = (each for section in signed.document["sections"] for each in section["elements"])
    return [(each["title"], signed.choices.get(each["id"])) for each in elements if each["choice"]]


def read_back(signed: Consent) -> list[tuple[str, str]]:
    """Each question with how it went, the ones that took more than one try marked."""
    missed = set(signed.read_back.get("missed", ()))
    answered = signed.read_back.get("answers", {})
    asked = {each.id: each.ask for each in core.read_back_questions(None)}
    return [
        (asked.get(name, name), "understood after explaining" if name in missed else "understood")
        for name in answered
    ]


@only_for("see charts")
@require_GET
def consent_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The stored PDF, byte for byte as it was signed; opening it leaves an entry."""
    user = actor(request)
    signed = get_object_or_404(Consent.objects.visible_to(user), pk=pk)
    audit.record(user, "see consent", person=signed.course.person, about=f"consent:{signed.pk}")
    answer = HttpResponse(bytes(signed.pdf), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="consent-{signed.pk}.pdf"'
    return answer
