"""Ade has a form open since this morning; and a gateway for text messages that can misbehave."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from kapstone.web.accounts.models import User
from kapstone.web.records.actions import questionnaires
from kapstone.web.records.actions import reaching as deeds
from kapstone.web.records.models import Course, Person, Sheet

Answer = Callable[["Gateway"], int]


@pytest.fixture
def evening(now: datetime) -> datetime:
    """18:00 in New York, on the personas' day."""
    return now + timedelta(hours=10)


@pytest.fixture
def sheet(course: Course, lind: User, now: datetime) -> Sheet:
    times = {"opens_at": now, "due_at": now, "closes_at": now + timedelta(days=14)}
    return questionnaires.assign_sheet(course, "phq9", anchor="start", at=now, by=lind, **times)


@pytest.fixture
def by_text(ade: Person, ade_user: User, now: datetime, settings: Any) -> Person:
    """Ade, who chose text messages."""
    settings.SMS = "http"
    texts = {
        "channel": "sms",
        "hour": 18,
        "time_zone": "America/New_York",
        "phone": "+15550100123",
        "opted_out": False,
    }
    deeds.wish(ade, texts, at=now, by=ade_user)
    return ade


class Gateway:
    """A real server on this machine; it sends each key once, as a good gateway does."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, str], dict[str, str]]] = []
        self.sent: dict[str, dict[str, str]] = {}
        self.answer: Answer = lambda gateway: 200
        self.release = threading.Event()
        self.elsewhere = ""

    def take(self, path: str, headers: dict[str, str], body: dict[str, str]) -> int:
        self.requests.append((path, headers, body))
        status = self.answer(self)
        if status == 200:
            self.sent.setdefault(headers["Idempotency-Key"], body)
        return status

    def stay_silent(self) -> int:
        """Take the message, send it, and never say so while the caller waits."""
        _, headers, body = self.requests[-1]
        self.sent.setdefault(headers["Idempotency-Key"], body)
        self.release.wait(5)
        return 200

    @property
    def keys(self) -> list[str]:
        return [headers["Idempotency-Key"] for _, headers, _ in self.requests]


def handler(gateway: Gateway) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            body = json.loads(self.rfile.read(length))
            self.send_response(gateway.take(self.path, dict(self.headers), body))
            if gateway.elsewhere:
                self.send_header("Location", gateway.elsewhere)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


@pytest.fixture
def gateway(settings: Any) -> Iterator[Gateway]:
    made = Gateway()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(made))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.SMS_URL = f"http://127.0.0.1:{server.server_address[1]}/messages"
    settings.SMS_TOKEN = "for the gateway only"
    yield made
    made.release.set()
    server.shutdown()
    server.server_close()
    thread.join()
