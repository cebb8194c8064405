"""Empty databases for servers in processes of their own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

POSTGRES = os.environ.get("KAPSTONE_TEST_POSTGRES", "")


@contextmanager
def database_on(kind: str, folder: Path) -> Iterator[str]:
    """The address of an empty database of this kind for a while."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'kapstone.sqlite3'}"
        return
    if not POSTGRES:
        pytest.skip("no PostgreSQL server; set KAPSTONE_TEST_POSTGRES to try it")
    name = f"kapstone_{uuid4().hex[:12]}"
    with psycopg.connect(POSTGRES, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        yield f"{POSTGRES.rsplit('/', 1)[0]}/{name}"
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
