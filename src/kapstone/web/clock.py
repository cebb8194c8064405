"""The one clock of the web application; the demonstration and the tests may set it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from django.utils import timezone

_set_to: ContextVar[datetime | None] = ContextVar("clock", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _set_to.get() or timezone.now()


def written(moment: datetime) -> str:
    """A local moment as a sentence writes it: `3 Nov 2026 at 08:00`."""
    return f"{moment.day} {moment:%b %Y at %H:%M}"


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Hold the clock at `moment` inside the block."""
    token = _set_to.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _set_to.reset(token)
