"""The trail: every deed leaves one entry, and a broken link is named."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from kapstone.web import clock
from kapstone.web.accounts.models import Practice, User
from kapstone.web.records import audit, guards
from kapstone.web.records.actions import courses
from kapstone.web.records.models import Course, Entry


@pytest.fixture
def trail(course: Course, osei: User, now: datetime) -> list[Entry]:
    for text in ("one", "two", "three"):
        courses.write_note(course, kind="clinical", text=text, at=now, by=osei)
    return list(Entry.objects.order_by("number"))


def tamper(sql: str) -> None:
    """What somebody with the database's own password could do: take the guards off first."""
    table = Entry._meta.db_table
    with connection.cursor() as cursor:
        for name in guards.expected(connection.vendor, Entry):
            on = "" if connection.vendor == "sqlite" else f' ON "{table}"'
            cursor.execute(f'DROP TRIGGER "{name}"{on}')
        cursor.execute(sql)


def test_a_deed_leaves_one_entry_with_its_actor(trail: list[Entry], osei: User) -> None:
    assert [entry.did for entry in trail] == ["add person", *["write note"] * 3]
    assert trail[-1].by == osei
    assert trail[-1].roles == ["prescriber"]


def test_a_whole_trail_verifies(trail: list[Entry]) -> None:
    walk = audit.verify()
    assert walk.broken is None
    assert walk.entries == 4
    assert walk.head == trail[-1].hash


def test_changed_content_is_found(trail: list[Entry]) -> None:
    tamper("UPDATE records_entry SET did = 'nothing at all' WHERE number = 3")
    broken = audit.verify().broken
    assert broken == audit.Broken(3, "its content is not what was written")


def test_a_removed_entry_is_found(trail: list[Entry]) -> None:
    tamper("DELETE FROM records_entry WHERE number = 2")
    broken = audit.verify().broken
    assert broken == audit.Broken(3, "entry 2 is missing")


def test_a_rewritten_hash_breaks_the_next_link(trail: list[Entry]) -> None:
    forged = trail[1]
    forged.did = "another deed"
    tamper(
        f"UPDATE records_entry SET did = '{forged.did}', hash = '{audit.digest(forged)}' "  # noqa: S608
        "WHERE number = 2"
    )
    broken = audit.verify().broken
    assert broken == audit.Broken(3, "it does not follow the entry before it")


NEW_YORK = ZoneInfo("America/New_York")


def test_an_entry_holds_in_whatever_zone_its_moment_was_told(
    course: Course, osei: User, now: datetime
) -> None:
    with clock.at(now.astimezone(NEW_YORK)):
        courses.write_note(course, kind="clinical", text="one", at=now, by=osei)
        assert clock.now().tzinfo is UTC
    assert audit.verify().broken is None


def test_an_entry_that_was_written_in_the_time_of_its_practice_still_holds(
    trail: list[Entry], osei: User
) -> None:
    Practice.objects.update(time_zone="America/New_York")
    last = trail[-1]
    older = audit.digest(last, NEW_YORK)
    assert older != last.hash
    tamper(f"UPDATE records_entry SET hash = '{older}' WHERE number = {last.number}")  # noqa: S608
    assert audit.verify().broken is None
    Practice.objects.update(time_zone="Europe/Zurich")
    assert audit.verify().broken == audit.Broken(4, "its content is not what was written")


@pytest.mark.django_db
def test_an_empty_trail_verifies() -> None:
    assert audit.verify() == audit.Walk(0, audit.BEGINNING, None)
