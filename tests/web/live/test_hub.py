"""Who is sent what, in which order, and who is let go."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import pytest

from kapstone.web.live import ears, streams
from kapstone.web.live import hub as hubs
from kapstone.web.live.following import MOST_WAITING, Follower, Heard, Login, Wish
from kapstone.web.live.hub import Hub
from kapstone.web.live.pages import Message

HERE, ELSEWHERE = 1, 2
LOGIN = Login("key", HERE)
ROOM = Wish(LOGIN, frozenset({7}))
FLOOR = Wish(LOGIN, frozenset({7}), floor=True)


def change(number: int, *, practice: int = HERE, session: int = 7, kind: str = "mark") -> Heard:
    return Heard(number, practice, session, kind, b"id: %d\n\n" % number)


def begun(changes: Iterable[Heard] = ()) -> Hub:
    kept = list(changes)
    hub = Hub()
    hub.begin(kept[-1].number if kept else 0, kept)
    hub.listened()
    return hub


def waits(follower: Follower) -> bytes:
    return b"".join(follower.waiting)


def test_a_screen_is_told_of_its_own_session_only() -> None:
    hub = begun()
    follower = hub.follow(ROOM, after=None)
    hub.hear([change(1), change(2, session=8), change(3)])
    assert waits(follower) == b"id: 1\n\nid: 3\n\n"


@pytest.mark.parametrize("wish", [ROOM, FLOOR])
def test_no_screen_is_told_of_another_practice(wish: Wish) -> None:
    hub = begun()
    follower = hub.follow(wish, after=None)
    hub.hear([change(1, practice=ELSEWHERE), change(2, practice=ELSEWHERE, kind="phase")])
    assert waits(follower) == b""


def test_the_floor_is_told_of_beginnings_and_ends_it_does_not_show() -> None:
    hub = begun()
    follower = hub.follow(FLOOR, after=None)
    hub.hear([change(1, session=8), change(2, session=8, kind="phase"), change(3)])
    assert waits(follower) == b"id: 2\n\nid: 3\n\n"


def test_what_was_missed_comes_first_and_once() -> None:
    hub = begun([change(1), change(2), change(3)])
    follower = hub.follow(ROOM, after=1)
    hub.hear([change(4)])
    assert waits(follower) == b"id: 2\n\nid: 3\n\nid: 4\n\n"


def test_a_screen_without_a_number_begins_now() -> None:
    assert waits(begun([change(1)]).follow(ROOM, after=None)) == b""


def test_a_number_that_is_no_longer_kept_asks_for_everything() -> None:
    hub = begun([change(50), change(51)])
    assert waits(hub.follow(ROOM, after=49)) == b"id: 50\n\nid: 51\n\n"
    assert waits(hub.follow(ROOM, after=48)) == b"id: 51\n" + hubs.ANEW


def test_a_number_forgotten_while_the_server_runs_asks_for_everything(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hub = begun()
    hub.hear(change(number) for number in range(1, hubs.KEPT + 2))
    assert b"anew" in waits(hub.follow(ROOM, after=0))
    assert b"anew" not in waits(hub.follow(ROOM, after=hubs.KEPT - 1))


def test_more_missed_than_is_worth_sending_asks_for_everything() -> None:
    hub = begun(change(number) for number in range(1, hubs.MOST_MISSED + 2))
    assert b"anew" not in waits(hub.follow(ROOM, after=1))
    assert b"anew" in waits(hub.follow(ROOM, after=0))


def test_a_number_from_before_a_restored_backup_is_no_future_one() -> None:
    hub = begun([change(1)])
    follower = hub.follow(ROOM, after=9_000)
    hub.hear([change(2)])
    assert waits(follower) == b"id: 2\n\n"


def test_a_database_that_was_lost_is_not_begun_again() -> None:
    hub = Hub()
    ears.begin(hub, [])
    ears.begin(hub, [(1, HERE, 7, "mark", {})])
    assert hub.position == 0, "the change of meanwhile is still to be heard"


class Line:
    """The connection of one screen: what was sent through it, and whether it carries."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.carries = asyncio.Event()
        self.carries.set()
        self.gone = asyncio.Event()

    async def send(self, message: Message) -> None:
        await self.carries.wait()
        self.sent.append(message.get("body", b""))

    async def receive(self) -> Message:
        await self.gone.wait()
        return {"type": "http.disconnect"}


