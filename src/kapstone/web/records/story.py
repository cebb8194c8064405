"""The story of courses: every row that decides where a course stands, out of one query.

A list of people costs as many queries as one person does. Of most kinds only the newest row counts;
rows come oldest first, so that the last one seen is it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db.models import F, Func, JSONField, QuerySet, Value
from django.db.models.functions import JSONObject

from kapstone.pathway import long_term
from kapstone.web.records.models import (
    Appointment,
    CheckAnswer,
    Confirmation,
    Consent,
    Consultation,
    Couple,
    Discharge,
    GateOverride,
    GivenFact,
    IntakeAnswer,
    IntakeFinished,
    IntegrationContact,
    LongTermCheck,
    MedicineMeaning,
    Notice,
    Order,
    Phase,
    Preparation,
    PreparationAnswer,
    Reading,
    Review,
    Roadmap,
    SafetyPlan,
    ScreeningDecision,
    Session,
    SessionPlan,
    Sheet,
    SheetScore,
    Statement,
)
from kapstone.web.records.models.notices import RISK_KIND, TRACK_KIND
from kapstone.web.records.prepared import Prepared

Row = dict[str, Any]
NO_SESSION = 0


class Inside(Func):
    """A JSON column inside another one; SQLite has to be told that it is no text."""

    function = "JSON"
    output_field = JSONField()

    def as_postgresql(self, compiler: Any, connection: Any, **also: Any) -> Any:
        return compiler.compile(self.source_expressions[0])


@dataclass(slots=True)
class SessionStory:
    """What was written down about one session, by kind, oldest first."""

    pk: int
    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))

    @property
    def number(self) -> int:
        return int(self.newest("session")["number"])

    def all(self, kind: str) -> list[Row]:
        return self.rows.get(kind, [])

    def newest(self, kind: str) -> Row:
        rows = self.all(kind)
        return rows[-1] if rows else {}

    def phase(self, name: str) -> datetime | None:
        found = [row["at"] for row in self.all("phase") if row["phase"] == name]
        return found[-1] if found else None


@dataclass(slots=True)
class Story:
    """What was written down about one course, by kind, oldest first; every row has its `at`."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    parts: dict[int, SessionStory] = field(default_factory=dict)
    # Of the sessions that two of a couple have together, whether each was asked alone (`joint`).
    joint: dict[int, bool] = field(default_factory=dict)

    def newest(self, kind: str) -> Row | None:
        rows = self.all(kind)
        return rows[-1] if rows else None

    def all(self, kind: str) -> list[Row]:
        return self.rows.get(kind, [])

    @property
    def sessions(self) -> list[SessionStory]:
        """The sessions in order; what was called off is left out."""
        kept = [each for each in self.parts.values() if not each.newest("plan").get("cancelled")]
        return sorted(kept, key=lambda each: each.number)

    def add(self, session: int, kind: str, row: Row) -> None:
        if session == NO_SESSION:
            self.rows[kind].append(row)
        else:
            part = self.parts.setdefault(session, SessionStory(session))
            part.rows[kind].append(row)


def of(courses: Iterable[int]) -> dict[int, Story]:
    """The story of each of these courses, in one query."""
    found: dict[int, Story] = {pk: Story() for pk in courses}
    for course, session, kind, row, at, _ in LINES.rows(found):
        found[course].add(session, kind, {**row, "at": at})
    return found


def moment(text: str | None) -> datetime | None:
    """A time out of a JSON column: SQLite writes it without its zone, which is always UTC."""
    if text is None:
        return None
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def known(value: object) -> bool | None:
    """A yes or no out of a JSON column, where SQLite writes 1 and 0."""
    return None if value is None else bool(value)


def lines(courses: list[int]) -> QuerySet[Any, Any]:
    first, *others = [*of_course(courses), *of_session(courses)]
    return first.union(*others, all=True).order_by("when", "row")


def of_course(courses: list[int]) -> Iterator[QuerySet[Any, Any]]:
    def line(kind: str, rows: Any, *fields: str, course: str = "course") -> QuerySet[Any, Any]:
        chosen = rows.standing().filter(**{f"{course}__in": courses})
        return columns(chosen, kind, fields, course, Value(NO_SESSION))

    booked = Appointment.objects.filter(kind="consultation", cancelled=False)
    talks = Appointment.objects.filter(kind="preparation", cancelled=False)
    unfinished = IntakeAnswer.objects.filter(course__intakefinished=None)
    cssrs = SheetScore.objects.filter(sheet__instrument__startswith="cssrs")
    risks = Notice.objects.open().filter(kind=RISK_KIND)
    person = "person__courses"
    yield line("booking", booked, "starts_at")
    yield line("call", Consultation.objects, "minutes", "fit")
    yield line("answer", unfinished, "question", "value")
    yield line("finished", IntakeFinished.objects)
    yield line("decision", ScreeningDecision.objects.with_over(), *DECISION)
    yield line("consent", Consent.objects, *CONSENT)
    yield line("roadmap", Roadmap.objects, "preparation", "medicine", "integration", "review_after")
    yield line("preparation", Preparation.objects, *PREPARATION)
    yield line("own words", PreparationAnswer.objects, "question", "value")
    yield line("talk booked", talks, "starts_at")
    yield line("contact", IntegrationContact.objects)
    yield line("review", Review.objects, "choice")
    yield from of_long_term(line)
    yield line("safety plan", SafetyPlan.objects, course=person)
    for one in ("person", "partner"):
        yield line("couple", Couple.objects, "ended", course=f"{one}__courses")
    yield line("sheet", Sheet.objects.filter(sheetscore=None), "opens_at", "due_at", "closes_at")
    yield line("risk", risks.with_answered(), "answered", course=person)
    yield line("unreviewed", Notice.objects.unreviewed(), course=person)
    yield line("cssrs", cssrs, "band", course="sheet__course")
    for rows, path in TOLD:
        after = {f"{path}__screeningdecision__at__lt": F("recorded_at")}
        yield line("told", rows.filter(**after), "recorded_at", course=path)


