"""Who is to be called before a fall becomes a relapse, out of few queries for a whole practice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from kapstone import instruments, outcomes, pathway
from kapstone.pathway import next_step, watch
from kapstone.web.accounts.models import User
from kapstone.web.records.access import may
from kapstone.web.records.models import (
    Course,
    IntegrationContact,
    Phase,
    Review,
    Roadmap,
    SessionPlan,
    SheetScore,
    WatchContact,
)

# A year after the last dose there is nobody's response to hold any more.
LOOKED_AFTER = timedelta(days=365)
REACHED = frozenset({"reached", "booked"})
DAY = timedelta(days=1)
Known = tuple[datetime, float]


@dataclass(frozen=True, slots=True)
class Slipping:
    """One person to be in touch with, why, and what was tried since."""

    course: Course
    reasons: tuple[watch.ToContact, ...]
    holding: outcomes.Holding
    of: instruments.Instrument
    last: WatchContact | None

    @property
    def due(self) -> datetime:
        return min(each.due for each in self.reasons)

    @property
    def since(self) -> datetime:
        return min(each.since for each in self.reasons)

    @property
    def is_clinical(self) -> bool:
        return any(each.row.clinical for each in self.reasons)


def people(user: User, *, now: datetime) -> list[Slipping]:
    """Those of the practice who should be called, by when it is due.

    The desk is shown whom it calls itself; clinical reasons are for those who see charts.
    """
    begun = Phase.objects.standing().filter(phase="started", at__gt=now - LOOKED_AFTER, at__lte=now)
    courses = Course.objects.visible_to(user).filter(pk__in=begun.values("session__course"))
    found = [each for each in of_courses(courses, now=now) if is_for(each, user)]
    return sorted(found, key=lambda each: (each.due, each.course.pk))


def is_for(each: Slipping, user: User) -> bool:
    return may(user, "see charts") or may(user, "run the practice") or not each.is_clinical


def one(course: Course, *, now: datetime) -> Slipping | None:
    """One course, should its person be called."""
    return next(iter(of_courses(Course.objects.filter(pk=course.pk), now=now)), None)


def of_courses(courses: Any, *, now: datetime) -> list[Slipping]:
    rows: list[Course] = list(courses.select_related("person__practice"))
    told = Told.of(rows, now)
    found = []
    for course in rows:
        holding, of = told.holding(course)
        reasons = watch.to_contact(told.watched(course, holding, of), now=now)
        if reasons:
            found.append(Slipping(course, reasons, holding, of, told.last_contact(course)))
    return found


@dataclass(frozen=True, slots=True)
class Told:
    """What was written down of many courses, by course; scores by person."""

    doses: Mapping[int, list[datetime]]
    scores: Mapping[int, Mapping[str, list[Known]]]
    reviews: Mapping[int, str]
    between: Mapping[int, int]
    booked: frozenset[int]
    contacts: Mapping[int, list[WatchContact]]
    talks: Mapping[int, list[datetime]]

    @classmethod
    def of(cls, courses: Iterable[Course], now: datetime) -> Told:
        rows = list(courses)
        keys, persons = [row.pk for row in rows], [row.person_id for row in rows]
        ahead = SessionPlan.objects.standing().filter(
            session__course__in=keys, cancelled=False, planned_for__gt=now
        )
        return cls(
            doses=doses_of(keys, now),
            scores=scores_of(persons, now),
            reviews=dict(in_course(Review, keys, "choice")),
            between=dict(in_course(Roadmap, keys, "days_between")),
            booked=frozenset(ahead.values_list("session__course", flat=True)),
            contacts=contacts_of(keys),
            talks=grouped(in_course(IntegrationContact, keys, "at")),
        )

    def holding(self, course: Course) -> tuple[outcomes.Holding, instruments.Instrument]:
        """How the response holds by the first questionnaire whose baseline left room for one."""
        first = min(self.doses[course.pk], default=None)
        found = []
        for name in next_step.instruments():
            of = instruments.instrument(name)
            told = outcomes.holding(self.scores[course.person_id][name], of, first_dose=first)
            found.append((told, of))
        return next((pair for pair in found if pair[0].response is not None), found[0])

    def watched(
        self, course: Course, told: outcomes.Holding, of: instruments.Instrument
    ) -> watch.Watched:
        doses = tuple(self.doses[course.pk])
        scores = self.scores[course.person_id][of.id]
        before = [total for at, total in scores if doses and at <= doses[-1]]
        choice = self.reviews.get(course.pk)
        return watch.Watched(
            doses=doses,
            response=told.response,
            lost_at=told.lost_at,
            slipping=told.slipping,
            scored_at=told.last[0] if told.last else None,
            score=told.last[1] if told.last else None,
            score_then=before[-1] if before else None,
            in_maintenance=choice == "maintenance",
            ended=choice in pathway.ENDED,
            interval_days=self.between.get(course.pk),
            booked=course.pk in self.booked,
            reached=self.reached(course),
        )

    def reached(self, course: Course) -> tuple[datetime, ...]:
        """When somebody spoke with the person: by the list, or in an integration session."""
        by_list = [row.at for row in self.contacts[course.pk] if row.outcome in REACHED]
        return (*by_list, *self.talks[course.pk])

    def last_contact(self, course: Course) -> WatchContact | None:
        rows = self.contacts[course.pk]
        return rows[-1] if rows else None


def in_course(table: Any, courses: list[int], column: str) -> list[tuple[int, Any]]:
    """A column of the rows that stand, oldest first, so that in a dict the newest stays."""
    rows = table.objects.standing().filter(course__in=courses).order_by("at", "pk")
    return list(rows.values_list("course", column))


def grouped(rows: Iterable[tuple[int, Any]]) -> Mapping[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for course, value in rows:
        found[course].append(value)
    return found


def doses_of(courses: list[int], now: datetime) -> Mapping[int, list[datetime]]:
    rows = Phase.objects.standing().filter(
        phase="started", at__lte=now, session__course__in=courses
    )
    return grouped(rows.order_by("at").values_list("session__course", "at"))


def contacts_of(courses: list[int]) -> Mapping[int, list[WatchContact]]:
    rows = WatchContact.objects.standing().filter(course__in=courses).select_related("by")
    return grouped((row.course_id, row) for row in rows.order_by("at", "pk"))


def scores_of(persons: list[int], now: datetime) -> Mapping[int, Mapping[str, list[Known]]]:
    """The totals of each person by questionnaire, oldest first."""
    rows = SheetScore.objects.standing().filter(
        sheet__course__person__in=persons,
        sheet__instrument__in=next_step.instruments(),
        total__isnull=False,
        at__lte=now,
    )
    found: dict[int, dict[str, list[Known]]] = defaultdict(lambda: defaultdict(list))
    columns = ("sheet__course__person", "sheet__instrument", "at", "total")
    for person, name, at, total in rows.order_by("at").values_list(*columns):
        found[person][name].append((at, total))
    return found
