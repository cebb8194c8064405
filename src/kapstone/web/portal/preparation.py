"""Getting ready at home: what to expect, and what the person wants to find in the room."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from kapstone.intake import preparation as rows
from kapstone.knowledge.citations import cited
from kapstone.web import clock
from kapstone.web.portal.own import my_course
from kapstone.web.preparing import ComfortsForm, comforts_said, said_before
from kapstone.web.records import consenting
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import courses as deeds
from kapstone.web.records.models import Preparation
from kapstone.web.records.refusals import shown_on

PARTS = (
    ("before", "Before"),
    ("body", "In your body"),
    ("mind", "In your mind"),
    ("after", "After"),
)


@only_for("see my own")
@require_http_methods(["GET", "POST"])
def preparation(request: HttpRequest) -> HttpResponse:
    """Read what to expect on the planned route, and choose what makes the room easier."""
    user, now = actor(request), clock.now()
    course = my_course(user)
    last = Preparation.objects.standing().filter(course=course).order_by("-at", "-pk").first()
    form = ComfortsForm(request.POST or None, initial=said_before(last))
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            deeds.hold_preparation(course, {**form.told(), "held": False}, at=now, by=user)
            return redirect("portal:preparation")
    route = consenting.route_of(course, now)
    words = {
        "form": form,
        "last": last,
        "said": list(comforts_said(last.comforts)) if last else [],
        "clock": rows.clocks().get(route or ""),
        "parts": what_to_expect(),
        "rules": rows.touch_rules(),
        "voice_rules": rows.voice_rules(),
        "sources": sources(route),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "portal/preparation.html", words, status=status)


def what_to_expect() -> list[tuple[str, list[rows.Piece]]]:
    """The pieces under the headings of the day, in its order."""
    pieces = rows.what_to_expect()
    return [(title, [each for each in pieces if each.part == part]) for part, title in PARTS]


def sources(route: str | None) -> list[Any]:
    """Where what is told here comes from, each once."""
    told: list[Any] = [*rows.what_to_expect(), *rows.clocks().values()]
    shown = [each for each in told if each.id == route or each not in rows.clocks().values()]
    names = dict.fromkeys(name for each in shown for name in each.sources)
    return [cited(name) for name in names]
