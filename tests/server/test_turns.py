"""On SQLite, writers are served in the order in which they came, and a dead one gives way."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.db import OperationalError
from pytest_django import DjangoDbBlocker

from kapstone.web.environment import sqlite
from kapstone.web.sqlite.base import SUFFIX, DatabaseWrapper

WITHIN_S = 10.0
HOLD = """
import fcntl, sys
fcntl.flock(file := open(sys.argv[1], "w"), fcntl.LOCK_EX)
print("held", flush=True)
input()
"""


def connected(file: Path) -> DatabaseWrapper:
    given = {"TIME_ZONE": None, "CONN_HEALTH_CHECKS": False, "AUTOCOMMIT": True, "ATOMIC": False}
    return DatabaseWrapper({**given, **sqlite(str(file))}, alias="other")


@pytest.fixture
def file(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Path]:
    name = tmp_path / "practice.sqlite3"
    with closing(sqlite3.connect(name)) as made:
        made.execute("CREATE TABLE came (who INTEGER)")
    with django_db_blocker.unblock():
        yield name


def waiting(file: Path) -> int:
    """How many wait for their turn, as the system lists them."""
    inode = f":{Path(f'{file}{SUFFIX}').stat().st_ino} "
    locks = Path("/proc/locks").read_text(encoding="ascii").splitlines()
    return sum("->" in line and inode in line for line in locks)


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + WITHIN_S
    while not holds():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.002)


def write(file: Path, who: int, *, whole: bool) -> None:
    """One row, in a transaction or by a statement of its own."""
    connection = connected(file)
    if whole:
        connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO came VALUES (%s)", [who])
    if whole:
        connection.commit()
    connection.close()


def came(file: Path) -> list[int]:
    with closing(sqlite3.connect(file)) as read:
        return [who for (who,) in read.execute("SELECT who FROM came ORDER BY rowid")]


@pytest.mark.parametrize("whole", [True, False])
def test_who_came_first_is_served_first(file: Path, whole: bool) -> None:
    holder = connected(file)
    holder.take_turn()
    threads = [
        threading.Thread(target=write, args=(file, n), kwargs={"whole": whole}) for n in range(8)
    ]
    for number, thread in enumerate(threads, start=1):
        thread.start()
        until(lambda number=number: waiting(file) == number)  # type: ignore[misc]
    holder.leave_turn()
    for thread in threads:
        thread.join(WITHIN_S)
    assert came(file) == list(range(8))


def test_a_dead_process_gives_its_turn_back(file: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, f"{file}{SUFFIX}"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        writer = threading.Thread(target=write, args=(file, 1), kwargs={"whole": True})
        writer.start()
        until(lambda: waiting(file) == 1)
        assert came(file) == []
        os.kill(holder.pid, signal.SIGKILL)
        writer.join(WITHIN_S)
    assert came(file) == [1]


@pytest.mark.parametrize("end", ["commit", "rollback", "close"])
def test_a_transaction_gives_its_turn_back(file: Path, end: str) -> None:
    first = connected(file)
    first.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    assert first.turn is not None
    getattr(first, end)()
    write(file, 2, whole=True)
    assert came(file) == [2]


def test_a_turn_without_the_database_is_given_back(file: Path) -> None:
    """Somebody else writes, without a turn, for longer than we are patient."""
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    ours = connected(file)
    ours.settings_dict["OPTIONS"]["timeout"] = 0.01
    with pytest.raises(OperationalError, match="locked"):
        ours.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    assert ours.turn is None
    other.execute("ROLLBACK")
    other.close()
    write(file, 3, whole=True)
    assert came(file) == [3]


def test_reading_waits_for_nobody(file: Path) -> None:
    holder = connected(file)
    holder.take_turn()
    reader = connected(file)
    with reader.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM came")
        assert cursor.fetchone() == (0,)
    holder.leave_turn()
    reader.close()


def test_whoever_waits_too_long_is_told_and_keeps_nobody_waiting(file: Path) -> None:
    holder, late, after = connected(file), connected(file), connected(file)
    holder.take_turn()
    late.settings_dict["OPTIONS"]["timeout"] = 0.05
    with pytest.raises(OperationalError, match="database is locked: no turn"):
        late.take_turn()
    writer = threading.Thread(target=write, args=(file, 4), kwargs={"whole": True})
    writer.start()
    until(lambda: waiting(file) == 2)
    holder.leave_turn()
    writer.join(WITHIN_S)
    assert came(file) == [4]
    after.take_turn()
    after.leave_turn()


def test_a_lock_does_not_make_it_forget_json(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked for the first time while somebody writes, the engine knows JSON all the same."""
    holder, late = connected(file), connected(file)
    monkeypatch.setitem(late.settings_dict["OPTIONS"], "timeout", 0.01)
    monkeypatch.setattr("django.db.transaction.get_connection", lambda _: late)
    holder.take_turn()
    assert late.features.supports_json_field
    assert late.features.has_json_object_function
    holder.leave_turn()
    late.close()
