"""How the practice answers notices of suicide risk: times, hours, second contact, country."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from kapstone.knowledge.helplines import AnswerTime, answer_times, countries
from kapstone.web import clock
from kapstone.web.accounts.models import Practice, User
from kapstone.web.records import audit, helping
from kapstone.web.records.access import actor, may, only_for
from kapstone.web.records.actions import practice as deeds
from kapstone.web.records.models import RiskSettings
from kapstone.web.records.refusals import shown_on, status_of

MOST_BEFORE = 20
SETTLED = ("urgent_min", "positive_min", "second_contact", "hours", "country")


def minutes(row: AnswerTime) -> forms.IntegerField:
    """A time with the bounds that keep the target of the evidence."""
    return forms.IntegerField(
        label=f"{row.title}: minutes",
        min_value=row.least,
        max_value=row.most,
        help_text=f"{row.least} to {row.most}. The target: {row.target}.",
    )


class RiskForm(forms.Form):
    """What the practice settles, and the name that stands for it."""

    urgent_min = minutes(answer_times()["si_urgent"])
    positive_min = minutes(answer_times()["si_positive"])
    second_contact = forms.ModelChoiceField(
        queryset=User.objects.none(),
        required=False,
        empty_label="Nobody: pass it on to all at once",
        help_text="Gets the first mail; after twice the time every prescriber and owner does.",
    )
    hours = forms.CharField(
        label="When somebody looks",
        max_length=200,
        required=False,
        help_text="Such as Monday to Friday, 9 to 17. People read it beside the numbers to call.",
    )
    country = forms.ChoiceField(
        required=False, help_text="Picks the numbers that people see at once."
    )
    name = forms.CharField(
        label="Your full name",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "words"}),
    )

    def __init__(self, *args: Any, practice: Practice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(practice=practice, is_active=True).order_by("name")
        answering = [each.pk for each in people if may(each, "answer notices")]
        self.fields["second_contact"].queryset = people.filter(pk__in=answering)  # type: ignore[attr-defined]  # a choice of rows has one
        known = [(row.id, row.name) for row in countries().values()]
        self.fields["country"].choices = [("", "The numbers on the practice page"), *known]  # type: ignore[attr-defined]  # a choice has choices


@only_for("settle risk")
@require_http_methods(["GET", "POST"])
def risk_settings(request: HttpRequest) -> HttpResponse:
    """Settle it anew, signed; everything settled before stays below."""
    user = actor(request)
    practice = get_object_or_404(Practice, pk=user.practice_id)
    now = RiskSettings.objects.now(practice)
    settled = {name: getattr(now, name) for name in SETTLED}
    form = RiskForm(request.POST or None, practice=practice, initial=settled)
    if request.method == "POST" and form.is_valid():
        told = dict(form.cleaned_data)
        with shown_on(form):
            deeds.settle_risk(told, name=told.pop("name"), at=clock.now(), by=user)
            return redirect("risk_settings")
    audit.record(user, "see risk settings")
    rows = RiskSettings.objects.filter(practice=practice).select_related("second_contact")
    context = {
        "form": form,
        "now": now,
        "at_hand": helping.at_hand(practice),
        "before": rows.order_by("-pk")[:MOST_BEFORE],
    }
    return render(request, "clinician/risk_settings.html", context, status=status_of(form))
