"""What a clinician adds to the facts of screening: each with its day and where it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import pluralize
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from kapstone import screening as room
from kapstone.web import clock
from kapstone.web.clinician.booking import course_for
from kapstone.web.records import facts
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import screening as deeds
from kapstone.web.records.models import Course, GivenFact
from kapstone.web.records.refusals import SHORTEST_REASON, is_blank, is_short, shown_on, status_of

ORIGINS = {
    "clinician": "I found or judged it",
    "person": "They told me",
    "reading": "Measured here",
    "import": "A report or another record",
    "instrument": "A questionnaire, scored",
}
YES_NO = (("yes", "Yes"), ("no", "No"))
TOLD = {"yes": True, "no": False}
HEADINGS = ("Asked for", "{}: matters for today", "{}", "{}: not needed today")


@dataclass(frozen=True, slots=True)
class Row:
    """One fact of the form: what stands so far, and its boxes."""

    name: str
    stands: str | None
    given: room.Given | None
    boxes: tuple[forms.BoundField, ...]


class FactsForm(forms.Form):
    """Facts to give; what is left empty is not written.

    `known` are the answers in force: to write otherwise takes a reason, which is kept beside it.
    """

    def __init__(
        self, *args: Any, names: Iterable[str], known: room.Facts, born: date | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.names, self.known, self.born = [*names], known, born
        for name in self.names:
            self.fields |= boxes(room.fact(name), stands=name in known)

    def rows(self) -> list[Row]:
        return [
            Row(
                name,
                room.describe(name, self.known[name]) if name in self.known else None,
                self.known.get(name),
                tuple(self[box] for box in self.fields if box.split("-")[0] == name),
            )
            for name in self.names
        ]

    def clean(self) -> dict[str, Any]:
        for name in self.names:
            if self.cleaned_data.get(name) not in {None, ""}:
                self.refuse_odd_day(name)
                self.refuse_without_why(name)
        return self.cleaned_data

    def refuse_odd_day(self, name: str) -> None:
        on = self.cleaned_data.get(f"{name}-on")
        if on and on > timezone.localdate(clock.now()):
            self.add_error(f"{name}-on", "This day lies ahead. Write the day it was so.")
        if on and self.born and on < self.born:
            self.add_error(f"{name}-on", "This day lies before they were born.")

    def refuse_without_why(self, name: str) -> None:
        """Nobody's answer is written over in silence, and a stop or a review with words."""
        stands, value = self.known.get(name), self.value(name)
        if stands is None or value == stands.value:
            return
        says = f"The record says: {room.describe(name, stands)}. Say why it is otherwise"
        of, why = room.fact(name), self.why(name)
        if is_short(why) and of.kind != "number" and room.graver(of, stands.value, value):
            self.add_error(f"{name}-why", f"{says}, in at least {SHORTEST_REASON} letters.")
        elif is_blank(why):
            self.add_error(f"{name}-why", f"{says}.")

    def value(self, name: str) -> bool | float | str:
        told: float | str = self.cleaned_data[name]
        return TOLD[told] if isinstance(told, str) and told in TOLD else told

    def why(self, name: str) -> str:
        return str(self.cleaned_data.get(f"{name}-why") or "").strip()

    def given(self, now: datetime) -> list[deeds.Telling]:
        """What was filled in, each dated: today is now, an earlier day its first minute."""
        return [
            deeds.Telling(
                fact=name,
                value=self.value(name),
                origin=self.cleaned_data.get(f"{name}-origin") or first_origin(name),
                at=moment(self.cleaned_data.get(f"{name}-on"), now),
                words=self.why(name),
            )
            for name in self.names
            if self.cleaned_data.get(name) not in {None, ""}
        ]


def boxes(fact: room.Fact, *, stands: bool) -> dict[str, forms.Field]:
    """The value, the day, where it comes from; and the reason, where an answer stands."""
    found: dict[str, forms.Field] = {
        fact.id: field_for(fact),
        f"{fact.id}-on": forms.DateField(
            label="On",
            required=False,
            initial=lambda: timezone.localdate(clock.now()),
            widget=forms.DateInput(attrs={"type": "date"}),
        ),
        f"{fact.id}-origin": forms.ChoiceField(
            label="How it is known",
            choices=[(name, ORIGINS[name]) for name in ORIGINS if name in fact.from_],
            initial=first_origin(fact.id),
            required=False,
        ),
    }
    if stands:
        found[f"{fact.id}-why"] = forms.CharField(
            label="Why it is otherwise", required=False, max_length=400
        )
    return found


def first_origin(name: str) -> str:
    """The likeliest: measured where it can be, else the clinician's own finding."""
    may_give = room.fact(name).from_
    return next((name for name in ("reading", "clinician") if name in may_give), may_give[0])


