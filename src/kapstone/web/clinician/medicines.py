"""What somebody takes: the list as staff write it down, and what a line of it means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from kapstone import intake
from kapstone import screening as room
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.clinician.booking import course_for
from kapstone.web.records import audit, facts
from kapstone.web.records.access import actor, may, only_for
from kapstone.web.records.actions import medicines as deeds
from kapstone.web.records.models import Course, IntakeAnswer
from kapstone.web.records.refusals import SHORTEST_REASON, Refused, shown_on, status_of

MEANS = (
    ("named", "Confirm what I wrote"),
    ("unlisted", "None of the list: checked by hand"),
    ("stopped", "Not taken any more"),
)
BLANK_LINES = 4


class MeaningForm(forms.Form):
    """One line, and what it means: names of medicines, or the word that it is none of them."""

    # As it was written, spaces and all: it is how the line is found.
    text = forms.CharField(strip=False)
    named = forms.CharField(required=False, max_length=200)
    means = forms.ChoiceField(choices=MEANS, required=False)
    words = forms.CharField(required=False, max_length=400)

    def clean(self) -> dict[str, Any]:
        """Only names that are read whole are taken: a near miss is not confirmed by mistake."""
        named, means = (self.cleaned_data.get(name, "") for name in ("named", "means"))
        read = room.recognise(named)
        is_none = means in {"unlisted", "stopped"}
        self.cleaned_data["ingredients"] = read.ingredients if named else ()
        if named and is_none:
            self.add_error("named", "You named a medicine and said that it is none. Leave one out.")
        elif named and not read.recognised:
            self.add_error("named", f"{read.reason} Choose the names from the list.")
        elif not named and not is_none:
            self.add_error("named", "Write the medicine, or say that it is none of the list.")
        return self.cleaned_data


@only_for("give facts")
@require_http_methods(["GET", "POST"])
def confirm_medicine(request: HttpRequest, pk: int) -> HttpResponse:
    """The list, the lines nobody could read, and those that a clinician has read."""
    course, user = course_for(request, pk), actor(request)
    form = MeaningForm(request.POST if request.method == "POST" else None)
    if form.is_bound and not may(user, "confirm medicines"):
        raise PermissionDenied("A prescriber or a session monitor says what a line means.")
    if form.is_bound and form.is_valid():
        with shown_on(form):
            keep(course, form.cleaned_data, user)
            messages.success(request, f"Kept: what \u201c{form.cleaned_data['text']}\u201d means.")
            return redirect("screening", pk=pk)
    return page(request, course, form=form, status=status_of(form))


def keep(course: Course, told: dict[str, Any], by: User) -> None:
    """Keep one line as its form says it is."""
    text, words = told["text"], told["words"]
    if told["means"] == "stopped":
        deeds.stop_medicine(course, text, words=words, at=clock.now(), by=by)
    else:
        named = told["ingredients"]
        deeds.confirm_medicine(course, text, named, words=words, at=clock.now(), by=by)


def page(request: HttpRequest, course: Course, *, status: int, **also: Any) -> HttpResponse:
    """The whole page; `also` may bring a form or a list that did not pass."""
    user, again = actor(request), request.POST.get("text") or request.GET.get("line")
    audit.record(user, "see medicines", person=course.person, about=f"course:{course.pk}")
    words = {
        "course": course,
        "person": course.person,
        **the_list(course),
        **unread(course, user, again),
        **also,
    }
    return render(request, "clinician/medicine_meaning.html", words, status=status)


@only_for("give facts")
@require_POST
def write_medicines(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down the list for the person, as they say it; what was typed stays on a refusal."""
    course, boxes = course_for(request, pk), request.POST.getlist("line")
    takes = {"yes": True, "no": False}.get(request.POST.get("takes", ""))
    try:
        deeds.write_medicines(course, takes, boxes, at=clock.now(), by=actor(request))
    except Refused as refused:
        typed = {"takes": takes, "lines": in_lines(boxes)}
        return page(request, course, **typed, refusal=refused.words, status=422)
    messages.success(request, f"Written down for {course.person.given}: their medicines.")
    return redirect("screening", pk=pk)


def the_list(course: Course) -> dict[str, Any]:
    """What stands in the form: the list of now, with a few blank lines."""
    told = {row.question: row.value for row in facts.answers_of(course)}
    columns = [column.id for column in intake.question("medicines").columns]
    boxes = [line.get(name) or "" for line in told.get("medicines") or [] for name in columns]
    return {"takes": told.get("takes_medicines"), "lines": in_lines(boxes)}


def in_lines(boxes: list[str]) -> list[list[tuple[str, str]]]:
    """The boxes line by line, each with what it asks."""
    asks = [column.ask for column in intake.question("medicines").columns]
    full = [*boxes, *[""] * (BLANK_LINES * len(asks) - len(boxes) % len(asks))]
    lines = [full[at : at + len(asks)] for at in range(0, len(full), len(asks))]
    return [list(zip(asks, line, strict=False)) for line in lines]


def unread(course: Course, user: User, again: str | None = None) -> dict[str, Any]:
    """What the part of the page needs: the open lines, those confirmed, and the names to choose.

    `again` is a line that was read already, opened to say that it means something else.
    """
    pairs = [(line, row) for line, row in facts.written(course) if facts.can_be_meant(line)]
    counted = [(line, facts.as_meant(line, row), row) for line, row in pairs]
    return {
        "may_confirm": may(user, "confirm medicines"),
        "may_write": may(user, "give facts"),
        "unread": [each for line, each, _ in counted if not each.recognised or line.text == again],
        "unread_texts": {each.text for _, each, _ in counted if not each.recognised},
        "confirmed": [
            (line, each, row) for line, each, row in counted if each.origin == "clinician"
        ],
        "known_medicines": sorted(row.name for row in room.medicines().values()),
        "means": MEANS,
        "shortest": SHORTEST_REASON,
        "list_row": list_row(course),
    }


def list_row(course: Course) -> IntakeAnswer | None:
    """The answer that holds the person's own list, with who wrote it."""
    rows = IntakeAnswer.objects.standing().filter(
        course=course, question__in=("takes_medicines", "medicines")
    )
    return rows.select_related("by").order_by("-at", "-pk").first()


def names_of(medicines: Sequence[room.Recognised] | None) -> dict[str, str]:
    """What each written line was read as, where its own words do not say it."""
    known, found = room.medicines(), {}
    for each in medicines or ():
        read = [known[one].name for one in each.ingredients if one in known]
        unsaid = [name for name in read if name.casefold() not in each.text.casefold()]
        if unsaid:
            found[each.text] = ", ".join(unsaid)
    return found
