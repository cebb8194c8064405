"""The front desk's pages: agreeing a time, and the first call."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.messages import error, success
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.clinician import desk, sending
from kapstone.web.clinician.calendar import time_asked
from kapstone.web.clinician.team import team_of
from kapstone.web.ids import number_in
from kapstone.web.records import audit, standby
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import appointments
from kapstone.web.records.actions import courses as deeds
from kapstone.web.records.actions.places import FOR_TALK
from kapstone.web.records.booked import booked_sessions
from kapstone.web.records.models import Appointment, Consultation, Course, Place
from kapstone.web.records.refusals import LONGEST_REASON, Refused, shown_on, status_of

KINDS = (
    ("consultation", "First call"),
    ("screening", "Screening"),
    ("preparation", "Preparation"),
    ("integration", "Integration"),
    ("review", "Review"),
)
USUAL_MINUTES = {"consultation": 20, "screening": 60}


class BookingForm(forms.Form):
    """A time to agree on."""

    kind = forms.ChoiceField(choices=(("", "Choose what for"), *KINDS), label="What for")
    starts_at = forms.DateTimeField(
        label="When",
        help_text="On the practice's clock.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )
    minutes = forms.IntegerField(min_value=5, max_value=480, label="Minutes")
    who = forms.ModelChoiceField(User.objects.none(), required=False, label="With whom")
    place = forms.ModelChoiceField(
        Place.objects.none(),
        required=False,
        label="In which room",
        help_text="A room that is chosen here is held for this time.",
    )
    room = forms.CharField(max_length=60, required=False, label="Another room, or a link")
    anyway = forms.BooleanField(
        required=False, label="Both at once is meant so", widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, team: Any, places: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["who"].queryset = team  # type: ignore[attr-defined]
        self.fields["place"].queryset = places  # type: ignore[attr-defined]
        self.fields["place"].label_from_instance = name_of  # type: ignore[attr-defined]


def name_of(place: Any) -> str:
    return str(place.name)


def places_for(user: User, *purposes: str) -> Any:
    """The practice's places that are for this and are not out of use yet."""
    rows = Place.objects.visible_to(user).in_use(timezone.localdate(clock.now()))
    return rows.filter(purpose__in=purposes).order_by("name", "pk")


class ConsultationForm(forms.Form):
    """What was said in the first call."""

    minutes = forms.IntegerField(min_value=1, max_value=180, label="How long, in minutes")
    brings = forms.CharField(widget=forms.Textarea, label="What brings them")
    hopes = forms.CharField(widget=forms.Textarea, required=False, label="What they hope for")
    questions = forms.CharField(widget=forms.Textarea, required=False, label="What they asked")
    fit = forms.TypedChoiceField(
        label="Is it a fit?",
        choices=(("", "Not known yet"), ("yes", "Yes, go on"), ("no", "No, another path")),
        coerce=lambda word: word == "yes",
        empty_value=None,
        required=False,
    )
    why = forms.CharField(widget=forms.Textarea, max_length=LONGEST_REASON, label="Why")
    next_step = forms.CharField(required=False, label="Next step agreed")


def course_for(request: HttpRequest, pk: int) -> Course:
    found: Course = get_object_or_404(
        Course.objects.visible_to(actor(request)).select_related("person"), pk=pk
    )
    return found


@only_for("book")
@require_http_methods(["GET", "POST"])
def book(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree a time with somebody; what is booked already stands beside the form."""
    course, user = course_for(request, pk), actor(request)
    form = BookingForm(
        request.POST or None,
        initial=asked_for(request),
        team=team_of(user),
        places=places_for(user, *FOR_TALK),
    )
    if request.method == "POST" and form.is_valid():
        try:
            appointments.agree(course, **form.cleaned_data, at=clock.now(), by=user)
            return redirect("book", pk=course.pk)
        except Refused as refused:
            form.add_error(None, refused.words)
            if refused.code == "overlaps":
                form.fields["anyway"].widget = forms.CheckboxInput()
    if request.method == "GET":
        audit.record(user, "see bookings", person=course.person, about=f"course:{course.pk}")
    booked = Appointment.objects.standing().filter(
        course=course, cancelled=False, starts_at__gte=clock.now()
    )
    context = {
        "course": course,
        "person": course.person,
        "form": form,
        "booked": booked.order_by("starts_at"),
        "medicine": booked_sessions(course, clock.now()),
        "lines": desk.lines_today(user, course, clock.now()),
        "at_home": sending.to_send(user, course, clock.now()),
    }
    return render(request, "clinician/book.html", context, status=status_of(form))


def asked_for(request: HttpRequest) -> dict[str, Any]:
    """What the address already says of the time: for what, when, and in which room."""
    kind = request.GET.get("kind", "")
    return {
        "kind": kind,
        "minutes": USUAL_MINUTES.get(kind, 50) if kind else None,
        "starts_at": time_asked(request),
        "place": number_in(request.GET.get("place")),
    }


@only_for("book")
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    user = actor(request)
    appointment = get_object_or_404(Appointment.objects.visible_to(user).standing(), pk=pk)
    try:
        appointments.call_off(appointment, at=clock.now(), by=user)
        if standby.waiting(user):
            success(request, "Called off. Somebody waits for a time: look at the waiting list.")
    except Refused as refused:
        error(request, refused.words)
    return redirect("book", pk=appointment.course_id)


@only_for("hold consultations")
@require_http_methods(["GET", "POST"])
def consultation(request: HttpRequest, pk: int) -> HttpResponse:
    """The first call: what was said, and whether we fit; a later word corrects the earlier."""
    course, user = course_for(request, pk), actor(request)
    held = Consultation.objects.newest(course=course)
    form = ConsultationForm(request.POST or None, initial=said_before(held))
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            deeds.hold_consultation(course, form.cleaned_data, at=clock.now(), by=user)
            return redirect("consultation", pk=course.pk)
    if request.method == "GET":
        audit.record(user, "see consultation", person=course.person, about=f"course:{course.pk}")
    context = {"course": course, "person": course.person, "form": form, "held": held}
    return render(request, "clinician/consultation.html", context, status=status_of(form))


def said_before(held: Any) -> dict[str, Any]:
    if held is None:
        return {"minutes": 20}
    fit = {True: "yes", False: "no", None: ""}[held.fit]
    names = ("minutes", "brings", "hopes", "questions", "why", "next_step")
    return {"fit": fit, **{name: getattr(held, name) for name in names}}
