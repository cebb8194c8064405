"""What has happened on a course, newest first, out of all its tables in one query."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, Concat

from kapstone import screening
from kapstone.pathway import tracks
from kapstone.web.records import definitions
from kapstone.web.records.models import (
    CheckIn,
    Consent,
    ConsentWithdrawal,
    Consultation,
    Countersignature,
    Course,
    Discharge,
    EmdrClosing,
    EmdrTarget,
    GivenFact,
    GroupNote,
    Insight,
    IntakeFinished,
    IntegrationContact,
    Note,
    Notice,
    NoticeAnswer,
    Order,
    Phase,
    Preparation,
    Review,
    ScreeningDecision,
    SheetScore,
    TrackNote,
)
from kapstone.web.records.models.notices import RISK_KIND
from kapstone.web.records.prepared import Prepared
from kapstone.web.records.sharing import EVERYTHING, Sight


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the timeline: `movement` colours it, `own_words` are the person's."""

    at: datetime
    kind: str
    movement: str
    words: str
    own_words: bool
    by: str


@dataclass(frozen=True, slots=True)
class Line:
    """How the rows of one table read on the timeline."""

    table: Any
    course: str  # the path from the row to its course
    kind: str
    movement: str
    words: str = ""  # the column that is shown
    own_words: bool = False
    only: Q = field(default_factory=Q)  # the rows that are shown


def risk_answers() -> Iterator[Line]:
    """What was done about notices of suicide risk, each kind by its name."""
    done = {
        "Risk reviewed": Q(reviews=True),
        "Risk notice closed": Q(closes=True, reviews=False),
        "Tried, not reached": Q(reached=False),
        "Risk notice answered": Q(closes=False, reviews=False) & ~Q(reached=False),
    }
    for kind, only in done.items():
        path = "notice__person__courses"
        yield Line(NoticeAnswer, path, kind, "", "words", only=Q(notice__kind=RISK_KIND) & only)


LINES = (
    Line(Consultation, "course", "Consultation", "preparation", "why"),
    Line(IntakeFinished, "course", "Intake finished", "preparation"),
    Line(ScreeningDecision, "course", "Screening decision", "preparation", "reason"),
    Line(
        GivenFact, "person__courses", "Answer settled", "preparation", "words", only=~Q(settles=[])
    ),
    Line(Countersignature, "decision__course", "Second signature", "preparation", "meaning"),
    Line(Consent, "course", "Consent signed", "preparation", "version"),
    Line(ConsentWithdrawal, "consent__course", "Consent withdrawn", "preparation", "reason", True),
    Line(Preparation, "course", "Preparation", "preparation", "intentions", True),
    Line(Order, "session__course", "Order signed", "medicine", "dose_mg"),
    Line(Phase, "session__course", "Medicine session", "medicine", "phase"),
    Line(Discharge, "session__course", "Went home", "medicine", "escort_name"),
    Line(IntegrationContact, "course", "Integration", "integration", "how"),
    Line(EmdrTarget, "course", "EMDR target", "integration"),
    Line(EmdrClosing, "target__course", "EMDR", "integration", "state"),
    Line(TrackNote, "course", "Therapy", "integration", "track", only=Q(own=False)),
    Line(TrackNote, "course", "Their own page", "integration", "track", only=Q(own=True)),
    Line(GroupNote, "seat__course", "Session with others", "integration", "text"),
    Line(Insight, "course", "Insight", "integration", "words", True),
    Line(CheckIn, "commitment__course", "Check-in", "integration", "how"),
    Line(SheetScore, "sheet__course", "Questionnaire", "integration", "sheet__instrument"),
    Line(Note, "course", "Note", "", "text"),
    Line(Review, "course", "Review", "integration", "reason"),
    Line(Notice, "person__courses", "Risk notice", "", "says", only=Q(kind=RISK_KIND)),
    *risk_answers(),
)

