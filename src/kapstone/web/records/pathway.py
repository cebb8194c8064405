"""What the chart says to the pathway: the facts of one course, or of many, in a few queries.

A course is read as one row whose columns are the newest standing rows of each kind, so that a list
of people costs as many queries as one person does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import JSONObject

from kapstone import consent, intake, pathway, screening
from kapstone.web.records import session_facts
from kapstone.web.records.counts import how_many
from kapstone.web.records.models import (
    Appointment,
    Consent,
    Consultation,
    Course,
    FactQuerySet,
    IntakeAnswer,
    IntakeFinished,
    IntegrationContact,
    Notice,
    Preparation,
    Review,
    Roadmap,
    SafetyPlan,
    ScreeningDecision,
    Sheet,
)

Row = Mapping[str, Any]


def newest(rows: Any, *fields: str, **also: Any) -> Subquery:
    """The newest standing row of the course as one JSON column; None when there is none."""
    picked = rows.standing().filter(course=OuterRef("pk")).order_by("-at", "-pk")
    return Subquery(picked.values(row=JSONObject(**{name: name for name in fields}, **also))[:1])


def with_newest(courses: QuerySet[Course], now: datetime) -> QuerySet[Course]:
    """Each course with the newest row of each kind beside it."""
    booked = Appointment.objects.filter(kind="consultation", cancelled=False)
    due = Sheet.objects.filter(sheetscore=None, course=OuterRef("pk"), opens_at__lte=now)
    return courses.select_related("person").annotate(
        last_booking=newest(booked, "starts_at"),
        last_call=newest(Consultation.objects, "at", "minutes", "fit"),
        last_finished=newest(IntakeFinished.objects, "at"),
        last_decision=newest(
            ScreeningDecision.objects,
            *("decision", "at", "signed_name", "valid_until", "knowledge_digest", "reason"),
        ),
        last_consent=newest(
            Consent.objects,
            *("version", "at", "expires_at", "withdrawal__at"),
            route=KeyTextTransform("route", "document"),
        ),
        last_roadmap=newest(
            Roadmap.objects, "preparation", "medicine", "integration", "route", "review_after"
        ),
        last_preparation=newest(Preparation.objects, "at", "intentions", "worries", "comforts"),
        last_review=newest(Review.objects, "choice", "at", "reason"),
        safety_plan_at=Subquery(
            SafetyPlan.objects.standing()
            .filter(person=OuterRef("person"))
            .order_by("-at")
            .values("at")[:1]
        ),
        sheets_due=how_many(due.filter(closes_at__gt=now)),
        sheets_overdue=how_many(due.filter(due_at__lte=now, closes_at__gt=now)),
        risk_notices=how_many(
            Notice.objects.open().filter(person=OuterRef("person"), kind="suicide-risk")
        ),
    )


def facts_of(courses: QuerySet[Course], *, now: datetime) -> dict[Course, pathway.CourseFacts]:
    """What the pathway may know of each course."""
    rows: list[Any] = list(with_newest(courses, now))
    ids = [course.pk for course in rows]
    unfinished = [course.pk for course in rows if course.last_finished is None]
    answers = intake_answers(unfinished)
    sessions = session_facts.of_courses(ids)
    for course in rows:
        # The pathway numbers sessions; a page needs the row behind a number to link to it.
        course.session_pks = {number: pk for number, pk, _ in sessions.get(course.pk, ())}
    held = held_at(Preparation.objects.filter(held=True), ids)
    contacts = held_at(IntegrationContact.objects.all(), ids)
    return {
        course: facts(
            course,
            answers=answers.get(course.pk, {}),
            sessions=[each for _, _, each in sessions.get(course.pk, ())],
            held=held.get(course.pk, ()),
            contacts=contacts.get(course.pk, ()),
            today=now.date(),
        )
        for course in rows
    }


def facts(
    course: Any,
    *,
    answers: Mapping[str, Any],
    sessions: Iterable[pathway.SessionFacts],
    held: tuple[datetime, ...],
    contacts: tuple[datetime, ...],
    today: date,
) -> pathway.CourseFacts:
    """One course in the pathway's words; `course` carries the columns of `with_newest`."""
    return pathway.CourseFacts(
        age=course.person.age(today),
        consultation=consultation(course.last_booking or {}, course.last_call or {}),
        intake=intake_facts(course.last_finished, answers),
        screening=screening_facts(course.last_decision or {}),
        consent=consent_facts(course.last_consent),
        roadmap=roadmap_facts(course.last_roadmap or {}),
        preparations=held,
        safety_plan_at=course.safety_plan_at,
        sessions=tuple(sessions),
        integrations=contacts,
        sheets_due=course.sheets_due or 0,
        sheets_overdue=course.sheets_overdue or 0,
        open_risk_notice=bool(course.risk_notices),
        review=pathway.Review(
            decision=(course.last_review or {}).get("choice"),
            at=moment((course.last_review or {}).get("at")),
        ),
    )