def on_a_line(test: Callable[[Hub, Line, asyncio.Task[Any]], Awaitable[None]]) -> None:
    """Follow a room over a line, do the test, and see that the stream has ended."""

    async def run() -> None:
        hub, line = begun(), Line()
        scope: dict[str, Any] = {"headers": [], "query_string": b""}
        following = asyncio.create_task(streams.stream(hub, ROOM, scope, line.receive, line.send))
        await until(lambda: bool(line.sent))
        await test(hub, line, following)
        await asyncio.wait_for(following, 5)
        assert hub.followers == set()

    asyncio.run(run())


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not true():
            await asyncio.sleep(0)


def test_a_screen_whose_connection_does_not_carry_is_let_go() -> None:
    async def test(hub: Hub, line: Line, following: asyncio.Task[Any]) -> None:
        line.carries.clear()
        hub.hear([change(1)])
        # What is being sent no longer waits.
        await until(lambda: not any(each.waiting for each in hub.followers))
        hub.hear(change(number) for number in range(2, MOST_WAITING + 2))
        await asyncio.sleep(0)
        assert not following.done()
        hub.hear([change(MOST_WAITING + 2)])

    on_a_line(test)


def test_one_slow_screen_keeps_no_other_waiting() -> None:
    async def test(hub: Hub, line: Line, following: asyncio.Task[Any]) -> None:
        line.carries.clear()
        other = hub.follow(ROOM, after=None)
        hub.hear([change(1)])
        assert waits(other) == b"id: 1\n\n"
        hub.leave(other)
        line.gone.set()

    on_a_line(test)


def test_a_screen_that_went_away_is_forgotten() -> None:
    async def test(hub: Hub, line: Line, following: asyncio.Task[Any]) -> None:
        line.gone.set()

    on_a_line(test)


def test_the_end_of_a_log_in_ends_its_screens() -> None:
    async def test(hub: Hub, line: Line, following: asyncio.Task[Any]) -> None:
        hub.end(lambda login: login == Login("another", HERE))
        await asyncio.sleep(0)
        assert not following.done()
        hub.end(lambda login: login == LOGIN)

    on_a_line(test)


@pytest.mark.parametrize("deaf", [False, True])
def test_a_server_that_cannot_hear_does_not_say_that_all_is_well(
    deaf: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "BEAT_S", 0.01)

    async def test(hub: Hub, line: Line, following: asyncio.Task[Any]) -> None:
        monkeypatch.setattr(hub, "is_deaf", lambda: deaf)
        line.sent.clear()
        if deaf:
            await asyncio.sleep(0.1)
        else:
            await until(lambda: len(line.sent) > 1)
        assert set(line.sent) <= {streams.BEAT}
        assert bool(line.sent) is not deaf
        line.gone.set()

    on_a_line(test)


@pytest.mark.parametrize("deaf", [False, True])
def test_a_deaf_hub_tells_no_screen_that_connects_that_it_hears(
    deaf: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def connects() -> list[bytes]:
        hub, sent = begun(), list[bytes]()
        monkeypatch.setattr(hub, "is_deaf", lambda: deaf)

        async def send(message: Message) -> None:
            sent.append(message.get("body", b""))
            if len(sent) == 2:
                raise asyncio.CancelledError

        with pytest.raises(asyncio.CancelledError):
            await streams.pump(hub, hub.follow(ROOM, after=None), send)
        return sent

    (_, first) = asyncio.run(connects())
    assert (streams.BEAT in first) is not deaf


def test_a_hub_is_deaf_until_the_database_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    hub, now = Hub(), [1_000.0]
    monkeypatch.setattr("kapstone.web.live.hub.time.monotonic", lambda: now[0])
    assert hub.is_deaf()
    hub.listened()
    now[0] += hubs.DEAF_AFTER_S
    assert not hub.is_deaf()
    now[0] += 0.1
    assert hub.is_deaf()


@pytest.mark.parametrize(
    ("header", "query", "number"),
    [
        (b"12", b"", 12),
        (b"", b"after=9", 9),
        (b"12", b"after=9", 12),
        (b"", b"", None),
        (b"-3", b"", None),
        (b"9" * 30, b"", None),
        ("\u0663".encode(), b"", None),
    ],
)
def test_the_number_heard_last_is_the_browsers_or_its_pages(
    header: bytes, query: bytes, number: int | None
) -> None:
    headers = [(b"last-event-id", header)] if header else []
    assert streams.last_heard({"headers": headers, "query_string": query}) == number