def field_for(fact: room.Fact) -> forms.Field:
    if fact.kind == "number":
        low, high = fact.plausible or (None, None)
        words = f"Write a number in {fact.unit}, from {low:g} to {high:g}, such as {low:g}."
        wrong = dict.fromkeys(("invalid", "min_value", "max_value"), words)
        return forms.FloatField(
            label=f"{fact.ask}, {fact.unit}",
            min_value=low,
            max_value=high,
            required=False,
            error_messages=wrong,
        )
    choices = [*YES_NO] if fact.kind == "yes_no" else [*fact.choices.items()]
    return forms.ChoiceField(
        label=fact.ask, choices=[("", "Not asked now"), *choices], required=False
    )


def moment(on: date | None, now: datetime) -> datetime:
    if on is None or on == timezone.localdate(now):
        return now
    return timezone.make_aware(datetime.combine(on, time()))


@only_for("give facts")
@require_http_methods(["GET", "POST"])
def give_facts(request: HttpRequest, pk: int) -> HttpResponse:
    """Several facts at once: those that rules wait for, or those that are looked for.

    `also` names facts to give though they are known; `find` looks for any fact by its question.
    """
    course, user, now = course_for(request, pk), actor(request), clock.now()
    posted = request.POST if request.method == "POST" else None
    lacks = waited(course)
    asked, find = request.GET.getlist("also"), request.GET.get("find", "").strip()
    shown = posted.getlist("shown") if posted else [*asked, *(matching(find) if find else lacks)]
    form = FactsForm(
        posted,
        names=giveable(shown),
        known=in_force(course, now),
        born=course.person.birth_date,
    )
    if posted is not None and form.is_valid():
        with shown_on(form):
            rows = deeds.tell_facts(course, form.given(now), by=user)
            messages.success(request, f"{len(rows) or 'No'} fact{pluralize(len(rows))} written.")
            say_what_stands(request, course, rows)
            return redirect("screening", pk=pk)
    focus(form, asked)
    words = {
        "course": course,
        "person": course.person,
        "form": form,
        "find": find,
        "groups": headed(form.rows(), asked, lacks),
    }
    return render(request, "clinician/give_facts.html", words, status=status_of(form))


def say_what_stands(request: HttpRequest, course: Course, rows: Iterable[GivenFact]) -> None:
    """Name each graver answer that what was just written does not silence."""
    known = facts.collect(course, now=clock.now())
    for row in rows:
        counts, of = known.get(row.fact), room.fact(row.fact)
        if (
            counts is not None
            and row.value is not None
            and room.graver(of, counts.value, row.value)
        ):
            says = room.describe(row.fact, counts)
            messages.warning(request, f"{says}: this stands until a prescriber settles it.")


def focus(form: FactsForm, asked: Iterable[str]) -> None:
    """The first fact that was asked for has the keyboard at once."""
    for name in asked:
        if name in form.fields:
            form.fields[name].widget.attrs["autofocus"] = True
            return


def headed(
    rows: Iterable[Row], asked: Iterable[str], lacks: Mapping[str, bool]
) -> dict[str, list[Row]]:
    """The rows under their headings: what was asked for, what matters today, then the rest."""
    wanted = {*asked}
    places = {row.name: place(row.name, wanted, lacks) for row in rows}
    found: dict[str, list[Row]] = {}
    for row in sorted(rows, key=lambda row: places[row.name]):
        first, domain = places[row.name]
        found.setdefault(HEADINGS[first].format(domain.capitalize()), []).append(row)
    return found


def place(name: str, asked: set[str], lacks: Mapping[str, bool]) -> tuple[int, str]:
    """What was asked for, what matters today, what no rule waits for, what is not needed today."""
    domain = room.fact(name).domain
    if name in asked:
        return 0, ""
    return {True: 1, None: 2, False: 3}[lacks.get(name)], domain


def waited(course: Course) -> dict[str, bool]:
    """The facts that rules wait for, in the order to ask, and whether each matters today."""
    found = facts.screen(course, now=timezone.localtime(clock.now()))
    return {lack.fact: lack.matters for lack in room.lacks(found)}


def matching(find: str) -> list[str]:
    """Every fact whose question, choices or domain have all of these words."""
    wanted = find.casefold().split()
    return [
        name
        for name, of in room.vocabulary().items()
        if all(word in in_words(of).casefold() for word in wanted)
    ]


def in_words(of: room.Fact) -> str:
    return " ".join((of.domain, of.ask, of.ask_person or "", *of.choices.values()))


def giveable(names: Iterable[str]) -> list[str]:
    """Each fact once; what is worked out from other facts, or is none, cannot be given."""
    known: Mapping[str, room.Fact] = room.vocabulary()
    return [name for name in dict.fromkeys(names) if name in known and known[name].from_]


def in_force(course: Course, now: datetime) -> dict[str, room.Given]:
    """The answers that count now; one that is too old may be given anew without a reason."""
    return {
        name: given
        for name, given in facts.collect(course, now=now).items()
        if room.standing(room.fact(name), given, now) is None
    }
