"""The middleware is loaded once, as in a server, and not anew for each browser of a test.

Each loading takes longer than most pages. A test that changes a setting gets a chain of its own.
"""

from __future__ import annotations

from typing import Any

from django.core.signals import setting_changed
from django.test.client import ClientHandler

CHAIN = (
    "_view_middleware",
    "_template_response_middleware",
    "_exception_middleware",
    "_middleware_chain",
)
kept: dict[str, Any] = {}
load = ClientHandler.load_middleware


def load_once() -> None:
    """From now on every handler of a test's browser shares the first one's chain."""
    ClientHandler.load_middleware = shared  # type: ignore[method-assign, assignment]
    setting_changed.connect(forget, dispatch_uid="loaded once")


def shared(self: ClientHandler, is_async: bool = False) -> None:
    if not kept:
        load(self, is_async)
        kept.update({name: getattr(self, name) for name in CHAIN})
    for name, value in kept.items():
        setattr(self, name, value)


def forget(**_: Any) -> None:
    """A setting was changed, or changed back: what is loaded may depend on it."""
    kept.clear()
