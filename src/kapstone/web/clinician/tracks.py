"""The therapy tracks of a course: where each stands, and the note of a session."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from kapstone.pathway import emdr as emdr_rules
from kapstone.pathway import tracks as rules
from kapstone.web import clock, track_fields
from kapstone.web.clinician.booking import course_for
from kapstone.web.clinician.notes import corrected, earlier
from kapstone.web.records import audit, emdr, track_notes
from kapstone.web.records.access import actor, may, only_for
from kapstone.web.records.actions import track_notes as deeds
from kapstone.web.records.models import Course, TrackNote
from kapstone.web.records.refusals import shown_on, status_of

A_PAGE = 10
LONGEST = 50_000


class TrackForm(forms.Form):
    """The questions of a track out of its rows, and free words beside them."""

    def __init__(self, *args: Any, track: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = rules.questions(track)
        for each in self.asked:
            self.fields[each.id] = track_fields.of_team(each)
        self.fields["words"] = forms.CharField(
            label="Note",
            help_text="Whatever the questions do not hold.",
            required=False,
            max_length=LONGEST,
            widget=forms.Textarea(attrs={"rows": 5}),
        )

    def told(self) -> dict[str, Any]:
        """As the deed takes it."""
        clean = dict(self.cleaned_data)
        return {"answers": track_fields.answers_of(self.asked, clean), "words": clean["words"]}


@only_for("see charts")
@require_GET
def tracks(request: HttpRequest, pk: int) -> HttpResponse:
    """Every track: what the course is on, the last session of each, and what is open."""
    user, course = actor(request), course_for(request, pk)
    audit.record(user, "see tracks", person=course.person, about=f"course:{course.pk}")
    found = track_notes.boards(course)
    words = {
        "course": course,
        "person": course.person,
        "shown": [each for each in found if each.is_shown],
        "others": [each for each in found if not each.is_shown],
        "may_hold": may(user, deeds.MAY),
    }
    return render(request, "clinician/tracks.html", words)


@only_for("see charts")
@require_GET
def track(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One track of a course: a form for a session, the notes so far, and how its scales went."""
    course, of = course_for(request, pk), of_name(name)
    about = f"course:{course.pk}"
    audit.record(actor(request), "see tracks", person=course.person, about=about, track=name)
    old = corrected(request, own_of_team(course, name).standing())
    first = {} if old is None else {"words": old.words}
    if old is not None:
        first |= track_fields.initial_of(rules.questions(name), old.answers)
    return track_page(request, course, of, TrackForm(initial=first, track=name), old)


@only_for(deeds.MAY)
@require_POST
def write_track_note(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Keep the note of a session, or correct one."""
    user, course, of = actor(request), course_for(request, pk), of_name(name)
    old = corrected(request, own_of_team(course, name))
    form = TrackForm(request.POST, track=name)
    if form.is_valid():
        with shown_on(form):
            deeds.write_track_note(
                course, name, **form.told(), corrects=old, at=clock.now(), by=user
            )
            return redirect("track", pk=course.pk, name=name)
    return track_page(request, course, of, form, old)


def of_name(name: str) -> rules.TrackRow:
    found = rules.tracks().get(name)
    if found is None:
        raise Http404("There is no such track.")
    return found


def own_of_team(course: Course, name: str) -> Any:
    return TrackNote.objects.filter(course=course, track=name, own=False)


def track_page(
    request: HttpRequest, course: Course, of: rules.TrackRow, form: TrackForm, old: Any
) -> HttpResponse:
    now = clock.now()
    notes = track_notes.of_track(course, of.id)
    page = Paginator(notes[::-1], A_PAGE).get_page(request.GET.get("page"))
    held = [each for each in notes if not each.own]
    asked_for = track_notes.owed_of(held[-1]) if held else ()
    words = {
        "course": course,
        "person": course.person,
        "of": of,
        "page": page,
        "notes": [shown(each) for each in page],
        "open": rules.still_open(of.id, track_notes.told(notes)),
        "owed": asked_for,
        "once": once(of.id, notes),
        "drawn": track_notes.drawn(course, of.id, notes, now),
        "form": form,
        "old": old,
        "may_hold": may(actor(request), deeds.MAY),
        "timing": emdr.near_a_dose(course, now) if of.near_dose else None,
        "window": emdr_rules.timing_row(),
    }
    return render(request, "clinician/track.html", words, status=status_of(form))


def shown(note: TrackNote) -> dict[str, Any]:
    """A note with its answers in words, and what it said before it was corrected."""
    return {
        "row": note,
        "answers": track_notes.in_words(note),
        "owed": track_notes.owed_of(note),
        "before": [{"row": each, "answers": track_notes.in_words(each)} for each in earlier(note)],
    }


def once(track: str, notes: list[TrackNote]) -> list[tuple[str, str]]:
    """What is asked once a course, as it was last said; not known says so."""
    said = rules.latest(track_notes.told(notes))
    return [
        (each.title, rules.in_words(each, said.get(each.id)))
        for each in rules.questions(track)
        if each.asked == "once"
    ]
