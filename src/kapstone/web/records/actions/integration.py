"""Deeds of integration: what the person brought back, and what became of it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from kapstone.pathway import integration as after
from kapstone.web.accounts.models import User
from kapstone.web.records import audit
from kapstone.web.records.actions.courses import write_note
from kapstone.web.records.models import (
    CheckIn,
    Commitment,
    Course,
    Insight,
    IntegrationContact,
    JournalEntry,
    Meaning,
    Person,
    Session,
)
from kapstone.web.records.refusals import Refused

# "Not now" is an answer as well: the question rests until the next moment.
CHECK_INS = ("kept", "changed", "let_go", "not_now")
CONTACTS = ("in_person", "video", "phone")


def refuse_empty(words: str) -> None:
    if not words.strip():
        raise Refused("empty", "Write something first.")


def refuse_other_course(course: Course, session: Session | None) -> None:
    if session is not None and session.course_id != course.pk:
        raise Refused("other-course", "This session belongs to another course; choose one of this.")


@transaction.atomic
def hold_integration(
    course: Course,
    *,
    how: str,
    at: datetime,
    by: User,
    session: Session | None = None,
    note: str = "",
) -> IntegrationContact:
    """An integration session was held; its note, if any, goes into the chart with it."""
    if how not in CONTACTS:
        raise Refused("no-such-way", f"{how!r} is none of: {', '.join(CONTACTS)}.")
    refuse_other_course(course, session)
    row: IntegrationContact = IntegrationContact.objects.create(
        course=course, session=session, how=how, at=at, by=by
    )
    audit.record(by, "hold integration", person=course.person, about=f"contact:{row.pk}")
    if note.strip():
        write_note(course, kind="integration", text=note.strip(), at=at, by=by)
    return row


@transaction.atomic
def record_insight(
    course: Course,
    *,
    words: str,
    at: datetime,
    by: User,
    domain: str = "",
    session: Session | None = None,
) -> Insight:
    """Keep an insight in the person's own words."""
    refuse_empty(words)
    refuse_other_course(course, session)
    if domain and domain not in after.domains():
        raise Refused("no-such-domain", f"{domain!r} is none of: {', '.join(after.domains())}.")
    row: Insight = Insight.objects.create(
        course=course, session=session, words=words.strip(), domain=domain, at=at, by=by
    )
    audit.record(by, "record insight", person=course.person, about=f"insight:{row.pk}")
    return row


@transaction.atomic
def give_meaning(insight: Insight, *, words: str, at: datetime, by: User) -> Meaning:
    """What an insight means to the person, in their words; the same again changes nothing."""
    refuse_empty(words)
    # The course is the lock: two taps at once must not both correct the same words.
    Course.objects.locked(insight.course_id)
    last: Meaning | None = Meaning.objects.newest(insight=insight)
    if last and last.words == words.strip():
        return last
    row: Meaning = Meaning.objects.create(
        course=insight.course, insight=insight, words=words.strip(), corrects=last, at=at, by=by
    )
    audit.record(by, "give meaning", person=insight.course.person, about=f"meaning:{row.pk}")
    return row


@transaction.atomic
def make_commitment(
    insight: Insight, *, words: str, due_on: date | None, at: datetime, by: User
) -> Commitment:
    """Something small and dated that follows from an insight."""
    refuse_empty(words)
    if due_on is not None and due_on < timezone.localdate(at):
        raise Refused("in-the-past", "This day has passed; choose today or a later day.")
    row: Commitment = Commitment.objects.create(
        course=insight.course, insight=insight, words=words.strip(), due_on=due_on, at=at, by=by
    )
    audit.record(by, "make commitment", person=insight.course.person, about=f"commitment:{row.pk}")
    return row


@transaction.atomic
def check_in(
    commitment: Commitment, *, how: str, at: datetime, by: User, words: str = ""
) -> CheckIn:
    """How a commitment went: kept, changed, let go; or not now, which asks again later."""
    if how not in CHECK_INS:
        raise Refused("no-such-answer", f"{how!r} is none of: {', '.join(CHECK_INS)}.")
    row: CheckIn = CheckIn.objects.create(
        commitment=commitment, how=how, words=words.strip(), at=at, by=by
    )
    audit.record(
        by, "check in", person=commitment.course.person, about=f"commitment:{commitment.pk}"
    )
    return row


@transaction.atomic
def write_journal(
    person: Person, *, text: str, shared: bool, at: datetime, by: User
) -> JournalEntry:
    """A page of the person's journal; nobody else reads it unless they share it."""
    refuse_empty(text)
    row: JournalEntry = JournalEntry.objects.create(
        person=person, text=text.strip(), shared=shared, at=at, by=by
    )
    audit.record(by, "write journal", person=person, about=f"journal:{row.pk}", shared=shared)
    return row


@transaction.atomic
def share_journal(entry: JournalEntry, *, shared: bool, at: datetime, by: User) -> JournalEntry:
    """Share a page with the care team, or take it back; saying it twice changes nothing."""
    # The person's row is the lock: two taps at once must not both correct the same page.
    Person.objects.locked(entry.person_id)
    if JournalEntry.objects.filter(corrects=entry).exists():
        raise Refused("changed", "This page was changed meanwhile: look at your journal again.")
    if entry.shared == shared:
        return entry
    row: JournalEntry = JournalEntry.objects.create(**entry.but(shared=shared), at=at, by=by)
    audit.record(by, "share journal", person=entry.person, about=f"journal:{row.pk}", shared=shared)
    return row
