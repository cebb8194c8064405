"""The forms of a medicine session: the shape of what is typed, before any deed sees it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from copy import copy
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from kapstone import monitoring
from kapstone.web import clock
from kapstone.web.records import room_comforts
from kapstone.web.records.actions.sessions import KNOWN
from kapstone.web.records.refusals import LONGEST_REASON

ANSWERS = (("yes", "Yes"), ("no", "No"), ("unknown", "Not known"))
# The groups of marks that are one tap; a touch of before this had no place, and was one.
TAPPED = ("state", "body", "support", "touch")
SCALES = ("of 5", "of 10", "of -5 to 4")
RESTING = (
    "systolic_bp",
    "diastolic_bp",
    "heart_rate",
    "oxygen_saturation",
    "respiratory_rate",
    "temperature_c",
)


def moment(**also: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"})
    return forms.DateTimeField(widget=widget, **also)


# Nobody plans a session further ahead: a date beyond it is a slip of the typing.
FURTHEST = timedelta(days=366)


class PlanForm(forms.Form):
    """When, where and by which route."""

    route = forms.ChoiceField(label="Route")
    planned_for = moment(label="When", help_text="On the practice's clock.")
    room = forms.CharField(max_length=60, required=False, label="Room")
    same_day = forms.BooleanField(required=False, label="Two sessions on this day are meant")

    def __init__(self, *args: Any, others: Collection[date] = (), **kwargs: Any) -> None:
        """`others` are the days on which the course has another session planned."""
        super().__init__(*args, **kwargs)
        self.others = others
        if not self.is_bound:
            del self.fields["same_day"]
        choices = [(route.id, route.label) for route in monitoring.routes().values()]
        self.fields["route"].choices = [("", "Choose"), *choices]  # type: ignore[attr-defined]

    def clean_planned_for(self) -> datetime:
        planned: datetime = self.cleaned_data["planned_for"]
        if timezone.localdate(planned) < timezone.localdate(clock.now()):
            raise ValidationError("This day has passed; choose one that is still to come.")
        if planned > clock.now() + FURTHEST:
            raise ValidationError("This is more than a year ahead; is the year right?")
        return planned

    def clean(self) -> dict[str, Any]:
        """Another session on the same day is asked about once more before it is kept."""
        told = super().clean() or {}
        meant, planned = told.pop("same_day", False), told.get("planned_for")
        if planned is None or timezone.localdate(planned) not in self.others:
            del self.fields["same_day"]
        elif not meant:
            words = "Another medicine session of this course is planned that day. Is that meant?"
            self.add_error("planned_for", words)
        return told


class ReasonForm(forms.Form):
    """Why a gate is passed."""

    gate = forms.CharField(max_length=40, widget=forms.HiddenInput)
    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 2}), max_length=LONGEST_REASON, label="Reason"
    )


class VitalsForm(forms.Form):
    """One reading: a field a sign, in the order of the keypad.

    A value that looks like a slip of the typing comes back once, to be taken again or confirmed.
    """

    confirm = forms.BooleanField(required=False, label="I looked again: these values are right")
    client_id = forms.UUIDField(required=False, initial=uuid4, widget=forms.HiddenInput)

    def __init__(self, *args: Any, only: Sequence[str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        signs = monitoring.signs().items()
        self.sign_ids = [n for n, sign in signs if (sign.typed if only is None else n in only)]
        for name in self.sign_ids:
            self.fields[name] = sign_field(name)
        self.asks_again = False

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        signs = {name: told[name] for name in self.sign_ids if told.get(name) is not None}
        if not signs and not self.errors:
            raise ValidationError("Enter at least one value.")
        if never := monitoring.impossible(signs):
            raise ValidationError(f"{'. '.join(never)}. Type it again.")
        doubtful = monitoring.implausible(signs)
        if doubtful and not told.get("confirm"):
            self.asks_again = True
            said = " ".join(each if each[-1] in ".?" else f"{each}." for each in doubtful)
            raise ValidationError(f"{said} Take it again, or confirm it below.")
        return {**told, "signs": signs, "client_id": told.get("client_id") or uuid4()}

    def pads(self, before: Mapping[str, float]) -> list[dict[str, Any]]:
        """Each sign with its field and the value of before, shown beside it and never copied."""
        return [
            {"sign": monitoring.signs()[name], "field": self[name], "before": before.get(name)}
            for name in self.sign_ids
        ]


def sign_field(name: str) -> forms.FloatField:
    sign = monitoring.signs()[name]
    least, most = sign.plausible
    attrs = {
        "inputmode": "decimal" if sign.decimals else "numeric",
        "step": "0.1" if sign.decimals else "1",
        "autocomplete": "off",
        "data-least": f"{least:g}",
        "data-most": f"{most:g}",
        "data-decimals": str(sign.decimals),
    }
    checks: list[Callable[[Any], None]] = [] if sign.decimals else [refuse_fraction]
    # A scale ends where it ends: beyond it there is nothing to confirm.
    bounded = sign.unit in SCALES
    return forms.FloatField(
        required=False,
        label=sign.label,
        widget=forms.NumberInput(attrs=attrs),
        validators=checks,
        min_value=least if bounded else None,
        max_value=most if bounded else None,
    )


def refuse_fraction(value: float) -> None:
    if value != int(value):
        raise ValidationError("Enter a whole number.")


class RestingForm(VitalsForm):
    """A reading at rest, before the medicine."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, only=RESTING, **kwargs)


