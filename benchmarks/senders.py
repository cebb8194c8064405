"""How a reading is handed over: by MLLP, by a device's HTTP, or typed into the page.

Each comes back once the reading is acknowledged; what nobody answered is sent again, the same.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol
from urllib.parse import urlencode
from uuid import UUID

import orjson

from kapstone import devices
from kapstone.devices import writing

HOST = "127.0.0.1"
TOKEN = "k" * 32
AGAIN_S = 0.5
# LOINC and UCUM, as a device that sends by HTTP names its figures.
CODES = {
    "heart_rate": ("8867-4", "/min"),
    "systolic_bp": ("8480-6", "mm[Hg]"),
    "diastolic_bp": ("8462-4", "mm[Hg]"),
}
Signs = Mapping[str, float]
Wire = tuple[asyncio.StreamReader, asyncio.StreamWriter]
BROKEN = (OSError, asyncio.IncompleteReadError, ValueError)


class Sender(Protocol):
    """One way to hand over a reading; gives why it was refused, or nothing."""

    async def send(self, signs: Signs, name: UUID) -> str: ...


@dataclass(slots=True)
class Line(ABC):
    """A connection that stays open, and is made again when it broke."""

    port: int
    wire: Wire | None = None

    async def send(self, signs: Signs, name: UUID) -> str:
        asked = self.written(signs, name)
        while True:
            stood = self.wire is not None
            try:
                if self.wire is None:
                    self.wire = await asyncio.open_connection(HOST, self.port)
                reader, writer = self.wire
                writer.write(asked)
                return await self.answer(reader)
            except BROKEN:
                self.wire = None
                # A server closes what stood idle for long; then a new one is asked at once.
                await asyncio.sleep(0 if stood else AGAIN_S)

    @abstractmethod
    def written(self, signs: Signs, name: UUID) -> bytes:
        """What is sent of a reading."""

    @abstractmethod
    async def answer(self, reader: asyncio.StreamReader) -> str:
        """Why it was refused, or nothing."""


@dataclass(slots=True)
class ByMllp(Line):
    """An ORU^R01 in its envelope, as a bedside monitor or its gateway sends it."""

    identity: str = ""

    def written(self, signs: Signs, name: UUID) -> bytes:
        at, who = datetime.now(UTC), self.identity
        return devices.framed(writing.observation(signs, device=who, control_id=str(name), at=at))

    async def answer(self, reader: asyncio.StreamReader) -> str:
        said = await reader.readuntil(b"\x1c\r")
        return "" if b"MSA|AA|" in said else said.decode(errors="replace")


@dataclass(slots=True)
class ByHttp(Line):
    """A request over a connection that is kept."""

    headers: Mapping[str, str] = field(default_factory=dict)
    path: str = ""

    async def answer(self, reader: asyncio.StreamReader) -> str:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        if "content-length:" in head:
            await reader.readexactly(int(head.split("content-length:")[1].split()[0]))
        status = head.split()[1]
        return "" if status in ("200", "302") else status

    def request(self, body: bytes) -> bytes:
        told = {"Host": f"{HOST}:{self.port}", "Content-Length": str(len(body)), **self.headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
        return f"POST {self.path} HTTP/1.1\r\n{head}\r\n".encode() + body


@dataclass(slots=True)
class ByDevice(ByHttp):
    """Figures as JSON under the device's key."""

    def written(self, signs: Signs, name: UUID) -> bytes:
        at = datetime.now(UTC).isoformat()
        figures = [
            {"code": CODES[sign][0], "value": value, "unit": CODES[sign][1]}
            for sign, value in signs.items()
        ]
        told = {"id": str(name), "taken_at": at, "sent_at": at, "figures": figures}
        return self.request(orjson.dumps(told))


@dataclass(slots=True)
class ByPage(ByHttp):
    """The form of the room, as somebody who types sends it."""

    def written(self, signs: Signs, name: UUID) -> bytes:
        fields = {**signs, "client_id": name, "csrfmiddlewaretoken": TOKEN}
        return self.request(urlencode(fields).encode())


def by_device(port: int, key: str) -> ByDevice:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    return ByDevice(port=port, headers=headers, path="/devices/readings/")


def by_page(port: int, login: str, session: int) -> ByPage:
    headers = {
        "Cookie": f"sessionid={login}; csrftoken={TOKEN}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    return ByPage(port=port, headers=headers, path=f"/sessions/{session}/readings/")
