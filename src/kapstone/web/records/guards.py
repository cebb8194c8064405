"""The database itself refuses to change or remove a clinical fact or an audit entry.

Installed after every `migrate`, because SQLite silently drops the triggers of a table that a later
migration remakes. `missing()` lists tables without their guards; the start-up check refuses those.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

from kapstone.web.records.models.audit import Entry
from kapstone.web.records.models.base import ClinicalFact

REFUSAL = "is appended and corrected, never edited or deleted"


def guarded_models() -> list[type[models.Model]]:
    facts = [model for model in apps.get_models() if issubclass(model, ClinicalFact)]
    return [*facts, Entry]


def install_after_migrate(using: str, **_: Any) -> None:
    install(connections[using])


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the guards on every table that may only grow; safe to run again."""
    present = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for model in guarded_models():
            if model._meta.db_table in present:
                for statement in statements(connection.vendor, model):
                    cursor.execute(statement)


def statements(vendor: str, model: type[models.Model]) -> Iterator[str]:
    yield from (postgresql if vendor == "postgresql" else sqlite)(model)


def sqlite(model: type[models.Model]) -> Iterator[str]:
    table = model._meta.db_table
    for deed in ("update", "delete"):
        name = f"{table}_no_{deed}"
        yield f'DROP TRIGGER IF EXISTS "{name}"'
        yield (
            f'CREATE TRIGGER "{name}" BEFORE {deed.upper()} ON "{table}" '
            f"BEGIN SELECT RAISE(ABORT, '{table} {REFUSAL}'); END"
        )
    # INSERT OR REPLACE deletes the row in its way without firing the trigger above, unless the
    # connection has recursive triggers on. This guard does not depend on the connection.
    name = f"{table}_no_replace"
    there = f'SELECT 1 FROM "{table}" WHERE {collision(model)}'  # noqa: S608  # our own names only
    yield f'DROP TRIGGER IF EXISTS "{name}"'
    yield (
        f'CREATE TRIGGER "{name}" BEFORE INSERT ON "{table}" WHEN EXISTS ({there}) '
        f"BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: {table} {REFUSAL}'); END"
    )


def collision(model: type[models.Model]) -> str:
    """SQL that is true when a new row would collide with one that is there."""
    return " OR ".join(
        "(" + " AND ".join(f'"{column}" = NEW."{column}"' for column in columns) + ")"
        for columns in unique_columns(model)
    )


def unique_columns(model: type[models.Model]) -> Iterator[list[str]]:
    for field in model._meta.local_fields:
        if field.unique and field.column:
            yield [field.column]
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            yield [column(model, name) for name in constraint.fields]


def column(model: type[models.Model], name: str) -> str:
    return {field.name: field.attname for field in model._meta.local_fields}[name]


def postgresql(model: type[models.Model]) -> Iterator[str]:
    table = model._meta.db_table
    yield (
        "CREATE OR REPLACE FUNCTION kapstone_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN RAISE EXCEPTION '% {REFUSAL}', TG_TABLE_NAME "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    for name, when in (
        (f"{table}_no_change", "BEFORE UPDATE OR DELETE"),
        (f"{table}_no_truncate", "BEFORE TRUNCATE"),
    ):
        level = "STATEMENT" if "TRUNCATE" in when else "ROW"
        yield f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"'
        yield (
            f'CREATE TRIGGER "{name}" {when} ON "{table}" '
            f"FOR EACH {level} EXECUTE FUNCTION kapstone_refuse()"
        )
        # ALWAYS: also when a session pretends to be a replica, which skips ordinary triggers.
        yield f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "{name}"'


def expected(vendor: str, table: str) -> set[str]:
    ends = (
        ("no_change", "no_truncate")
        if vendor == "postgresql"
        else (
            "no_update",
            "no_delete",
            "no_replace",
        )
    )
    return {f"{table}_{end}" for end in ends}


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Guards that should stand in this database and do not."""
    query = (
        "SELECT tgname FROM pg_trigger WHERE tgenabled = 'A'"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        found = {str(row[0]) for row in cursor.fetchall()}
    wanted: set[str] = set()
    for model in guarded_models():
        wanted |= expected(connection.vendor, model._meta.db_table)
    return sorted(wanted - found)
