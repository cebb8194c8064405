"""The sitter's looks: when the next is due, and which was missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kapstone.at_home.rows import Sight, sight_named, watch


@dataclass(frozen=True, slots=True)
class Look:
    """What the sitter saw, at the time of the look itself."""

    at: datetime
    saw: str

    @property
    def sight(self) -> Sight:
        return sight_named(self.saw)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How the watch stands at a moment.

    `last` is the newest look, None before the first. `due_at` is None while nothing is running.
    `missed`: nobody has looked for the set minutes and the grace after them.
    """

    last: Look | None
    due_at: datetime | None
    missed: bool
    says: str

    @property
    def calls(self) -> bool:
        """Whether the newest look asks for help, also when it is too late or the watch is over."""
        return self.last is not None and not self.last.sight.is_well


def watch_ends(
    *, started: datetime | None, stopped: datetime | None, let_go: datetime | None
) -> datetime | None:
    """When the sitter's watch is over; None while nobody has ended the session.

    Whoever has taken the medicine may call it over too early: their own word ends the watch at its
    least time at the earliest. Staff who let the person go end it at once.
    """
    if let_go is not None or started is None or stopped is None:
        return let_go
    return max(stopped, started + timedelta(minutes=watch().least_min))


def standing(
    looks: Sequence[Look], *, started: datetime | None, ended: datetime | None, now: datetime
) -> Standing:
    """The watch at `now`, from the start of the medicine to the end of the session.

    A look counts at its own time, also when it was sent late; none from the future counts.
    """
    seen = sorted((each for each in looks if each.at <= now), key=lambda each: each.at)
    last = seen[-1] if seen else None
    if started is None:
        return Standing(last=last, due_at=None, missed=False, says="Not begun")
    if ended is not None and ended <= now:
        return Standing(last=last, due_at=None, missed=False, says="Over")
    since = max(started, last.at) if last else started
    due_at = since + timedelta(minutes=watch().every_min)
    missed = now >= due_at + timedelta(minutes=watch().grace_min)
    minutes = int((now - since).total_seconds() // 60)
    looked = last is not None and last.at >= started
    words = f"Last look {minutes} min ago" if looked else f"No look in {minutes} min"
    says = f"{words}: {last.sight.label}" if last and looked else words
    return Standing(last=last, due_at=due_at, missed=missed, says=says)
