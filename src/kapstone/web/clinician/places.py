"""What the practice keeps for its calendar: chairs and rooms, hours, and the feeds of rooms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from kapstone.web import clock
from kapstone.web.records.access import actor, may, only_for
from kapstone.web.records.actions import places as deeds
from kapstone.web.records.models import CalendarSettings, Place
from kapstone.web.records.refusals import shown_on, status_of

IN_WEEK = tuple(
    enumerate(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"))
)


def a_time() -> forms.TimeInput:
    return forms.TimeInput(format="%H:%M", attrs={"type": "time", "step": "900"})


class PlaceForm(forms.Form):
    """A chair or a room."""

    name = forms.CharField(max_length=60, label="Its name", help_text="Such as Chair 1.")
    purpose = forms.ChoiceField(
        label="What it is for", choices=[("", "Choose"), *deeds.PURPOSES.items()]
    )
    at_once = forms.IntegerField(
        min_value=1, max_value=deeds.MOST_AT_ONCE, initial=1, label="How many people at once"
    )
    out_from = forms.DateField(
        required=False,
        label="Out of use from",
        help_text="Empty while it is in use.",
        widget=forms.DateInput(attrs={"type": "date"}),
    )


class CalendarForm(forms.Form):
    """When times are offered, and what feeds say."""

    opens = forms.TimeField(label="Times are offered from", widget=a_time())
    closes = forms.TimeField(label="to", widget=a_time())
    days = forms.TypedMultipleChoiceField(
        label="On", coerce=int, choices=IN_WEEK, widget=forms.CheckboxSelectMultiple
    )
    ask_hours = forms.IntegerField(
        min_value=1,
        max_value=336,
        label="Hours before a time until which its person may ask for another",
    )
    offer_hours = forms.IntegerField(
        min_value=1, max_value=168, label="Hours that the offer of a free time holds"
    )
    names_in_feeds = forms.BooleanField(
        required=False,
        label="Names in the feeds of staff and rooms",
        help_text="Careful: whoever has the address of a feed, and whoever runs the calendar it "
        "is read into, then sees who comes to you. Off is safer.",
    )


@only_for(deeds.DEED)
@require_http_methods(["GET", "POST"])
def places(request: HttpRequest) -> HttpResponse:
    """Every chair and room of the practice, and a new one."""
    form = PlaceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            deeds.add_place(form.cleaned_data, at=clock.now(), by=actor(request))
            return redirect("places")
    return page(request, form=form)


def page(request: HttpRequest, *, form: Any, **also: Any) -> HttpResponse:
    """The page; `also` may bring the settings as they did not pass."""
    user = actor(request)
    settled = CalendarSettings.objects.now(user.practice) if user.practice else None
    rows = Place.objects.visible_to(user).standing().order_by("purpose", "name", "pk")
    words = {
        "form": form,
        "places": [(row, deeds.PURPOSES.get(row.purpose, row.purpose)) for row in rows],
        "settled": settled,
        "may_settle": may(user, "run the practice"),
        "may_book": may(user, "book"),
        "hours_form": CalendarForm(initial=initial_of(settled)),
        **also,
    }
    forms_of = (words["form"], words["hours_form"])
    bad = any(each.is_bound and each.errors for each in forms_of)
    return render(request, "clinician/places.html", words, status=422 if bad else 200)


def initial_of(settled: CalendarSettings | None) -> dict[str, Any]:
    return {name: getattr(settled, name) for name in deeds.SETTLED} if settled else {}


@only_for(deeds.DEED)
@require_http_methods(["GET", "POST"])
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name or use of a place, or out of use from a day on."""
    user = actor(request)
    found: Any = get_object_or_404(Place.objects.visible_to(user).standing(), pk=pk)
    names = ("name", "purpose", "at_once", "out_from")
    initial = {name: getattr(found, name) for name in names}
    form = PlaceForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            deeds.change_place(found, form.cleaned_data, at=clock.now(), by=user)
            return redirect("places")
    words = {"place": found, "form": form}
    return render(request, "clinician/place.html", words, status=status_of(form))


@only_for("run the practice")
@require_POST
def settle_calendar(request: HttpRequest) -> HttpResponse:
    form = CalendarForm(request.POST)
    if form.is_valid():
        with shown_on(form):
            deeds.settle_calendar(form.cleaned_data, at=clock.now(), by=actor(request))
            return redirect("places")
    return page(request, form=PlaceForm(), hours_form=form)
