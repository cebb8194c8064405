"""The practice's limits: what holds here, what ships, and a prescriber who stands for each."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from kapstone import monitoring
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import lines
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import limits as deeds
from kapstone.web.records.actions import practice as practice_deeds
from kapstone.web.records.models import LineChange
from kapstone.web.records.refusals import LONGEST_REASON, shown_on, status_of

MOST_BEFORE = 50


class NameForm(forms.Form):
    """The name of the prescriber who stands for the practice's own limits."""

    name = forms.CharField(
        label="Your full name",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "words"}),
    )


class ReasonForm(NameForm):
    """Why something is settled so, and who stands for it."""

    why = forms.CharField(
        label="Why?",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="A sentence; it stands beside what is settled.",
    )


class FiguresForm(ReasonForm):
    """The figures of one limit, why they are so, and who stands for them."""

    def __init__(self, *args: Any, limit: monitoring.Limit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keys = {name.replace(".", "_"): name for name in monitoring.figures_of(limit)}
        sign, shipped = monitoring.signs()[limit.sign], monitoring.figures_of(limit)
        for field, name in self.keys.items():
            self.fields[field] = forms.FloatField(
                label=f"{monitoring.called(limit, name)}, {sign.unit}".rstrip(", "),
                help_text=f"Ships as {shipped[name]:g}.",
            )
        self.order_fields([*self.keys, "why", "name"])

    def figures(self) -> dict[str, float]:
        return {name: self.cleaned_data[field] for field, name in self.keys.items()}


@only_for("sign limits")
@require_http_methods(["GET", "POST"])
def limits(request: HttpRequest) -> HttpResponse:
    """Every limit as it holds here; a prescriber signs those that no paper fixes."""
    user, form = actor(request), NameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            name = form.cleaned_data["name"]
            practice_deeds.sign_settings(name, at=clock.now(), by=user)
            return redirect("limits")
    context = {"form": form, "rows": table(user)}
    return render(request, "clinician/limits.html", context, status=status_of(form))


def table(user: User) -> list[dict[str, Any]]:
    own = lines.changes(user.practice_id or 0, clock.now())
    return [row(limit, own.get(limit.id)) for limit in monitoring.limits()]


def row(limit: monitoring.Limit, change: LineChange | None) -> dict[str, Any]:
    """A limit with its figures as they hold, those that differ marked, and who signed them."""
    held, shipped = lines.figures(limit, change), monitoring.figures_of(limit)
    loose = monitoring.looser(limit, held)
    figures = [
        {
            "words": monitoring.called(limit, name),
            "value": held[name],
            "shipped": shipped[name] if held[name] != shipped[name] else None,
            "looser": name in loose,
        }
        for name in shipped
    ]
    sign = monitoring.signs()[limit.sign]
    return {"limit": limit, "sign": sign, "figures": figures, "change": change, "loose": loose}


@only_for("sign limits")
@require_http_methods(["GET", "POST"])
def limit(request: HttpRequest, id: str) -> HttpResponse:
    """Settle the figures of one limit, signed; everything settled before stays below."""
    user, now = actor(request), clock.now()
    found = next((each for each in monitoring.limits() if each.id == id), None)
    if found is None:
        raise Http404("no such limit")
    practice = user.practice_id or 0
    change = lines.changes(practice, now).get(id)
    held = {name.replace(".", "_"): f"{v:g}" for name, v in lines.figures(found, change).items()}
    form = FiguresForm(request.POST or None, limit=found, initial=held)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        with shown_on(form):
            deeds.settle_limit(
                id, form.figures(), why=told["why"], name=told["name"], at=now, by=user
            )
            return redirect("limits")
    context = {"form": form, "before": before(practice, found), **row(found, change)}
    return render(request, "clinician/limit.html", context, status=status_of(form))


def before(practice: int, limit: monitoring.Limit) -> list[dict[str, Any]]:
    """What was settled of the limit, the newest first."""
    rows = LineChange.objects.filter(practice=practice, limit=limit.id).order_by("-at", "-pk")
    return [row(limit, each) for each in rows[:MOST_BEFORE]]
