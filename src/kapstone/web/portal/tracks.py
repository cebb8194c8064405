"""What a person may write down of a therapy track themselves: short, and kept at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kapstone.pathway import tracks as rules
from kapstone.web import clock, track_fields
from kapstone.web.portal.own import my_course
from kapstone.web.records import track_notes
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import track_notes as deeds
from kapstone.web.records.models import Course
from kapstone.web.records.refusals import shown_on, status_of


class OwnForm(forms.Form):
    """The questions of a track that its person is asked."""

    def __init__(self, *args: Any, track: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = rules.own_questions(track)
        for each in self.asked:
            self.fields[each.id] = track_fields.of_person(each)

    def told(self) -> dict[str, Any]:
        return track_fields.answers_of(self.asked, dict(self.cleaned_data))


@only_for("see my own")
@never_cache
@require_http_methods(["GET", "POST"])
def own_track(request: HttpRequest, name: str) -> HttpResponse:
    """A short page; what is said of one day is not shown again, for whoever holds the phone."""
    user, course = actor(request), my_course(actor(request))
    of = next((each for each in track_notes.offered(course) if each.id == name), None)
    if of is None:
        raise Http404("There is no such page of yours.")
    first = lasting(course, name)
    given = request.POST if request.method == "POST" else None
    form = OwnForm(given, initial=first, track=name)
    if form.is_valid():
        with shown_on(form):
            deeds.write_own(course, name, form.told(), at=clock.now(), by=user)
            messages.success(request, _("Kept. Your team can read it before you meet."))
            return redirect("portal:own_track", name=name)
    words = {"of": of, "form": form, "person": course.person}
    return render(request, "portal/own_track.html", words, status=status_of(form))


def lasting(course: Course, name: str) -> dict[str, Any]:
    """What the person said themselves and may change: of what is asked once, the last words."""
    own = [each for each in track_notes.of_track(course, name) if each.own]
    said = rules.latest(track_notes.told(own))
    asked = [each for each in rules.own_questions(name) if each.asked == "once"]
    return track_fields.initial_of(asked, said)
