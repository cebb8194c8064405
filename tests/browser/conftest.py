"""A real browser against a real server on a copy of the demonstration practice."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser.phone import SIZE, Phone
from browser.until import leave
from playwright.sync_api import Browser, expect, sync_playwright
from server.databases import Migrated, once, shared
from server.running import SOURCE, Server, running

CHROMIUM = os.environ.get("KAPSTONE_CHROMIUM") or shutil.which("chromium") or ""
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PRACTICE = Path(__file__).parents[1] / "server/sheet_practice.py"
# A slow disk is no failure: each of two workers has a browser, a server and a database to write.
expect.set_options(timeout=20_000)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs a browser; a file stays on one worker, which has its servers.

    It comes last: the browser library keeps an event loop in its process, in which nothing else
    can call the application.
    """
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group(item.path.stem))
    items.sort(key=lambda item: here in item.path.parents)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.skip("no Chromium; install it or set KAPSTONE_CHROMIUM")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration, built once for all workers of this run."""
    return once(shared(tmp_path_factory) / "demonstration", build) / "demo.sqlite3"


def build(folder: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(SOURCE), "KAPSTONE_DATA": str(folder)}
    environment.pop("KAPSTONE_DATABASE", None)
    command = [sys.executable, "-m", "kapstone.cli", "demo", "--only-build"]
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)


@pytest.fixture(scope="session")
def demonstration(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on a copy of the demonstration of its own."""
    folder = tmp_path_factory.mktemp("server")
    shutil.copy(built, folder / "demo.sqlite3")
    with running(Server(folder, f"sqlite:///{folder / 'demo.sqlite3'}")) as server:
        yield server


@pytest.fixture(scope="session")
def written(
    migrated: Migrated, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, Any]]:
    """The practice of the script, written once; each test has a copy."""
    folder = tmp_path_factory.mktemp("practice")
    server = Server(folder, migrated.sqlite(folder))
    return folder, json.loads(server.run(str(PRACTICE)))


@pytest.fixture
def phone(
    browser: Browser, written: tuple[Path, dict[str, Any]], tmp_path: Path
) -> Iterator[Phone]:
    folder, ids = written
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    server = Server(tmp_path, f"sqlite:///{tmp_path / 'kapstone.sqlite3'}")
    with running(server):
        context = browser.new_context(viewport=SIZE, has_touch=True)
        found = Phone(context, server, ids)
        found.enter("ade")
        yield found
        leave(context)
