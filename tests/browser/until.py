"""What the browser library leaves undone: to wait for a promise, to turn every clock, to leave."""

from __future__ import annotations

import time

from playwright.sync_api import BrowserContext, Error, Page

WITHIN_S = 30.0
LOOK_MS = 50


def until(page: Page, asked: str) -> None:
    """Until this function of the page, which may have to wait itself, gives something true."""
    end = time.monotonic() + WITHIN_S
    while not page.evaluate(asked):
        assert time.monotonic() < end, f"it did not come to that: {asked}"
        page.wait_for_timeout(LOOK_MS)


def copied(page: Page, cache: str) -> None:
    """The page is on the device, and the worker stands before it."""
    until(
        page,
        f"() => navigator.serviceWorker.controller && caches.open('{cache}')"
        ".then((kept) => kept.match(location.pathname)).then(Boolean)",
    )


def forward(page: Page, ms: int) -> None:
    """Turn the clock of the page on by so much, and do what is due once.

    The library leaves out, and says nothing of, a page whose opening it takes for unfinished: one
    that a worker has brought is often so. Those opened later have it right either way.
    """
    turn(page, "fastForward", ms)


def run_for(page: Page, ms: int) -> None:
    """Let so much time pass in the page, with everything that falls due in it."""
    turn(page, "runFor", ms)


def turn(page: Page, how: str, ms: int) -> None:
    due = page.evaluate("Date.now()") + ms
    on = {"fastForward": page.clock.fast_forward, "runFor": page.clock.run_for}
    on[how](ms)
    try:
        if page.evaluate("Date.now()") < due:
            page.evaluate(f"(ms) => globalThis.__pwClock.controller.{how}(ms)", ms)
    except Error as fault:
        # What fell due has opened another page.
        assert "navigation" in fault.message, fault


def leave(context: BrowserContext) -> None:
    """Close the pages and leave the rest to the end of the browser.

    To close a context whose worker is at work hangs now and then, and has no end of its own.
    """
    for page in context.pages:
        page.close()
