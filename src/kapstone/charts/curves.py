"""Levels by a model over the hours after a dose, one curve beside another; nobody's own figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import isnan

from kapstone.charts.drawing import box, frame, label, line, room_for, shape

LEFT, RIGHT, TOP, BOTTOM, PLOT = 44.0, 14.0, 14.0, 40.0, 180.0
HOUR_ROOM, LABEL_ROOM, DOSE_HEIGHT = 44.0, 13.0, 5.0
# A scale ends at one of these, times a power of ten: round, and little above the highest.
ROUND = (1.0, 1.2, 1.6, 2.0, 2.4, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
# The table tells a figure this often.
TOLD_EVERY_MIN = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A typical curve over minutes, and between what nine of ten people are; NaN is not known."""

    name: str
    at_min: Sequence[float]
    typical: Sequence[float]
    low: Sequence[float] = ()
    high: Sequence[float] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A dose on the axis: from and until which minute it went in."""

    name: str
    from_min: float
    until_min: float


@dataclass(frozen=True, slots=True)
class Curves:
    """One drawing, and the same figures as rows."""

    svg: str
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plane:
    """From minute and level to the place on the drawing."""

    last_min: float
    top: float
    width: float

    @property
    def right(self) -> float:
        return self.width - RIGHT

    @property
    def floor(self) -> float:
        return TOP + PLOT

    def x(self, minute: float) -> float:
        return LEFT + min(max(minute / self.last_min, 0.0), 1.0) * (self.right - LEFT)

    def y(self, level: float) -> float:
        return TOP + (1 - min(level / self.top, 1.0)) * PLOT


def beside_each_other(
    title: str,
    one: Level,
    beside: Level | None,
    *,
    given: Sequence[Given],
    unit: str,
    width: float,
) -> Curves:
    """A curve with its band, over a second one that stays as it is."""
    both = [one, *([beside] if beside else [])]
    plane = plane_of(both, one.high, width)
    inside = [*hours_and_levels(plane, unit), *untold(one, plane), *band(one, plane)]
    if beside:
        inside += [*parts(beside, plane, "c-beside")]
    inside += [*parts(one, plane, "c-expected c-own"), *doses(given, plane)]
    svg = frame(width, TOP + PLOT + BOTTOM, title=title, desc=told(both, unit), inside=inside)
    return Curves(svg, table(both, unit))


def by_each_model(title: str, levels: Sequence[Level], *, unit: str, width: float) -> Curves:
    """The typical curve of several models, a letter at the peak of each, the first one thick."""
    plane = plane_of(levels, (), width)
    inside = [*hours_and_levels(plane, unit)]
    for number, level in enumerate(levels):
        inside += parts(level, plane, "c-expected c-own" if number == 0 else "c-beside")
    inside += letters(levels, plane)
    svg = frame(width, TOP + PLOT + BOTTOM, title=title, desc=told(levels, unit), inside=inside)
    return Curves(svg, table(levels, unit))


def plane_of(levels: Sequence[Level], edge: Sequence[float], width: float) -> Plane:
    """As high as every typical curve and the edge of the one band that is drawn."""
    values = [*edge, *(value for level in levels for value in level.typical)]
    most = max(value for value in values if not isnan(value))
    return Plane(last_min=levels[0].at_min[-1], top=rounded_up(most), width=width)


def rounded_up(most: float) -> float:
    """The next round figure; 1 where there is nothing."""
    if most <= 0:
        return 1.0
    power = 10.0 ** (len(f"{int(most)}") - 1)
    return next(step * power for step in ROUND if step * power >= most)


def hours_and_levels(plane: Plane, unit: str) -> Iterator[str]:
    for value in (0.0, plane.top / 2, plane.top):
        y = plane.y(value)
        yield line([(LEFT, y), (plane.right, y)], "c-grid")
        yield label(LEFT - 6, y + 4, f"{value:g}", "c-tick", "end")
    yield label(plane.right, TOP + 12, unit, "c-tick", "end")
    hours = int(plane.last_min // 60)
    every = 1 if (plane.right - LEFT) / hours >= HOUR_ROOM else 2
    for hour in range(0, hours + 1, every):
        words = f"{hour} h"
        yield label(
            plane.x(60 * hour),
            plane.floor + BOTTOM - 6,
            words,
            "c-label",
            "end" if hour == hours else "middle",
        )


def runs(level: Level) -> Iterator[list[int]]:
    """The places that follow each other and are known; what is not known is a gap."""
    for known, some in groupby(range(len(level.at_min)), lambda i: not isnan(level.typical[i])):
        if known:
            yield list(some)


def parts(level: Level, plane: Plane, class_: str) -> Iterator[str]:
    for run in runs(level):
        yield line([(plane.x(level.at_min[i]), plane.y(level.typical[i])) for i in run], class_)


def band(level: Level, plane: Plane) -> Iterator[str]:
    for run in runs(level):
        upper = [(plane.x(level.at_min[i]), plane.y(level.high[i])) for i in run]
        lower = [(plane.x(level.at_min[i]), plane.y(level.low[i])) for i in reversed(run)]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in (*upper, *lower))
        yield shape("path", d=f"M{path}Z", class_="f-expected")


def untold(level: Level, plane: Plane) -> Iterator[str]:
    """Where nobody can tell: grey, and no line."""
    for unknown, some in groupby(range(len(level.at_min)), lambda i: isnan(level.typical[i])):
        places = list(some)
        if unknown:
            end = min(places[-1] + 1, len(level.at_min) - 1)
            left, right = plane.x(level.at_min[places[0]]), plane.x(level.at_min[end])
            yield box(left, TOP, right - left, PLOT, "f-untold")


def doses(given: Sequence[Given], plane: Plane) -> Iterator[str]:
    """What went in, under the axis: as long as it took, or a short stroke; names where they fit."""
    free_from = 0.0
    for each in given:
        left, right = plane.x(each.from_min), plane.x(each.until_min)
        yield box(left, plane.floor + 2, max(right - left, 2.5), DOSE_HEIGHT, "f-dose")
        at = min(left, plane.right - room_for(each.name))
        if at >= free_from:
            yield label(at, plane.floor + 17, each.name, "c-dose-number")
            free_from = at + room_for(each.name) + 6


def letters(levels: Sequence[Level], plane: Plane) -> Iterator[str]:
    """a, b, c beside the peaks, from above; one that would touch the last is pushed down."""
    peaks = sorted(
        (plane.y(level.typical[peak]), plane.x(level.at_min[peak]), letter)
        for level, letter in zip(levels, "abcdefgh", strict=False)
        for peak in [peak_of(level)]
    )
    free_from = TOP
    for y, x, letter in peaks:
        at = max(y + 4, free_from)
        yield label(x + 7, at, letter, "c-sign")
        free_from = at + LABEL_ROOM


def peak_of(level: Level) -> int:
    return max(
        range(len(level.typical)),
        key=lambda i: -1.0 if isnan(level.typical[i]) else level.typical[i],
    )


def told(levels: Sequence[Level], unit: str) -> str:
    said = []
    for level in levels:
        peak = peak_of(level)
        figure = f"{level.typical[peak]:.0f} {unit} at {level.at_min[peak]:.0f} min"
        between = ""
        if level.high:
            between = f", nine of ten people {level.low[peak]:.0f} to {level.high[peak]:.0f}"
        said.append(f"{level.name}: most {figure}{between}.")
    return " ".join(said)


def table(levels: Sequence[Level], unit: str) -> tuple[tuple[str, ...], ...]:
    head = ["Minute"]
    for level in levels:
        head += [f"{level.name}, {unit}"] + ([f"{level.name}, nine of ten"] if level.high else [])
    minutes = [at for at in levels[0].at_min if at % TOLD_EVERY_MIN == 0]
    return (tuple(head), *(tuple(cells(levels, at)) for at in minutes))


def cells(levels: Sequence[Level], minute: float) -> Iterator[str]:
    yield f"{minute:.0f}"
    for level in levels:
        place = list(level.at_min).index(minute)
        unknown = isnan(level.typical[place])
        yield "not known" if unknown else f"{level.typical[place]:.0f}"
        if level.high:
            yield "" if unknown else f"{level.low[place]:.0f} to {level.high[place]:.0f}"
