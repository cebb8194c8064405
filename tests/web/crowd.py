"""A practice with many rows in every list; written in bulk, as deeds would take minutes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from kapstone.web.accounts.models import User
from kapstone.web.records.models import (
    Appointment,
    Capture,
    CaptureDevice,
    Commitment,
    Consultation,
    Course,
    Entry,
    GroupEvent,
    GroupNote,
    GroupSeat,
    Insight,
    JournalEntry,
    Message,
    Note,
    Notice,
    Person,
    PersonStory,
    Phase,
    PsychotherapyNote,
    Session,
    SessionPlan,
    Sheet,
    SheetScore,
    Statement,
    StoryAuthorisation,
    StoryText,
    Thread,
    TrackNote,
)


def written(table: Any, count: int, make: Callable[[int], dict[str, Any]]) -> list[Any]:
    """Rows up to `count`, counted on from those that a call before this one wrote."""
    there = table.objects.count()
    rows = table.objects.bulk_create(table(**make(n)) for n in range(there, count))
    return list(rows)


def of_practice(count: int, *, by: User, at: datetime) -> None:
    """`count` people, each with a course, a booking, a call held, notices, messages and sessions:
    every second one has begun."""
    new = written(Person, count, lambda n: person(by, n))
    signed = {"at": at, "by": by}
    courses = bulk(Course, (dict(person=each, number=1, **signed) for each in new))
    bulk(Message, (dict(person=each, text="Hello", from_person=True, **signed) for each in new))
    bulk(Notice, (dict(person=each, **notice(), **signed) for each in new))
    soon = at + timedelta(minutes=30)
    booked = {"starts_at": soon, "minutes": 20, **signed}
    for kind in ("consultation", "integration"):
        bulk(Appointment, (dict(course=each, kind=kind, **booked) for each in courses))
    call = {"minutes": 20, "brings": "Grief", "fit": True, "why": "A fit", **signed}
    bulk(Consultation, (dict(course=each, **call) for each in courses[::3]))
    sessions = bulk(Session, (dict(course=each, number=1, **signed) for each in courses))
    plan = {"route": "iv", "planned_for": soon, **signed}
    bulk(SessionPlan, (dict(session=each, **plan) for each in sessions))
    bulk(Phase, (dict(session=each, phase="started", **signed) for each in sessions[::2]))
    told_by(courses, by=by, at=at)
    written(Entry, count, lambda n: entry(by, at, n))
    events = written(GroupEvent, count, lambda n: group(by, at))
    pairs = zip(events, courses, strict=False)
    bulk(GroupSeat, (dict(event=event, course=course, **signed) for event, course in pairs))


def told_by(courses: Iterable[Course], *, by: User, at: datetime) -> None:
    """A story of each course with its words and an authorisation that holds."""
    signed = {"at": at, "by": by}
    of = [dict(person=each.person, course=each, kind="own_words", **signed) for each in courses]
    stories = bulk(PersonStory, of)
    bulk(
        StoryText, (dict(story=each, words="Words", digest="0" * 64, **signed) for each in stories)
    )
    terms = {"audience": "public", "purpose": "inform", "paid": False, "words": [], "digest": "0"}
    until = {"expires_at": at + timedelta(days=20), "signed_name": "Somebody", **terms, **signed}
    bulk(StoryAuthorisation, (dict(story=each, person=each.person, **until) for each in stories))


def of_person(count: int, course: Course, *, by: User, at: datetime) -> None:
    """`count` rows of everything that one chart may hold many of."""
    mine = {"course": course, "at": at, "by": by}
    theirs = {"person": course.person, "at": at, "by": by}
    written(Note, count, lambda n: {"kind": "integration", "text": f"Note {n}", **mine})
    sealed = {"key_id": "0", "sealed": "Nobody opens it here", **mine}
    written(PsychotherapyNote, count, lambda n: sealed)
    painful = {"track": "pain", "answers": {"pain-average": 4}, **mine}
    written(TrackNote, count, lambda n: painful)
    seats = written(GroupSeat, count, lambda n: {"event": event_of(by, at), **mine})
    bulk(GroupNote, ({"seat": each, "text": "Spoke", "at": at, "by": by} for each in seats))
    insights = written(Insight, count, lambda n: {"words": f"Insight {n}", **mine})
    bulk(Commitment, (dict(insight=each, words="Walk", **mine) for each in insights))
    written(JournalEntry, count, lambda n: {"text": f"Page {n}", "shared": n % 2 == 0, **theirs})
    said = {"text": "Hello", "from_person": True, **theirs}
    threads = written(Thread, count, lambda n: {"about": "other", **theirs})
    bulk(Message, (dict(thread=each, **said) for each in threads))
    written(Message, 2 * count, lambda n: said)
    written(CaptureDevice, min(count, 1), lambda n: phone_of(at) | theirs)
    phone = CaptureDevice.objects.first()
    written(
        Capture, count, lambda n: {"device": phone, "client_id": uuid4(), **capture(), **theirs}
    )
    written(Statement, count, lambda n: statement(n) | theirs)
    new = count - PersonStory.objects.filter(course=course).count()
    told_by([course] * max(0, new), by=by, at=at)
    sheets = written(Sheet, count, lambda n: sheet(at, n) | mine)
    score = {"total": 9, "missing": [], "answers": {}, "at": at, "by": by}
    bulk(SheetScore, (dict(sheet=each, **score) for each in sheets[::2]))


def bulk(table: Any, rows: Iterable[dict[str, Any]]) -> list[Any]:
    return list(table.objects.bulk_create(table(**row) for row in rows))


def person(by: User, n: int) -> dict[str, Any]:
    names = {"given": f"Given{n}", "family": f"Family{n}", "number": f"C-{n}"}
    return {"practice": by.practice, **names}


def notice() -> dict[str, str]:
    return {"kind": "suicide-risk", "level": "si_positive", "says": "Ask", "key": uuid4().hex}


def group(by: User, at: datetime) -> dict[str, Any]:
    return {"practice": by.practice, "title": "Breath", "at": at, "by": by}


def event_of(by: User, at: datetime) -> GroupEvent:
    return GroupEvent.objects.first() or GroupEvent.objects.create(**group(by, at))


def entry(by: User, at: datetime, n: int) -> dict[str, Any]:
    return {"number": n + 1, "at": at, "practice": by.practice, "by": by, "did": "see chart"}


def statement(n: int) -> dict[str, Any]:
    return {"kind": "condition", "text": f"Condition {n}", "key": uuid4().hex}


def phone_of(at: datetime) -> dict[str, Any]:
    return {"secret_hash": "0" * 64, "expires_at": at + timedelta(days=14)}


def capture() -> dict[str, Any]:
    said = {"kind": "written", "content_type": "text/plain", "size": 9}
    return {"client_id": uuid4(), **said}


def sheet(at: datetime, n: int) -> dict[str, Any]:
    opens = at - timedelta(days=n // 2)
    times = {"opens_at": opens, "due_at": opens, "closes_at": at + timedelta(days=1)}
    return {"instrument": "phq9", "version": "1", "anchor": f"asked-{n}", **times}
