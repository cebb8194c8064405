"""Within reach at all times: help now, and the person's own safety plan."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from kapstone.intake import preparation as rows
from kapstone.web import clock
from kapstone.web.portal.own import my_course
from kapstone.web.portal.sheets import TO_CALL
from kapstone.web.records.access import actor, may, only_for
from kapstone.web.records.actions import courses as deeds
from kapstone.web.records.models import Person, SafetyPlan
from kapstone.web.records.refusals import shown_on, status_of

LONGEST_LINE = 1_000


@only_for("use Kapstone")
@require_GET
def help_now(request: HttpRequest) -> HttpResponse:
    """Whom to call now; readable in five seconds."""
    user = actor(request)
    person = getattr(user, "person", None)
    plan = newest_plan(person) if person else None
    words = {
        "plan": plan,
        "steps": written(plan) if plan else [],
        "to_call": TO_CALL,
        "may_write": may(user, "see my own"),
    }
    return render(request, "portal/help.html", words)


def newest_plan(person: Person) -> SafetyPlan | None:
    found: SafetyPlan | None = (
        SafetyPlan.objects.standing().filter(person=person).order_by("-at").first()
    )
    return found


def written(plan: SafetyPlan) -> list[dict[str, Any]]:
    """The steps of the plan with the lines that the person has written."""
    return [
        {"step": step, "lines": [(field, plan.fields.get(field.id)) for field in step.fields]}
        for step in rows.safety_plan().step
    ]


@only_for("see my own")
@require_http_methods(["GET", "POST"])
def safety_plan(request: HttpRequest) -> HttpResponse:
    """The person's own safety plan, step by step; a newer one keeps the older readable."""
    user = actor(request)
    person = my_course(user).person
    last = newest_plan(person)
    given = request.POST if request.method == "POST" else None
    form = SafetyPlanForm(given, initial=last.fields if last else {})
    if form.is_bound and form.is_valid():
        with shown_on(form):
            deeds.make_safety_plan(person, form.lines(), at=clock.now(), by=user)
            return redirect("portal:help")
    words = {"plan": rows.safety_plan(), "form": form, "last": last}
    return render(request, "portal/safety_plan.html", words, status=status_of(form))


class SafetyPlanForm(forms.Form):
    """The lines of the plan, as its knowledge lists them; all of them may stay empty."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for step in rows.safety_plan().step:
            for line in step.fields:
                self.fields[line.id] = field_for(line)

    def steps(self) -> list[dict[str, Any]]:
        """Each step with its bound fields."""
        return [
            {"step": step, "fields": [self[line.id] for line in step.fields]}
            for step in rows.safety_plan().step
        ]

    def lines(self) -> dict[str, str]:
        """What was written; a day as 2026-11-03."""
        return {name: str(said) for name, said in self.cleaned_data.items() if said}


def field_for(line: rows.Field) -> forms.Field:
    """The box for one line, after its kind."""
    field = blank(line.kind)
    field.label = line.ask
    return field


def blank(kind: str) -> forms.Field:
    if kind == "date":
        return forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    if kind == "yes_no":
        choices = [("", _("Not said")), ("yes", _("Yes")), ("no", _("No"))]
        return forms.ChoiceField(required=False, choices=choices)
    if kind == "phone":
        phone = forms.TextInput(attrs={"type": "tel"})
        return forms.CharField(required=False, max_length=LONGEST_LINE, widget=phone)
    lines = forms.Textarea({"rows": 2})
    return forms.CharField(required=False, max_length=LONGEST_LINE, widget=lines)
