"""The practice's files: only the user who runs Kapstone reads them, nobody else on the machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from kapstone.web.environment import EMBEDDED

OTHERS = 0o077
# By name: the data folder may be a folder that holds other things too.
INNER = ("backups", "mail", "captures")
KEYS = ("secret-key", "capture-key", "notes-key*")
OURS = ("*.sqlite3*", *KEYS, "worker-round", "last-backup", *INNER)


def files() -> Iterator[Path]:
    """The data folder, what is in it that is ours, and the embedded database wherever it is."""
    folder = Path(settings.DATA)
    yield folder
    for name in OURS:
        yield from folder.glob(name)
    for inner in INNER:
        yield from (folder / inner).glob("*")
    database = settings.DATABASES["default"]
    if database["ENGINE"] == EMBEDDED:
        place = Path(str(database["NAME"]))
        yield from place.parent.glob(f"{place.name}*")


def open_to_others() -> list[Path]:
    """Those that somebody else on this machine could read; empty where modes say nothing."""
    if os.name != "posix":
        return []
    return sorted({file for file in files() if file.stat().st_mode & OTHERS})


def shut() -> None:
    """Take the rights of others away where this user may; `kapstone check` names the rest."""
    for file in open_to_others():
        try:
            file.chmod(file.stat().st_mode & ~OTHERS)
        except PermissionError:
            continue
