"""Readiness and the treatments tried before: a short form each, and their part of the review."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from kapstone import screening as room
from kapstone.knowledge.citations import cited
from kapstone.screening.attributes import inputs_of
from kapstone.screening.candidates import (
    EXPECTS,
    READINESS,
    STAGING,
    STAGING_SOURCE,
    readiness_words,
    staging,
)
from kapstone.screening.vocabulary import short
from kapstone.web import clock
from kapstone.web.clinician.booking import course_for
from kapstone.web.clinician.giving import ORIGINS, TOLD, YES_NO, field_for, in_force
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import screening as deeds
from kapstone.web.records.refusals import is_blank, shown_on, status_of

# More steps than these are a number to write, not a row to choose from.
MOST_STEPS = 4
WAYS = ("clinician", "person")
TRIED = ("SCR-PSY-16", "SCR-PSY-17")


@dataclass(frozen=True, slots=True)
class Group:
    """Facts that are asked together."""

    title: str
    help: str
    names: tuple[str, ...]


GROUPS = {
    "readiness": Group(
        "How ready are they?",
        "Eight items from 0, not at all, to 4, fully (PRP-19). It counts as ready with every item "
        "at 2 or more and a total of 20 or more.",
        (*EXPECTS, *READINESS),
    ),
    "treatments": Group(
        "What has been tried?",
        "The Maudsley Staging Method, for the depression of now. It informs, and decides nothing.",
        STAGING,
    ),
}


class GroupForm(forms.Form):
    """A group of facts as of now, known in one way; what is left open is not written."""

    def __init__(self, *args: Any, names: Iterable[str], known: room.Facts, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names, self.known = [*names], known
        for name in self.names:
            self.fields[name] = chosen_from(room.fact(name))
            if name in known:
                self.fields[name].help_text = f"The record says: {room.describe(name, known[name])}"
        ways = [way for way in WAYS if any(may(way, name) for name in self.names)]
        if len(ways) > 1:
            self.fields["origin"] = forms.ChoiceField(
                label="How it is known", choices=[(way, ORIGINS[way]) for way in ways]
            )
        self.fields["why"] = forms.CharField(
            label="Why it is otherwise than the record says", required=False, max_length=400
        )

    def clean(self) -> dict[str, Any]:
        """Something has to be filled in, and nobody's answer is written over in silence."""
        told = self.values()
        if not told and not self.errors:
            raise forms.ValidationError("Nothing is filled in yet.")
        otherwise = [n for n in told if n in self.known and self.known[n].value != told[n]]
        if otherwise and is_blank(self.cleaned_data.get("why", "")):
            says = "; ".join(room.describe(name, self.known[name]) for name in otherwise)
            self.add_error("why", f"The record says: {says}. Say why it is otherwise.")
        return self.cleaned_data

    def values(self) -> dict[str, Any]:
        """What was filled in, as facts hold it."""
        filled = {name: self.cleaned_data.get(name) for name in self.names}
        return {
            name: TOLD[raw] if isinstance(raw, str) and raw in TOLD else raw
            for name, raw in filled.items()
            if raw not in {None, ""}
        }

    def given(self, now: datetime) -> list[deeds.Telling]:
        way, why = self.cleaned_data.get("origin", WAYS[0]), self.cleaned_data["why"].strip()
        return [
            deeds.Telling(
                fact=name,
                value=value,
                origin=way if may(way, name) else WAYS[0],
                at=now,
                words=why if name in self.known and self.known[name].value != value else "",
            )
            for name, value in self.values().items()
        ]


def may(way: str, name: str) -> bool:
    return way in room.fact(name).from_


def chosen_from(fact: room.Fact) -> forms.Field:
    """A row of buttons, or a box where there would be too many."""
    low, high = fact.plausible or (0, 0)
    if fact.kind == "number" and high > MOST_STEPS:
        return field_for(fact)
    steps = [(str(step), str(step)) for step in range(int(low), int(high) + 1)]
    choices = {"number": steps, "yes_no": [*YES_NO], "choice": [*fact.choices.items()]}[fact.kind]
    coerce = float if fact.kind == "number" else str
    return forms.TypedChoiceField(
        label=fact.ask,
        choices=choices,
        coerce=coerce,
        required=False,
        empty_value=None,
        widget=forms.RadioSelect,
    )


@only_for("give facts")
@require_http_methods(["GET", "POST"])
def give_group(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """The readiness form, or the treatments tried, all at once."""
    course, user, now = course_for(request, pk), actor(request), clock.now()
    if name not in GROUPS:
        raise Http404(f"There is no form {name}.")
    group = GROUPS[name]
    form = GroupForm(request.POST or None, names=group.names, known=in_force(course, now))
    if form.is_bound and form.is_valid():
        with shown_on(form):
            deeds.give_facts(course.person, form.given(now), by=user)
            messages.success(request, f"Written: {group.title}")
            return redirect("screening", pk=pk)
    words = {"course": course, "person": course.person, "group": group, "form": form}
    return render(request, "clinician/give_group.html", words, status=status_of(form))


def shown(found: room.Screening, known: room.Facts, now: datetime) -> dict[str, Any]:
    """What the review says of readiness and of the treatments tried."""
    return {
        "readiness": readiness_words(known, now),
        "staging": staging(known, timezone.localtime(now)),
        "tried": [state_of(name, found) | {"reads": reads(name, known, now)} for name in TRIED],
        "staged": parts(known, now),
        "staging_source": cited(STAGING_SOURCE),
    }


def parts(known: room.Facts, now: datetime) -> list[dict[str, Any]]:
    """Each item of the staging: what is known, and its points."""
    return [
        {
            "ask": room.fact(name).ask,
            "words": room.describe(name, known[name]) if name in known else None,
            "at": known[name].at if name in known else None,
            "points": points,
        }
        for name, points in staging(known, now).parts.items()
    ]


def reads(name: str, known: room.Facts, now: datetime) -> list[str]:
    """What the rule goes by, in words: each answer that counts, or that there is none."""
    return [
        f"{room.describe(of.id, known[of.id])}, {dated(known[of.id].at)}"
        if of.id in known and room.standing(of, known[of.id], now) is None
        else f"{short(of)}: not known"
        for of in inputs_of(rule_named(name))
        if of.from_
    ]


def dated(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%-d %b %Y}" if at else "no date"


def rule_named(name: str) -> room.Rule:
    (rule,) = (row for row in room.rules() if row.id == name)
    return rule


def state_of(name: str, found: room.Screening) -> dict[str, Any]:
    """Whether the rule speaks, waits or is silent."""
    rule = rule_named(name)
    speaks = any(each.id == name for each in found.findings)
    waits = any(each.id == name for each in found.waiting)
    state = "speaks" if speaks else "waits" if waits else "silent"
    return {"id": name, "title": rule.title, "state": state}
