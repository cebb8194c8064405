"""Sessions of several people: one page for the facilitator, a note in each chart.

Only these pages show who was there together; no chart leads back to them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kapstone.web import clock
from kapstone.web.clinician.booking import course_for
from kapstone.web.clinician.sessions import session_for
from kapstone.web.records import audit, groups, one_room
from kapstone.web.records.access import actor, may, only_for
from kapstone.web.records.actions import groups as deeds
from kapstone.web.records.models import Couple, Course, GroupEvent, GroupSeat, Person
from kapstone.web.records.refusals import Refused, shown_on, status_of

A_PAGE = 25
LONGEST = 50_000
CAME = (("yes", "Was there"), ("no", "Did not come"), ("", "Not known"))
FOUND = {"yes": True, "no": False, "": None}
SAID = {True: "yes", False: "no", None: ""}


class NewForm(forms.Form):
    """Who was there, by record number: a name alone could be somebody else's."""

    title = forms.CharField(
        label="What kind of session",
        help_text="Stands in every chart of it: no names.",
        max_length=120,
        initial="Integration group",
    )
    numbers = forms.CharField(
        label="Record numbers of who was there",
        help_text="One on a line, or with commas between.",
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class NoteForm(forms.Form):
    """The note of one person of the session."""

    came = forms.ChoiceField(
        label="Were they there?", choices=CAME, required=False, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label="Note for this chart",
        help_text="What is theirs only. Nobody else of the session is named.",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    despite = forms.BooleanField(
        label="Somebody else of that name is meant, or it is another word", required=False
    )
    before = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def told(self) -> deeds.Written:
        clean = dict(self.cleaned_data)
        return deeds.Written(**{**clean, "came": FOUND[clean["came"]]})


class JointForm(forms.Form):
    """The note about both."""

    text = forms.CharField(
        label="Note about both",
        help_text="Stands in both charts, as long as both agree to it.",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


@only_for(deeds.MAY)
@never_cache
@require_http_methods(["GET", "POST"])
def group_sessions(request: HttpRequest) -> HttpResponse:
    """The sessions of several people, the newest first, and a form for another one."""
    user = actor(request)
    form = NewForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with shown_on(form):
            courses = [course_of(user, each) for each in numbers_in(form.cleaned_data["numbers"])]
            title = form.cleaned_data["title"]
            event = deeds.open_group(courses, title=title, at=clock.now(), by=user)
            return redirect("group_session", pk=event.pk)
    events = GroupEvent.objects.visible_to(user).order_by("-at", "-pk")
    page = Paginator(groups.with_people(events), A_PAGE).get_page(request.GET.get("page"))
    words = {"page": page, "events": list(page), "form": form}
    return render(request, "clinician/group_sessions.html", words, status=status_of(form))


def numbers_in(text: str) -> list[str]:
    return [each.strip() for each in text.replace(",", "\n").splitlines() if each.strip()]


def course_of(user: Any, number: str) -> Course:
    """The newest course of somebody by their record number."""
    person = Person.objects.visible_to(user).filter(number__iexact=number).first()
    course = groups.newest_course(person) if person else None
    if course is None:
        raise Refused("nobody", f"Nobody of number {number} is cared for here.")
    return course


@only_for(deeds.MAY)
@never_cache
@require_http_methods(["GET", "POST"])
def group_session(request: HttpRequest, pk: int) -> HttpResponse:
    """One note for each of them, on one page; each is kept in its own chart only."""
    user, event = actor(request), event_for(request, pk)
    found = groups.places(event)
    if request.method == "GET":
        for each in found:
            audit.record(user, "see group", person=each.person, about=f"group_event:{pk}")
    given = request.POST if request.method == "POST" else None
    typed = {each.seat.pk: form_for(each, given) for each in found}
    refusal = ""
    if given is not None and flagged(typed, found):
        try:
            told = {seat: form.told() for seat, form in typed.items()}
            deeds.write_notes(event, told, at=clock.now(), by=user)
            return redirect("group_session", pk=pk)
        except Refused as refused:
            refusal = refused.words
    return group_page(request, event, found, typed, refusal=refusal)


def flagged(typed: Mapping[int, NoteForm], found: list[groups.Place]) -> bool:
    """Whether every form passes; one that seems to name another of the session does not."""
    people = [each.person for each in found]
    for place in found:
        form = typed[place.seat.pk]
        if not form.is_valid() or form.cleaned_data["despite"]:
            continue
        others = [each for each in people if each.pk != place.person.pk]
        if named := groups.named_in(form.cleaned_data["text"], others, of=place.person):
            names = ", ".join(each.given for each in named)
            form.add_error("text", f"This seems to name {names}, who was there too.")
    return not any(form.errors for form in typed.values())


def form_for(place: groups.Place, given: Any) -> NoteForm:
    """The form of one person; each has fields of its own name on the page."""
    note = place.note
    first = {"came": SAID[note.came], "text": note.text, "before": note.pk} if note else {}
    return NoteForm(given, initial={"came": "", **first}, prefix=f"seat-{place.seat.pk}")


def event_for(request: HttpRequest, pk: int) -> GroupEvent:
    rows = GroupEvent.objects.visible_to(actor(request)).select_related("couple__person", "by")
    found: GroupEvent = get_object_or_404(rows, pk=pk)
    return found


def group_page(
    request: HttpRequest,
    event: GroupEvent,
    found: list[groups.Place],
    typed: Mapping[int, NoteForm],
    *,
    joint: JointForm | None = None,
    refusal: str = "",
) -> HttpResponse:
    couple = event.couple
    shown = groups.joint_of(found[0].seat.course) if couple and found else []
    about_both = [each for each in shown if each.event_id == event.pk]
    words = {
        "event": event,
        "columns": [{"place": each, "form": typed[each.seat.pk]} for each in found],
        "refusal": refusal,
        "both_agree": couple is not None and groups.agreed(couple, groups.JOINT_NOTE),
        "joint_notes": about_both,
        "joint_form": joint
        or JointForm(initial={"text": about_both[0].text if about_both else ""}),
    }
    failed = refusal or (joint and joint.errors) or any(form.errors for form in typed.values())
    return render(request, "clinician/group_session.html", words, status=422 if failed else 200)


@only_for(deeds.MAY)
@require_POST
def take_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody was put there by mistake."""
    user = actor(request)
    seats = GroupSeat.objects.visible_to(user).select_related("course__person__practice", "event")
    seat: GroupSeat = get_object_or_404(seats, pk=pk)
    try:
        deeds.take_out(seat, at=clock.now(), by=user)
    except Refused as refused:
        event = event_for(request, seat.event_id)
        found = groups.places(event)
        typed = {each.seat.pk: form_for(each, None) for each in found}
        return group_page(request, event, found, typed, refusal=refused.words)
    return redirect("group_session", pk=seat.event_id)


@only_for(deeds.MAY)
@require_POST
def write_joint_note(request: HttpRequest, pk: int) -> HttpResponse:
    """The note about both of a couple, the same in both charts."""
    user, event = actor(request), event_for(request, pk)
    form = JointForm(request.POST)
    if form.is_valid():
        with shown_on(form):
            deeds.write_joint_note(event, form.cleaned_data["text"], at=clock.now(), by=user)
            return redirect("group_session", pk=pk)
    found = groups.places(event)
    typed = {each.seat.pk: form_for(each, None) for each in found}
    return group_page(request, event, found, typed, joint=form)


@only_for(deeds.MAY)
@require_POST
def group_of_room(request: HttpRequest, pk: int) -> HttpResponse:
    """The notes of those who were in this session's room at its time."""
    user, found = actor(request), session_for(request, pk)
    courses = [each.course for each in one_room.with_session(found, user)]
    try:
        event = deeds.open_group(courses, title="Medicine session", at=clock.now(), by=user)
    except Refused as refused:
        messages.error(request, refused.words)
        return redirect("together", pk=pk)
    return redirect("group_session", pk=event.pk)


@only_for(deeds.MAY)
@require_POST
def group_of_couple(request: HttpRequest, pk: int) -> HttpResponse:
    """The notes of a session of both of a couple."""
    user = actor(request)
    couples = Couple.objects.visible_to(user).select_related("person", "partner")
    couple: Couple = get_object_or_404(couples, pk=pk)
    try:
        event = deeds.open_couple(couple, at=clock.now(), by=user)
    except Refused as refused:
        messages.error(request, refused.words)
        return redirect("couple", pk=couple.person_id)
    return redirect("group_session", pk=event.pk)


@only_for("see charts")
@require_GET
def course_groups(request: HttpRequest, pk: int) -> HttpResponse:
    """The notes of sessions with others in this chart; who else was there is not told."""
    user, course = actor(request), course_for(request, pk)
    audit.record(user, "see group", person=course.person, about=f"course:{course.pk}")
    page = Paginator(groups.of_course(course), A_PAGE).get_page(request.GET.get("page"))
    words = {
        "course": course,
        "person": course.person,
        "page": page,
        "notes": list(page),
        "joint_notes": groups.joint_of(course),
        "may_hold": may(user, deeds.MAY),
    }
    return render(request, "clinician/course_groups.html", words)