class EffectForm(forms.Form):
    """A side effect and how bad it is; with ids of its own, like each form of the room."""

    mark = forms.ChoiceField(label="What")
    severity = forms.ChoiceField(label="How bad", widget=forms.RadioSelect)
    words = forms.CharField(required=False, max_length=500, label="What was done")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **({"auto_id": "effect_%s"} | kwargs))
        effects = [(each.id, each.label) for each in monitoring.side_effects()]
        self.fields["mark"].choices = [("", "Choose"), *effects]  # type: ignore[attr-defined]
        self.fields["severity"].choices = [  # type: ignore[attr-defined]
            (each.id, each.label) for each in monitoring.severities()
        ]


class StateForm(forms.Form):
    """One tap about how the person is."""

    mark = forms.ChoiceField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        marks = [(each.id, each.label) for each in monitoring.marks() if each.group in TAPPED]
        self.fields["mark"].choices = marks  # type: ignore[attr-defined]


class TouchForm(forms.Form):
    """A touch that was asked for, given or declined, and where; an unagreed one is kept too."""

    area = forms.ChoiceField(label="Where")
    words = forms.CharField(required=False, max_length=500, label="Why, how long, who saw it")
    mark = forms.ChoiceField(label="Asked, given or declined", widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **({"auto_id": "touch_%s"} | kwargs))
        areas = [("", "Choose"), *room_comforts.areas().items()]
        self.fields["area"].choices = areas  # type: ignore[attr-defined]
        marks = [(each.id, each.label) for each in room_comforts.touches()]
        self.fields["mark"].choices = marks  # type: ignore[attr-defined]


class MusicForm(forms.Form):
    """A piece of music as it begins."""

    words = forms.CharField(max_length=200, label="What plays now")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **({"auto_id": "music_%s"} | kwargs))


class QuoteForm(forms.Form):
    words = forms.CharField(max_length=2000, label="In their words")


class StopForm(forms.Form):
    """Ends the medicine, after a second look."""

    words = forms.CharField(
        required=False,
        max_length=500,
        label="Before its time: why, and how much of the dose went in (may come later)",
        widget=forms.TextInput(attrs={"data-keep": ""}),
    )
    confirm = forms.BooleanField(
        label="Yes, the medicine has ended",
        error_messages={"required": "Tick the box to say that the medicine has ended."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **({"auto_id": "stop_%s"} | kwargs))


class HomeForm(forms.Form):
    """What is asked before somebody goes home, and who takes them."""

    escort_name = forms.CharField(max_length=200, required=False, label="Who takes them home")
    escort_phone = forms.CharField(max_length=40, required=False, label="Their phone")

    def __init__(
        self, *args: Any, asked: Mapping[str, str], lines: Sequence[str], **kwargs: Any
    ) -> None:
        """`asked` are the lines that somebody asks; any of `lines` may be decided against."""
        super().__init__(*args, **kwargs)
        self.asked = list(asked)
        for name, label in asked.items():
            self.fields[name] = forms.ChoiceField(
                choices=ANSWERS, required=False, label=label, widget=forms.RadioSelect
            )
        for name in lines:
            self.fields[f"reason-{name}"] = forms.CharField(
                required=False,
                max_length=LONGEST_REASON,
                widget=forms.Textarea(attrs={"rows": 2}),
                label="Prescriber's reason to go home against this line",
            )

    def said(self) -> dict[str, bool | None]:
        """What was answered, by line; a line left as the page showed it is not there."""
        self.is_valid()
        told = getattr(self, "cleaned_data", {})
        return {
            name: KNOWN[told[name]]
            for name in self.asked
            if told.get(name) and self.was(name)[1:] != (told[name],)
        }

    def was(self, name: str) -> tuple[str, ...]:
        """What the page showed of a line: the key of its newest answer, and the pressed button."""
        sent = self.data.get(f"{name}-was")
        return () if sent is None else tuple(sent.partition("|")[::2])

    def seen(self) -> dict[str, str]:
        """The key of the newest answer that the page showed of each line; empty before any."""
        return {name: self.was(name)[0] for name in self.asked if self.was(name)}

    def show_standing(self, standing: Mapping[str, tuple[str, str]]) -> None:
        """Put back each line whose newest answer, its key and button, this page had not shown."""
        stand = {
            name: button
            for name, (key, button) in standing.items()
            if self.was(name)[:1] not in {(), (key,)}
        }
        # A copy, not a dict of it: what is posted holds a list under each name.
        data: Any = copy(self.data)
        for name, button in stand.items():
            data[name] = button
        self.data = data

    def not_kept(self, standing: Mapping[str, tuple[str, str]]) -> set[str]:
        """The lines on which the page presses another button than the record holds."""
        if not self.is_bound:
            return set()
        pressed = {name: self.data.get(name) for name in self.asked}
        kept = {name: button for name, (_, button) in standing.items()}
        return {name for name, button in pressed.items() if button and button != kept.get(name)}

    def told(self) -> dict[str, str]:
        """Who takes them home, and the prescriber's reasons."""
        return {name: self.cleaned_data[name] for name in self.fields if name not in self.asked}


class AnswerForm(forms.Form):
    """A named person answers a notice."""

    words = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        max_length=LONGEST_REASON,
        label="What was done",
    )


class RiskReviewForm(forms.Form):
    """A prescriber or therapist weighs an urgent answer about suicide, with the person."""

    reached = forms.ChoiceField(
        widget=forms.RadioSelect,
        label="Did you reach them?",
        choices=(("spoke", "I spoke with them"), ("not_reached", "Not reached")),
    )
    words = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=LONGEST_REASON,
        label="How you weighed it, and what was agreed",
        help_text="Not reached: how you tried, and what comes next.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """With ids of its own: the answer on the same page has words too."""
        super().__init__(*args, **({"auto_id": "review_%s"} | kwargs))
