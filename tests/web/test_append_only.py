"""The database refuses to change what was written, whatever the code above it does."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from web.logging_in import logged_in

from kapstone.web.accounts.models import User
from kapstone.web.records import guards
from kapstone.web.records.actions import courses
from kapstone.web.records.models import AppendOnlyError, Course, Entry, Note

MODELS = guards.guarded_models()


@pytest.fixture
def note(course: Course, osei: User, now: datetime) -> Note:
    return courses.write_note(course, kind="clinical", text="First words", at=now, by=osei)


def run(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize("model", [Note, Entry])
@pytest.mark.parametrize(
    "sql", ["UPDATE {table} SET at = at", "DELETE FROM {table}"], ids=["update", "delete"]
)
def test_sql_cannot_change_or_remove_a_row(model: type[models.Model], sql: str, note: Note) -> None:
    with pytest.raises(DatabaseError, match="never edited or deleted"):
        run(sql.format(table=model._meta.db_table))
    assert Note.objects.get().text == "First words"


# The way round the triggers that each database has of its own.
BACK_DOORS = {
    "sqlite": "PRAGMA recursive_triggers=OFF; INSERT OR REPLACE INTO records_note "
    "SELECT {columns} FROM records_note",
    "postgresql": "SET LOCAL session_replication_role = replica; DELETE FROM records_note",
}
EMPTIES = {
    "sqlite": "DELETE FROM records_note",
    "postgresql": "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE records_note CASCADE",
}


def test_the_back_door_is_shut(note: Note) -> None:
    columns = ", ".join(f'"{field.column}"' for field in Note._meta.local_fields)
    with pytest.raises(DatabaseError, match="never edited or deleted"):
        for sql in BACK_DOORS[connection.vendor].format(columns=columns).split("; "):
            run(sql)
    assert Note.objects.get().text == "First words"


def test_a_table_cannot_be_emptied(note: Note) -> None:
    with pytest.raises(DatabaseError, match="never edited or deleted"):
        run(EMPTIES[connection.vendor])


def test_the_models_refuse_before_the_database_has_to(note: Note) -> None:
    note.text = "Other words"
    with pytest.raises(AppendOnlyError):
        note.save()
    with pytest.raises(AppendOnlyError):
        note.delete()
    with pytest.raises(AppendOnlyError):
        Note.objects.update(text="Other words")
    with pytest.raises(AppendOnlyError):
        Note.objects.all().delete()


def test_a_correction_stands_in_for_the_first_row(note: Note, osei: User, now: datetime) -> None:
    later = courses.write_note(
        note.course, kind="clinical", text="Better words", at=now, by=osei, corrects=note
    )
    assert list(Note.objects.standing()) == [later]
    assert Note.objects.count() == 2


def test_a_row_is_corrected_once(note: Note, osei: User, now: datetime) -> None:
    fields = {"course": note.course, "kind": "clinical", "corrects": note, "at": now, "by": osei}
    Note.objects.create(text="second", **fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        Note.objects.create(text="third", **fields)


@pytest.mark.django_db
def test_every_clinical_table_has_its_guards() -> None:
    assert len(MODELS) > 40
    assert guards.missing(connection) == []


def drop_guards() -> list[str]:
    names = list(guards.expected(connection.vendor, Note))
    for name in names:
        on = "" if connection.vendor == "sqlite" else ' ON "records_note"'
        run(f'DROP TRIGGER "{name}"{on}')
    return names


@pytest.mark.django_db
def test_guards_that_were_taken_away_are_put_back_aloud(
    caplog: pytest.LogCaptureFixture, owen: User
) -> None:
    names = drop_guards()
    call_command("migrate", verbosity=0, interactive=False)
    assert guards.missing(connection) == []
    assert all(name in caplog.text for name in names)
    assert Entry.objects.get(did="put guards back").detail == {"guards": sorted(names)}
    assert "put guards back" in logged_in(owen).get("/audit/").content.decode()


@pytest.mark.django_db
def test_guards_that_stand_are_not_spoken_of(caplog: pytest.LogCaptureFixture) -> None:
    call_command("migrate", verbosity=0, interactive=False)
    assert caplog.text == ""
    assert not Entry.objects.exists()


@pytest.mark.django_db
def test_a_migration_that_remakes_a_table_gets_its_guards_back() -> None:
    """SQLite drops triggers with the table that AlterField remakes; migrate puts them back."""
    drop_guards()
    assert guards.missing(connection) != []
    guards.install(connection)
    assert guards.missing(connection) == []


# A guard in name only: it is there, and refuses nothing.
HOLLOW = {
    "sqlite": [
        'DROP TRIGGER "records_note_no_update"',
        'CREATE TRIGGER "records_note_no_update" BEFORE UPDATE ON "records_note" '
        "BEGIN SELECT 1; END",
    ],
    "postgresql": [
        "CREATE OR REPLACE FUNCTION kapstone_refuse() RETURNS trigger LANGUAGE plpgsql "
        "AS $$ BEGIN RETURN NEW; END $$"
    ],
}
ELSEWHERE = {
    "sqlite": [
        'DROP TRIGGER "records_note_no_update"',
        'CREATE TRIGGER "records_note_no_update" BEFORE UPDATE ON "records_review" '
        "BEGIN SELECT RAISE(ABORT, 'no'); END",
    ],
    "postgresql": [
        'DROP TRIGGER "records_note_no_change" ON "records_note"',
        'CREATE TRIGGER "records_note_no_change" BEFORE UPDATE OR DELETE ON "records_review" '
        "FOR EACH ROW EXECUTE FUNCTION kapstone_refuse()",
        'ALTER TABLE "records_review" ENABLE ALWAYS TRIGGER "records_note_no_change"',
    ],
}


@pytest.mark.django_db
@pytest.mark.parametrize("trick", [HOLLOW, ELSEWHERE], ids=["hollow", "elsewhere"])
def test_a_guard_in_name_only_is_missing(trick: dict[str, list[str]]) -> None:
    with connection.cursor() as cursor:
        for sql in trick[connection.vendor]:
            cursor.execute(sql)
    assert any(name.startswith("records_note_no_") for name in guards.missing(connection))


def test_a_correcting_row_says_the_same_but_for_what_changed(
    course: Course, osei: User, lind: User, now: datetime
) -> None:
    booked = courses.book(
        course, kind="first-call", starts_at=now, room="Room 2", who=osei, at=now, by=osei
    )
    row = courses.cancel(booked, at=now + timedelta(hours=1), by=lind)
    assert (row.kind, row.starts_at, row.room, row.who) == ("first-call", now, "Room 2", osei)
    assert (row.corrects, row.cancelled, row.by) == (booked, True, lind)
    assert row.at > booked.at
