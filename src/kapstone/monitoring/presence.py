"""Who is in the room, and when nobody was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from kapstone.monitoring.rows import alone_limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """A stay in the room; `left_at` None means still there."""

    person: str
    role: str
    came_at: datetime
    left_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A time with nobody in the room who counts; `until` None means it still lasts."""

    since: datetime
    until: datetime | None
    level: Literal["yellow", "red"]
    do: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Who is with the person; `alone` is None when nobody ever signed in, so nobody knows."""

    present: tuple[Presence, ...]
    alone: bool | None
    gaps: tuple[Gap, ...]
    says: str


def alone(presences: Sequence[Presence], now: datetime, *, started: datetime) -> Room:
    """Who is in the room, and every interval since `started` with nobody who counts.

    Staff and a home sitter count; a partner or escort does not. No presence at all is not
    read as an empty room: nobody signed in, so it is unknown, and the screen must say so.
    """
    counted = [each for each in presences if each.role in alone_limit().roles]
    here = tuple(
        each
        for each in counted
        if each.came_at <= now and (each.left_at is None or each.left_at > now)
    )
    if not counted:
        says = "Nobody is signed in to this room"
        return Room(present=(), alone=None, gaps=(), says=says)
    gaps = _gaps(counted, started, now)
    names = ", ".join(each.person for each in here)
    says = f"With the person: {names}" if here else "Nobody is in the room"
    return Room(present=here, alone=not here, gaps=gaps, says=says)


def _gaps(counted: Sequence[Presence], started: datetime, now: datetime) -> tuple[Gap, ...]:
    found: list[Gap] = []
    covered = started
    for stay in sorted(counted, key=lambda each: each.came_at):
        if stay.came_at >= now:
            break
        if stay.came_at > covered:
            found.append(_gap(covered, stay.came_at, now))
        covered = max(covered, now if stay.left_at is None else stay.left_at)
    if covered < now:
        found.append(_gap(covered, None, now))
    return tuple(found)


def _gap(since: datetime, until: datetime | None, now: datetime) -> Gap:
    limit = alone_limit()
    short = (until or now) - since < timedelta(seconds=limit.yellow_below_s)
    return Gap(
        since=since,
        until=until,
        level="yellow" if short else "red",
        do=limit.do_yellow if short else limit.do_red,
    )
