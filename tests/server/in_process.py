"""The database of the test process itself: migrated once a run, and copied into memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.test.utils import setup_databases, teardown_databases


def on_sqlite() -> bool:
    return connection.vendor == "sqlite"


def in_memory(migrated: Path) -> Callable[[], None]:
    """Give the process a copy of this file in memory; what it returns takes that away again."""
    before = connection.settings_dict["NAME"]
    connection.close()
    name: str = connection.creation._get_test_db_name()  # type: ignore[attr-defined]  # SQLite's
    connection.settings_dict["NAME"] = name
    connection.ensure_connection()
    with closing(sqlite3.connect(migrated)) as file:
        file.backup(connection.connection)
    call_command("createcachetable", verbosity=0)

    def gone() -> None:
        connection.creation.destroy_test_db(before, verbosity=0)

    return gone


def created() -> Callable[[], None]:
    """A database of the server, with every migration run on it, as Django itself does it."""
    made = setup_databases(verbosity=0, interactive=False)
    return lambda: teardown_databases(made, verbosity=0)
