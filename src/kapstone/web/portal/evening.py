"""The evening at home, for the person: sitter, pressure, count, start, end; one thing at a time."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from kapstone import at_home, monitoring
from kapstone.web import clock
from kapstone.web.portal.session import session_of
from kapstone.web.records import at_home as home
from kapstone.web.records import audit, calling, check_ins, helping, home_boosters
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import at_home as deeds
from kapstone.web.records.actions import (
    boosters,
    checking_in,
    ending_at_home,
    home_readings,
    readings,
)
from kapstone.web.records.refusals import shown_on, status_of

LABELS = {
    "systolic_bp": _("Upper number"),
    "diastolic_bp": _("Lower number"),
    "heart_rate": _("Pulse"),
    "oxygen_saturation": _("Oxygen, from the finger clip"),
    "respiratory_rate": _("Breaths in one minute"),
}
MUST = ("systolic_bp", "diastolic_bp", "heart_rate")
TWICE = ("systolic_bp", "diastolic_bp")
SWAPPED = _(
    "Upper %(systolic_bp)s, lower %(diastolic_bp)s: the upper number is always the higher one. Are "
    "these two swapped? Look at the cuff. Typed the same again, they are kept so."
)
MOST = 100


class OwnSitterForm(forms.Form):
    """Who sits with me."""

    name = forms.CharField(max_length=200, label=_("Their name"))
    phone = forms.CharField(max_length=40, label=_("Their own phone"))
    adult = forms.BooleanField(label=_("They are 18 or over"))


class CuffForm(forms.Form):
    """One reading from the person's own cuff; what was not taken stays empty."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in LABELS.items():
            low, high = monitoring.signs()[name].plausible
            self.fields[name] = forms.IntegerField(
                label=label, required=name in MUST, min_value=int(low), max_value=int(high)
            )

        for name in TWICE:
            self.fields[f"first_{name}"] = forms.IntegerField(
                required=False, widget=forms.HiddenInput
            )

    def clean(self) -> dict[str, Any]:
        """A lower number that is not below the upper one is asked about once; both are kept."""
        told = super().clean() or self.cleaned_data
        if self.errors:
            return told
        if "swap" in self.data:
            upper, lower = (told[name] for name in TWICE)
            told.update(systolic_bp=lower, diastolic_bp=upper)
        elif self.first() is None and monitoring.implausible(self.signs()):
            typed = {f"first_{name}": told[name] for name in TWICE}
            self.data = {**dict(self.data.items()), **typed}
            raise forms.ValidationError(SWAPPED % {name: told[name] for name in TWICE})
        return told

    def asks_again(self) -> bool:
        """Whether it was asked just now whether the two are swapped."""
        return self.is_bound and bool(self.non_field_errors())

    def first(self) -> dict[str, float] | None:
        """What was typed before it was asked; None when nothing was asked."""
        typed = {name: self.cleaned_data.get(f"first_{name}") for name in TWICE}
        if None in typed.values():
            return None
        return {**self.signs(), **{name: float(each) for name, each in typed.items() if each}}

    def signs(self) -> dict[str, float]:
        told = self.cleaned_data
        return {name: float(told[name]) for name in LABELS if told[name] is not None}


class NumberForm(forms.Form):
    """How many lozenges."""

    number = forms.IntegerField(min_value=0, max_value=MOST, label=_("How many are there?"))


class TakeForm(forms.Form):
    """How many are taken now; the page's id keeps a double tap from starting twice."""

    taking = forms.IntegerField(min_value=1, max_value=MOST, label=_("How many do you take now?"))
    once = forms.UUIDField(widget=forms.HiddenInput)


class EndForm(forms.Form):
    """It is over; `despite` where something stands open and was named."""

    despite = forms.BooleanField(
        required=False, label=_("I have called, or nobody answered. End it all the same.")
    )


class BoosterForm(forms.Form):
    """The second dose is taken now; the page's id keeps a double tap from taking it twice."""

    once = forms.UUIDField(widget=forms.HiddenInput)


