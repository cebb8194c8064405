"""Listens for bedside devices: HL7 over MLLP, many connections, one commit for what comes together.

Every connection has its bounds (knowledge/devices/listening.toml); what goes beyond them is
answered no where that is possible, counted, and costs nothing else. Nothing that a message says
of a person is ever logged.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import TypeVar

from django.db import close_old_connections

from kapstone import devices
from kapstone.web import clock
from kapstone.web.records.actions import readings
from kapstone.web.records.actions.bedside import Heard, take_device_readings
from kapstone.web.records.actions.devices import note_refusals
from kapstone.web.records.refusals import Refused

log = logging.getLogger("kapstone.devices")

CHUNK = 16_384
NOTED_EVERY_S = 60.0
MOST_REASONS = 64
LOST = (ConnectionError, TimeoutError, ssl.SSLError)
NOT_KEPT = Refused("not-kept", "not kept for a fault here; send it again")
T = TypeVar("T")
Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """Who may speak: from which networks besides this machine, and under which certificates."""

    networks: tuple[Network, ...] = ()
    tls: ssl.SSLContext | None = None

    def admits(self, address: str) -> bool:
        found = ip_address(address.partition("%")[0])
        return found.is_loopback or any(found in network for network in self.networks)


class Keeper:
    """Keeps messages in the order in which they came, together what has come together."""

    def __init__(self) -> None:
        self.waiting: asyncio.Queue[tuple[Heard, asyncio.Future[Refused | None]]]
        self.waiting = asyncio.Queue(devices.listening().connections)
        # One thread, and so one connection to the database, which lives as long as we listen.
        self.thread = ThreadPoolExecutor(1, thread_name_prefix="devices")

    async def keep(self, heard: Heard) -> Refused | None:
        """None when the message is on the disk, else why it is not kept."""
        answer: asyncio.Future[Refused | None] = asyncio.get_running_loop().create_future()
        await self.waiting.put((heard, answer))
        return await answer

    async def run(self) -> None:
        while True:
            together = [await self.waiting.get()]
            while not self.waiting.empty() and len(together) < devices.listening().together:
                together.append(self.waiting.get_nowait())
            answers = await self.aside(partial(taken, [heard for heard, _ in together]))
            for (_, answer), said in zip(together, answers, strict=True):
                if not answer.done():
                    answer.set_result(said)

    async def aside(self, deed: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self.thread, deed)


def taken(heard: Sequence[Heard]) -> Sequence[Refused | None]:
    """Take them in; when that fails, each alone, so that one cannot cost the others."""
    try:
        return take_device_readings(heard, at=clock.now())
    except readings.JUDGING_FAULTS:
        log.exception("%s messages could not be kept together", len(heard))
        close_old_connections()
    if len(heard) == 1:
        return [NOT_KEPT]
    return [answer for each in heard for answer in taken([each])]


class Listener:
    """Hears every connection, and counts what it refused."""

    def __init__(self, doors: Doors, keeper: Keeper, limits: devices.Listening) -> None:
        self.doors, self.keeper, self.limits = doors, keeper, limits
        self.open: Counter[str] = Counter()
        self.refused: Counter[tuple[str, str]] = Counter()

    async def hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, from its first byte to its last."""
        address = str((writer.get_extra_info("peername") or ["0.0.0.0"])[0])  # noqa: S104  # gone
        if why := self.shut_to(address):
            self.count("", why)
            writer.transport.abort()
            return
        self.open[address] += 1
        try:
            await Conversation(self, reader, writer).run()
        except LOST as fault:
            log.info("connection from %s ended: %s", address, type(fault).__name__)
        finally:
            self.open -= Counter([address])
            writer.transport.abort() if writer.is_closing() else writer.close()

    def shut_to(self, address: str) -> str:
        """Why nobody is heard from there now; empty when they are."""
        if not self.doors.admits(address):
            return f"connection from {address}, which KAPSTONE_DEVICES_FROM does not name"
        if self.open.total() >= self.limits.connections:
            return "too many connections"
        if self.open[address] >= self.limits.connections_each:
            return f"too many connections from {address}"
        return ""

    def count(self, identity: str, words: str) -> None:
        """Note a refusal, and say the first of each kind in the log; `words` name no person."""
        key = (identity, words)
        if key not in self.refused and len(self.refused) >= MOST_REASONS:
            key = ("", "other reasons")
        if key not in self.refused:
            log.warning("refused: %s", words)
        self.refused[key] += 1

    async def note_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(NOTED_EVERY_S)
            await self.note()

    async def note(self) -> None:
        """Write down what was refused since the last time."""
        counted, self.refused = self.refused, Counter()
        if counted:
            await self.keeper.aside(partial(noted, counted))


