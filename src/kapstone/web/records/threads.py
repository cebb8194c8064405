"""Threads as they stand: what they are about, who reads them, what waits and since when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, Max, Min, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kapstone.web.accounts.models import User
from kapstone.web.records import away, opening
from kapstone.web.records.models import (
    Absence,
    Attachment,
    Message,
    MessageSeen,
    Person,
    Thread,
)

ABOUT: dict[str, Promise] = {
    "appointment": _("An appointment"),
    "medicine": _("Medicine"),
    "bill": _("A bill"),
    "worry": _("Something that worries me"),
    "other": _("Something else"),
}
EARLIER = _("Earlier messages")
# The row of all that was written before there were threads.
BEFORE_THREADS = {"thread": None}


def title_of(thread: Thread | None) -> str:
    """Its subject; where none was given what it is about."""
    if thread is None:
        return str(EARLIER)
    return thread.subject or str(ABOUT.get(thread.about, thread.about))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A thread in which something waits for an answer of the team, since the first of it.

    `thread` is None for what was written before there were threads. `due_at` is None where nobody
    has settled the hours. `reader` reads it today, None is whoever is there.
    """

    person: Person
    thread: Thread | None
    since: datetime
    written: int
    is_new: bool
    due_at: datetime | None
    overdue: bool
    reader: User | None
    absence: Absence | None

    @property
    def title(self) -> str:
        return title_of(self.thread)

    @property
    def about(self) -> str:
        return str(ABOUT.get(self.thread.about, "")) if self.thread else ""


def waiting(user: User) -> Any:
    """Person, thread and since when, the longest wait first."""
    rows = Message.objects.visible_to(user).open().order_by()
    found: Any = rows.values("person", "thread").annotate(since=Min("at"), written=Count("pk"))
    return found.order_by("since", "person", "thread")


def mine(user: User, now: datetime) -> Q:
    """Of what waits, that which this member of staff reads today by name."""
    return Q(thread__addressed_to__in=away.read_by(user, now))


def overdue(user: User, now: datetime) -> Any:
    """Of what waits, that whose answer was expected by now; nothing before hours are settled."""
    hours = opening.hours_of(user.practice)
    moment = opening.overdue_before(hours, now) if hours else None
    rows = waiting(user)
    return rows.filter(since__lt=moment) if moment else rows.none()


def shown(rows: Sequence[Mapping[str, Any]], user: User, now: datetime) -> list[Waiting]:
    """Rows of `waiting` with all that a list says of them, in a handful of queries."""
    hours = opening.hours_of(user.practice)
    people = Person.objects.in_bulk([row["person"] for row in rows])
    found = Thread.objects.select_related("addressed_to").in_bulk(
        [row["thread"] for row in rows if row["thread"]]
    )
    absent = away.today(user.practice, now) if user.practice else {}
    new = new_ones(rows, user)
    return [
        standing(
            row,
            people[row["person"]],
            found.get(row["thread"]),
            hours,
            absent=absent,
            new=new,
            now=now,
        )
        for row in rows
    ]


def new_ones(rows: Sequence[Mapping[str, Any]], user: User) -> set[tuple[int, int | None]]:
    """Which of these have something that this reader has not seen."""
    unseen = Message.objects.new_to(user).filter(person__in=[row["person"] for row in rows])
    return set(unseen.order_by().values_list("person", "thread").distinct())


def standing(
    row: Mapping[str, Any],
    person: Person,
    thread: Thread | None,
    hours: opening.Hours | None,
    *,
    absent: Mapping[int, Absence],
    new: set[tuple[int, int | None]],
    now: datetime,
) -> Waiting:
    due = opening.due_at(hours, row["since"]) if hours else None
    addressed = thread.addressed_to if thread else None
    return Waiting(
        person=person,
        thread=thread,
        since=row["since"],
        written=row["written"],
        is_new=(row["person"], row["thread"]) in new,
        due_at=due,
        overdue=due is not None and due <= now,
        reader=away.reader(addressed, absent),
        absence=absent.get(addressed.pk) if addressed else None,
    )


def of_person(person: Person) -> QuerySet[Thread, Any]:
    """The person's threads, the one that was written in last first.

    Each with `last_at`, `unread` (for the person) and `waits` (for the team).
    """
    inside = Message.objects.filter(thread=OuterRef("pk"))
    rows: QuerySet[Thread, Any] = Thread.objects.standing().filter(person=person)
    return (
        rows.annotate(
            last_at=Max("messages__at"),
            unread=Exists(inside.filter(from_person=False, seen=None)),
            waits=Exists(inside.open()),
        )
        .select_related("addressed_to")
        .order_by("-last_at", "-pk")
    )


def earlier(person: Person) -> dict[str, Any] | None:
    """What was written before there were threads, as a row beside them; None when nothing was."""
    rows = Message.objects.filter(person=person, thread=None)
    last = rows.order_by("-at").values_list("at", flat=True).first()
    if last is None:
        return None
    unread = rows.filter(from_person=False, seen=None).exists()
    return {"last_at": last, "unread": unread, "waits": rows.open().exists()}


def messages_of(person: Person, thread: Thread | None) -> QuerySet[Message, Any]:
    """What was written in a thread, the newest first, with its files and who dealt with it."""
    dealt = MessageSeen.objects.filter(message=OuterRef("pk"), dealt_with=True)
    rows: QuerySet[Message, Any] = Message.objects.filter(person=person, thread=thread)
    files = Prefetch("attachments", queryset=Attachment.objects.order_by("pk"))
    return (
        rows.annotate(dealt_by=Subquery(dealt.values("by__name")[:1]))
        .select_related("by")
        .prefetch_related(files)
        .order_by("-at", "-pk")
    )


def titled(rows: Iterable[Any]) -> list[Any]:
    """Threads, each with its `title` and `about_words`."""
    found = list(rows)
    for row in found:
        row.title, row.about_words = title_of(row), ABOUT.get(row.about, "")
    return found