class CheckInForm(forms.Form):
    """How I am, some hours afterwards."""

    moment = forms.CharField(max_length=20, widget=forms.HiddenInput)
    answer = forms.ChoiceField(label=_("How are you?"), widget=forms.RadioSelect)
    words = forms.CharField(
        required=False,
        max_length=1000,
        label=_("Anything you want to say"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    once = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["answer"]
        field.choices = [(each.id, each.label) for each in at_home.answers().values()]

    def said(self) -> dict[str, Any]:
        told = {**self.cleaned_data}
        return {"client_id": told.pop("once"), **told}


# What each button of the page sends, and the form that goes with it.
FORMS: dict[str, type[forms.Form]] = {
    "sitter": OwnSitterForm,
    "cuff": CuffForm,
    "before": NumberForm,
    "start": TakeForm,
    "booster": BoosterForm,
    "check_in": CheckInForm,
    "end": EndForm,
    "after": NumberForm,
}


@only_for("see my own")
@require_http_methods(["GET", "POST"])
def evening(request: HttpRequest, pk: int) -> HttpResponse:
    """The evening on one page; each step is kept as it is done."""
    found = session_of(request, pk)
    if not home.is_at_home(found):
        raise Http404("This session is not at home.")
    if request.method == "GET":
        about = f"session:{pk}"
        audit.record(actor(request), "see my evening", person=found.course.person, about=about)
        return shown(request, found)
    action = request.POST.get("action", "")
    if action not in FORMS:
        raise Http404("There is no such step.")
    form = FORMS[action](request.POST)
    if form.is_valid():
        with shown_on(form):
            do(request, found, action, form)
            return redirect("portal:evening", pk=pk)
    return shown(request, found, **{action: form})


def do(request: HttpRequest, found: Any, action: str, form: forms.Form) -> None:
    """The deed behind a button."""
    told: dict[str, Any] = {"at": clock.now(), "by": actor(request)}
    if action == "sitter":
        deeds.name_sitter(found, **form.cleaned_data, person_agrees=True, **told)
    elif isinstance(form, CuffForm):
        # One of the session itself is compared with the limits, as any other.
        told["resting"] = found.started_at is None
        if typed := form.first():
            readings.record_repeated(found, typed, form.signs(), **told)
        else:
            readings.record_reading(found, form.signs(), **told)
    elif isinstance(form, NumberForm):
        deeds.count_at_home(found, action, counted=form.cleaned_data["number"], **told)
    elif isinstance(form, TakeForm):
        once: UUID = form.cleaned_data["once"]
        taking = form.cleaned_data["taking"]
        deeds.start_at_home(found, taking=taking, client_id=once, **told)
    elif isinstance(form, BoosterForm):
        boosters.take_booster(found, client_id=form.cleaned_data["once"], **told)
    elif isinstance(form, CheckInForm):
        checking_in.answer_check_in(found, **form.said(), **told)
    else:
        ending_at_home.end_at_home(found, despite=form.cleaned_data["despite"], **told)


def shown(request: HttpRequest, found: Any, **bound: forms.Form) -> HttpResponse:
    """The page, with the form that did not pass in the place of its empty one."""
    now = clock.now()
    person = found.course.person
    sitter, release = home.sitter_of(found), home.release_of(found)
    answer = home.answer_of(sitter) if sitter else None
    link = home.open_link(sitter, now=now)
    words = {
        "session": found,
        "person": person,
        "practice": person.practice,
        "sitter": sitter,
        "agreed": answer.agrees if answer else None,
        "address": settings.SITE_ADDRESS + reverse("sitter", args=[home.token_of(link)])
        if link
        else "",
        "link": link,
        "taken": home_readings.taken(found),
        "measures": may_measure(found, now),
        "open": home_readings.standing_open(found, now=now) if found.started_at else (),
        "calls": calling.lines(found, now=now),
        "stays": at_home.watch().stays,
        "pressure": home.pressure(found, now=now),
        "outside": home_readings.outside(found, now=now),
        "release": release,
        "before": home.counted(release, "before") if release else None,
        "after": home.counted(release, "after") if release else None,
        "watch": home.evening(found, now=now),
        **afterwards(found, now),
        "help": helping.at_hand(person.practice, person),
        "forms": empty(found, release, now) | bound,
    }
    status = max((status_of(form) for form in bound.values()), default=200)
    return render(request, "portal/evening.html", words, status=status)


def may_measure(found: Any, now: datetime) -> bool:
    """Until staff let them go; later than the sitter's stay only while a figure is outside."""
    if found.discharged_at:
        return False
    if not found.stopped_at or home_readings.outside(found, now=now):
        return True
    first = check_ins.of(found, now=now)[:1]
    return not first or now < first[0].due_at


def afterwards(found: Any, now: datetime) -> dict[str, Any]:
    """The second dose, if one was ordered, and how the person is some hours after the last."""
    second = home_boosters.conditions(found, now=now)
    return {
        "second": second,
        "second_taken": any(each.id == "ordered" and each.state == "refused" for each in second),
        "second_opens": at_home.all_hold(second),
        "check_ins": check_ins.of(found, now=now),
        "asked": asked_now(found, now),
    }


def asked_now(found: Any, now: datetime) -> at_home.CheckIn | None:
    """The check-in that waits for the person, the one that came due last."""
    open_ = [one for one in check_ins.of(found, now=now) if one.state in {"due", "missed"}]
    return open_[-1] if open_ else None


def empty(found: Any, release: Any, now: datetime) -> dict[str, forms.Form]:
    """Each form as it is before anything was typed; the same field has an id of its own in each."""
    order, asked = found.order_set.newest(), asked_now(found, now)
    most: int | None = release.units if release else None
    if most and order:
        most = min(most, home_boosters.first_dose_most(order, release.holding.unit_mg))
    initial = {"taking": most, "once": uuid4(), "moment": asked.row.id if asked else ""}
    return {name: shape(auto_id=f"{name}_%s", initial=initial) for name, shape in FORMS.items()}
