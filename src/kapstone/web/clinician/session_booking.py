"""Booking a medicine session: the chair, the place to rest, the people and the person, as one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from kapstone import monitoring
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.clinician.booking import course_for, name_of, places_for
from kapstone.web.clinician.calendar import time_asked
from kapstone.web.clinician.session_forms import FURTHEST, moment
from kapstone.web.clinician.team import team_of
from kapstone.web.ids import number_in
from kapstone.web.records import audit
from kapstone.web.records.access import actor, may, only_for
from kapstone.web.records.actions import appointments
from kapstone.web.records.actions.places import FOR_MEDICINE
from kapstone.web.records.actions.session_booking import (
    IN_RECOVERY,
    STAFF,
    SessionBooking,
    booked_of,
)
from kapstone.web.records.models import (
    CareTeam,
    Course,
    Phase,
    Place,
    Roadmap,
    Session,
    SessionPlan,
)
from kapstone.web.records.refusals import Refused, status_of

USUAL_CHAIR_MIN = 60
LABELS = {"prescriber": "Prescriber", "monitor": "Session monitor", "therapist": "Therapist"}


def a_place(label: str, help_text: str, empty: str) -> forms.ModelChoiceField[Any]:
    return forms.ModelChoiceField(
        Place.objects.none(), required=False, label=label, help_text=help_text, empty_label=empty
    )


class SessionBookingForm(forms.Form):
    """What a medicine session takes."""

    route = forms.ChoiceField(label="Route", help_text="From the roadmap.")
    starts_at = moment(label="When", help_text="On the practice's clock.")
    chair_min = forms.IntegerField(
        min_value=15,
        max_value=360,
        label="Minutes in the chair, until all medicine is given",
    )
    chair = a_place("Chair", "", "Choose; none for a session at home")
    recovery = a_place(
        "Rests afterwards in", "For at least as long as the route asks [DIS-01].", "The same chair"
    )
    prescriber, monitor, therapist = (
        forms.ModelChoiceField(User.objects.none(), required=False, label=LABELS[each])
        for each in STAFF
    )
    anyway = forms.BooleanField(
        required=False, label="Both at once is meant so", widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        routes = [(route.id, route.label) for route in monitoring.routes().values()]
        fields: dict[str, Any] = self.fields
        fields["route"].choices = [("", "Choose"), *routes]
        for name, purposes in (("chair", FOR_MEDICINE), ("recovery", IN_RECOVERY)):
            fields[name].queryset = places_for(user, *purposes)
            fields[name].label_from_instance = name_of
        team = team_of(user)
        for part, deed in STAFF.items():
            fields[part].queryset = team.filter(pk__in=[row.pk for row in team if may(row, deed)])

    def clean_starts_at(self) -> datetime:
        starts_at: datetime = self.cleaned_data["starts_at"]
        if starts_at > clock.now() + FURTHEST:
            raise ValidationError("This is more than a year ahead; is the year right?")
        return starts_at

    def told(self) -> SessionBooking:
        said = {name: self.cleaned_data[name] for name in self.cleaned_data if name != "anyway"}
        return SessionBooking(**said)


@only_for("book")
@require_http_methods(["GET", "POST"])
def book_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Book the next medicine session of a course."""
    course, user = course_for(request, pk), actor(request)
    initial = usual(course) | asked_for(request)
    form = SessionBookingForm(request.POST or None, initial=initial, user=user)
    if request.method == "POST" and form.is_valid():
        told = {"anyway": form.cleaned_data["anyway"], "at": clock.now(), "by": user}
        try:
            appointments.book_session(course, form.told(), **told)
            return redirect("book", pk=course.pk)
        except Refused as refused:
            refused_on(form, refused)
    return page(request, course, form)


@only_for("book")
@require_http_methods(["GET", "POST"])
def rebook_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a planned session its places and people, or others, or another time."""
    user = actor(request)
    rows = Session.objects.visible_to(user).select_related("course__person__practice")
    session = get_object_or_404(rows.exclude(pk__in=begun(pk)), pk=pk)
    plan = get_object_or_404(SessionPlan.objects.standing(), session=session, cancelled=False)
    held = booked_of(plan)
    now_held = {name: getattr(held, name) for name in SessionBooking.__slots__} if held else {}
    planned = {"route": plan.route, "starts_at": plan.planned_for}
    initial = usual(session.course) | planned | now_held
    form = SessionBookingForm(request.POST or None, initial=initial, user=user)
    if request.method == "POST" and form.is_valid():
        told = {"anyway": form.cleaned_data["anyway"], "at": clock.now(), "by": user}
        try:
            appointments.rebook_session(session, form.told(), **told)
            return redirect("book", pk=session.course_id)
        except Refused as refused:
            refused_on(form, refused)
    return page(request, session.course, form, session=session)


def begun(pk: int) -> Any:
    """Nothing of a session that has begun is booked any more."""
    return Phase.objects.filter(session=pk, phase="started").values("session")


def refused_on(form: SessionBookingForm, refused: Refused) -> None:
    form.add_error(None, refused.words)
    if refused.code == "overlaps":
        form.fields["anyway"].widget = forms.CheckboxInput()


def usual(course: Course) -> dict[str, Any]:
    """What is likely: the roadmap's route, and who carries the course."""
    plan, team = Roadmap.objects.newest(course=course), CareTeam.objects.newest(course=course)
    found = {"route": plan.route if plan else "", "chair_min": USUAL_CHAIR_MIN}
    if team:
        found |= {"prescriber": team.prescriber_id, "therapist": team.therapist_id}
    return found


def asked_for(request: HttpRequest) -> dict[str, Any]:
    """What the free time that was chosen says: when, and in which chair."""
    asked = {
        "starts_at": time_asked(request),
        "chair": number_in(request.GET.get("place")),
    }
    return {name: value for name, value in asked.items() if value}


def page(request: HttpRequest, course: Course, form: Any, **also: Any) -> HttpResponse:
    user = actor(request)
    if request.method == "GET":
        audit.record(user, "see bookings", person=course.person, about=f"course:{course.pk}")
    stays = [
        (monitoring.route_named(route).label, row.least_min, row.since.replace("_", " "))
        for route, row in monitoring.stays().items()
    ]
    words = {"course": course, "person": course.person, "form": form, "stays": stays, **also}
    words |= {"no_chairs": not places_for(user, *FOR_MEDICINE).exists()}
    words |= {"may_keep": may(user, "keep places")}
    return render(request, "clinician/book_session.html", words, status=status_of(form))
