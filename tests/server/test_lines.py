"""Many sign the same limit at once: one answer, an unbroken chain of rows, nothing laxer alone."""

from __future__ import annotations

import json
from pathlib import Path

from server.running import Server

SCRIPT = Path(__file__).with_name("lines_crowd.py")


def test_a_limit_signed_by_many_at_once(database: str, tmp_path: Path) -> None:
    many = 12 if database.startswith("postgresql") else 4
    server = Server(tmp_path, database)
    found = json.loads(server.run(str(SCRIPT), str(many)))
    one = found["countersigned"]
    assert one["sent"] == {"kept": 1, "already": many - 1}
    assert (one["answers"], one["trail"], one["holds"]) == (1, 1, 170)
    settled = found["settled"]
    assert settled["sent"]["kept"] >= 1
    assert set(settled["sent"]) <= {"kept", "since"}
    assert settled["rows"] == settled["sent"]["kept"]
    assert settled["chained"], "each row was signed over the one before it"
    for round_ in found["crossed"]:
        strict, lax = round_["settle"], round_["countersign"]
        assert {strict, lax} <= {"kept", "since", "not-newest"}
        assert round_["holds"] == (150 if strict == "kept" else 170)
        assert "kept" in (strict, lax), "one of them was done"
    assert "entries hold" in server.run("-m", "kapstone.cli", "verify-audit")