# Between the parts of a questionnaire's line: none of them has it.
APART = "|"
OF_TRACKS = {"Therapy", "Their own page"}
# How a sitting of EMDR ended; the picture of a target is not spread over the chart.
CLOSED = {"complete": "complete", "incomplete": "not complete", "unknown": "not known if complete"}
# Lines whose column holds an id of ours.
NAMED = {"Medicine session", "Integration", "Check-in"}


def timeline(course: Course, *, most: int, sight: Sight = EVERYTHING) -> list[Happening]:
    """The newest `most` happenings of the course; `sight` is that of the reader."""
    return [
        Happening(
            at=at,
            kind=LINES[line].kind,
            movement=LINES[line].movement,
            words=shortened(in_words(LINES[line].kind, seen(LINES[line].kind, words, at, sight))),
            own_words=LINES[line].own_words,
            by=by,
        )
        for at, line, words, by in newest(most).rows([course.pk])
    ]


@cache
def newest(most: int) -> Prepared:
    return Prepared(lambda courses: in_order(courses)[:most])


def in_order(courses: list[int]) -> QuerySet[Any, Any]:
    first, *others = [rows_of(place, line, courses) for place, line in enumerate(LINES)]
    rows: QuerySet[Any, Any] = first.union(*others, all=True).order_by("-when")
    return rows


def rows_of(place: int, line: Line, courses: list[int]) -> QuerySet[Any, Any]:
    of_courses = Q(**{f"{line.course}__in": courses})
    rows: QuerySet[Any] = line.table.objects.standing().filter(of_courses & line.only)
    columns = {"when": F("at"), "line": Value(place), "what": shown_words(line)}
    shown: QuerySet[Any, Any] = rows.annotate(**columns).values_list(*columns, "by__name")
    return shown


def seen(kind: str, words: str | None, at: datetime, sight: Sight) -> str | None:
    """A questionnaire's line without its total, where the reader may not see it."""
    if kind != "Questionnaire" or not words:
        return words
    name, version, _ = words.split(APART)
    return words if sight.allows(name, at) else APART.join([name, version, "no total"])


def shown_words(line: Line) -> Any:
    if not line.words:
        return Value("", output_field=CharField())
    words = Cast(line.words, CharField())
    if line.table is TrackNote:
        return Concat(words, Value(APART), Cast("words", CharField()))
    if line.table is GivenFact:
        apart = Value(APART)
        return Concat("fact", apart, Cast("value", CharField()), apart, words)
    if line.table is not SheetScore:
        return words
    total = Coalesce(Cast("total", CharField()), Value("no total"))
    return Concat(words, Value(APART), "sheet__version", Value(APART), total)


def in_words(kind: str, text: str | None) -> str:
    """What a column says, with its unit or its proper name."""
    said = (text or "").strip()
    if kind == "Order signed":
        return f"{float(said):g} mg" if said else ""
    if kind == "Answer settled":
        return settled_as(*said.split(APART, 2))
    if kind == "Questionnaire":
        name, version, total = said.split(APART)
        short = definitions.named(name, version).short
        known = total.replace(".", "", 1).isdigit()
        return f"{short} {float(total):g}" if known else f"{short}, answered"
    if kind in OF_TRACKS:
        return track_said(*said.split(APART, 1))
    if kind == "EMDR":
        return CLOSED.get(said, said)
    return said.replace("_", " ") if kind in NAMED else said


def track_said(name: str, words: str) -> str:
    """Which work it was, and the free words of the note."""
    of = tracks.tracks().get(name)
    return ": ".join(filter(None, [of.title if of else name, words.strip()]))


def settled_as(name: str, value: str, words: str) -> str:
    """The answer that stands and the prescriber's reason."""
    answer = json.loads(value)
    of = screening.vocabulary().get(name)
    if of is None or not of.accepts(answer):
        return f"{name}: {words}"
    return f"{screening.describe(name, screening.Given(answer, None, 'clinician', None))}: {words}"


def shortened(words: str | None, most: int = 240) -> str:
    text = (words or "").strip()
    return text if len(text) <= most else f"{text[:most].rstrip()}…"
