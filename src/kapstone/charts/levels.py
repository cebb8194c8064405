"""What a model expects over the hours of a session: its own quiet row, under the recorded ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from itertools import groupby
from math import isfinite

from kapstone.charts.drawing import frame, line, shape
from kapstone.charts.lanes import BOTTOM, HEIGHT, Axis, Lane, hour_labels, marked, ticks

# Figures are told at this distance in the table.
TOLD_EVERY = 5
STEPS = (50, 100, 200, 400, 800, 1600)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """A band over time: aware times, and as many values between which people are expected.

    NaN where nobody can tell: a gap in what is drawn.
    """

    at: Sequence[datetime]
    low: Sequence[float]
    middle: Sequence[float]
    high: Sequence[float]
    unit: str
    title: str


def level_lane(
    band: Expected,
    *,
    start: datetime,
    end: datetime,
    now: datetime,
    zone: tzinfo | None = None,
    width: float = 640.0,
) -> Lane:
    """Draw the part of a band from `start` to `end`, on the time axis of the vital lanes.

    Its scale is its own and ends at a round figure, so that it does not jump with each dose.
    """
    told_at = [i for i, value in enumerate(band.middle) if isfinite(value)]
    inside = [i for i in told_at if start <= band.at[i] <= end]
    most = max((band.high[i] for i in inside), default=0.0)
    top = next((step for step in STEPS if step >= most), STEPS[-1])
    axis = Axis(start=start, end=end, low=0.0, high=top, width=width, zone=zone)
    shapes = [*ticks(axis), *drawn(band, inside, axis), *marked([], now, axis)]
    svg = frame(width, HEIGHT, title=band.title, desc=told(band, inside, axis), inside=shapes)
    return Lane("expected", band.title, svg, table(band, inside, axis))


def drawn(band: Expected, inside: Sequence[int], axis: Axis) -> Iterator[str]:
    if not inside:
        return
    for run in unbroken(inside):
        upper = [(axis.x(band.at[i]), axis.y(band.high[i])) for i in run]
        lower = [(axis.x(band.at[i]), axis.y(band.low[i])) for i in reversed(run)]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in (*upper, *lower))
        yield shape("path", d=f"M{path}Z", class_="f-expected")
        yield line([(axis.x(band.at[i]), axis.y(band.middle[i])) for i in run], "c-expected")
    floor = HEIGHT - BOTTOM
    yield line([(axis.x(axis.start), floor), (axis.right, floor)], "c-grid")


def unbroken(inside: Sequence[int]) -> list[list[int]]:
    """Places that follow each other, together."""
    runs = groupby(enumerate(inside), key=lambda each: each[1] - each[0])
    return [[place for _, place in run] for _, run in runs]


def told(band: Expected, inside: Sequence[int], axis: Axis) -> str:
    if not inside:
        return f"{band.title}. Nothing is expected in these hours."
    peak = max(inside, key=lambda i: band.middle[i])
    return (
        f"{band.title}. Of a typical person most at {axis.clock(band.at[peak])}, "
        f"{band.middle[peak]:.0f} {band.unit}; nine of ten people between "
        f"{band.low[peak]:.0f} and {band.high[peak]:.0f}."
    )


def table(band: Expected, inside: Sequence[int], axis: Axis) -> tuple[tuple[str, ...], ...]:
    head = ("Time", f"typical, {band.unit}", "nine of ten people")
    return (
        head,
        *(
            (
                axis.clock(band.at[i]),
                f"{band.middle[i]:.0f}",
                f"{band.low[i]:.0f} to {band.high[i]:.0f}",
            )
            for i in inside[::TOLD_EVERY]
        ),
    )


def gentle_curve(
    values: Sequence[float],
    *,
    step_min: float,
    begins: datetime,
    until: datetime | None,
    zone: tzinfo | None = None,
    width: float = 330.0,
) -> str:
    """The shape of a day without figures, for the person: how it comes and goes, by the clock."""
    step = timedelta(minutes=step_min)
    end = max(until or begins, begins + timedelta(hours=1)) + timedelta(minutes=15)
    points = [(begins + number * step, value) for number, value in enumerate(values)]
    shown = [(at, value) for at, value in points if at <= end]
    top = max((value for _, value in shown), default=0.0) * 1.15 or 1.0
    axis = Axis(start=begins, end=end, low=0.0, high=top, width=width, zone=zone)
    path = "L".join(f"{axis.x(at):.1f} {axis.y(value):.1f}" for at, value in shown)
    floor = HEIGHT - BOTTOM
    inside = [
        shape(
            "path", d=f"M{axis.x(begins):.1f} {floor:.1f}L{path}V{floor:.1f}Z", class_="f-expected"
        ),
        line([(axis.x(at), axis.y(value)) for at, value in shown], "c-expected"),
        line([(axis.x(begins), floor), (axis.right, floor)], "c-grid"),
        *hour_labels(axis),
    ]
    desc = "A soft hill: it comes, is strongest, and eases. The times stand beside it in words."
    return frame(width, HEIGHT, title="How it may come and go", desc=desc, inside=inside)