def moment(text: str | None) -> datetime | None:
    """A time out of a JSON column: SQLite writes it without its zone, which is always UTC."""
    if text is None:
        return None
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def known(value: object) -> bool | None:
    """A yes or no out of a JSON column, where SQLite writes 1 and 0."""
    return None if value is None else bool(value)


def consultation(booked: Row, held: Row) -> pathway.Consultation:
    return pathway.Consultation(
        booked_for=moment(booked.get("starts_at")),
        held_at=moment(held.get("at")),
        minutes=held.get("minutes"),
        fit=known(held.get("fit")),
    )


def intake_answers(courses: list[int]) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = defaultdict(dict)
    if not courses:
        return found
    rows = IntakeAnswer.objects.standing().filter(course__in=courses).order_by("pk")
    for course, question, value in rows.values_list("course", "question", "value"):
        found[course][question] = value
    return found


def intake_facts(finished: Row | None, answers: Mapping[str, Any]) -> pathway.Intake:
    if finished is not None:
        return pathway.Intake(answered=1.0, finished_at=moment(finished["at"]))
    if not answers:
        return pathway.Intake()
    progress = intake.progress(answers)
    stopped = progress.stopped_at
    return pathway.Intake(
        answered=progress.share, stopped_at_question=stopped.ask if stopped else None
    )


def screening_facts(row: Row) -> pathway.Screening:
    digest = row.get("knowledge_digest")
    return pathway.Screening(
        decision=row.get("decision"),
        signed_at=moment(row.get("at")),
        signed_by=row.get("signed_name"),
        valid_until=moment(row.get("valid_until")),
        oversight_for=row.get("reason"),
        knowledge_changed=None if digest is None else digest != screening.knowledge_digest(),
    )


def consent_facts(row: Row | None) -> pathway.Consent:
    if row is None:
        return pathway.Consent(current_version=consent.version(), withdrawn=None)
    withdrawn_at = moment(row["withdrawal__at"])
    return pathway.Consent(
        version=row["version"],
        current_version=consent.version(),
        signed_at=moment(row["at"]),
        expires_at=moment(row["expires_at"]),
        withdrawn=withdrawn_at is not None,
        withdrawn_at=withdrawn_at,
        routes=frozenset([row["route"]]) if row["route"] else consent.routes(),
    )


def roadmap_facts(row: Row) -> pathway.Roadmap:
    after = row.get("review_after")
    return pathway.Roadmap(
        preparation=row.get("preparation"),
        medicine=row.get("medicine"),
        integration=row.get("integration"),
        review_after=None if after is None else (after,),
    )


def held_at(rows: FactQuerySet, courses: list[int]) -> dict[int, tuple[datetime, ...]]:
    """When each contact of a kind was held, by course."""
    found: dict[int, tuple[datetime, ...]] = defaultdict(tuple)
    standing = rows.standing().filter(course__in=courses).order_by("at")
    for course, at in standing.values_list("course", "at"):
        found[course] = (*found[course], at)
    return found


def is_on_the_road() -> Q:
    """Courses that no review has ended."""
    ended = Review.objects.standing().filter(choice__in=("ending", "another_path"))
    return ~Q(pk__in=ended.values("course"))
