"""Figures of many people over time: points with their bounds, steps, and limits of control.

Beside each drawing stands its table; a line is named at its end, so that colour says nothing alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from math import isnan

from kapstone.charts.curves import rounded_up
from kapstone.charts.drawing import dot, frame, label, line, number, room_for, shape
from kapstone.outcomes.figures import Figure, Line

LEFT, TOP, PLOT, BOTTOM, NAME_ROOM = 44.0, 16.0, 190.0, 34.0, 106.0
DAYS_A_WEEK = 7
# Lines of one drawing differ in their stroke, and each is named at its end.
STROKES = {"points": "c-line", "line": "c-beside", "step": "c-line", "centre": "c-now"}


def drawing(figure: Figure, *, width: float) -> str:
    """The lines of a figure as SVG; empty where nothing may be drawn."""
    told = [each for each in figure.lines if any(value is not None for value in each.y)]
    if not told:
        return ""
    plane = Plane(told, figure.unit, width)
    inside = [*plane.scale(figure.axis, figure.unit)]
    free: list[float] = []
    for each in told:
        inside += [*bars(each, plane), *strokes(each, plane), *name(each, plane, free)]
    desc = " ".join(f"{each.name}: {words(each)}." for each in told)
    return frame(width, TOP + PLOT + BOTTOM, title=figure.title, desc=desc, inside=inside)


class Plane:
    """From x and value to the place on the drawing."""

    def __init__(self, lines: Sequence[Line], unit: str, width: float) -> None:
        self.xs = sorted({x for each in lines for x in each.x})
        values = [v for each in lines for v in (*each.y, *each.high) if v is not None]
        self.top = 100.0 if unit == "%" and lines[0].kind != "line" else rounded_up(max(values))
        self.right = width - NAME_ROOM

    def x(self, at: float) -> float:
        first = 0.0 if len(self.xs) == 1 else min(self.xs[0], 0.0)
        return LEFT + (at - first) / (self.xs[-1] - first or 1.0) * (self.right - LEFT)

    def y(self, value: float) -> float:
        return TOP + (1 - min(value / self.top, 1.0)) * PLOT

    def scale(self, axis: str, unit: str) -> Iterator[str]:
        for value in (0.0, self.top / 2, self.top):
            yield line([(LEFT, self.y(value)), (self.right, self.y(value))], "c-grid")
            yield label(LEFT - 6, self.y(value) + 4, f"{value:g}", "c-tick", "end")
        yield label(LEFT + 4, TOP - 4, unit, "c-tick")
        free = 0.0
        for at in self.xs:
            says = f"{at / DAYS_A_WEEK:g}" if axis == "weeks" else f"{at:g}"
            x = self.x(at)
            if x - room_for(says) / 2 >= free:
                yield label(x, TOP + PLOT + 16, says, "c-label", "middle")
                free = x + room_for(says)
        yield label((LEFT + self.right) / 2, TOP + PLOT + 30, axis, "c-tick", "middle")


def known(of: Line, plane: Plane) -> list[tuple[float, float]]:
    return [(plane.x(x), plane.y(y)) for x, y in zip(of.x, of.y, strict=True) if y is not None]


def strokes(of: Line, plane: Plane) -> Iterator[str]:
    points = known(of, plane)
    if of.kind == "step":
        start = (plane.x(0.0), plane.y(100.0))
        stairs = [start]
        for (_, y), (x, below) in pairwise([start, *points]):
            stairs += [(x, y), (x, below)]
        yield line(stairs, "c-line")
    elif of.kind == "points":
        for (x, y), value in zip(points, [v for v in of.y if v is not None], strict=True):
            yield dot(x, y, f"{of.name}: {value:.0f}")
    else:
        for run in runs(of, plane):
            yield line(run, STROKES.get(of.kind, "c-error"))


def runs(of: Line, plane: Plane) -> Iterator[list[tuple[float, float]]]:
    """The points that follow each other; one that is hidden is a gap, never joined."""
    for told, some in groupby(zip(of.x, of.y, strict=True), lambda point: point[1] is not None):
        if told:
            yield [(plane.x(x), plane.y(y)) for x, y in some if y is not None]


def bars(of: Line, plane: Plane) -> Iterator[str]:
    """The bounds of each point, drawn only where they are told."""
    for x, low, high in zip(of.x, of.low, of.high, strict=False):
        if (
            of.kind in {"points", "step"}
            and low is not None
            and high is not None
            and not isnan(low)
        ):
            at, top, end = plane.x(x), plane.y(high), plane.y(low)
            path = f"M{number(at)} {number(top)}V{number(end)}"
            yield shape("path", d=path, class_="c-stem")


def name(of: Line, plane: Plane, free: list[float]) -> Iterator[str]:
    """The line's name at its end, pushed down where another stands."""
    x, y = known(of, plane)[-1]
    at = y + 4
    while any(abs(at - other) < 12 for other in free):
        at += 12
    free.append(at)
    yield label(x + 8, at, of.name, "c-sign")


def words(of: Line) -> str:
    found = [f"{y:.0f}" for y in of.y if y is not None]
    return ", ".join(found)
