"""The database itself refuses to change or remove a clinical fact or an audit entry.

Installed after every `migrate`, because SQLite silently drops the triggers of a table that a later
migration remakes. `missing()` names the guards that are not there or not as they were put there;
`kapstone check` shows them, and every start of `kapstone serve` puts them back and says so.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

from kapstone.web.records import audit
from kapstone.web.records.models.at_home import BoosterAnswer, SitterAnswer, SitterLook
from kapstone.web.records.models.audit import Entry
from kapstone.web.records.models.base import ClinicalFact
from kapstone.web.records.models.calendar import (
    CalendarFeed,
    CalendarSettings,
    Place,
    PlaceTerms,
)
from kapstone.web.records.models.devices import (
    BedsideReading,
    Device,
    DeviceKey,
    DevicePlace,
    DeviceRefusal,
    SetAside,
)
from kapstone.web.records.models.effectiveness import ComparisonPlan, EffectivenessShown
from kapstone.web.records.models.forms import FormLicence
from kapstone.web.records.models.groups import GroupEvent
from kapstone.web.records.models.intake import KeptRules
from kapstone.web.records.models.library import ArticleReview, ArticleShown
from kapstone.web.records.models.lines import LineAnswer, LineChange, TimesAnswer, TimesChange
from kapstone.web.records.models.messages import Absence, OfficeHours
from kapstone.web.records.models.notices import RiskSettings
from kapstone.web.records.models.outside import (
    OutsideAsked,
    OutsideCode,
    OutsideNote,
    OutsideReading,
    OutsideTry,
)
from kapstone.web.records.models.register import RegisterSettings

logger = logging.getLogger(__name__)

REFUSAL = "is appended and corrected, never edited or deleted"
# What each guard of PostgreSQL runs.
FUNCTION = (
    f" BEGIN RAISE EXCEPTION '% {REFUSAL}', TG_TABLE_NAME "
    "USING ERRCODE = 'integrity_constraint_violation'; END "
)

# What devices told, and how they came to be heard: a device is nobody who could write a fact.
BEDSIDE = (Device, DeviceKey, DevicePlace, BedsideReading, SetAside, DeviceRefusal)

# What a practice settles of its limits and check times, and what a second person said to it.
LINES = (LineChange, LineAnswer, TimesChange, TimesAnswer)

# The practice's places, and who may read its times.
CALENDAR = (Place, PlaceTerms, CalendarSettings, CalendarFeed)

# What a sitter said, who has no log-in either.
SITTERS = (SitterAnswer, SitterLook, BoosterAnswer)

# When messages are read, and who of the staff is away.
OFFICE = (OfficeHours, Absence)

# What a practice plans to compare, and whether its figures are open to everybody.
FIGURES = (ComparisonPlan, EffectivenessShown)

# What a therapist outside did, who has no log-in either; and the codes that opened their page.
OUTSIDE_CODES = (OutsideCode, OutsideTry)
OUTSIDE = (OutsideReading, OutsideNote, OutsideAsked, *OUTSIDE_CODES)


def guarded_models() -> list[type[models.Model]]:
    facts = [model for model in apps.get_models() if issubclass(model, ClinicalFact)]
    settled = (FormLicence, RiskSettings, RegisterSettings, *LINES)
    library = (ArticleShown, ArticleReview, GroupEvent)
    said = (*SITTERS, *OUTSIDE)
    office = (*CALENDAR, *OFFICE, *FIGURES)
    return [*facts, *BEDSIDE, *said, Entry, KeptRules, *settled, *library, *office]


def tell_before_migrate(using: str, plan: list[Any], **_: Any) -> None:
    """Say aloud, and on the trail, which guards were taken away since they were last put there."""
    # With migrations to come nothing can be told: what is new has no guards yet.
    gone = [] if plan else missing(connections[using])
    if gone:
        logger.critical(
            "%s guards of the database were gone or changed, and are put back: %s. Rows may have "
            "been changed meanwhile; find out who reached the database, and run "
            "`kapstone verify-audit`.",
            len(gone),
            ", ".join(gone),
        )
        audit.record(None, "put guards back", guards=gone)


def install_after_migrate(using: str, **_: Any) -> None:
    install(connections[using])


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the guards on every table that may only grow; safe to run again."""
    present = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and connection.in_atomic_block:
            # No table is altered while rows written in this transaction wait to be checked.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
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
        "CREATE OR REPLACE FUNCTION kapstone_refuse() RETURNS trigger LANGUAGE plpgsql "
        f"AS $${FUNCTION}$$"
    )
    for name, definition in postgresql_triggers(table).items():
        yield f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"'
        yield definition
        # ALWAYS: also when a session pretends to be a replica, which skips ordinary triggers.
        yield f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "{name}"'


def postgresql_triggers(table: str) -> dict[str, str]:
    """Each trigger as it is written, which is also how PostgreSQL gives it back."""
    change, empty = f"{table}_no_change", f"{table}_no_truncate"
    does = "EXECUTE FUNCTION kapstone_refuse()"
    return {
        change: f"CREATE TRIGGER {change} BEFORE DELETE OR UPDATE ON {table} FOR EACH ROW {does}",
        empty: f"CREATE TRIGGER {empty} BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {does}",
    }


def expected(vendor: str, model: type[models.Model]) -> dict[str, str]:
    """The guards of a table by name, each as the database should give it back."""
    if vendor == "postgresql":
        return postgresql_triggers(model._meta.db_table)
    made = [words for words in sqlite(model) if words.startswith("CREATE")]
    return {words.split('"')[1]: words for words in made}


# Only a trigger that is always enabled and calls the function as it was made is a guard.
FOUND = {
    "postgresql": (
        "SELECT tgname, pg_get_triggerdef(t.oid, true) FROM pg_trigger t "
        "JOIN pg_proc p ON p.oid = t.tgfoid WHERE tgenabled = 'A' AND p.prosrc = %s"
    ),
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
}


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Guards that do not stand in this database as they should: gone, switched off or rewritten."""
    vendor = connection.vendor
    with connection.cursor() as cursor:
        cursor.execute(FOUND[vendor], [FUNCTION] if vendor == "postgresql" else [])
        found = {str(name): str(definition) for name, definition in cursor.fetchall()}
    wanted: dict[str, str] = {}
    for model in guarded_models():
        wanted |= expected(vendor, model)
    return sorted(name for name, definition in wanted.items() if found.get(name) != definition)
