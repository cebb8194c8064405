"""Hands what was heard to the screens of this process; everything here runs in its event loop."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator

from kapstone.web.live.following import Follower, Heard, Login, Wish

# What a screen can have missed without asking for its whole region: hours of an ordinary day.
KEPT = 5_000
MOST_MISSED = 50
# Without an answer of the database for this long nobody is told that all is well.
DEAF_AFTER_S = 10.0
ANEW = b"event: anew\ndata: {}\n\n"


class Hub:
    """The screens that follow, and the changes that were heard last."""

    def __init__(self) -> None:
        self.followers: set[Follower] = set()
        self.kept: deque[Heard] = deque(maxlen=KEPT)
        # The number of the last change that was heard, and of the last one before those kept.
        self.position = 0
        self.forgotten = 0
        self.began = False
        self.listened_at = 0.0

    def begin(self, position: int, kept: Iterable[Heard]) -> None:
        """Start from what stands in the table; `kept` are its last rows, the oldest first."""
        self.began = True
        self.kept.extend(kept)
        self.position = position
        self.forgotten = self.kept[0].number - 1 if self.kept else position

    def listened(self) -> None:
        """The database has answered: nothing that was committed until now is unheard."""
        self.listened_at = time.monotonic()

    def is_deaf(self) -> bool:
        return time.monotonic() - self.listened_at > DEAF_AFTER_S

    def hear(self, changes: Iterable[Heard]) -> None:
        for change in changes:
            if len(self.kept) == KEPT:
                self.forgotten = self.kept[0].number
            self.kept.append(change)
            self.position = change.number
            for follower in tuple(self.followers):
                follower.hear(change)

    def follow(self, wish: Wish, *, after: int | None) -> Follower:
        """A new screen, given what it missed after a number; without a number, from now on."""
        # A number from before a backup was put back may be one that is still to come.
        known = self.position if after is None else min(after, self.position)
        follower = Follower(wish, known)
        missed = [change for change in self.kept if follower.wants(change)]
        if known < self.forgotten or len(missed) > MOST_MISSED:
            # The screen asks for everything, and goes on from here.
            follower.after = self.position
            follower.put(b"id: %d\n%s" % (self.position, ANEW))
        for change in missed:
            follower.hear(change)
        self.followers.add(follower)
        return follower

    def leave(self, follower: Follower) -> None:
        self.followers.discard(follower)

    def logins(self) -> set[Login]:
        return {each.wish.login for each in self.followers}

    def end(self, over: Callable[[Login], bool] = lambda login: True) -> None:
        """Let the screens go whose log-in is over; all of them when the server stops."""
        for follower in tuple(self.of(over)):
            follower.let_go()

    def of(self, over: Callable[[Login], bool]) -> Iterator[Follower]:
        return (each for each in self.followers if over(each.wish.login))
