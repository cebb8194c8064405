"""Waits for what a page says by a promise: the library itself takes a promise for a yes."""

from __future__ import annotations

import time

from playwright.sync_api import Page

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
