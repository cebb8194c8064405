"""Copies of the embedded database, taken while it is in use."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from kapstone.web import clock


class NotCopied(Exception):
    """There is no copy; says why and what to do."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that was made; it may have been moved to a safer place since."""

    at: datetime
    file: Path


def folder() -> Path:
    return Path(settings.DATA) / "backups"


def make(to: Path | None = None) -> Path:
    """Copy the database as one consistent file, and see that the copy is whole.

    Raises NotCopied when the database is not the embedded one or the copy does not hold.
    """
    if connection.vendor != "sqlite":
        raise NotCopied("PostgreSQL is backed up with its own tools, such as pg_dump.")
    now = clock.now()
    target = (to or folder()).resolve() / f"kapstone-{now:%Y%m%d-%H%M%S}.sqlite3"
    try:
        copy_to(target)
        note_file().write_text(f"{now.isoformat()}\n{target}", encoding="utf-8")
    except (OSError, sqlite3.Error) as fault:
        raise NotCopied(f"{target}: {fault}") from fault
    return target


def copy_to(target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Under another name until it is known to be whole.
    part = target.with_suffix(".part")
    part.touch(mode=0o600)
    connection.ensure_connection()
    with closing(sqlite3.connect(part)) as copy:
        connection.connection.backup(copy)
        if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise NotCopied(f"{part}: the copy is not whole; keep the one before.")
    part.replace(target)


def note_file() -> Path:
    """Where the last copy is noted, whichever folder it went to."""
    return Path(settings.DATA) / "last-backup"


def newest() -> Copy | None:
    """The last copy that was made, to whichever folder; None when none is noted."""
    try:
        at, file = note_file().read_text(encoding="utf-8").splitlines()
        return Copy(datetime.fromisoformat(at), Path(file))
    except (FileNotFoundError, ValueError):
        return None
