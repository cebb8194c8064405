"""What the chart says to the pathway: the facts of one course, or of many, in two queries."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from textwrap import shorten
from typing import Any

from django.db.models import Q, QuerySet

from kapstone import consent, intake, pathway, screening
from kapstone.web.records import joint, long_term, session_facts, story
from kapstone.web.records.models import Course, Review
from kapstone.web.records.sheets import OVERDUE_AFTER
from kapstone.web.records.story import Story, known, moment

Row = Mapping[str, Any]
# SQLite writes an empty key of a JSON column as the word.
EVERY_ROUTE = (None, "null")
MOST_WORDS = 160


def facts_of(courses: QuerySet[Course], *, now: datetime) -> dict[Course, pathway.CourseFacts]:
    """What the pathway may know of each course; a page finds the rows behind it in `story`."""
    rows: list[Any] = list(courses.select_related("person__practice"))
    stories = story.of(course.pk for course in rows)
    for course in rows:
        course.story = stories[course.pk]
    settle_together(rows)
    return {course: facts(course, here(course, now)) for course in rows}


def settle_together(courses: list[Any]) -> None:
    """Tell the stories of those in a couple which sessions are together, and whether settled."""
    paired = [course for course in courses if course.story.all("couple")]
    if paired:
        found = joint.settled_sessions({course.person_id for course in paired})
        for course in paired:
            course.story.joint = found


def here(course: Course, now: datetime) -> datetime:
    """The moment by the practice's own clock: whose day "today" is, whoever asks."""
    return now.astimezone(course.person.practice.zone)


def gates(
    course: Course, facts: pathway.CourseFacts, number: int, *, now: datetime
) -> tuple[pathway.Gate, ...]:
    """The gates of a medicine session on the practice's day."""
    return pathway.gates(facts, number, now=here(course, now))


def steps(course: Course, facts: pathway.CourseFacts, *, now: datetime) -> tuple[pathway.Step, ...]:
    """The road of the course on the practice's day."""
    return pathway.next_steps(facts, now=here(course, now))


def facts(course: Any, now: datetime) -> pathway.CourseFacts:
    """One course in the pathway's words; `course` carries its story."""
    told: Story = course.story
    sheets = [row for row in told.all("sheet") if is_open(row, now)]
    plan, age = told.newest("safety plan"), course.person.age(now.date())
    return pathway.CourseFacts(
        age=age,
        consultation=consultation(told.newest("booking") or {}, told.newest("call") or {}),
        intake=intake_facts(told),
        screening=screening_facts(told.newest("decision") or {}),
        consent=consent_facts(told.newest("consent")),
        roadmap=roadmap_facts(told.newest("roadmap") or {}),
        preparations=tuple(row["at"] for row in told.all("preparation") if row["held"]),
        preparations_booked=talks_booked(told),
        safety_plan_at=plan["at"] if plan else None,
        sessions=tuple(session_facts.of_story(told)),
        integrations=tuple(row["at"] for row in told.all("contact")),
        sheets_due=len(sheets),
        sheets_overdue=sum(is_past(row["due_at"], now - OVERDUE_AFTER) for row in sheets),
        open_risk_notice=bool(told.all("risk")),
        risk_answered=all(known(row["answered"]) for row in told.all("risk")),
        unreviewed_risk=bool(told.all("unreviewed")),
        review=review_facts(told.newest("review") or {}),
        long_term=long_term.facts(told, age=age),
    )


def talks_booked(told: Story) -> tuple[datetime, ...]:
    """The times that were agreed for preparation, past ones too."""
    found = (moment(row["starts_at"]) for row in told.all("talk booked"))
    return tuple(at for at in found if at is not None)


def is_open(sheet: Row, now: datetime) -> bool:
    return is_past(sheet["opens_at"], now) and not is_past(sheet["closes_at"], now)


def is_past(text: str, now: datetime) -> bool:
    at = moment(text)
    return at is not None and at <= now


def review_facts(row: Row) -> pathway.Review:
    return pathway.Review(decision=row.get("choice"), at=row.get("at"))


def consultation(booked: Row, held: Row) -> pathway.Consultation:
    return pathway.Consultation(
        booked_for=moment(booked.get("starts_at")),
        held_at=held.get("at"),
        minutes=held.get("minutes"),
        fit=known(held.get("fit")),
    )


def intake_facts(told: Story) -> pathway.Intake:
    finished = told.newest("finished")
    if finished is not None:
        return pathway.Intake(answered=1.0, finished_at=finished["at"])
    answers = {row["question"]: row["value"] for row in told.all("answer")}
    if not answers:
        return pathway.Intake()
    progress = intake.progress(answers)
    stopped = progress.stopped_at
    return pathway.Intake(
        answered=progress.share, stopped_at_question=stopped.ask if stopped else None
    )


def screening_facts(row: Row) -> pathway.Screening:
    digest, over = row.get("knowledge_digest"), row.get("over")
    return pathway.Screening(
        decision=row.get("decision"),
        signed_at=row.get("at"),
        signed_by=row.get("signed_name"),
        valid_until=moment(row.get("valid_until")),
        oversight_for=shorten(row.get("reason") or "", MOST_WORDS, placeholder=" ...") or None,
        # Other rules may or may not find something new: `rescreening` looks.
        knowledge_changed=False if digest == screening.knowledge_digest() else None,
        over=None if over is None else tuple(over),
        second_by=row.get("countersignature__signed_name"),
    )


def consent_facts(row: Row | None) -> pathway.Consent:
    if row is None:
        return pathway.Consent(current_version=consent.version(), withdrawn=None)
    withdrawn_at = moment(row["withdrawal__at"])
    told = frozenset([row["document__route"]])
    return pathway.Consent(
        version=row["version"],
        current_version=consent.version(),
        signed_at=row["at"],
        expires_at=moment(row["expires_at"]),
        withdrawn=withdrawn_at is not None,
        withdrawn_at=withdrawn_at,
        routes=consent.routes() if row["document__route"] in EVERY_ROUTE else told,
    )


def roadmap_facts(row: Row) -> pathway.Roadmap:
    after = row.get("review_after")
    return pathway.Roadmap(
        preparation=row.get("preparation"),
        medicine=row.get("medicine"),
        integration=row.get("integration"),
        review_after=None if after is None else (after,),
    )


def is_on_the_road() -> Q:
    """Courses that no review has ended."""
    ended = Review.objects.standing().filter(choice__in=("ending", "another_path"))
    return ~Q(pk__in=ended.values("course"))
