"""A real listener in a process of its own: killed while devices tell, and pestered meanwhile."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from server.running import Server

from kapstone import devices
from kapstone.devices import writing

SCRIPT = Path(__file__).with_name("device_practice.py")
KILLS = 5
TOLD_BEFORE_A_KILL = 40
LOOK = (
    "import django; django.setup(); import json; from kapstone.web.records.models import "
    "BedsideReading as B; rows = B.objects.values_list('control_id', 'session_id'); "
    "print(json.dumps([list(row) for row in rows]))"
)
REFUSALS = (
    "import django; django.setup(); import json; from kapstone.web.records.models import "
    "DeviceRefusal as R; print(json.dumps([[r.words, r.count] for r in R.objects.all()]))"
)


@contextmanager
def listening(server: Server) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """The port of a listener that is up, and its process; it is gone afterwards."""
    command = [sys.executable, "-m", "kapstone.cli", "devices", "listen", "--port", "0"]
    environment = {**server.environment(), "KAPSTONE_DEMO": ""}
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        yield int(said.split(":")[1].split()[0]), process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class Device:
    """A monitor on a wire."""

    def __init__(self, port: int) -> None:
        self.wire = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.unframer = devices.Unframer(100_000)

    def tell(self, name: str, identity: str = "CUFF-2") -> bytes:
        """Send one reading; gives the answer, or nothing when the other end is gone."""
        at = datetime.now(UTC)
        raw = writing.observation({"heart_rate": 72}, device=identity, control_id=name, at=at)
        return self.send(devices.framed(raw))

    def send(self, raw: bytes) -> bytes:
        try:
            self.wire.sendall(raw)
            while chunk := self.wire.recv(4096):
                for frame in self.unframer.feed(chunk):
                    return frame.content
        except OSError:
            pass
        return b""


def test_no_acknowledged_reading_of_a_device_is_lost(database: str, tmp_path: Path) -> None:
    server = Server(tmp_path, database, demo=False)
    ids = json.loads(server.run(str(SCRIPT)))
    names, acknowledged = count(), []
    for _ in range(KILLS):
        with listening(server) as (port, process):
            enough = threading.Event()

            def tell(port: int = port, enough: threading.Event = enough) -> None:
                device = Device(port)
                while answer := device.tell(name := f"m-{next(names)}"):
                    assert b"\rMSA|AA|" in answer, answer
                    acknowledged.append(name)
                    if len(acknowledged) % TOLD_BEFORE_A_KILL == 0:
                        enough.set()

            tellers = [threading.Thread(target=tell) for _ in range(6)]
            for teller in tellers:
                teller.start()
            assert enough.wait(30)
            os.killpg(process.pid, signal.SIGKILL)
            for teller in tellers:
                teller.join()
    kept = json.loads(server.run("-c", LOOK))
    assert len(acknowledged) >= KILLS * TOLD_BEFORE_A_KILL / 2
    assert set(acknowledged) <= {name for name, _ in kept}
    assert {session for _, session in kept} == {ids["session"]}
    assert len({name for name, _ in kept}) == len(kept)


def test_hostile_senders_are_answered_no_and_hold_up_nobody(database: str, tmp_path: Path) -> None:
    server = Server(tmp_path, database, demo=False)
    server.run(str(SCRIPT))
    with listening(server) as (port, process):
        mute, half = Device(port), Device(port)
        half.wire.sendall(b"\x0bMSH|^~\\&|A||||2026")
        good = Device(port)
        assert b"|AA|" in good.tell("1")
        head = b"MSH|^~\\&|A||||20261103125955+0000||ORU^R01|bad|P|2.6\r"
        for raw, answer in (
            (head + b"OBX|" + b"^" * 60_000, b"|AA|"),  # nothing of ours in it
            (head + b"x" * 200_000, b"|AE|bad"),
            (head.replace(b"ORU^R01", b"ADT^A01"), b"|AR|bad"),
            (head.replace(b"20261103125955", b"noon"), b"|AE|bad"),
        ):
            assert answer in Device(port).send(devices.framed(raw)), raw[:80]
        assert b"not registered" in Device(port).tell("2", identity="A-STRANGER")
        assert Device(port).send(b"GET / HTTP/1.1\r\n\r\n" * 80_000) == b""
        assert Device(port).send(b"\x0b\x1c" * 40) == b""
        assert b"|AA|" in good.tell("3")
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert (mute.wire.recv(10), half.wire.recv(10)) == (b"", b"")
    assert [name for name, _ in json.loads(server.run("-c", LOOK))] == ["1", "3"]
    refused = dict(json.loads(server.run("-c", REFUSALS)))
    assert refused["unknown-device: A-STRANGER"] == 1
    assert not any("noon" in words for words in refused)


def test_it_listens_to_this_machine_only_unless_it_is_told_whom_to_hear(
    database: str, tmp_path: Path
) -> None:
    server = Server(tmp_path, database, demo=False)
    server.run(str(SCRIPT))
    command = ["-m", "kapstone.cli", "devices", "listen", "--host", "0.0.0.0", "--port", "0"]  # noqa: S104
    done = subprocess.run(
        [sys.executable, *command],
        env={**server.environment(), "KAPSTONE_DEMO": ""},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "KAPSTONE_DEVICES_FROM" in done.stderr


def test_the_simulator_tells_what_is_kept(database: str, tmp_path: Path) -> None:
    server = Server(tmp_path, database, demo=False)
    server.run(str(SCRIPT))
    with listening(server) as (port, _):
        said = server.run(
            *("-m", "kapstone.cli", "devices", "simulate", "--device", "CUFF-2"),
            *("--port", str(port), "--count", "3", "--rate", "0"),
        )
    assert said.count(": kept") == 3
    assert len(json.loads(server.run("-c", LOOK))) == 3
