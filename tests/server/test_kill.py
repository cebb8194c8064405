"""The server is killed in the middle of writing, ten times: what it acknowledged is there."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from urllib.error import URLError
from uuid import uuid4

from server.running import Server, Visitor, running

SCRIPT = Path(__file__).with_name("small_practice.py")
KILLS = 10
WRITING_S = 0.7
COUNT = (
    "import django; django.setup(); import json; from kapstone.web.records.models import Reading; "
    "print(json.dumps([str(i) for i in Reading.objects.values_list('client_id', flat=True)]))"
)


def write_until_it_dies(visitor: Visitor, session: int, acknowledged: list[str]) -> None:
    """Send one reading after the other, and note those the server said yes to."""
    while True:
        name = str(uuid4())
        fields = {"heart_rate": "72", "oxygen_saturation": "98", "client_id": name}
        try:
            status = visitor.post(f"/sessions/{session}/readings/", fields)
        except (URLError, ConnectionError, OSError):
            return
        assert status == 200, status
        acknowledged.append(name)


def test_no_acknowledged_reading_is_lost(database: str, tmp_path: Path) -> None:
    server = Server(tmp_path, database)
    ids = json.loads(server.run(str(SCRIPT)))
    acknowledged: list[str] = []
    for _ in range(KILLS):
        server.start()
        visitor = Visitor(server.address)
        visitor.enter_as(ids["nurse"])
        writer = threading.Thread(
            target=write_until_it_dies, args=(visitor, ids["session"], acknowledged)
        )
        writer.start()
        time.sleep(WRITING_S)
        server.kill()
        writer.join()
    assert len(acknowledged) >= KILLS, "hardly anything was written; the test would prove nothing"
    kept = json.loads(server.run("-c", COUNT))
    assert set(acknowledged) <= set(kept)
    assert "entries hold" in server.run("-m", "kapstone.cli", "verify-audit")


def test_two_workers_writing_one_session_lose_nothing(database: str, tmp_path: Path) -> None:
    with_two = Server(tmp_path, database, workers=2)
    ids = json.loads(with_two.run(str(SCRIPT)))
    sent: list[str] = []
    with running(with_two) as server:
        writers = [threading.Thread(target=send_twenty, args=(server, ids, sent)) for _ in range(6)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
    assert len(sent) == 120
    kept = json.loads(with_two.run("-c", COUNT))
    assert sorted(kept) == sorted(sent), "each once, none twice"
    assert "entries hold" in with_two.run("-m", "kapstone.cli", "verify-audit")


def send_twenty(server: Server, ids: dict[str, int], sent: list[str]) -> None:
    visitor = Visitor(server.address)
    visitor.enter_as(ids["nurse"])
    for _ in range(20):
        name = str(uuid4())
        fields = {"heart_rate": "72", "oxygen_saturation": "98", "client_id": name}
        for _again in range(2):  # a tablet that did not hear the answer sends it again
            status = visitor.post(f"/sessions/{ids['session']}/readings/", fields)
            assert status == 200, status
        sent.append(name)
