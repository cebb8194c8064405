"""Databases for servers in processes of their own: every table is there, and no row."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

POSTGRES = os.environ.get("KAPSTONE_TEST_POSTGRES", "")
SOURCE = Path(__file__).parents[2] / "src"
MADE_WITHIN_S = 300
TABLES = (
    "import django; django.setup(); from django.core.management import call_command; "
    "call_command('migrate', verbosity=0)"
)


def once(folder: Path, make: Callable[[Path], None]) -> Path:
    """The folder, filled by the first worker that asks; the others wait until it is."""
    done = folder.with_suffix(".done")
    try:
        folder.mkdir()
    except FileExistsError:
        wait_for(done)
    else:
        make(folder)
        done.touch()
    return folder


def wait_for(done: Path) -> None:
    until = time.monotonic() + MADE_WITHIN_S
    while not done.exists():
        if time.monotonic() > until:
            raise AssertionError(f"the other worker did not finish making {done.stem}")
        time.sleep(0.2)


def shared(factory: pytest.TempPathFactory) -> Path:
    """The folder that all workers of this run have in common."""
    folder = factory.getbasetemp()
    return folder.parent if os.environ.get("PYTEST_XDIST_WORKER") else folder


class Migrated:
    """A database of each kind to copy: to make its tables anew takes longer than most tests."""

    def __init__(self, shared: Path) -> None:
        self.shared = shared
        self.template = ""

    def sqlite(self, folder: Path) -> str:
        """The address of a new file in this folder."""
        shutil.copy(self.file(), folder / FILE)
        return sqlite_in(folder)

    def file(self) -> Path:
        """The file that every worker of the run copies, made by whoever needs it first."""
        made = once(self.shared / "migrated", lambda into: make_tables(sqlite_in(into), into))
        return made / FILE

    @contextmanager
    def postgresql(self, folder: Path) -> Iterator[str]:
        """The address of a database of a PostgreSQL server for a while."""
        if not POSTGRES:
            pytest.skip("no PostgreSQL server; set KAPSTONE_TEST_POSTGRES to try it")
        name = f"kapstone_{uuid4().hex[:12]}"
        with psycopg.connect(POSTGRES, autocommit=True) as server:
            if not self.template:
                self.template = f"{name}_template"
                server.execute(f'CREATE DATABASE "{self.template}"')
                make_tables(postgresql_named(self.template), folder)
            server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{self.template}"')
            yield postgresql_named(name)
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    @contextmanager
    def on(self, kind: str, folder: Path) -> Iterator[str]:
        """The address of a database of this kind for a while."""
        if kind == "sqlite":
            yield self.sqlite(folder)
        else:
            with self.postgresql(folder) as address:
                yield address

    def close(self) -> None:
        if self.template:
            with psycopg.connect(POSTGRES, autocommit=True) as server:
                server.execute(f'DROP DATABASE "{self.template}" WITH (FORCE)')


FILE = "kapstone.sqlite3"


def sqlite_in(folder: Path) -> str:
    return f"sqlite:///{folder / FILE}"


def postgresql_named(name: str) -> str:
    return f"{POSTGRES.rsplit('/', 1)[0]}/{name}"


def make_tables(address: str, folder: Path) -> None:
    environment = {
        **os.environ,
        "PYTHONPATH": str(SOURCE),
        "KAPSTONE_DATA": str(folder),
        "KAPSTONE_DATABASE": address,
        "DJANGO_SETTINGS_MODULE": "kapstone.web.settings",
    }
    subprocess.run([sys.executable, "-c", TABLES], env=environment, check=True)
