"""Notes that an older program wrote plainly are sealed where they stand."""

from __future__ import annotations

import json
import stat
from pathlib import Path

from server.running import Server

SCRIPT = Path(__file__).with_name("sealing_later.py")


def test_what_was_written_plainly_is_sealed(database: str, tmp_path: Path) -> None:
    found = json.loads(Server(tmp_path, database).run(str(SCRIPT)))
    assert "sealed" in found.pop("back"), "an older program would lay them open"
    assert found == {
        "numbers": [7, 9],
        "corrects": 7,
        "opened": ["Seahorse one", "Seahorse two", "Seahorse three"],
        "stored plainly": [],
        "the next has a number of its own": True,
        "guards missing": [],
    }
    (key,) = tmp_path.rglob("notes-key")
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    if database.startswith("sqlite"):
        kept = [each for each in tmp_path.rglob("*.sqlite3*") if b"Seahorse" in each.read_bytes()]
        assert kept == []
