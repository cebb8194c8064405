"""Whom to be in touch with before a fall becomes a relapse: why, since when, and how soon."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Literal

from kapstone.knowledge import Knowledge, rows
from kapstone.pathway.answers import Role

FILE = "pathway/watch.toml"
Kind = Literal["lost", "slipping", "after_end", "quiet", "interval"]


class WatchRow(Knowledge):
    """One reason to be in touch; the head of the file says what each field means."""

    id: str
    kind: Kind
    title: str
    do: str
    within_days: int
    quiet_days: int
    after_doses: int = 0
    after_days: int = 0
    until_days: int | None = None
    from_score: float | None = None
    rise: float | None = None
    clinical: bool = False
    who: tuple[Role, ...]
    basis: str
    evidence: tuple[str, ...] = ()
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What is known of one person after their doses; None is not known.

    `response`, `lost_at` and `slipping` are as `outcomes.holding` has them; `scored_at` and `score`
    the last total, in points of an instrument where more is worse; `score_then` the last one up to
    the last dose. `interval_days` is how far apart sessions are planned, `booked` whether one is.
    `reached` are the times somebody of the team spoke with the person.
    """

    doses: tuple[datetime, ...]
    response: bool | None = None
    lost_at: datetime | None = None
    slipping: bool | None = None
    scored_at: datetime | None = None
    score: float | None = None
    score_then: float | None = None
    in_maintenance: bool | None = None
    ended: bool | None = None
    interval_days: int | None = None
    booked: bool | None = None
    reached: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ToContact:
    """One reason to be in touch, since when it holds and by when somebody should be."""

    row: WatchRow
    since: datetime
    due: datetime


@cache
def watch_rows() -> tuple[WatchRow, ...]:
    return tuple(rows(FILE, "watch", WatchRow))


def to_contact(told: Watched, *, now: datetime) -> tuple[ToContact, ...]:
    """The reasons to be in touch with one person at `now`, in file order.

    What is not known gives no reason of its own but one: that nothing was heard for so long.
    """
    found = []
    for row in watch_rows():
        since = SINCE[row.kind](row, told, now)
        if since is not None and since <= now and not _rests(row, told, since, now):
            due = since + timedelta(days=row.within_days)
            found.append(ToContact(row=row, since=since, due=due))
    return tuple(found)


def _rests(row: WatchRow, told: Watched, since: datetime, now: datetime) -> bool:
    """Whether the person was reached about it, and not so long ago."""
    quiet = timedelta(days=row.quiet_days)
    return any(since <= at <= now and at > now - quiet for at in told.reached)


def _lost(row: WatchRow, told: Watched, now: datetime) -> datetime | None:
    return told.lost_at if told.response is False else None


def _slipping(row: WatchRow, told: Watched, now: datetime) -> datetime | None:
    return told.scored_at if told.response and told.slipping else None


def _after_end(row: WatchRow, told: Watched, now: datetime) -> datetime | None:
    """A score at the line, or up by the points, once the last of enough doses is some time ago."""
    if len(told.doses) < row.after_doses or told.score is None or told.scored_at is None:
        return None
    if not told.ended and now - told.doses[-1] < timedelta(days=row.after_days):
        return None
    if told.scored_at <= told.doses[-1] or told.score_then is None:
        return None
    over = row.from_score is not None and told.score_then < row.from_score <= told.score
    risen = row.rise is not None and told.score - told.score_then >= row.rise
    return told.scored_at if over or risen else None


def _quiet(row: WatchRow, told: Watched, now: datetime) -> datetime | None:
    """No score and no word since the last dose or score, for those who are still looked after."""
    if not told.doses or told.response is False:
        return None
    if row.until_days is not None and now - told.doses[-1] > timedelta(days=row.until_days):
        return None
    heard = max(at for at in (told.doses[-1], told.scored_at) if at is not None)
    return heard + timedelta(days=row.after_days)


def _interval(row: WatchRow, told: Watched, now: datetime) -> datetime | None:
    if not told.in_maintenance or not told.doses or told.booked or told.interval_days is None:
        return None
    return told.doses[-1] + timedelta(days=told.interval_days + row.after_days)


SINCE: Mapping[Kind, Callable[[WatchRow, Watched, datetime], datetime | None]] = {
    "lost": _lost,
    "slipping": _slipping,
    "after_end": _after_end,
    "quiet": _quiet,
    "interval": _interval,
}
