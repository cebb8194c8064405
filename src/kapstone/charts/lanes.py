"""The hour of a medicine session: one lane a vital sign, each with its own scale and its limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from math import ceil, floor

from kapstone.charts.drawing import box, dot, frame, label, line, room_for

LEFT, RIGHT, TOP, BOTTOM, HEIGHT = 40.0, 16.0, 20.0, 20.0, 120.0
TICK_ROOM = 56.0
TICKS_MIN = (10, 15, 20, 30, 60, 120, 240, 480, 1440)
# Readings further apart are two stretches: what happened between them, nobody wrote down.
LONGEST_JOIN = timedelta(minutes=30)

# (low, high, level): a zone of one sign; None is open-ended.
Zone = tuple[float | None, float | None, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """How one vital sign is drawn; the scale widens in `step`s to hold every reading."""

    id: str
    title: str
    of: tuple[str, ...]
    low: float
    high: float
    step: float
    unit: str


SIGNS = (
    Sign(
        id="blood_pressure",
        title="Blood pressure",
        of=("systolic_bp", "diastolic_bp"),
        low=40,
        high=200,
        step=20,
        unit="mmHg",
    ),
    Sign(
        id="heart_rate",
        title="Heart rate",
        of=("heart_rate",),
        low=40,
        high=140,
        step=20,
        unit="/min",
    ),
    Sign(
        id="oxygen_saturation",
        title="Oxygen saturation",
        of=("oxygen_saturation",),
        low=86,
        high=100,
        step=2,
        unit="%",
    ),
    Sign(
        id="respiratory_rate",
        title="Breathing",
        of=("respiratory_rate",),
        low=4,
        high=32,
        step=4,
        unit="/min",
    ),
)


@dataclass(frozen=True, slots=True)
class LaneReading:
    """Signs taken at one moment, by sign id; a sign that was not taken is not there."""

    at: datetime
    signs: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Lane:
    """One lane: its name, its drawing, and the same figures as rows."""

    id: str
    title: str
    svg: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """From time and value to the place in a lane."""

    start: datetime
    end: datetime
    low: float
    high: float
    width: float
    zone: tzinfo | None

    @property
    def right(self) -> float:
        return self.width - RIGHT

    def x(self, at: datetime) -> float:
        share = (at - self.start) / (self.end - self.start)
        return LEFT + share * (self.right - LEFT)

    def y(self, value: float) -> float:
        """The place of a value; a limit beyond the scale stands at its edge."""
        inside = min(max(value, self.low), self.high)
        share = (inside - self.low) / (self.high - self.low)
        return TOP + (1 - share) * (HEIGHT - TOP - BOTTOM)

    def clock(self, at: datetime) -> str:
        return f"{at.astimezone(self.zone):%H:%M}"


def vital_lanes(
    readings: Sequence[LaneReading],
    *,
    limits: Mapping[str, Sequence[Zone]],
    started: datetime,
    now: datetime,
    ends_at: datetime | None = None,
    doses: Sequence[datetime] = (),
    zone: tzinfo | None = None,
    width: float = 640.0,
) -> tuple[Lane, ...]:
    """Draw each sign that was ever taken; a sign never taken has no lane.

    `limits` are zones by sign id (mmHg, /min, %). Times are aware and shown in `zone`. `doses` are
    further doses after the start. Trap: in the blood pressure lane, what is too high is
    that of the systolic value and what is too low that of the diastolic, see `zones_of`.
    """
    ordered = sorted(readings, key=lambda reading: reading.at)
    first, end = hours(ordered, started=started, now=now, ends_at=ends_at, doses=doses)
    marks = [(started, "start"), *((dose, "dose") for dose in sorted(doses))]
    if ends_at is not None:
        marks.append((ends_at, "end"))
    lanes = []
    for sign in SIGNS:
        taken = [each for each in ordered if any(name in each.signs for name in sign.of)]
        if taken:
            axis = axis_of(sign, taken, start=first, end=end, zone=zone, width=width)
            inside = [
                *zones(zones_of(sign, limits), axis),
                *ticks(axis),
                *marked(marks, now, axis),
                *(cuffs(taken, sign, axis) if len(sign.of) > 1 else curve(ordered, sign, axis)),
            ]
            desc = told(sign, taken, axis)
            svg = frame(width, HEIGHT, title=sign.title, desc=desc, inside=inside)
            lanes.append(Lane(sign.id, sign.title, svg, table(sign, taken, axis)))
    return tuple(lanes)


def hours(
    readings: Sequence[LaneReading],
    *,
    started: datetime,
    now: datetime,
    ends_at: datetime | None = None,
    doses: Sequence[datetime] = (),
) -> tuple[datetime, datetime]:
    """From when to when the lanes of a session go: an hour at least, and all that happened."""
    times = [started, *doses, *(reading.at for reading in readings)]
    first = min(times)
    ends = [ends_at] if ends_at else []
    return first, max([*times, now, first + timedelta(minutes=60), *ends])


def axis_of(
    sign: Sign,
    taken: Sequence[LaneReading],
    *,
    start: datetime,
    end: datetime,
    zone: tzinfo | None,
    width: float,
) -> Axis:
    """The usual scale, widened so that no reading is drawn where it was not."""
    found = [each.signs[name] for each in taken for name in sign.of if name in each.signs]
    below = ceil(max(sign.low - min(found), 0) / sign.step)
    above = ceil(max(max(found) - sign.high, 0) / sign.step)
    return Axis(
        start=start,
        end=end,
        low=sign.low - below * sign.step,
        high=sign.high + above * sign.step,
        width=width,
        zone=zone,
    )


def zones_of(sign: Sign, limits: Mapping[str, Sequence[Zone]]) -> list[Zone]:
    """The zones of a lane; where two values share a scale, above by the upper, below by the lower.

    Any other zone would lie over the other value's usual place and make it look wrong.
    """
    if len(sign.of) == 1:
        return list(limits.get(sign.of[0], ()))
    upper, lower = (limits.get(name, ()) for name in sign.of)
    above = [zone for zone in upper if zone[0] is not None]
    return above + [zone for zone in lower if zone[0] is None]


def zones(limits: Sequence[Zone], axis: Axis) -> Iterator[str]:
    for low, high, level in limits:
        top = axis.y(axis.high if high is None else high)
        bottom = axis.y(axis.low if low is None else low)
        shade = "f-stop" if level == "red" else "f-caution-light"
        yield box(LEFT, top, axis.right - LEFT, bottom - top, shade)


def ticks(axis: Axis) -> Iterator[str]:
    for value in (axis.low, (axis.low + axis.high) / 2, axis.high):
        y = axis.y(value)
        yield line([(LEFT, y), (axis.right, y)], "c-grid")
        yield label(LEFT - 6, y + 4, f"{value:g}", anchor="end")
    yield from hour_labels(axis)


def hour_labels(axis: Axis) -> Iterator[str]:
    step = tick_step(axis)
    for place in range(floor((axis.end - axis.start) / step) + 1):
        at = axis.start + place * step
        yield label(axis.x(at), HEIGHT - 5, axis.clock(at), anchor="middle")


def tick_step(axis: Axis) -> timedelta:
    """The shortest step whose labels do not touch; whole days when a session was left open."""
    span = axis.end - axis.start
    most = max(int((axis.right - LEFT) // TICK_ROOM), 1)
    for minutes in TICKS_MIN:
        if span / timedelta(minutes=minutes) <= most:
            return timedelta(minutes=minutes)
    return timedelta(days=ceil(span / timedelta(days=1) / most))


def marked(marks: Sequence[tuple[datetime, str]], now: datetime, axis: Axis) -> Iterator[str]:
    bottom, free_from = HEIGHT - BOTTOM, 0.0
    for at, words in marks:
        x = axis.x(at)
        yield line([(x, TOP), (x, bottom)], "c-dose")
        left = min(x, axis.right - room_for(words))
        if left >= free_from:
            yield label(left, TOP - 8, words, "c-dose-number")
            free_from = left + room_for(words) + 6
    yield line([(axis.x(now), TOP), (axis.x(now), bottom)], "c-now")


def curve(ordered: Sequence[LaneReading], sign: Sign, axis: Axis) -> Iterator[str]:
    for run in runs(ordered, sign.of[0]):
        places = [(axis.x(at), axis.y(value)) for at, value in run]
        if len(places) > 1:
            yield line(places, "c-line")
        for (x, y), (at, value) in zip(places, run, strict=True):
            yield dot(x, y, f"{axis.clock(at)}: {value:g} {sign.unit}", 3.5)


def runs(ordered: Sequence[LaneReading], name: str) -> list[list[tuple[datetime, float]]]:
    """Values that follow each other: broken where the sign was not taken, and by a long silence."""
    found: list[list[tuple[datetime, float]]] = [[]]
    for each in ordered:
        if name not in each.signs:
            found.append([])
            continue
        if found[-1] and each.at - found[-1][-1][0] > LONGEST_JOIN:
            found.append([])
        found[-1].append((each.at, each.signs[name]))
    return [run for run in found if run]


def cuffs(taken: Sequence[LaneReading], sign: Sign, axis: Axis) -> Iterator[str]:
    """A cuff gives points, not a curve: a stem from diastolic to systolic where both were taken."""
    for each in taken:
        x = axis.x(each.at)
        ends = [axis.y(each.signs[name]) for name in sign.of if name in each.signs]
        if len(ends) > 1:
            yield line([(x, y) for y in ends], "c-stem")
        for y in ends:
            yield dot(x, y, f"{axis.clock(each.at)}: {spoken(sign, each)} {sign.unit}", 3.5)


def spoken(sign: Sign, reading: LaneReading) -> str:
    """The value as it is said, 152/94; a missing half is a question mark."""
    values = (reading.signs.get(name) for name in sign.of)
    return "/".join("?" if value is None else f"{value:g}" for value in values)


def told(sign: Sign, taken: Sequence[LaneReading], axis: Axis) -> str:
    last = taken[-1]
    return (
        f"{sign.title} in {sign.unit}. Readings: {len(taken)}. "
        f"Last: {spoken(sign, last)} at {axis.clock(last.at)}."
    )


def table(sign: Sign, taken: Sequence[LaneReading], axis: Axis) -> tuple[tuple[str, ...], ...]:
    rows = [(axis.clock(each.at), spoken(sign, each)) for each in taken]
    return (("Time", f"{sign.title}, {sign.unit}"), *rows)
