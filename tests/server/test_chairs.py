"""Many book, move to and take the same chair, room and hour at once: exactly one has it."""

from __future__ import annotations

import json
from pathlib import Path

from server.running import Server

SCRIPT = Path(__file__).with_name("chair_crowd.py")


def test_a_chair_booked_by_many_at_once_is_one_persons(database: str, tmp_path: Path) -> None:
    many = 16 if database.startswith("postgresql") else 5
    server = Server(tmp_path, database)
    found = json.loads(server.run(str(SCRIPT), str(many)))
    one = {"kept": 1, "taken": many - 1}
    assert (found["chair"], found["room"], found["moved"]) == (one, one, one)
    assert (found["plans"], found["talks"]) == (1, 1)
    assert found["mails"] == 2
    assert found["offered"] == {"sent": {"kept": 1, "gone": many - 1}, "taken": 1}
    assert found["overlapping"] == 0
    assert "entries hold" in server.run("-m", "kapstone.cli", "verify-audit")
