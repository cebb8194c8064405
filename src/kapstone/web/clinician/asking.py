"""What is asked when and why, what is left out and why; and the tracks of a course."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from kapstone import instruments
from kapstone.instruments import schedule as rows
from kapstone.web import clock
from kapstone.web.clinician.booking import course_for
from kapstone.web.records import access, audit, schedule, sheets, tracks
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import following
from kapstone.web.records.models import Course, Sheet
from kapstone.web.records.refusals import shown_on

STATES = {
    "finished": "answered",
    "begun": "begun",
    "open": "open",
    "missed": "missed",
    "unsent": "begun, not sent",
    "withdrawn": "withdrawn",
    "ahead": "ahead",
    "waits": "once the dose is given",
    "left": "left out",
}
# What the person's minutes of a visit are counted from.
NEXT_VISITS = 3
COUNTED = frozenset({"finished", "begun", "open", "ahead", "waits", "missed", "unsent"})


class TracksForm(forms.Form):
    """The tracks of a course."""

    tracks = forms.MultipleChoiceField(
        label="Tracks", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(each.id, f"{each.title}: {each.words}") for each in rows.schedule().track]
        self.fields["tracks"].choices = offered  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One questionnaire of a visit; `words` says what is not seen from its state."""

    instrument: str
    anchor: str
    at: datetime
    state: str
    why: str
    words: str = ""
    sheet: int | None = None

    @property
    def short(self) -> str:
        return rows.short_of(self.instrument)

    @property
    def says(self) -> str:
        return STATES[self.state]


@dataclass(slots=True)
class Visit:
    """What one day asks for, and what the team does beside it."""

    day: date
    lines: list[Line] = field(default_factory=list)
    beside: list[instruments.Beside] = field(default_factory=list)

    @property
    def asked(self) -> list[Line]:
        return [each for each in self.lines if each.state != "left"]

    @property
    def left_out(self) -> list[tuple[str, str]]:
        """What is not asked, by reason: the names together, each once."""
        names: dict[str, dict[str, None]] = {}
        for each in self.lines:
            if each.state == "left":
                names.setdefault(each.words, {})[each.short] = None
        return [(", ".join(shorts), words) for words, shorts in names.items()]

    @property
    def minutes(self) -> float:
        counted = [(e.instrument, e.anchor) for e in self.lines if e.state in COUNTED]
        return instruments.minutes_together(counted, rows.schedule(), instruments.asking)


@only_for("see charts")
@require_GET
def asking(request: HttpRequest, pk: int) -> HttpResponse:
    """Every questionnaire of the course by day: why it is asked, and what is left out and why."""
    user, course = actor(request), course_for(request, pk)
    audit.record(user, "see schedule", person=course.person, about=f"course:{course.pk}")
    return page(request, course, None)


def page(request: HttpRequest, course: Course, form: TracksForm | None) -> HttpResponse:
    user, now = actor(request), clock.now()
    plan, laid = schedule.laid_out(course, now=now)
    today = now.astimezone(course.person.practice.zone).date()
    visits = by_day(course, plan, laid, now)
    ahead = [each for each in visits if each.day >= today]
    chosen = tracks.chosen(course)
    on = chosen.tracks if chosen else []
    words = {
        "course": course,
        "person": course.person,
        "ahead": ahead[:NEXT_VISITS],
        "later": ahead[NEXT_VISITS:],
        "before": [each for each in reversed(visits) if each.day < today],
        "today": today,
        "ceiling": rows.schedule().ceiling_min,
        "chosen": chosen,
        "on": [each for each in rows.schedule().track if each.id in on],
        "suggested": tracks.suggested(course, on),
        "tracks_form": form or TracksForm(initial={"tracks": on}),
        "may_plan": access.may(user, "plan roadmaps"),
        "ranks": rows.schedule().keep,
    }
    status = 422 if form is not None else 200
    return render(request, "clinician/asking.html", words, status=status)


