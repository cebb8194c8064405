"""A clinician says what a line about a medicine means, where the words alone do not tell."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from kapstone import screening as room
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.clinician.booking import course_for
from kapstone.web.records import audit, facts
from kapstone.web.records.access import actor, may, only_for
from kapstone.web.records.actions import medicines as deeds
from kapstone.web.records.models import Course
from kapstone.web.records.refusals import shown_on, status_of


class MeaningForm(forms.Form):
    """One line, and what it means: names of medicines, or the word that it is none of them."""

    # As it was written, spaces and all: it is how the line is found.
    text = forms.CharField(strip=False)
    named = forms.CharField(required=False, max_length=200)
    none = forms.BooleanField(required=False)
    words = forms.CharField(required=False, max_length=400)

    def clean(self) -> dict[str, Any]:
        """Only names that are read whole are taken: a near miss is not confirmed by mistake."""
        named = self.cleaned_data.get("named", "")
        read = room.recognise(named)
        self.cleaned_data["ingredients"] = read.ingredients if named else ()
        if named and self.cleaned_data.get("none"):
            self.add_error("named", "You named a medicine and said that it is none. Leave one out.")
        elif named and not read.recognised:
            self.add_error("named", f"{read.reason} Choose the names from the list.")
        elif not named and not self.cleaned_data.get("none"):
            self.add_error("named", "Write the medicine, or say that it is none of the list.")
        return self.cleaned_data


@only_for("confirm medicines")
@require_http_methods(["GET", "POST"])
def confirm_medicine(request: HttpRequest, pk: int) -> HttpResponse:
    """The lines nobody could read, and those that a clinician has read."""
    course, user = course_for(request, pk), actor(request)
    form = MeaningForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        told = form.cleaned_data
        with shown_on(form):
            deeds.confirm_medicine(
                course,
                told["text"],
                told["ingredients"],
                words=told["words"],
                at=clock.now(),
                by=user,
            )
            return redirect("screening", pk=pk)
    again = request.POST.get("text") or request.GET.get("line")
    audit.record(user, "see medicines", person=course.person, about=f"course:{pk}")
    words = {"course": course, "person": course.person, "form": form, **unread(course, user, again)}
    return render(request, "clinician/medicine_meaning.html", words, status=status_of(form))


def unread(course: Course, user: User, again: str | None = None) -> dict[str, Any]:
    """What the part of the page needs: the open lines, those confirmed, and the names to choose.

    `again` is a line that was read already, opened to say that it means something else.
    """
    lines = [each for each in facts.medicines(course) or [] if facts.can_be_meant(each)]
    meant = facts.meanings(course)
    return {
        "may_confirm": may(user, "confirm medicines"),
        "unread": [each for each in lines if not each.recognised or each.text == again],
        "confirmed": [(each, meant[each.text]) for each in lines if each.origin == "clinician"],
        "known_medicines": sorted(row.name for row in room.medicines().values()),
    }
