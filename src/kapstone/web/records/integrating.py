"""What integration knows of a course: contacts, insights, and what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet

from kapstone.pathway import integration
from kapstone.web.records import session_facts
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


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstContact:
    """The first contact after a session; `state` is held, held_late, early, due or late."""

    session: Any
    opens_at: datetime
    closes_at: datetime
    held: IntegrationContact | None
    state: str


def first_contacts(course: Course, now: datetime) -> list[FirstContact]:
    """One line a session that the person went home from, the newest first; two queries."""
    sessions: Any = session_facts.with_story(Session.objects.filter(course=course))
    home = [row for row in sessions.order_by("number") if row.discharged_at is not None]
    contacts = list(IntegrationContact.objects.standing().filter(course=course).order_by("at"))
    ends = [*(row.discharged_at for row in home[1:]), None][: len(home)]
    lines = [
        first_contact(row, contact_after(row, until, contacts), now)
        for row, until in zip(home, ends, strict=True)
    ]
    return lines[::-1]


def contact_after(
    session: Any, until: datetime | None, contacts: Sequence[IntegrationContact]
) -> IntegrationContact | None:
    """The first contact that names the session, or else the first before the next one is over."""
    named = (row for row in contacts if row.session_id == session.pk)
    unnamed = (
        row
        for row in contacts
        if row.session_id is None
        and row.at > session.discharged_at
        and (until is None or row.at < until)
    )
    return min([*named, *unnamed], key=lambda row: row.at, default=None)


def first_contact(session: Any, held: IntegrationContact | None, now: datetime) -> FirstContact:
    window = integration.contact_window()
    opens, closes = session.discharged_at + window.opens, session.discharged_at + window.closes
    return FirstContact(
        session=session,
        opens_at=opens,
        closes_at=closes,
        held=held,
        state=state_of(opens, closes, held, now),
    )


def state_of(
    opens: datetime, closes: datetime, held: IntegrationContact | None, now: datetime
) -> str:
    if held is not None:
        return "held" if held.at <= closes else "held_late"
    if now > closes:
        return "late"
    return "due" if now >= opens else "early"


def insights(course: Course) -> QuerySet[Insight]:
    """Insights, newest first, with meanings, commitments and their check-ins; four queries."""
    check_ins = CheckIn.objects.standing().order_by("at").select_related("by")
    commitments = (
        Commitment.objects.standing()
        .order_by("at")
        .select_related("by")
        .prefetch_related(Prefetch("check_ins", queryset=check_ins))
    )
    rows = Insight.objects.standing().filter(course=course).select_related("by", "session")
    meanings = Meaning.objects.standing().order_by("-at", "-pk").select_related("by")
    rows = rows.prefetch_related(
        Prefetch("meanings", queryset=meanings), Prefetch("commitments", queryset=commitments)
    )
    return rows.order_by("-at", "-pk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of a journal as it stands; `written_at` stays, however often it was shared."""

    row: JournalEntry
    written_at: datetime


def pages(person: Person) -> list[Page]:
    """All pages of one's own journal, the newest first; for the person alone."""
    rows = list(JournalEntry.objects.filter(person=person).order_by("pk"))
    return standing_pages(rows)[::-1]


def shared_pages(person: Person) -> list[Page]:
    """The pages that the person shares with their care team now, and no other."""
    return [page for page in pages(person) if page.row.shared]


def standing_pages(rows: Sequence[JournalEntry]) -> list[Page]:
    """Each chain of corrections as one page, in the order in which they were first written."""
    first: dict[int, datetime] = {}
    standing: dict[int, JournalEntry] = {}
    for row in rows:
        first[row.pk] = first.get(row.corrects_id or 0, row.at)
        standing.pop(row.corrects_id or 0, None)
        standing[row.pk] = row
    found = [Page(row=row, written_at=first[pk]) for pk, row in standing.items()]
    return sorted(found, key=lambda page: (page.written_at, page.row.pk))
