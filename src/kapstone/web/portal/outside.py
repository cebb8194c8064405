"""A therapist outside, for the person: what they may read, when they did, and to take it back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from kapstone.web import clock
from kapstone.web.portal.own import mine, my_course
from kapstone.web.records import outside as reads
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import outside as deeds
from kapstone.web.records.models import OutsideReading, OutsideTherapist, Person
from kapstone.web.records.refusals import Refused, shown_on, status_of

MOST_READINGS, MOST_THERAPISTS = 30, 20


class AllowForm(forms.Form):
    """What they may read, why, and until when."""

    allowed = forms.MultipleChoiceField(
        label=_("What they may read"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one thing that they may read.")},
    )
    purpose = forms.CharField(
        label=_("What for"),
        max_length=deeds.LONGEST_PURPOSE,
        help_text=_("They read this, too."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    until = forms.DateField(
        label=_("Until"),
        help_text=_("The last day, within a year. You can take it back at any time."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    asks_note = forms.BooleanField(
        label=_("Ask them to send my team a note back"),
        required=False,
        help_text=_("At most three friendly mails, which name neither you nor your care."),
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = [(item.key, item.title) for item in reads.available(person)]
        self.fields["allowed"].choices = found  # type: ignore[attr-defined]

    def allows(self) -> deeds.Allows:
        told = self.cleaned_data
        return deeds.Allows(
            allowed=tuple(told["allowed"]),
            purpose=told["purpose"],
            until=told["until"],
            asks_note=told["asks_note"],
        )


class LetInForm(AllowForm):
    """Who it is, and what they may read."""

    name = forms.CharField(label=_("Name of the therapist"), max_length=200)
    licence = forms.CharField(label=_("Licence, as they told you"), max_length=100, required=False)
    email = forms.EmailField(label=_("Their e-mail"))
    field_order = ["name", "licence", "email", "allowed", "purpose", "until", "asks_note"]


@only_for("see my own")
@require_http_methods(["GET", "POST"])
def outside(request: HttpRequest) -> HttpResponse:
    """Whom I let read, and somebody new."""
    user, now = actor(request), clock.now()
    person = my_course(user).person
    form = LetInForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            who = {name: form.cleaned_data[name] for name in ("name", "licence", "email")}
            row = deeds.let_outside_in(person, form.allows(), **who, at=now, by=user)
            messages.success(request, _("They get a mail with the address of their page."))
            return redirect("portal:outside_therapist", pk=row.pk)
    rows = OutsideTherapist.objects.filter(person=person).order_by("-pk")[:MOST_THERAPISTS]
    shown = [{"row": row, "open": reads.allowed_now(row, now=now)} for row in rows]
    words = {"shown": shown, "form": form, "most": deeds.MOST_AT_ONCE}
    return render(request, "portal/outside.html", words, status=status_of(form))


@only_for("see my own")
@require_http_methods(["GET", "POST"])
def outside_therapist(request: HttpRequest, pk: int) -> HttpResponse:
    """One therapist: exactly what they read now, each time they read, and to change it."""
    user, now = actor(request), clock.now()
    row: OutsideTherapist = mine(OutsideTherapist, user, pk)
    person, allowed = my_course(user).person, reads.allowed_now(row, now=now)
    form = AllowForm(request.POST or None, person=person, initial=before(allowed))
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            deeds.change_outside(row, form.allows(), at=now, by=user)
            return redirect("portal:outside_therapist", pk=pk)
    readings = OutsideReading.objects.filter(allowed__therapist=row).order_by("-pk")
    words = {
        "row": row,
        "allowed": allowed,
        "parts": reads.shown(person, allowed.allowed, now=now) if allowed else [],
        "readings": readings[:MOST_READINGS],
        "notes": row.notes.filter(declines=False).order_by("-pk")[:MOST_READINGS],
        "form": form,
    }
    return render(request, "portal/outside_therapist.html", words, status=status_of(form))


def before(allowed: Any) -> dict[str, Any]:
    """What stands, as the form shows it."""
    if allowed is None:
        return {}
    told = {name: getattr(allowed, name) for name in ("allowed", "purpose", "asks_note")}
    return {**told, "until": timezone.localtime(allowed.last_at).date()}


@only_for("see my own")
@require_POST
def shut_outside(request: HttpRequest, pk: int) -> HttpResponse:
    """Take all of it back at once."""
    user = actor(request)
    row: OutsideTherapist = mine(OutsideTherapist, user, pk)
    try:
        deeds.shut_outside(row, at=clock.now(), by=user)
        messages.success(request, _("They read nothing more from now on."))
    except Refused as refused:
        messages.error(request, refused.words)
    return redirect("portal:outside_therapist", pk=pk)
