"""What every test may ask for."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from server.databases import database_on

# Machines are noisy: a slow example is no failure.
settings.register_profile("kapstone", deadline=None)
settings.load_profile("kapstone")

# Before Django reads its settings: tests keep their files apart from any practice on this machine.
os.environ["KAPSTONE_DATA"] = tempfile.mkdtemp(prefix="kapstone-tests-")
os.environ.setdefault("KAPSTONE_SECRET_KEY", "only-for-tests-0123456789-0123456789-0123456789")
# The browser library keeps an event loop in the test process; no test awaits the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database, gone when the test is over."""
    with database_on(request.param, tmp_path) as address:
        yield address


@pytest.fixture
def postgresql(tmp_path: Path) -> Iterator[str]:
    """The address of an empty database of a PostgreSQL server, gone when the test is over."""
    with database_on("postgresql", tmp_path) as address:
        yield address
