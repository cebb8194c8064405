"""The fields of a therapy track's questions, asked the same way of the team and of the person."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from kapstone.pathway.tracks import LONGEST_LIST, LONGEST_TEXT, QuestionRow, is_known


def field_of(question: QuestionRow, *, label: str, help_text: str, empty: str) -> forms.Field:
    """The field of one question; nothing is chosen beforehand, and nothing has to be."""
    told: dict[str, Any] = {"label": label, "help_text": help_text, "required": False}
    if question.kind == "choice":
        choices = [*((each.id, each.text) for each in question.choices), ("", empty)]
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, initial="", **told)
    if question.kind == "scale":
        return one_tap(int(question.least or 0), int(question.most or 0), empty=empty, **told)
    if question.kind == "number":
        return forms.FloatField(min_value=question.least, max_value=question.most, **told)
    most = LONGEST_TEXT if question.kind == "text" else LONGEST_LIST * 200
    return forms.CharField(max_length=most, widget=forms.Textarea(attrs={"rows": 2}), **told)


class ScaleSelect(forms.RadioSelect):
    """The points of a scale side by side: one tap or the arrow keys choose, and one is no point."""

    template_name = "parts/scale.html"

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """From our own templates: Django's renderer of forms does not look there."""
        return render_to_string(self.template_name, self.get_context(name, value, attrs))


def one_tap(least: int, most: int, *, empty: str, **told: Any) -> forms.TypedChoiceField:
    """A whole number from `least` to `most`; None when it was left, which is chosen beforehand."""
    points = [(str(each), str(each)) for each in range(least, most + 1)]
    return forms.TypedChoiceField(
        choices=[*points, ("", empty)],
        coerce=int,
        empty_value=None,
        widget=ScaleSelect,
        initial="",
        error_messages={"invalid_choice": f"Choose one of {least} to {most}, or none."},
        **told,
    )


def of_team(question: QuestionRow) -> forms.Field:
    """As it is asked in a session: what, how, and why."""
    helps = " ".join(filter(None, [question.ask, scale_words(question), question.why]))
    return field_of(question, label=question.title, help_text=helps, empty="Not asked")


def of_person(question: QuestionRow) -> forms.Field:
    """As the person is asked on their own page."""
    asked = question.ask_person or question.ask
    helps = scale_words(question)
    return field_of(question, label=asked, help_text=helps, empty="I leave this out")


def scale_words(question: QuestionRow) -> str:
    """The ends of a scale or the unit of a number; empty for words."""
    if question.kind == "scale":
        return f"{question.least} is {question.low}, {question.most} is {question.high}."
    return f"In {question.unit}." if question.unit else ""


def answers_of(questions: Iterable[QuestionRow], clean: dict[str, Any]) -> dict[str, Any]:
    """What was answered, as a note keeps it: a list by its lines, and only what is known."""
    found = {}
    for each in questions:
        value = clean.get(each.id)
        if each.kind == "list" and isinstance(value, str):
            value = [line.strip() for line in value.splitlines() if line.strip()]
        if is_known(value):
            found[each.id] = value
    return found


def initial_of(questions: Iterable[QuestionRow], answers: dict[str, Any]) -> dict[str, Any]:
    """What stands in the fields when a note is corrected."""
    return {
        each.id: "\n".join(answers[each.id]) if each.kind == "list" else answers[each.id]
        for each in questions
        if each.id in answers
    }