def of_long_term(line: Callable[..., QuerySet[Any, Any]]) -> Iterator[QuerySet[Any, Any]]:
    """What counts as a look of long-term safety."""
    read = sorted(long_term.instruments_read())
    sheets = SheetScore.objects.filter(sheet__instrument__in=read)
    told = GivenFact.objects.filter(fact__in=sorted(long_term.facts_read()))
    yield line("long term", LongTermCheck.objects, "look", "found", "words")
    yield line(
        "safety sheet", sheets, "sheet__instrument", "total", "answers", course="sheet__course"
    )
    yield line("safety fact", told, "fact", "value", course="person__courses")


def of_session(courses: list[int]) -> Iterator[QuerySet[Any, Any]]:
    """The sessions; what opens their gates only of those that nobody has gone home from."""

    def line(kind: str, rows: Any, *fields: str) -> QuerySet[Any, Any]:
        chosen = rows.standing().filter(session__course__in=courses)
        return columns(chosen, kind, fields, "session__course", F("session"))

    sessions = Session.objects.standing().filter(course__in=courses)
    yield columns(sessions, "session", ("number",), "course", F("pk"))
    yield line("plan", SessionPlan.objects, "planned_for", "route", "cancelled")
    yield line("order", Order.objects, "route", "dose_mg", "weight_kg")
    yield line("phase", Phase.objects, "phase")
    yield line("discharge", Discharge.objects)
    ahead = {"session__discharge": None}
    yield line("check", CheckAnswer.objects.filter(**ahead), *CHECK)
    yield line("override", GateOverride.objects.filter(**ahead), "gate", "reason")
    red = Notice.objects.holding_back()
    yield line("red", red.filter(**ahead), "says")
    # What the note of a therapy track found is of no session, and holds whichever comes next.
    path = "person__courses__session"
    of_tracks = red.standing().filter(
        **{f"{path}__discharge": None, f"{path}__isnull": False},
        session=None,
        kind__startswith=TRACK_KIND,
        person__courses__in=courses,
    )
    yield columns(of_tracks, "red", ("says",), "person__courses", F(path))
    yield line("resting", Reading.objects.filter(resting=True, **ahead), "signs")
    yield line("pressure", Reading.objects.filter(resting=True, **STARTED), "signs")


# What screening reads that may come in after a decision, beside readings and scores.
TOLD: tuple[tuple[Any, str], ...] = (
    (IntakeAnswer.objects, "course"),
    (GivenFact.objects, "person__courses"),
    (MedicineMeaning.objects, "person__courses"),
    (Statement.objects, "person__courses"),
    (Confirmation.objects, "statement__person__courses"),
)
# What was measured at rest on a day that medicine was given.
STARTED = {"session__phase__phase": "started", "session__phase__corrected_by": None}
CHECK = ("check_id", "ok", "by", "by__title", "by__name", "by__roles")
DECISION = (
    *("decision", "signed_name", "valid_until", "knowledge_digest", "reason", "over"),
    "countersignature__signed_name",
)
CONSENT = ("version", "expires_at", "withdrawal__at", "document__route")
PREPARATION = ("held", "intentions", "worries", "comforts", "expectations_read")


def columns(
    rows: Any, kind: str, fields: tuple[str, ...], course: str, session: Any
) -> QuerySet[Any, Any]:
    """Rows of any table in the columns that all of them share."""
    made = rows.query.annotations
    words = {name: Inside(name) if name in made else column(rows.model, name) for name in fields}
    return rows.annotate(  # type: ignore[no-any-return]
        part=session,
        line=Value(kind),
        body=JSONObject(**words),
        when=F("at"),
        row=F("pk"),
    ).values_list(course, "part", "line", "body", "when", "row")


def column(model: Any, name: str) -> Any:
    """A column of the row itself or of one it points to; a part of a JSON column stays a part."""
    here, _, beyond = name.partition("__")
    field = model._meta.get_field(here)
    if beyond and field.related_model:
        found = column(field.related_model, beyond)
        return type(found)(name)
    return Inside(name) if isinstance(field, JSONField) and not beyond else F(name)


LINES = Prepared(lines)