def by_day(
    course: Course, plan: instruments.Plan, laid: instruments.LaidOut, now: datetime
) -> list[Visit]:
    """The visits in order of time, on the practice's days."""
    zone = course.person.practice.zone
    found: dict[date, Visit] = {}

    def on(at: datetime) -> Visit:
        day = at.astimezone(zone).date()
        return found.setdefault(day, Visit(day))

    asked = list(of_sheets(course, now))
    for line in [*asked, *of_plan(laid, {(e.instrument, e.anchor) for e in asked}, now)]:
        on(line.at).lines.append(line)
    for each in instruments.beside(plan, rows.schedule()):
        on(each.at).beside.append(each)
    return sorted(found.values(), key=lambda visit: visit.day)


def of_sheets(course: Course, now: datetime) -> Iterator[Line]:
    """The sheets that were asked, each where it stands now."""
    moved = moves_of(course)
    found = Sheet.objects.filter(course=course, corrected_by=None).with_begun()
    asked = found.select_related("withdrawal").prefetch_related("sheetscore_set")
    for sheet in asked.order_by("due_at"):
        state = sheets.state_of(sheet, now)
        words = sheet.withdrawal.reason if state == "withdrawn" else moved.get(sheet.pk, "")
        yield Line(
            instrument=sheet.instrument,
            anchor=sheet.anchor,
            at=sheet.due_at,
            state=state,
            why=instruments.counted_from(sheet.anchor),
            words=words,
            sheet=sheet.pk,
        )


def moves_of(course: Course) -> dict[int, str]:
    """For each sheet that moved with the plan, from which day; not where only its window did."""
    rows = Sheet.objects.filter(course=course).exclude(corrects=None).select_related("corrects")
    zone = course.person.practice.zone
    days = {sheet.pk: (sheet.due_at, sheet.corrects.due_at.astimezone(zone)) for sheet in rows}
    return {
        pk: f"moved from {day.day} {day:%b}"
        for pk, (due, day) in days.items()
        if due.astimezone(zone).date() != day.date()
    }


def of_plan(
    laid: instruments.LaidOut, asked: set[tuple[str, str]], now: datetime
) -> Iterator[Line]:
    """What the plan asks for that nobody was asked yet, or in time, and what it leaves out."""
    for due in laid.due:
        closed = due.closes_at <= now
        if (closed and not due.sure) or (due.instrument, due.anchor) in asked:
            continue
        yield Line(
            instrument=due.instrument,
            anchor=due.anchor,
            at=due.due_at,
            state="missed" if closed else "ahead" if due.sure else "waits",
            why=rows.schedule().row(due.row).title,
            words="nobody was asked in time" if closed else notes_on(due),
        )
    for out in laid.left_out:
        if (out.instrument, out.anchor) not in asked:
            yield Line(
                instrument=out.instrument,
                anchor=out.anchor,
                at=out.due_at,
                state="left",
                why=rows.schedule().row(out.row).title,
                words=out.words,
            )


def notes_on(due: instruments.Due) -> str:
    """What happened to it while the visits were filled, and that it is one of a choice."""
    notes = []
    if due.instead_of:
        notes.append(f"instead of {rows.short_of(due.instead_of)}")
    if due.moved_from:
        day = due.moved_from
        notes.append(f"from {day.day} {day:%b}: {rows.schedule().ceiling_min:g}-minute ceiling")
    if due.choose_one:
        notes.append("one of these, the person chooses")
    return "; ".join(notes)


@only_for("plan roadmaps")
@require_POST
def choose_tracks(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which tracks the course is on."""
    user, course = actor(request), course_for(request, pk)
    form = TracksForm(request.POST)
    if form.is_valid():
        with shown_on(form):
            wanted = form.cleaned_data["tracks"]
            following.choose_tracks(course, wanted, at=clock.now(), by=user)
            return redirect("asking", pk=course.pk)
    return page(request, course, form)
