"""Copies of the embedded database, taken while it is in use."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from kapstone.web import clock


def folder() -> Path:
    return Path(settings.DATA) / "backups"


def make(to: Path | None = None) -> Path:
    """Copy the database as one consistent file, and see that the copy is whole.

    Raises RuntimeError when the database is not the embedded one or the copy does not hold.
    """
    if connection.vendor != "sqlite":
        raise RuntimeError("PostgreSQL is backed up with its own tools, such as pg_dump.")
    target = (to or folder()) / f"kapstone-{clock.now():%Y%m%d-%H%M%S}.sqlite3"
    target.parent.mkdir(parents=True, exist_ok=True)
    connection.ensure_connection()
    with closing(sqlite3.connect(target)) as copy:
        connection.connection.backup(copy)
        if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise RuntimeError(f"{target}: the copy is not whole; keep the one before.")
    return target


def newest() -> datetime | None:
    """When the last copy in the usual folder was made; None when there is none."""
    made = [file.stat().st_mtime for file in folder().glob("kapstone-*.sqlite3")]
    return datetime.fromtimestamp(max(made), UTC) if made else None
