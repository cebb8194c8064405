"""The next step after a session: one card, accepted in a tap, or another with its reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from kapstone.pathway import next_step as rules
from kapstone.web import clock
from kapstone.web.clinician.followup import course_of
from kapstone.web.records import audit
from kapstone.web.records import next_step as cards
from kapstone.web.records.access import actor, may, only_for
from kapstone.web.records.actions import next_steps as deeds
from kapstone.web.records.episode import open_about
from kapstone.web.records.models import Course, NextStep
from kapstone.web.records.refusals import LONGEST_REASON, Refused, shown_on, status_of

MOST_BEFORE = 10


class StepForm(forms.Form):
    """Which step, and why where it is not the one proposed; nothing is chosen beforehand."""

    choice = forms.ChoiceField(
        label="Another step", widget=forms.RadioSelect, error_messages={"required": "Choose one."}
    )
    chips = forms.MultipleChoiceField(
        label="Why", widget=forms.CheckboxSelectMultiple, required=False
    )
    reason = forms.CharField(
        label="In a sentence",
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        steps = [(row.id, row.title) for row in rules.option_rows().values()]
        why = [(row.id, row.says) for row in rules.chip_rows().values()]
        self.fields["choice"].choices = steps  # type: ignore[attr-defined]
        self.fields["chips"].choices = why  # type: ignore[attr-defined]


@only_for("see charts")
@require_GET
def next_step(request: HttpRequest, pk: int) -> HttpResponse:
    """The card as the chart stands now, and what was chosen before."""
    user, course = actor(request), course_of(actor(request), pk)
    audit.record(user, "see next step", person=course.person, about=f"course:{course.pk}")
    return page(request, course, StepForm())


def page(request: HttpRequest, course: Course, form: StepForm) -> HttpResponse:
    user, now = actor(request), clock.now()
    before = cards.before(course, now=now)
    proposed = rules.option_rows().get(before.card.proposed or "")
    rows = NextStep.objects.standing().filter(course=course).order_by("-at")[:MOST_BEFORE]
    words = {
        "course": course,
        "person": course.person,
        "card": before.card,
        "proposed": proposed,
        "used": before.used(),
        "instrument": before.instrument,
        "wishes": rules.fact_rows()["wish"].choices.items(),
        "wish": before.facts["wish"],
        "form": form,
        "past": [in_words(row) for row in rows],
        "notices": open_about(course.person, now),
        "may_decide": may(user, deeds.DECIDE),
        "may_say": may(user, deeds.LOOK),
        "signed_name": user.signed_name,
        "digest": rules.rules_digest()[:12],
    }
    return render(request, "clinician/next_step.html", words, status=status_of(form))


def in_words(row: NextStep) -> dict[str, Any]:
    """A step that was chosen: which, beside what was proposed, and why."""
    chips = (rules.chip_rows().get(each) for each in row.chips)
    options = rules.option_rows()
    return {
        "row": row,
        "title": options[row.choice].title if row.choice in options else row.choice,
        "proposed": options[row.proposed].title if row.proposed in options else "",
        "as_proposed": row.choice == row.proposed,
        "why": [each.says for each in chips if each] + ([row.reason] if row.reason else []),
        "same_rules": row.rules_digest == rules.rules_digest(),
    }


@only_for(deeds.DECIDE)
@require_POST
def choose_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept the step on the card, or choose another with its reason."""
    user, course = actor(request), course_of(actor(request), pk)
    form = StepForm(request.POST)
    if form.is_valid():
        with shown_on(form):
            row = deeds.choose_step(course, **{**form.cleaned_data}, at=clock.now(), by=user)
            messages.success(request, f"Signed: {rules.option_rows()[row.choice].title}.")
            return redirect("next_step", pk=course.pk)
    return page(request, course, form)


@only_for(deeds.LOOK)
@require_POST
def say_wish(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what the person said they want, as the one who heard it."""
    user, course = actor(request), course_of(actor(request), pk)
    try:
        deeds.say_wish(course, request.POST.get("wish", ""), at=clock.now(), by=user)
    except Refused as refused:
        messages.error(request, refused.words)
    return redirect("next_step", pk=course.pk)
