"""What every test may ask for."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from pytest_django import DjangoDbBlocker
from server.databases import Migrated, shared
from server.in_process import created, in_memory, on_sqlite

# Machines are noisy: a slow example is no failure.
settings.register_profile("kapstone", deadline=None)
settings.load_profile("kapstone")

# Before Django reads its settings: tests keep their files apart from any practice on this machine.
os.environ["KAPSTONE_DATA"] = tempfile.mkdtemp(prefix="kapstone-tests-")
os.environ.setdefault("KAPSTONE_SECRET_KEY", "only-for-tests-0123456789-0123456789-0123456789")
# The browser library keeps an event loop in the test process; no test awaits the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Migrated]:
    """Databases to copy, which have every table and no row."""
    made = Migrated(shared(tmp_path_factory))
    yield made
    made.close()


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker: DjangoDbBlocker,
    migrated: Migrated,
) -> Iterator[None]:
    """The test process's own database.

    On SQLite a copy, in memory, of the file that every worker of the run copies: each migration
    was run for it, once. Another database is made by Django as always.
    """
    with django_db_blocker.unblock():
        made = in_memory(migrated.file()) if on_sqlite() else created()
    yield
    with django_db_blocker.unblock():
        made()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, migrated: Migrated, tmp_path: Path) -> Iterator[str]:
    """The address of a database without a row, gone when the test is over."""
    with migrated.on(request.param, tmp_path) as address:
        yield address


@pytest.fixture
def postgresql(migrated: Migrated, tmp_path: Path) -> Iterator[str]:
    """The address of a database of a PostgreSQL server, without a row, for one test."""
    with migrated.postgresql(tmp_path) as address:
        yield address
