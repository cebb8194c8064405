"""The same answer to a notice, sent by many at once, is one row and one entry of the trail."""

from __future__ import annotations

import json
from pathlib import Path

from server.running import Server

ROOM, CROWD = (Path(__file__).with_name(f"{name}.py") for name in ("room_practice", "answer_crowd"))


def test_an_answer_sent_by_many_at_once_stands_once(database: str, tmp_path: Path) -> None:
    many = 12 if database.startswith("postgresql") else 4
    server = Server(tmp_path, database)
    session = json.loads(server.run(str(ROOM), "10"))["session"]
    found = json.loads(server.run(str(CROWD), str(session), str(many)))
    assert (found["again"], found["other"]) == ("kept", "other-answer")
    assert found["answers"] == [["Pump slower", True]]
    assert (found["notices"], found["trail"]) == (1, 1)
    # Who sent the answer alone may have come before its reading, or between it and its comparison.
    early = {"no-reading", "not-compared"}
    assert set(found["sent"]) <= {"kept", *early}
    assert found["sent"]["kept"] >= many // 2
    assert "entries hold" in server.run("-m", "kapstone.cli", "verify-audit")
