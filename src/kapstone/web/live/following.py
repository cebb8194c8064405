"""Who follows what: a screen, with the changes that wait to be sent to it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

# A screen this far behind has a connection that does not carry; it comes back with its number.
MOST_WAITING = 200
# What a screen of the whole floor is told of every session, shown or not.
FLOOR_KINDS = frozenset({"plan", "phase"})


@dataclass(frozen=True, slots=True)
class Login:
    """The key of a log-in and the practice of whoever logged in."""

    key: str
    practice: int


@dataclass(frozen=True, slots=True)
class Wish:
    """What a screen may follow, said by the page that let it in."""

    login: Login
    sessions: frozenset[int]
    floor: bool = False


@dataclass(frozen=True, slots=True)
class Heard:
    """A change as it was read from the table, ready to be sent."""

    number: int
    practice: int
    session: int
    kind: str
    frame: bytes


@dataclass(slots=True, eq=False)
class Follower:
    """One open screen; `after` is the number of the last change that it was given."""

    wish: Wish
    after: int
    # Ends the stream of this screen, which sets it.
    let_go: Callable[[], object] = bool
    waiting: deque[bytes] = field(default_factory=deque)
    stirred: asyncio.Event = field(default_factory=asyncio.Event)

    def wants(self, change: Heard) -> bool:
        """Whether the change is for this screen: of its practice, and not heard before."""
        if change.practice != self.wish.login.practice or change.number <= self.after:
            return False
        of_floor = self.wish.floor and change.kind in FLOOR_KINDS
        return of_floor or change.session in self.wish.sessions

    def hear(self, change: Heard) -> None:
        """Queue a change; a screen that is too far behind is let go."""
        if self.wants(change):
            self.after = change.number
            self.put(change.frame)

    def put(self, frame: bytes) -> None:
        if len(self.waiting) >= MOST_WAITING:
            self.let_go()
            return
        self.waiting.append(frame)
        self.stirred.set()

    async def next(self, within_s: float) -> bytes:
        """Everything that waits, as soon as something does; empty when nothing came in time."""
        try:
            async with asyncio.timeout(within_s):
                await self.stirred.wait()
        except TimeoutError:
            return b""
        self.stirred.clear()
        frames = b"".join(self.waiting)
        self.waiting.clear()
        return frames
