"""Writes the audit trail and walks it: each entry holds the hash of the one before."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any

import orjson
from django.db import connection, transaction

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records.models.audit import Entry
from kapstone.web.records.models.people import Person
from kapstone.web.records.refusals import Refused

BEGINNING = "0" * 64
# Any number will do, as long as nothing else in the database takes the same advisory lock.
CHAIN_LOCK = 4_815_162_342
CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class Broken:
    """The first place where the trail does not hold together."""

    number: int
    why: str


@dataclass(frozen=True, slots=True)
class Walk:
    """What a walk along the trail found; `head` is the hash to keep somewhere else."""

    entries: int
    head: str
    broken: Broken | None


def record(
    by: User | None,
    did: str,
    *,
    person: Person | None = None,
    about: str = "",
    **detail: Any,
) -> Entry:
    """Append one entry inside the deed's own transaction: they stand or fall together.

    Every deed passes here: one of staff about somebody whom another practice cares for falls.
    """
    if by and person and by.is_staff_member and by.practice_id != person.practice_id:
        raise Refused("elsewhere", "This person is cared for by another practice.")
    practice = person.practice_id if person else (by.practice_id if by else None)
    return append(practice, by, did, person=person, about=about, detail=detail)


def append(
    practice: int | None,
    by: User | None,
    did: str,
    *,
    person: Person | None,
    about: str,
    detail: dict[str, Any],
) -> Entry:
    """Append one entry to the trail of this practice."""
    # No savepoint: a deed without its entry must not stand, whoever catches the fault.
    with transaction.atomic(savepoint=False):
        hold_chain()
        number, before = end_of_chain()
        entry = Entry(
            number=number + 1,
            at=clock.now(),
            practice_id=practice,
            by=by,
            roles=sorted(by.roles) if by else [],
            did=did,
            person=person,
            about=about,
            detail=orjson.loads(orjson.dumps(detail, default=str)),
            before=before,
        )
        entry.hash = digest(entry)
        entry.save(force_insert=True)
    return entry


def hold_chain() -> None:
    """One writer at a time; on SQLite the write lock of BEGIN IMMEDIATE is already that."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])


def end_of_chain() -> tuple[int, str]:
    """The number and the hash of the newest entry; written by hand because every deed asks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, hash FROM records_entry ORDER BY number DESC LIMIT 1")
        return cursor.fetchone() or (0, BEGINNING)


def digest(entry: Entry, zone: tzinfo = UTC) -> str:
    content = orjson.dumps(entry.content(zone), option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(content).hexdigest()


def is_as_written(entry: Entry) -> bool:
    """Whether the hash is of the content; older demonstrations wrote the practice's own time."""
    if digest(entry) == entry.hash:
        return True
    return entry.practice is not None and digest(entry, entry.practice.zone) == entry.hash


def verify(progress: Callable[[int], None] = lambda number: None) -> Walk:
    """Walk the whole trail and stop at the first broken link."""
    before, expected = BEGINNING, 1
    for entry in in_order():
        if why := fault(entry, expected, before):
            return Walk(expected - 1, before, Broken(entry.number, why))
        before, expected = entry.hash, expected + 1
        progress(entry.number)
    return Walk(expected - 1, before, None)


def in_order() -> Iterator[Entry]:
    return Entry.objects.select_related("practice").order_by("number").iterator(chunk_size=CHUNK)


def fault(entry: Entry, expected: int, before: str) -> str:
    """What is wrong with an entry, in words; nothing when it holds."""
    if entry.number != expected:
        return f"entry {expected} is missing"
    if entry.before != before:
        return "it does not follow the entry before it"
    if not is_as_written(entry):
        return "its content is not what was written"
    return ""


def holds(head: str) -> bool:
    """Whether an entry with this hash is on the trail: this finds an end that was cut off."""
    return head == BEGINNING or Entry.objects.filter(hash=head).exists()
