"""What may come next, in the person's words; and how they would like to go on, in one tap."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from kapstone.pathway import next_step as rules
from kapstone.web import clock
from kapstone.web.portal.own import my_course
from kapstone.web.records import next_step as cards
from kapstone.web.records import owing
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import next_steps as deeds
from kapstone.web.records.models import Course, NextStep
from kapstone.web.records.refusals import Refused

# What can be said in one tap.
WISHES = {
    "go_on": _("I want to go on"),
    "space_out": _("I want more time between sessions"),
    "rest": _("I want a pause"),
    "stop": _("I want to stop"),
    "talk": _("I want to talk first"),
}
# Findings are told by a person and not by a page.
IN_PERSON = frozenset({"NXT-01", "NXT-05"})


@only_for("see my own")
@require_http_methods(["GET", "POST"])
def next_step(request: HttpRequest) -> HttpResponse:
    """What may come next, what is still open, and the person's own wish."""
    user = actor(request)
    course, now = my_course(user), clock.now()
    if request.method == "POST":
        try:
            deeds.say_wish(course, request.POST.get("wish", ""), at=now, by=user)
            messages.success(request, _("Kept. Your team reads it before they plan."))
        except Refused as refused:
            messages.error(request, refused.words)
        return redirect("portal:next_step")
    before = cards.before(course, now=now)
    _facts, rows = owing.of_course(course, now=now)
    words = {
        "person": course.person,
        "card": before.card,
        "in_person": before.card.rule in IN_PERSON,
        "proposed": rules.option_rows().get(before.card.proposed or ""),
        "open": [rules.fact_rows()[name].name_person for name in before.card.missing],
        "begun": bool(before.facts["sessions"].value),
        "chosen": chosen(course),
        "wishes": WISHES.items(),
        "wish": before.facts["wish"],
        "checks": [each.row.title_person for each in rows if each.waits and each.state != "found"],
    }
    return render(request, "portal/next_step.html", words)


def chosen(course: Course) -> dict[str, Any] | None:
    """The step that was chosen last, in plain words."""
    row = NextStep.objects.newest(course=course)
    option = rules.option_rows().get(row.choice) if row else None
    return None if row is None or option is None else {"row": row, "title": option.title_person}
