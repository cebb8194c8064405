"""The bounds of a connection, tried on a listener with short ones."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from ipaddress import ip_network

import pytest

from kapstone import devices
from kapstone.web.records.listening import Doors, Keeper, Listener

Wire = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Talk = Callable[[Callable[[], Awaitable[Wire]]], Awaitable[None]]
SHORT = devices.listening().model_copy(
    update={"frame_s": 0.2, "idle_s": 0.2, "connections": 3, "connections_each": 2}
)


def listened(talk: Talk) -> Listener:
    """A listener on a free port, talked to and closed again."""

    async def whole() -> Listener:
        listener = Listener(Doors(), Keeper(), SHORT)
        server = await asyncio.start_server(listener.hear, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        await asyncio.wait_for(talk(lambda: asyncio.open_connection("127.0.0.1", port)), 20)
        server.close()
        return listener

    return asyncio.run(whole())


def test_a_message_that_trickles_is_cut_off() -> None:
    async def talk(connect: Callable[[], Awaitable[Wire]]) -> None:
        reader, writer = await connect()
        writer.write(b"\x0bMSH|")
        sent = 0
        while not reader.at_eof() and sent < 200:
            writer.write(b"x")
            sent += 1
            try:
                await asyncio.wait_for(reader.read(1), 0.02)
            except TimeoutError:
                continue
        assert reader.at_eof()
        assert sent < 100

    listened(talk)


def test_a_connection_that_says_nothing_is_cut_off() -> None:
    async def talk(connect: Callable[[], Awaitable[Wire]]) -> None:
        reader, _ = await connect()
        assert await reader.read() == b""

    listened(talk)


def test_one_address_has_so_many_connections_and_no_more() -> None:
    async def talk(connect: Callable[[], Awaitable[Wire]]) -> None:
        first, second = await connect(), await connect()
        third, _ = await connect()
        with pytest.raises(ConnectionResetError):
            raise_if_open(await third.read(1))
        for _, writer in (first, second):
            writer.close()

    listener = listened(talk)
    assert "too many connections from 127.0.0.1" in {words for _, words in listener.refused}


def raise_if_open(read: bytes) -> None:
    """A peer that was cut off reads the end; some systems say so with a reset."""
    if read == b"":
        raise ConnectionResetError


@pytest.mark.parametrize(
    ("address", "admitted"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("10.1.2.255", True),
        ("10.1.3.0", False),
        ("192.0.2.1", False),
        ("fe80::1%eth0", False),
    ],
)
def test_only_named_networks_are_heard(address: str, admitted: bool) -> None:
    assert Doors(networks=(ip_network("10.1.2.0/24"),)).admits(address) is admitted


def test_reasons_without_end_are_counted_together() -> None:
    listener = Listener(Doors(), Keeper(), SHORT)
    for number in range(1000):
        listener.count(f"device-{number}", "unknown")
    assert len(listener.refused) <= 65
    assert listener.refused.total() == 1000
