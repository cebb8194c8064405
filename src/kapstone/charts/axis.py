"""The time axis that all measures share: doses by number, medicines and events by letter, dates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count, product
from string import ascii_lowercase
from typing import Literal

from kapstone.charts.drawing import date_words, day_words, label, line, room_for

LEFT, RIGHT, TOP, BOTTOM, PLOT, LANE = 78.0, 14.0, 12.0, 40.0, 164.0, 17.0
DATE_ROOM = 84.0
DOSE_ROOM = 14.0
# A course is read in weeks; one score must not stand on an axis of hours.
SHORTEST = timedelta(days=7)

LaneName = Literal["medicine", "event"]
LANES: tuple[tuple[LaneName, str], ...] = (("medicine", "medicines"), ("event", "events"))


@dataclass(frozen=True, slots=True)
class ChartEvent:
    """What else happened on the way: a changed medicine, a decision, a loss, a new job."""

    at: datetime
    words: str
    lane: LaneName = "event"


@dataclass(frozen=True, slots=True)
class Sign:
    """The letter that stands on the drawing for an event, and what it stands for."""

    letter: str
    at: datetime
    words: str
    lane: LaneName

    @property
    def day(self) -> str:
        return date_words(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """From time and score to the place on the drawing; `low` to `high` is what the scale holds."""

    start: datetime
    end: datetime
    low: float
    high: float
    width: float
    lanes: int = 0

    @property
    def span(self) -> timedelta:
        return max(self.end - self.start, SHORTEST)

    @property
    def right(self) -> float:
        return self.width - RIGHT

    @property
    def top(self) -> float:
        return TOP + LANE * self.lanes

    @property
    def bottom(self) -> float:
        return self.top + PLOT

    @property
    def height(self) -> float:
        return self.bottom + BOTTOM

    def x(self, at: datetime) -> float:
        share = (at - self.start) / self.span
        return LEFT + share * (self.right - LEFT)

    def y(self, total: float) -> float:
        return self.top + (self.high - total) / (self.high - self.low) * PLOT

    def kept(self, x: float, words: str) -> float:
        """The nearest middle for `words` at which they do not leave the plot."""
        half = room_for(words) / 2
        return max(min(x, self.right - half), LEFT + half)


def signs(events: Sequence[ChartEvent]) -> tuple[Sign, ...]:
    """A letter for each event: those of a lane follow each other, in order of time."""
    ordered = [
        event
        for lane, _ in LANES
        for event in sorted(events, key=lambda each: each.at)
        if event.lane == lane
    ]
    return tuple(
        Sign(letter, event.at, event.words, event.lane)
        for letter, event in zip(letters(), ordered, strict=False)
    )


def letters() -> Iterator[str]:
    """a to z, then aa, ab and so on."""
    for length in count(1):
        yield from map("".join, product(ascii_lowercase, repeat=length))


def lanes_of(found: Sequence[Sign]) -> list[tuple[LaneName, str]]:
    """The lanes that have anything in them."""
    used = {sign.lane for sign in found}
    return [(lane, words) for lane, words in LANES if lane in used]


def lanes(found: Sequence[Sign], scale: Scale) -> Iterator[str]:
    """One line of letters for medicines, one for events, each with a hair down to the dates."""
    for place, (lane, words) in enumerate(lanes_of(found)):
        y = TOP + LANE * place
        yield label(LEFT - 6, y, words, anchor="end")
        inside = [sign for sign in found if sign.lane == lane]
        for sign in inside:
            yield line([(scale.x(sign.at), y + 4), (scale.x(sign.at), scale.bottom)], "c-mark")
        for said, x in together(inside, scale):
            yield label(scale.kept(x, said), y, said, "c-sign", "middle")


def together(inside: Sequence[Sign], scale: Scale) -> Iterator[tuple[str, float]]:
    """The letters and where they stand; those that would touch share one label, "b-d"."""
    group: list[Sign] = []
    for sign in inside:
        if group and scale.x(sign.at) - scale.x(group[0].at) < room_for("a-d") + 4:
            group.append(sign)
            continue
        if group:
            yield said_of(group), scale.x(group[0].at)
        group = [sign]
    if group:
        yield said_of(group), scale.x(group[0].at)


def said_of(group: Sequence[Sign]) -> str:
    ends = dict.fromkeys((group[0].letter, group[-1].letter))
    return "-".join(ends)


def dose_lines(doses: Sequence[datetime], scale: Scale) -> Iterator[str]:
    free_from = 0.0
    for place, dose in enumerate(sorted(doses), start=1):
        x = scale.x(dose)
        yield line([(x, scale.top), (x, scale.bottom)], "c-dose")
        if x >= free_from:
            yield label(x, scale.bottom + 14, str(place), "c-dose-number", anchor="middle")
            free_from = x + max(DOSE_ROOM, room_for(str(place)) + 4)


def dates(scale: Scale) -> Iterator[str]:
    count = max(2, min(6, int((scale.right - LEFT) // DATE_ROOM) + 1))
    for place in range(count):
        at = scale.start + scale.span * place / (count - 1)
        anchor = "start" if place == 0 else "end" if place == count - 1 else "middle"
        words = day_words(at, scale.span)
        yield label(scale.x(at), scale.height - 8, words, "c-label", anchor)
