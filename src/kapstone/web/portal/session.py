"""The day of the medicine, for the person: when, with whom, and what we ask them before."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from kapstone import at_home, documents, monitoring
from kapstone.intake import preparation
from kapstone.web import clock
from kapstone.web.records import audit, calling, expected, home_card, session_facts
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import sessions as deeds
from kapstone.web.records.models import CareTeam, Session
from kapstone.web.records.refusals import Refused


@only_for("see my own")
@require_http_methods(["GET", "POST"])
def session(request: HttpRequest, pk: int) -> HttpResponse:
    """The dose day on one quiet page; each answer is kept as it is tapped."""
    user, found = actor(request), session_of(request, pk)
    refusal = ""
    if request.method == "POST":
        try:
            said(request, found)
            if not request.headers.get("HX-Request"):
                messages.success(request, "Your answers are kept. We have them.")
            return redirect(f"{reverse('portal:session', args=[pk])}#asked")
        except Refused as refused:
            refusal = refused.words
    else:
        audit.record(user, "see my session", person=found.course.person, about=f"session:{pk}")
    route = monitoring.route_named(found.order_route or found.route)
    words = {
        "session": found,
        "person": found.course.person,
        "practice": found.course.person.practice,
        "route": route,
        "clock": preparation.clocks().get(route.id),
        "team": CareTeam.objects.newest(course=found.course),
        "asked": questions(found, user.pk),
        "open": found.started_at is None,
        "day": expected.day_of(found, now=clock.now()) if found.started_at is None else None,
        "refusal": refusal,
        "calls": calling.lines(found, now=clock.now()),
        "stays": at_home.watch().stays,
    }
    return render(request, "portal/session.html", words, status=422 if refusal else 200)


@only_for("see my own")
@require_GET
def going_home(request: HttpRequest, pk: int) -> HttpResponse:
    """What holds until tomorrow and whom to call; there once the discharge is signed."""
    found = session_of(request, pk)
    audit.record(actor(request), "see my home card", person=found.course.person, about=about(pk))
    return render(request, "portal/going_home.html", {"session": found, "card": card_of(found)})


@only_for("see my own")
@require_GET
def going_home_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The same card as a PDF to print or to show."""
    found = session_of(request, pk)
    card = card_of(found)
    audit.record(actor(request), "export my home card", person=found.course.person, about=about(pk))
    answer = HttpResponse(documents.home_card_pdf(card), content_type="application/pdf")
    answer["Content-Disposition"] = 'attachment; filename="going-home.pdf"'
    return answer


def card_of(found: Any) -> documents.HomeCard:
    card = home_card.of(found)
    if card is None:
        raise Http404("There is no card before you go home.")
    return card


def about(pk: int) -> str:
    return f"session:{pk}"


def session_of(request: HttpRequest, pk: int) -> Any:
    """The person's own session, unless it was called off."""
    mine = Session.objects.visible_to(actor(request)).filter(
        pk=pk, course__person__user=actor(request)
    )
    rows = session_facts.with_story(mine).select_related("course__person__practice")
    found = rows.first()
    if found is None or found.cancelled:
        raise Http404("There is no such session.")
    return found


def said(request: HttpRequest, found: Any) -> None:
    """Keep each answer that was given; what was not touched stays not known."""
    for check in monitoring.checklist(found.route):
        given = request.POST.get(check.id, "")
        if check.person and given in deeds.KNOWN:
            deeds.say_before(
                found, check.id, said=deeds.KNOWN[given], at=clock.now(), by=actor(request)
            )


def questions(found: Any, me: int) -> list[dict[str, Any]]:
    """What the person is asked, with what they said; what staff have checked is shown as such."""
    answers = deeds.answers_of_day(found, clock.now())
    return [
        {
            "check": check,
            "value": deeds.said_of(answers.get(check.id), me),
            "settled": check.id in answers
            and answers[check.id].by_id != me
            and answers[check.id].ok is True,
        }
        for check in monitoring.checklist(found.route)
        if check.person
    ]
