"""The server is killed in the middle of writing, ten times: what it acknowledged is there."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.error import URLError
from uuid import uuid4

from server.running import Server, Visitor, running

Deed = Callable[[int], tuple[str, dict[str, str]]]
SCRIPT = Path(__file__).with_name("small_practice.py")
KILLS = 10
WRITING_S = 1.5
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
    visitor = Visitor(server.address)
    for kill in range(KILLS):
        server.start()
        if kill == 0:  # being logged in outlives the server too
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


def test_two_workers_doing_all_that_a_room_does_refuse_nothing(
    database: str, tmp_path: Path
) -> None:
    """Readings beyond a limit open notices, people come and go: locks and the chain cross."""
    with_two = Server(tmp_path, database, workers=2)
    ids = json.loads(with_two.run(str(SCRIPT)))
    deeds = (calm, alarming, tap, come_and_go, alarming, tap)
    with running(with_two) as server, ThreadPoolExecutor(len(deeds)) as writers:
        sending = [writers.submit(fifteen_times, server, ids, deed) for deed in deeds]
        answers = [status for each in sending for status in each.result()]
    assert answers == [200] * 15 * len(deeds)
    assert len(json.loads(with_two.run("-c", COUNT))) == 45
    assert "entries hold" in with_two.run("-m", "kapstone.cli", "verify-audit")


def fifteen_times(server: Server, ids: dict[str, int], deed: Deed) -> list[int]:
    visitor, page = Visitor(server.address), f"/sessions/{ids['session']}"
    visitor.enter_as(ids["nurse"])
    return [visitor.post(f"{page}/{name}/", fields) for name, fields in map(deed, range(15))]


def calm(number: int) -> tuple[str, dict[str, str]]:
    return "readings", {"heart_rate": f"{70 + number}", "client_id": str(uuid4())}


def alarming(number: int) -> tuple[str, dict[str, str]]:
    return "readings", {
        "systolic_bp": f"{190 + number}",
        "diastolic_bp": "112",
        "client_id": str(uuid4()),
    }


def tap(number: int) -> tuple[str, dict[str, str]]:
    return "looked-in", {"tap_id": str(uuid4())}


def come_and_go(number: int) -> tuple[str, dict[str, str]]:
    return "presence", {"here": "no" if number % 2 else "yes"}


def test_two_workers_writing_one_session_lose_nothing(database: str, tmp_path: Path) -> None:
    with_two = Server(tmp_path, database, workers=2)
    ids = json.loads(with_two.run(str(SCRIPT)))
    with running(with_two) as server, ThreadPoolExecutor(6) as writers:
        sending = [writers.submit(send_twenty, server, ids) for _ in range(6)]
        sent = [name for each in sending for name in each.result()]
    assert len(sent) == 120
    kept = json.loads(with_two.run("-c", COUNT))
    assert sorted(kept) == sorted(sent), "each once, none twice"
    assert "entries hold" in with_two.run("-m", "kapstone.cli", "verify-audit")


def send_twenty(server: Server, ids: dict[str, int]) -> list[str]:
    visitor, sent = Visitor(server.address), []
    visitor.enter_as(ids["nurse"])
    for _ in range(20):
        name = str(uuid4())
        fields = {"heart_rate": "72", "oxygen_saturation": "98", "client_id": name}
        for _again in range(2):  # a tablet that did not hear the answer sends it again
            status = visitor.post(f"/sessions/{ids['session']}/readings/", fields)
            assert status == 200, status
        sent.append(name)
    return sent
