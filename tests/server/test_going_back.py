"""Back before the second signature: nothing that nobody countersigned begins to hold that way."""

from __future__ import annotations

import json
import re
from pathlib import Path

from server.running import Server

SCRIPT = Path(__file__).with_name("going_back.py")


def test_what_nobody_countersigned_keeps_it_from_going_back(database: str, tmp_path: Path) -> None:
    first, then, last = json.loads(Server(tmp_path, database).run(str(SCRIPT)))
    named = re.findall(r"([\w-]+) \(([\w ]+), signed by Osei\)", first)
    assert named == [("ALM-SBP-H", "Waits"), ("ALM-SBP-H", "Turned away"), ("iv", "Taken back")]
    assert re.findall(r"\(([\w ]+), signed by Osei\)", then) == ["Taken back"]
    assert last == "back, and forth again", "what two signed, or a newer row set aside, may go"