def noted(counted: Counter[tuple[str, str]]) -> None:
    try:
        note_refusals(counted, at=clock.now())
    except readings.JUDGING_FAULTS:
        log.exception("refusals could not be noted")
        close_old_connections()


class Conversation:
    """One connection: a message is answered before the next is read, so that none piles up."""

    def __init__(
        self, listener: Listener, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.listener, self.reader, self.writer = listener, reader, writer
        self.limits = listener.limits
        self.unframer = devices.Unframer(self.limits.message_bytes)
        self.refused_in_a_row = 0

    async def run(self) -> None:
        """Until the other end closes, is too slow, or says nothing that can be read."""
        ends_at = self.in_time(self.limits.idle_s)
        while self.is_borne():
            was_inside = self.unframer.is_inside
            async with asyncio.timeout_at(ends_at):
                chunk = await self.reader.read(CHUNK)
            if not chunk:
                return
            heard = 0
            for frame in self.unframer.feed(chunk):
                heard += 1
                await self.answer(frame)
            inside = self.unframer.is_inside
            if heard or (inside and not was_inside):
                # From its first byte a message has this long to come whole, however it trickles.
                ends_at = self.in_time(self.limits.frame_s if inside else self.limits.idle_s)

    def in_time(self, seconds: float) -> float:
        return asyncio.get_running_loop().time() + seconds

    def is_borne(self) -> bool:
        few = self.refused_in_a_row < self.limits.refused_in_a_row
        return few and self.unframer.dropped <= self.limits.dropped_bytes

    async def answer(self, frame: devices.Frame) -> None:
        """Keep what one envelope holds and say so; no answer where there is nobody to address."""
        try:
            await self.keep(frame)
            said = devices.accepted(frame.content, at=clock.now())
            self.refused_in_a_row = 0
        except devices.NotUnderstood as why:
            self.refused_in_a_row += 1
            said = devices.refused(frame.content, why, at=clock.now())
        if devices.has_header(frame.content):
            self.writer.write(devices.framed(said))
            async with asyncio.timeout(self.limits.answer_s):
                await self.writer.drain()

    async def keep(self, frame: devices.Frame) -> None:
        """Raises NotUnderstood, counted, when the message cannot be read or is not kept."""
        try:
            if frame.wrong:
                raise devices.NotUnderstood(frame.wrong)
            message = devices.read_message(frame.content)
        except devices.NotUnderstood as why:
            field = f"-{why.field}" if why.field else ""
            self.listener.count("", f"{why.segment}{field}: error {why.code} of HL7 table 0357")
            raise
        why_not = await self.listener.keeper.keep(Heard(message=message, raw=frame.content))
        if why_not is not None:
            named = message.readings[0].device if message.readings else ""
            self.listener.count(named, f"{why_not.code}: {named}")
            code = 207 if why_not is NOT_KEPT else 204
            raise devices.NotUnderstood(why_not.words, code=code, segment="OBX", field=18)


async def listen(
    host: str, port: int, *, doors: Doors, ready: Callable[[int], None], stop: asyncio.Event
) -> None:
    """Listen until told to stop; `ready` is told the port once devices can connect."""
    keeper, limits = Keeper(), devices.listening()
    listener = Listener(doors, keeper, limits)
    patience = {"ssl_handshake_timeout": limits.answer_s} if doors.tls else {}
    server = await asyncio.start_server(
        listener.hear, host, port, limit=CHUNK, ssl=doors.tls, **patience
    )
    ready(server.sockets[0].getsockname()[1])
    parts = (stop.wait(), keeper.run(), listener.note_now_and_then())
    tasks = [asyncio.ensure_future(each) for each in parts]
    ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    server.close()
    await listener.note()
    for task in ended:
        # A fault that nobody expected ends the process; another one is started beside the pages.
        task.result()
