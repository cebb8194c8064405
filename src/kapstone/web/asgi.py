"""The door for the web server: pages in threads, and beside them the screens that listen."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from kapstone.web.wsgi import application as wsgi

from kapstone.web.live import ears, streams  # isort: skip  # after the settings are read
from kapstone.web.live.hub import Hub  # isort: skip
from kapstone.web.live.pages import Pages, Receive, Scope, Send  # isort: skip

# Each has a database connection of its own.
PAGES_AT_ONCE, DOORS_AT_ONCE = 4, 2
# A page that calculates must not keep the screens waiting for long (the default is 5 ms).
sys.setswitchinterval(0.001)

hub = Hub()
pages = Pages(wsgi, ThreadPoolExecutor(PAGES_AT_ONCE, "page"))
door = Pages(wsgi, ThreadPoolExecutor(DOORS_AT_ONCE, "door"))


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await live(receive, send)
    elif scope["path"].startswith("/live/"):
        await streams.answer(hub, door, scope, receive, send)
    else:
        await pages(scope, receive, send)


async def live(receive: Receive, send: Send) -> None:
    """Listen from the start of the server to its end."""
    await receive()
    tasks = [
        asyncio.create_task(ears.listen(hub)),
        asyncio.create_task(streams.end_with_logins(hub)),
    ]
    end_screens_when_told_to_stop()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    for task in tasks:
        task.cancel()
    await send({"type": "lifespan.shutdown.complete"})


def end_screens_when_told_to_stop() -> None:
    """Let every screen go at the signal itself: the server waits for open answers before its end.

    Outside the main thread there are no signals, and the server ends the screens by force.
    """
    loop = asyncio.get_running_loop()
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGTERM, signal.SIGINT):
        before = signal.getsignal(number)

        def stopping(told: int, frame: Any, before: Any = before) -> None:
            loop.call_soon_threadsafe(hub.end)
            if callable(before):
                before(told, frame)

        signal.signal(number, stopping)
