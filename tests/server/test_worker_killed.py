"""The worker is killed after the SMS gateway has a message and before the worker could note it."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from server.running import Server

DJANGO = "import django; django.setup(); from kapstone.web.records import outbox; "
PREPARE = (
    "import django; django.setup(); from kapstone.cli import application; application.prepare(); "
    "from kapstone.web.records import outbox; "
    "outbox.put('+15550100', subject='', text='Please answer.', channel='sms')"
)
# What waits two minutes after a try is due again at once.
DUE_AGAIN = DJANGO + (
    "from kapstone.web import clock; outbox.waiting().update(next_try_at=clock.now())"
)
WAITING = DJANGO + "print(outbox.waiting().count())"
ONE_ROUND = [sys.executable, "-m", "kapstone.cli", "work", "--once"]


class Gateway(ThreadingHTTPServer):
    """An SMS gateway that honours `Idempotency-Key`, and kills whoever hands over the first."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handing)
        self.handed_over: list[str] = []
        self.sent: set[str] = set()
        self.worker: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/messages"

    def take(self, key: str) -> None:
        self.handed_over.append(key)
        self.sent.add(key)
        if self.worker and len(self.handed_over) == 1:
            self.worker.send_signal(signal.SIGKILL)
            self.worker.wait()


class Handing(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self) -> None:  # the name that the library calls
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.take(self.headers["Idempotency-Key"])
        if len(self.server.handed_over) > 1:
            self.send_response(202)
            self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def listening() -> Iterator[Gateway]:
    gateway = Gateway()
    thread = Thread(target=gateway.serve_forever)
    thread.start()
    try:
        yield gateway
    finally:
        gateway.shutdown()
        thread.join()
        gateway.server_close()


def test_a_message_is_handed_over_again_under_the_same_key(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice = Server(tmp_path, database, demo=False)
    with listening() as gateway:
        monkeypatch.setenv("KAPSTONE_SMS", "http")
        monkeypatch.setenv("KAPSTONE_SMS_URL", gateway.address)
        monkeypatch.setenv("KAPSTONE_SMS_TOKEN", "only-for-tests")
        practice.run("-c", PREPARE)
        gateway.worker = subprocess.Popen(ONE_ROUND, env=practice.environment())
        assert gateway.worker.wait() == -signal.SIGKILL
        assert practice.run("-c", WAITING).strip() == "1", "nobody noted that it was sent"
        practice.run("-c", DUE_AGAIN)
        practice.run("-m", "kapstone.cli", "work", "--once")
    assert len(gateway.handed_over) == 2
    assert len(gateway.sent) == 1, "both under one key: the gateway sends one message"
    assert practice.run("-c", WAITING).strip() == "0"
