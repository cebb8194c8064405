"""What each course should be asked by now, and which sheets its plan has left behind."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from kapstone import instruments
from kapstone.instruments import Asked, Dose, Due, LaidOut, Plan
from kapstone.instruments.schedule import schedule as the_schedule
from kapstone.web.records import session_facts
from kapstone.web.records.models import (
    Appointment,
    Consultation,
    Course,
    CourseTracks,
    FormLicence,
    IntegrationContact,
    Phase,
    Review,
    Roadmap,
    Session,
    Sheet,
    SheetAnswer,
    SheetScore,
)
from kapstone.web.records.pathway import is_on_the_road

# A sheet moves with its dose; a session that begins a little late moves nothing.
MOVED = timedelta(hours=1)
# A session that was planned, and a day later neither begun nor moved, is no plan any more.
STALE = timedelta(days=1)
# A visit that was agreed counts until somebody has written that it was held.
HELD_WITHIN = timedelta(days=2)
SAME_VISIT = timedelta(hours=12)
NO_MORE = "the plan has changed"


@dataclass(frozen=True, slots=True)
class Asking:
    """A sheet that stands; `begun` when somebody answered a part of it."""

    pk: int
    instrument: str
    anchor: str
    due_at: datetime
    closes_at: datetime
    begun: bool
    asked_at: datetime
    answered_at: datetime | None

    @property
    def key(self) -> tuple[str, str]:
        return (self.instrument, self.anchor)

    @property
    def is_loose(self) -> bool:
        """Whether it follows the plan: nobody began it, and nobody asked for it by hand."""
        return not self.begun and instruments.is_of_schedule(self.anchor)

    @property
    def asked(self) -> Asked:
        by_hand = not instruments.is_of_schedule(self.anchor)
        return Asked(
            instrument=self.instrument,
            anchor=self.anchor,
            at=(self.answered_at or self.asked_at) if by_hand else self.due_at,
            answered_at=self.answered_at,
        )


@dataclass(slots=True)
class Told:
    """What the chart says of one course, as the schedule needs it."""

    zone: ZoneInfo
    started: datetime | None = None
    medicine: int | None = None
    review_after: int | None = None
    maintenance_from: datetime | None = None
    tracks: frozenset[str] = frozenset()
    doses: list[Dose] = field(default_factory=list)
    held: list[datetime] = field(default_factory=list)
    agreed: list[datetime] = field(default_factory=list)
    sheets: list[Asking] = field(default_factory=list)
    brought: frozenset[str] = frozenset()
    withheld: frozenset[str] = frozenset()

    def here(self, at: datetime | None) -> datetime | None:
        return None if at is None else at.astimezone(self.zone)

    def visits(self) -> tuple[datetime, ...]:
        """Those held, and those agreed that nobody has held since."""
        last = max(self.held, default=None)
        ahead = [at for at in self.agreed if last is None or at - SAME_VISIT > last]
        return (*self.held, *ahead)

    def plan(self, now: datetime) -> Plan:
        fixed = [each for each in self.sheets if not each.is_loose]
        missed = [each for each in self.sheets if each.is_loose and each.closes_at <= now]
        return Plan(
            started=self.started,
            doses=tuple(self.doses),
            medicine=self.medicine,
            review_after=self.review_after,
            maintenance_from=self.maintenance_from,
            visits=self.visits(),
            tracks=self.tracks,
            asked=tuple(each.asked for each in fixed),
            missed=tuple(each.asked for each in missed),
            brought=self.brought,
            withheld=self.withheld,
            # By the day: the same plan is laid out many times, and kept.
            as_of=now.astimezone(self.zone).replace(hour=0, minute=0, second=0, microsecond=0),
        )


@dataclass(slots=True)
class Changes:
    """What the plan of one course asks of its sheets now."""

    ask: list[Due] = field(default_factory=list)
    move: list[tuple[int, Due]] = field(default_factory=list)
    withdraw: list[tuple[int, str]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.ask or self.move or self.withdraw)


def followed() -> QuerySet[Course]:
    """Courses with a schedule: those on the road, and those that ended after a dose."""
    dosed = Phase.objects.standing().filter(session__course=OuterRef("pk"), phase="started")
    return Course.objects.filter(is_on_the_road()) | Course.objects.filter(Exists(dosed))


def changes(courses: QuerySet[Course], *, now: datetime) -> dict[int, Changes]:
    """What is to be asked, moved or withdrawn, by course; courses with nothing are left out.

    Five queries at most, however many courses. What closed before anybody asked is past.
    """
    told = known_of(courses, now)
    found = {pk: changes_of(each, now) for pk, each in told.items()}
    return {pk: each for pk, each in found.items() if each}


def laid_out(course: Course, *, now: datetime) -> tuple[Plan, LaidOut]:
    """The plan of one course and everything it asks for."""
    told = known_of(Course.objects.filter(pk=course.pk), now)[course.pk]
    plan = told.plan(now)
    return plan, instruments.laid_out(plan)


def changes_of(told: Told, now: datetime) -> Changes:
    laid = instruments.laid_out(told.plan(now))
    loose = {each.key: each for each in told.sheets if each.is_loose}
    wanted = {(each.instrument, each.anchor): each for each in laid.due}
    found = Changes(ask=[e for e in laid.open_at(now) if (e.instrument, e.anchor) not in loose])
    why = {(each.instrument, each.anchor): each.words for each in laid.left_out}
    for key, sheet in loose.items():
        due = wanted.get(key)
        if due is not None and has_moved(sheet, due) and due.closes_at > now:
            found.move.append((sheet.pk, due))
        elif due is None and sheet.closes_at > now:
            found.withdraw.append((sheet.pk, why.get(key, NO_MORE)))
    return found


def has_moved(sheet: Asking, due: Due) -> bool:
    return max(abs(sheet.due_at - due.due_at), abs(sheet.closes_at - due.closes_at)) > MOVED


def known_of(courses: QuerySet[Course], now: datetime) -> dict[int, Told]:
    """Start, road, tracks, doses, visits and sheets of each course."""
    rows = list(roads(courses))
    found = {row["pk"]: told(row) for row in rows}
    terms = licences(rows, now)
    for row in rows:
        found[row["pk"]].brought = terms.brought[row["practice"]]
        found[row["pk"]].withheld = terms.needed - terms.agreed[row["practice"]]
    sessions = session_facts.with_story(Session.objects.filter(course__in=courses))
    for session in sessions.order_by("number"):
        add_session(found[session.course_id], session, now)
    for course, at, held in visits(courses, now):
        (found[course].held if held else found[course].agreed).append(
            at.astimezone(found[course].zone)
        )
    for course, sheet in sheets(courses):
        found[course].sheets.append(sheet)
    return found


@dataclass(slots=True)
class Terms:
    """Which questionnaires need terms to be agreed to, and what each practice agreed to."""

    needed: frozenset[str]
    agreed: dict[int, frozenset[str]] = field(default_factory=lambda: defaultdict(frozenset))
    brought: dict[int, frozenset[str]] = field(default_factory=lambda: defaultdict(frozenset))


def licences(rows: list[dict[str, Any]], now: datetime) -> Terms:
    """The licences in force by practice; nothing is asked where no row needs any."""
    named = {ask.instrument for _, ask in the_schedule().asks()}
    shipped = {each.id: each for each in instruments.instruments()}
    free = {name for name, of in shipped.items() if of.has_text and of.licence.commercial}
    found = Terms(frozenset(named - free))
    if not found.needed:
        return found
    practices = {row["practice"]: ZoneInfo(row["zone"]) for row in rows}
    kept = FormLicence.objects.filter(practice__in=practices, instrument__in=found.needed)
    for row in kept.standing():
        if row.in_force(now.astimezone(practices[row.practice_id]).date()):
            found.agreed[row.practice_id] |= {row.instrument}
            if row.definition is not None:
                found.brought[row.practice_id] |= {row.instrument}
    return found


def told(row: dict[str, Any]) -> Told:
    found = Told(
        zone=ZoneInfo(row["zone"]),
        medicine=row["medicine"],
        review_after=row["review_after"],
        tracks=frozenset(row["tracks"] or ()),
    )
    found.started = found.here(row["fit_at"])
    found.maintenance_from = found.here(row["maintenance_from"])
    return found


def roads(courses: QuerySet[Course]) -> QuerySet[Any, Any]:
    """Each course with the parts of its story that decide what is asked, as columns."""

    def newest(table: Any, column: str, **also: Any) -> Subquery:
        rows = table.objects.standing().filter(course=OuterRef("pk"), **also)
        return Subquery(rows.order_by("-pk").values(column)[:1])

    return courses.annotate(
        practice=F("person__practice"),
        zone=F("person__practice__time_zone"),
        fit_at=newest(Consultation, "at", fit=True),
        medicine=newest(Roadmap, "medicine"),
        review_after=newest(Roadmap, "review_after"),
        maintenance_from=newest(Review, "at", choice="maintenance"),
        tracks=newest(CourseTracks, "tracks"),
    ).values(
        "pk", "practice", "zone", "fit_at", "medicine", "review_after", "maintenance_from", "tracks"
    )


def add_session(told: Told, session: Any, now: datetime) -> None:
    """A dose that was given, or one that is still planned."""
    if session.started_at is not None:
        ended = told.here(session.discharged_at)
        told.doses.append(Dose(at=session.started_at.astimezone(told.zone), ended_at=ended))
    elif session.planned_for and not session.cancelled and session.planned_for > now - STALE:
        told.doses.append(Dose(at=session.planned_for.astimezone(told.zone), given=False))


def visits(courses: QuerySet[Course], now: datetime) -> QuerySet[Any, Any]:
    """The integration visits that were held, and those agreed, each with its time."""
    held = IntegrationContact.objects.standing().filter(course__in=courses)
    agreed = Appointment.objects.standing().filter(
        course__in=courses, kind="integration", cancelled=False, starts_at__gt=now - HELD_WITHIN
    )
    one = held.annotate(moment=F("at"), held=Value(True))
    two = agreed.annotate(moment=F("starts_at"), held=Value(False))
    columns = ("course", "moment", "held")
    both: QuerySet[Any, Any] = one.values_list(*columns).union(two.values_list(*columns), all=True)
    return both


def sheets(courses: QuerySet[Course]) -> list[tuple[int, Asking]]:
    """The sheets that stand, the first asked first."""
    rows = Sheet.objects.standing().filter(course__in=courses)
    scores = SheetScore.objects.filter(sheet=OuterRef("pk")).order_by("pk").values("at")[:1]
    answers = SheetAnswer.objects.filter(sheet=OuterRef("pk")).order_by("-at").values("at")[:1]
    last = Coalesce(Subquery(scores), Subquery(answers))
    begun = rows.with_begun().annotate(answered_at=last).order_by("pk")
    columns = (
        *("course", "pk", "instrument", "anchor"),
        *("due_at", "closes_at", "begun", "at", "answered_at"),
    )
    return [(course, Asking(*sheet)) for course, *sheet in begun.values_list(*columns)]
