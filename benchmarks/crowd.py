"""A crowd at a running server: sources that send readings, and screens that hear of them."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import orjson
from benchmarks.senders import HOST, Sender

from kapstone.web.records.tiles import said

# Values by which a reading is known on a screen; none crosses a limit, as most do not.
HEARTS, PRESSURES, DIASTOLIC = range(60, 100), range(105, 145), 75
# The kind of change by which a screen hears of it, its session, and what the screen says of it.
Known = tuple[str, int, str]


def signs_of(number: int) -> dict[str, float]:
    """The n-th reading of a session; the same comes again after 1,600."""
    return {
        "systolic_bp": PRESSURES[number // len(HEARTS) % len(PRESSURES)],
        "diastolic_bp": DIASTOLIC,
        "heart_rate": HEARTS[number % len(HEARTS)],
    }


@dataclass(slots=True)
class Told:
    """What was sent and kept, and when each screen heard of it (seconds of one clock)."""

    sent: dict[Known, float] = field(default_factory=dict)
    kept: dict[Known, UUID] = field(default_factory=dict)
    answered: list[tuple[float, float]] = field(default_factory=list)
    heard: dict[tuple[Known, int], float] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Source:
    """Sends a reading of its session every so many seconds until told to end."""

    heard_as: str
    session: int
    every_s: float
    by: Sender
    told: Told

    async def run(self, end: asyncio.Event) -> None:
        await asyncio.sleep(random.random() * self.every_s)  # noqa: S311  # spreads the load
        number, due = 0, time.perf_counter()
        while not end.is_set():
            await self.hand_over(number)
            number, due = number + 1, due + self.every_s
            with suppress(TimeoutError):
                await asyncio.wait_for(end.wait(), max(0.0, due - time.perf_counter()))

    async def hand_over(self, number: int) -> None:
        signs, name, began = signs_of(number), uuid4(), time.perf_counter()
        known = (self.heard_as, self.session, said(signs))
        self.told.sent[known] = began
        why_not = await self.by.send(signs, name)
        if why_not:
            self.told.refused.append(why_not)
            return
        self.told.kept[known] = name
        self.told.answered.append((began, time.perf_counter() - began))


@dataclass(slots=True)
class Screen:
    """Follows a session; comes back with the number it heard last, as a browser does."""

    name: int
    session: int
    port: int
    key: str
    told: Told
    last: str = ""
    retry_s: float = 2.0
    back: list[float] = field(default_factory=list)

    async def run(self, end: asyncio.Event) -> None:
        while not end.is_set():
            with suppress(OSError, asyncio.IncompleteReadError):
                await self.listen()
            if not end.is_set():
                await asyncio.sleep(self.retry_s)

    async def listen(self) -> None:
        reader, writer = await asyncio.open_connection(HOST, self.port)
        last = f"Last-Event-ID: {self.last}\r\n" if self.last else ""
        head = f"Host: {HOST}:{self.port}\r\nCookie: sessionid={self.key}\r\n{last}\r\n"
        writer.write(f"GET /live/sessions/{self.session}/ HTTP/1.1\r\n{head}".encode())
        try:
            if b" 200 " not in await reader.readline():
                raise OSError("the server let nobody in")
            self.back.append(time.perf_counter())
            while line := await reader.readline():
                self.read(line)
        finally:
            writer.close()

    def read(self, line: bytes) -> None:
        if line.startswith(b"id: "):
            self.last = line[4:].strip().decode()
        elif line.startswith(b"retry: "):
            self.retry_s = int(line[7:]) / 1_000
        elif line.startswith(b'data: {"session"'):
            for known in shown(orjson.loads(line[6:])):
                self.told.heard.setdefault((known, self.name), time.perf_counter())


def shown(told: dict[str, Any]) -> Iterator[Known]:
    """What a change puts on the screen: a device's words, or the figures of a reading."""
    session, kind = told["session"], told["kind"]
    match told:
        case {"kind": "told", "told": {"words": str(words)}}:
            yield kind, session, words
        case {"kind": "reading", "tiles": [*tiles]}:
            values = {tile["id"]: tile["value"] for tile in tiles}
            yield kind, session, f"{values['systolic_bp']}, Heart {values['heart_rate']}"
