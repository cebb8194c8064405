"""Server-sent events: the requests under /live/, let in by a page, then kept open."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from itertools import islice
from urllib.parse import parse_qs

from django.db import DatabaseError, connections

from kapstone.web.accounts import standing
from kapstone.web.ids import number_in
from kapstone.web.live.following import Follower, Login, Wish
from kapstone.web.live.hub import Hub
from kapstone.web.live.pages import Message, Pages, Receive, Scope, Send
from kapstone.web.records.access import may

# Where a page puts what it lets a screen follow.
WISH = "kapstone.wish"
DEED = "run sessions"
# A screen is told this often that it still hears, when nothing else is to be told.
BEAT_S = 5.0
BEAT = b"event: beat\ndata: {}\n\n"
# A log-in that is over ends its screens at the latest after two rounds (one when it was there at
# their start) and the time of asking; a few are asked together, so that pages do not wait for all.
ROUND_S = 7.0
ASKED_TOGETHER = 16
# Screens come back at different times, so that a server that was away is not overrun.
BACK_MS = (1_000, 4_000)

HEAD: Message = {
    "type": "http.response.start",
    "status": 200,
    "headers": [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
        (b"x-content-type-options", b"nosniff"),
    ],
}

log = logging.getLogger("kapstone.live")


async def answer(hub: Hub, door: Pages, scope: Scope, receive: Receive, send: Send) -> None:
    """Ask the page of this address whether the screen may follow, and let it."""
    wished: list[Wish] = []
    # A screen that only listens is not in use, and is locked like any other.
    also = {WISH: wished, "HTTP_X_POLL": "1"}
    told = await door.asked(scope, receive, send, **also)
    if wished:
        await stream(hub, wished[0], scope, receive, send)
        return
    for message in told:
        await send(message)


async def stream(hub: Hub, wish: Wish, scope: Scope, receive: Receive, send: Send) -> None:
    """Send what the screen follows until it goes, its log-in ends, or it falls behind."""
    follower = hub.follow(wish, after=last_heard(scope))
    sending = asyncio.create_task(pump(hub, follower, send))
    follower.let_go = sending.cancel
    watching = asyncio.create_task(until_gone(receive, follower))
    try:
        with suppress(asyncio.CancelledError):
            await sending
    finally:
        hub.leave(follower)
        sending.cancel()
        watching.cancel()


async def pump(hub: Hub, follower: Follower, send: Send) -> None:
    await send(HEAD)
    again = b"retry: %d\n\n" % random.randint(*BACK_MS)  # noqa: S311  # spreads load, no secret
    await send({"type": "http.response.body", "body": again + beat(hub), "more_body": True})
    while True:
        frames = await follower.next(BEAT_S) or beat(hub)
        if frames:
            await send({"type": "http.response.body", "body": frames, "more_body": True})


def beat(hub: Hub) -> bytes:
    """That the screen hears; whoever cannot hear must not say that all is well."""
    return b"" if hub.is_deaf() else BEAT


async def until_gone(receive: Receive, follower: Follower) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    follower.let_go()


def last_heard(scope: Scope) -> int | None:
    """The number the screen heard last: by the browser when it comes back, else by its page."""
    by_browser = dict(scope["headers"]).get(b"last-event-id", b"").decode("latin-1")
    by_page = parse_qs(scope["query_string"].decode("latin-1")).get("after", [""])[0]
    return number_in(by_browser or by_page)


async def end_with_logins(hub: Hub) -> None:
    """Ask again, round after round, whether each log-in that has a screen open still stands."""
    while True:
        some = list(batches(hub.logins()))
        for logins in some:
            hub.end((await over(logins)).__contains__)
            await asyncio.sleep(ROUND_S / len(some))
        if not some:
            await asyncio.sleep(ROUND_S)


def batches(logins: Iterable[Login]) -> Iterator[list[Login]]:
    left = iter(logins)
    while batch := list(islice(left, ASKED_TOGETHER)):
        yield batch


async def over(logins: Collection[Login]) -> Collection[Login]:
    try:
        return await asyncio.to_thread(ended, logins)
    except DatabaseError:
        log.exception("log-ins could not be asked for; their screens are let go")
        return logins


def ended(logins: Iterable[Login]) -> set[Login]:
    """The log-ins that are over, or whose user may no longer follow sessions of that practice."""
    try:
        return {login for login in logins if not stands(login)}
    finally:
        connections.close_all()


def stands(login: Login) -> bool:
    user = standing.user_of(login.key)
    return user is not None and user.practice_id == login.practice and may(user, DEED)
