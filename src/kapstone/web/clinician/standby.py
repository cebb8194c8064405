"""The waiting list: who waits, what fell free, what people asked by their link."""

from __future__ import annotations

from secrets import token_urlsafe
from typing import Any

from django import forms
from django.contrib.messages import error, success
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.clinician.booking import KINDS, USUAL_MINUTES, course_for
from kapstone.web.clinician.session_forms import moment
from kapstone.web.clinician.team import team_of
from kapstone.web.records import audit, time_links
from kapstone.web.records import standby as facts
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import standby as deeds
from kapstone.web.records.actions import time_links as link_deeds
from kapstone.web.records.models import Place, Standby, TimeAsked
from kapstone.web.records.refusals import Refused, shown_on, status_of

SECRET_BYTES = 24
USUAL = 50
MOST_ASKED = 50


class StandbyForm(forms.Form):
    """What somebody waits for."""

    kind = forms.ChoiceField(
        label="Waits for",
        choices=[("", "Choose"), *KINDS, (facts.MEDICINE, "Medicine session")],
    )
    minutes = forms.IntegerField(min_value=5, max_value=480, label="Minutes", initial=USUAL)
    day_part = forms.ChoiceField(label="When", choices=list(facts.DAY_PARTS.items()))
    who = forms.ModelChoiceField(
        User.objects.none(), required=False, label="With whom", empty_label="Anybody"
    )
    reason = forms.CharField(
        max_length=deeds.LONGEST_REASON, label="Why they wait", help_text="The desk reads it."
    )

    def __init__(self, *args: Any, team: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["who"].queryset = team  # type: ignore[attr-defined]


class OfferForm(forms.Form):
    """The free time that is offered."""

    starts_at = moment()
    who = forms.ModelChoiceField(User.objects.none(), required=False)
    place = forms.ModelChoiceField(Place.objects.none(), required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["who"].queryset = team_of(user)
        fields["place"].queryset = Place.objects.visible_to(user)


@only_for("book")
@require_GET
def standby(request: HttpRequest) -> HttpResponse:
    """Who waits, the longest wait first; each time that fell free with whom it would suit."""
    user, now = actor(request), clock.now()
    rows = facts.waiting(user)
    context = {
        "rows": rows,
        "parts": facts.DAY_PARTS,
        "freed": facts.freed(user, rows, now=now),
        "asked": time_links.open_requests(user)[:MOST_ASKED],
    }
    return render(request, "clinician/standby.html", context)


@only_for("book")
@require_http_methods(["GET", "POST"])
def put_on_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Put somebody on the list, with the reason."""
    course, user = course_for(request, pk), actor(request)
    kind = request.GET.get("kind", "")
    initial = {"kind": kind, "minutes": USUAL_MINUTES.get(kind, USUAL)}
    form = StandbyForm(request.POST or None, initial=initial, team=team_of(user))
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            deeds.put_on_list(course, form.cleaned_data, at=clock.now(), by=user)
            return redirect("standby")
    if request.method == "GET":
        audit.record(user, "see bookings", person=course.person, about=f"course:{course.pk}")
    words = {"course": course, "person": course.person, "form": form}
    return render(request, "clinician/put_on_list.html", words, status=status_of(form))


def standby_for(request: HttpRequest, pk: int) -> Any:
    rows = Standby.objects.visible_to(actor(request)).select_related("course__person__practice")
    return get_object_or_404(rows, pk=pk)


@only_for("book")
@require_POST
def take_off_list(request: HttpRequest, pk: int) -> HttpResponse:
    deeds.take_off_list(standby_for(request, pk), at=clock.now(), by=actor(request))
    return redirect("standby")


@only_for("book")
@require_POST
def offer_time(request: HttpRequest, pk: int) -> HttpResponse:
    """One tap: a mail with a link goes to whoever waits."""
    row, user = standby_for(request, pk), actor(request)
    form = OfferForm(request.POST, user=user)
    if not form.is_valid():
        error(request, "This time is not to be had any more; look at the list again.")
        return redirect("standby")
    secret = token_urlsafe(SECRET_BYTES)
    try:
        deeds.offer_time(row, **form.cleaned_data, secret=secret, at=clock.now(), by=user)
        success(request, f"Offered to {row.course.person.name} by mail.")
    except Refused as refused:
        error(request, refused.words)
    return redirect("standby")


@only_for("book")
@require_POST
def answer_asked(request: HttpRequest, pk: int) -> HttpResponse:
    """What somebody asked of a medicine session: done as they asked, or it stays."""
    user = actor(request)
    row = get_object_or_404(TimeAsked.objects.visible_to(user), pk=pk)
    agrees = request.POST.get("answer") == "yes"
    try:
        link_deeds.answer_asked(row, agrees=agrees, at=clock.now(), by=user)
    except Refused as refused:
        error(request, refused.words)
    return redirect("standby")
