"""Moving a time that stands: the desk chooses another one, and the person is told by mail."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib.messages import success
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from kapstone.web import clock
from kapstone.web.clinician.calendar import time_asked
from kapstone.web.clinician.session_forms import moment
from kapstone.web.records import audit, taken
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import appointments
from kapstone.web.records.actions.booking import said
from kapstone.web.records.models import Appointment
from kapstone.web.records.refusals import Refused, status_of

OFFERED, APART = 6, timedelta(hours=2)


class MovingForm(forms.Form):
    """The new time; what is met for, for how long, with whom and where stay as they are."""

    starts_at = moment(label="To when", help_text="On the practice's clock.")
    anyway = forms.BooleanField(
        required=False, label="Both at once is meant so", widget=forms.HiddenInput
    )


@only_for("book")
@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move one appointment to another time, unless something is booked there."""
    user, now = actor(request), clock.now()
    row = get_object_or_404(appointments_of(user), pk=pk)
    form = MovingForm(request.POST or None, initial={"starts_at": time_asked(request)})
    if request.method == "POST" and form.is_valid():
        try:
            moved = appointments.move(row, **form.cleaned_data, at=now, by=user)
            success(request, words_of(row, moved))
            return redirect("book", pk=row.course_id)
        except Refused as refused:
            form.add_error(None, refused.words)
            if refused.code == "overlaps":
                form.fields["anyway"].widget = forms.CheckboxInput()
    person = row.course.person
    if request.method == "GET":
        audit.record(user, "see bookings", person=person, about=f"course:{row.course_id}")
    words = {
        "appointment": row,
        "person": person,
        "form": form,
        "free": free_for(row, now) if row.starts_at > now else [],
        "now": now,
    }
    return render(request, "clinician/move_time.html", words, status=status_of(form))


def appointments_of(user: Any) -> Any:
    rows = Appointment.objects.visible_to(user).standing().filter(cancelled=False)
    return rows.select_related("course__person__practice", "who")


def free_for(row: Appointment, now: datetime) -> list[datetime]:
    """The next times, within the practice's hours, at which all that it takes is free."""
    place = appointments.place_of(row)
    wanted = taken.of_appointment(row.course, row.starts_at, row.minutes, row.who, place)
    practice = row.course.person.practice
    found = taken.free_times(practice, wanted, after=now, most=OFFERED + 1, apart=APART, but=row)
    return [each for each in found if each != row.starts_at][:OFFERED]


def words_of(before: Appointment, after: Appointment) -> str:
    """What was done, and whether a mail tells the person."""
    person = after.course.person
    moved = f"Moved from {said(before.starts_at, person.practice)} to "
    told = "A mail tells them." if person.email else "They have no mail address: call them."
    return f"{moved}{said(after.starts_at, person.practice)}. {told}"
