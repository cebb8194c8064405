"""A questionnaire, one question a page; each answer is kept the moment it is given."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kapstone import instruments
from kapstone.intake import preparation
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.portal.own import mine
from kapstone.web.records import definitions, helping, sheets
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import questionnaires as deeds
from kapstone.web.records.models import SafetyPlan, Sheet
from kapstone.web.records.refusals import Refused, shown_on


class AnswerForm(forms.Form):
    """One answer; what is an answer is the deed's to say."""

    item = forms.CharField(widget=forms.HiddenInput)
    value = forms.IntegerField(
        error_messages={"required": "Choose an answer, or leave this question blank."}
    )


def my_sheet(user: User, pk: int) -> Sheet:
    found: Sheet = mine(Sheet, user, pk)
    return found


@only_for("see my own")
@require_http_methods(["GET", "POST"])
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The question that comes next, or the one that was asked for; the end when none is left."""
    user, now = actor(request), clock.now()
    found = my_sheet(user, pk)
    score = found.sheetscore_set.standing().first()
    if score is not None:
        words = {"sheet": found, "score": score, **helped(found)}
        return render(request, "portal/sheet_done.html", words)
    if found.closes_at <= now or found.opens_at > now:
        return render(request, "portal/sheet_shut.html", {"sheet": found, "now": now})
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            item, value = form.cleaned_data["item"], float(form.cleaned_data["value"])
            risk = deeds.answer_item(found, item, value, at=now, by=user)
            return redirect(onward(found, item, risk))
    return question(request, found, form)


def onward(found: Sheet, item: str, risk: str | None) -> str:
    """To help at once, or to the next question, or to the end."""
    of, answers = definitions.of_sheet(found), deeds.answers_of(found)
    after = sheets.following(of, answers, item)
    to = f"?item={after.id}" if after else "?end=1"
    page = "portal:sheet_help" if risk else "portal:sheet"
    return f"{reverse(page, args=[found.pk])}{to}"


def question(request: HttpRequest, found: Sheet, form: AnswerForm) -> HttpResponse:
    of, answers = definitions.of_sheet(found), deeds.answers_of(found)
    wanted = form.data.get("item") or request.GET.get("item")
    upcoming = instruments.next_item(of, answers)
    if wanted is None and upcoming is not None and "end" not in request.GET:
        wanted = upcoming.id
    here = sheets.place(of, answers, wanted) if wanted else None
    if here is None:
        return the_end(request, found, of, answers)
    words = {
        "sheet": found,
        "of": of,
        "here": here,
        "choices": of.choices_of(here.item),
        "form": form,
        "percent": round(100 * (here.number - 1) / here.of),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "portal/sheet.html", words, status=status)


def the_end(
    request: HttpRequest, found: Sheet, of: instruments.Instrument, answers: dict[str, float]
) -> HttpResponse:
    """Before it is sent: what was left blank, and what that means."""
    result = instruments.score(of, answers)
    lines = [each for each in sheets.lines(found) if each.asked]
    words = {
        "sheet": found,
        "of": of,
        "lines": lines,
        "blank": [each for each in lines if each.text is None],
        "result": result,
    }
    return render(request, "portal/sheet_end.html", words)


@only_for("see my own")
@require_POST
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the answers as they are; a sheet without any answer is not sent."""
    user = actor(request)
    found = my_sheet(user, pk)
    # The page offers no button for an empty sheet, so a refusal only has to lead back to it.
    with suppress(Refused):
        deeds.finish_sheet(found, at=clock.now(), by=user)
    return redirect("portal:sheet", pk=found.pk)


@only_for("see my own")
@require_GET
def sheet_help(request: HttpRequest, pk: int) -> HttpResponse:
    """Help at once, before anything else; from here the person can go on."""
    found = my_sheet(actor(request), pk)
    onward_to = reverse("portal:sheet", args=[found.pk])
    item = request.GET.get("item", "")
    known = {each.id for each in definitions.of_sheet(found).item}
    onward_to += f"?item={item}" if item in known else "?end=1"
    words = {"sheet": found, "onward": onward_to, **helped(found)}
    return render(request, "portal/sheet_help.html", words)


def helped(found: Sheet) -> dict[str, Any]:
    """Who can be reached now, and the person's own safety plan in their words."""
    person = found.course.person
    plan = SafetyPlan.objects.newest(person=person)
    at_hand = helping.at_hand(person.practice, person)
    return {"practice": person.practice, "help": at_hand, "plan": own_plan(plan)}


def own_plan(plan: SafetyPlan | None) -> list[tuple[str, list[tuple[str, bool]]]]:
    """The steps of the plan that have words in them, each with whether it is a number to call.

    A line from elsewhere stands by itself.
    """
    left = dict(plan.fields) if plan else {}
    steps = []
    for step in preparation.safety_plan().step:
        words = [
            (str(left.pop(line.id)), line.kind == "phone")
            for line in step.fields
            if left.get(line.id)
        ]
        steps.append((step.title, words))
    others = [
        (name.replace("_", " ").capitalize(), [(str(said), False)]) for name, said in left.items()
    ]
    return [(title, words) for title, words in [*steps, *others] if any(words)]
