"""A screen without a browser: follows a stream and keeps what it was sent."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from server.running import Visitor

WITHIN_S = 20.0


class Screen:
    """One open stream; `seen` are its events, as (id, name, what) in their order."""

    def __init__(self, visitor: Visitor, path: str, *, last: int | None = None) -> None:
        self.seen: list[tuple[int | None, str, dict[str, Any]]] = []
        self.head = ""
        self.over = threading.Event()
        parts = urlsplit(visitor.address)
        self.socket = socket.create_connection((parts.hostname or "", parts.port or 80), WITHIN_S)
        cookies = "; ".join(f"{each.name}={each.value}" for each in visitor.cookies)
        heard = f"Last-Event-ID: {last}\r\n" if last is not None else ""
        asked = f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n"
        self.socket.sendall(f"{asked}Cookie: {cookies}\r\n{heard}\r\n".encode())
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self) -> None:
        """Lines of a chunk are whole, so that the lines between them are its sizes."""
        self.socket.settimeout(None)
        number, name = None, ""
        try:
            with self.socket.makefile("r", encoding="utf-8", newline="\n") as lines:
                for line in lines:
                    key, _, value = line.rstrip("\r\n").partition(": ")
                    if key.startswith("HTTP/"):
                        self.head = key
                    elif key == "id":
                        number = int(value)
                    elif key == "event":
                        name = value
                    elif key == "data":
                        self.seen.append((number, name, json.loads(value)))
        except OSError:
            pass
        self.over.set()

    def changes(self) -> list[dict[str, Any]]:
        return [what for _, name, what in list(self.seen) if name == "change"]

    def kinds(self) -> list[str]:
        return [each["kind"] for each in self.changes()]

    def last(self) -> int:
        return max(number for number, _, _ in self.seen if number is not None)

    def until(self, seen: Callable[[Screen], bool]) -> Screen:
        """Wait for something to have been seen; says what was instead."""
        until = time.monotonic() + WITHIN_S
        while not seen(self):
            if time.monotonic() > until:
                raise AssertionError(f"{self.head}: {self.seen}")
            time.sleep(0.02)
        return self

    def open(self) -> Screen:
        return self.until(lambda screen: any(name == "beat" for _, name, _ in screen.seen))

    def close(self) -> None:
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
