"""Long-term safety of one person: what was looked at, what is due, and what holds a dose."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from kapstone.pathway import long_term as rules
from kapstone.screening.limits import limits
from kapstone.web import clock
from kapstone.web.clinician.followup import course_of
from kapstone.web.records import audit, owing
from kapstone.web.records.access import actor, may, only_for
from kapstone.web.records.actions import next_steps as deeds
from kapstone.web.records.models import Course, LongTermCheck
from kapstone.web.records.refusals import LONGEST_REASON, shown_on, status_of

SPANS = (30, 90, 365)
FOUND = {"no": False, "yes": True, "not_known": None}
MOST_WRITTEN = 20


class LookForm(forms.Form):
    """What somebody looked at, and what came of it; nothing is chosen beforehand."""

    look = forms.ChoiceField(label="What was looked at")
    found = forms.ChoiceField(
        label="Was anything found?",
        choices=(("no", "Nothing found"), ("yes", "Something found"), ("not_known", "Not known")),
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label="Words",
        help_text="Values, and by whom. Needed unless nothing was found.",
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [(row.id, f"{row.title} ({row.id})") for row in rules.due_rows().values()]
        self.fields["look"].choices = [("", "Choose"), *rows]  # type: ignore[attr-defined]


@only_for("see charts")
@require_GET
def long_term(request: HttpRequest, pk: int) -> HttpResponse:
    """Every row as it stands now."""
    user, course = actor(request), course_of(actor(request), pk)
    audit.record(user, "see long-term safety", person=course.person, about=f"course:{course.pk}")
    return page(request, course, LookForm(initial={"look": request.GET.get("look", "")}))


def page(request: HttpRequest, course: Course, form: LookForm) -> HttpResponse:
    now = clock.now()
    facts, rows = owing.of_course(course, now=now)
    written = LongTermCheck.objects.standing().filter(course=course).select_related("by")
    words = {
        "course": course,
        "person": course.person,
        "waiting": [each for each in rows if each.waits],
        "others": [each for each in rows if not each.waits],
        "kept": [row for row in rules.check_rows() if row.kept],
        "counts": [(days, given_in(facts, now, days)) for days in SPANS],
        "caps": [row for row in limits() if row.id.startswith("CAP-")],
        "written": [
            (row, rules.due_rows().get(row.look)) for row in written.order_by("-at")[:MOST_WRITTEN]
        ],
        "form": form,
        "may_look": may(actor(request), deeds.LOOK),
    }
    return render(request, "clinician/long_term.html", words, status=status_of(form))


def given_in(facts: rules.LongTermFacts, now: Any, days: int) -> int:
    """How many sessions began in the last so many days."""
    return sum(at > now - timedelta(days=days) for at in facts.doses)


@only_for(deeds.LOOK)
@require_POST
def look_at(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down that somebody looked."""
    user, course = actor(request), course_of(actor(request), pk)
    form = LookForm(request.POST)
    if form.is_valid():
        told = form.cleaned_data
        with shown_on(form):
            found = FOUND[told["found"]]
            deeds.look_at(
                course, told["look"], found=found, words=told["words"], at=clock.now(), by=user
            )
            messages.success(request, f"Written down: {rules.due_rows()[told['look']].title}.")
            return redirect("long_term", pk=course.pk)
    return page(request, course, form)
