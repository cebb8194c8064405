"""Orders of music as words: what plays in which phase, and for how many minutes; no sound."""

from __future__ import annotations

from functools import cache
from typing import Literal, Self

from pydantic import model_validator

from kapstone.intake.preparation import Sourced
from kapstone.knowledge import Knowledge, read, rows

MUSIC = "preparation/music.toml"
PHASES = ("settling", "rising", "strongest", "easing", "returning")


class Track(Knowledge):
    """A piece, or what kind of piece it is to be; `minutes` is about how long it plays."""

    id: str
    phase: Literal["settling", "rising", "strongest", "easing", "returning"]
    title: str
    minutes: int


class TrackOrder(Sourced):
    """An order to choose from; its phases come in the order of a session, each of them once."""

    title: str
    words: str
    track: tuple[Track, ...]

    @property
    def minutes(self) -> int:
        return sum(each.minutes for each in self.track)

    @model_validator(mode="after")
    def goes_through_a_session(self) -> Self:
        places = [PHASES.index(each.phase) for each in self.track]
        if places != sorted(places) or set(places) != set(range(len(PHASES))):
            raise ValueError(f"the phases come in this order, none left out: {', '.join(PHASES)}")
        low, high = length_min()
        if not low <= self.minutes <= high:
            raise ValueError(f"{self.minutes} min is not within {low} to {high}")
        return self


@cache
def length_min() -> tuple[int, int]:
    """How long the music of a session is to be, in minutes (PRP-12)."""
    low, high = read(MUSIC)["length"]["minutes"]
    return int(low), int(high)


@cache
def track_orders() -> tuple[TrackOrder, ...]:
    """The orders a person may choose from."""
    return tuple(rows(MUSIC, "order", TrackOrder))


def track_order(name: str) -> TrackOrder | None:
    """The order of that id; None when it is no longer shipped."""
    return next((each for each in track_orders() if each.id == name), None)
