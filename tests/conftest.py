"""What every test may ask for."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from hypothesis import settings

# Machines are noisy: a slow example is no failure.
settings.register_profile("kapstone", deadline=None)
settings.load_profile("kapstone")

# Before Django reads its settings: tests keep their files apart from any practice on this machine.
os.environ["KAPSTONE_DATA"] = tempfile.mkdtemp(prefix="kapstone-tests-")
os.environ.setdefault("KAPSTONE_SECRET_KEY", "only-for-tests-0123456789-0123456789-0123456789")
# The browser library keeps an event loop in the test process; no test awaits the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

POSTGRES = os.environ.get("KAPSTONE_TEST_POSTGRES", "")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, gone when the test is over."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'kapstone.sqlite3'}"
    address: str = request.getfixturevalue("postgresql")
    return address


@pytest.fixture
def postgresql() -> Iterator[str]:
    """The address of an empty database of a PostgreSQL server, gone when the test is over."""
    if not POSTGRES:
        pytest.skip("no PostgreSQL server; set KAPSTONE_TEST_POSTGRES to try it")
    name = f"kapstone_{uuid4().hex[:12]}"
    with psycopg.connect(POSTGRES, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        yield f"{POSTGRES.rsplit('/', 1)[0]}/{name}"
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
