"""Scores over time with doses on the same axis: bands in words, missing visits as gaps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from kapstone.charts.axis import (
    LEFT,
    ChartEvent,
    Scale,
    Sign,
    dates,
    dose_lines,
    lanes,
    lanes_of,
    signs,
)
from kapstone.charts.bands import error_band, shaded, ticks
from kapstone.charts.drawing import (
    LINE_HEIGHT,
    box,
    cross,
    date_words,
    dot,
    frame,
    label,
    line,
    room_for,
)
from kapstone.charts.words import CLINICAL, ChartWords
from kapstone.outcomes.scale import Better

Run = list[tuple["ScorePoint", float]]


@dataclass(frozen=True, slots=True)
class ScorePoint:
    """One visit; `total` None is a visit without a score, drawn as a gap.

    `answered` of `asked` are the items that count; `missed` says that it was due and nobody came,
    `unsent` that it was begun and closed before it was sent.
    """

    at: datetime
    total: float | None
    label: str = ""
    answered: int | None = None
    asked: int | None = None
    missed: bool = False
    unsent: bool = False

    @property
    def part(self) -> bool:
        """Whether the total stands on fewer items than were asked."""
        known = self.answered is not None and self.asked is not None
        return known and self.total is not None and self.answered != self.asked

    @property
    def items(self) -> str:
        known = self.answered is not None and self.asked is not None
        return f"{self.answered} of {self.asked}" if known else ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing, what it shows in words, what its letters stand for, and its figures as rows."""

    svg: str
    told: str
    rows: tuple[tuple[str, ...], ...]
    signs: tuple[Sign, ...] = ()
    doses: int = 0


@dataclass(frozen=True, slots=True)
class Plot:
    """What is drawn, in order of time, and where."""

    name: str
    points: Sequence[ScorePoint]
    doses: Sequence[datetime]
    marks: tuple[Sign, ...]
    scale: Scale


def score_chart(
    points: Sequence[ScorePoint],
    *,
    name: str,
    bands: Sequence[tuple[float, str]],
    top: float,
    doses: Sequence[datetime],
    now: datetime,
    events: Sequence[ChartEvent] = (),
    start: float | None = None,
    error: float | None = None,
    width: float = 640.0,
    low: float = 0.0,
    better: Better | None = "lower",
    step: float = 1.0,
    since: datetime | None = None,
    say: ChartWords = CLINICAL,
) -> Chart:
    """Draw scores; `bands` are (from, word) upwards, `error` the reliable change around `start`.

    `low` to `top` is the scale; `better` says which way is better, None that no way is (then
    nothing is coloured and no change is judged). `step` is the least difference of two totals, 0
    for means. `since` begins the axis there, so that measures stand under each other. `start` is
    the score that change is counted from. Times are aware and shown in their own zone. Text is
    11 px at 1:1, so give the `width` that it is shown at. Trap: a visit that did not happen is a
    gap only when the caller gives it, as a point without a total.
    """
    plot = plot_of(
        points, doses, events, name=name, now=now, since=since, low=low, high=top, width=width
    )
    under = shaded(bands, plot.scale, better, step, say) if bands else ticks(plot.scale)
    return finished(
        plot,
        [*under, *error_band(start, error, plot.scale, better, say)],
        curve(plot.points, plot.scale, say),
        say,
    )


def level_chart(
    points: Sequence[ScorePoint],
    *,
    name: str,
    levels: Sequence[str],
    doses: Sequence[datetime],
    now: datetime,
    events: Sequence[ChartEvent] = (),
    width: float = 640.0,
    since: datetime | None = None,
    say: ChartWords = CLINICAL,
) -> Chart:
    """Draw levels that have a word and no number; a point's `total` is its place in `levels`.

    The gravest level comes last. Between two checks nobody asked, so nothing joins them.
    """
    low, high = -0.5, len(levels) - 0.5
    plot = plot_of(
        points, doses, events, name=name, now=now, since=since, low=low, high=high, width=width
    )
    rows = [(float(place), word) for place, word in enumerate(levels)]
    under = shaded(rows, plot.scale, "lower", 1.0, say)
    return finished(plot, [*under], steps(plot.points, levels, plot.scale, say), say, levels)


def plot_of(
    points: Sequence[ScorePoint],
    doses: Sequence[datetime],
    events: Sequence[ChartEvent],
    *,
    name: str,
    now: datetime,
    since: datetime | None,
    low: float,
    high: float,
    width: float,
) -> Plot:
    """Everything in order of time, and a scale that holds all of it."""
    marks = signs(events)
    times = [now, *(point.at for point in points), *doses, *(mark.at for mark in marks)]
    scale = Scale(
        start=min([*times, *([since] if since else [])]),
        end=max(times),
        low=low,
        high=high,
        width=width,
        lanes=len(lanes_of(marks)),
    )
    ordered = sorted(points, key=lambda point: point.at)
    return Plot(name, ordered, sorted(doses), marks, scale)


def finished(
    plot: Plot,
    under: Iterable[str],
    over: Iterable[str],
    say: ChartWords,
    levels: Sequence[str] = (),
) -> Chart:
    """The whole drawing: what lies under the time axis's marks, those, and the values over them."""
    scale = plot.scale
    parts = [*under, *lanes(plot.marks, scale), *dose_lines(plot.doses, scale), *over]
    parts.extend(dates(scale))
    if all(point.total is None for point in plot.points):
        middle = (LEFT + scale.right) / 2, (scale.top + scale.bottom) / 2
        parts.append(label(*middle, say.nothing, anchor="middle"))
    desc = told(plot, say, levels)
    return Chart(
        svg=frame(scale.width, scale.height, title=plot.name, desc=desc, inside=parts),
        told=desc,
        rows=table(plot, say, levels),
        signs=plot.marks,
        doses=len(plot.doses),
    )


def curve(ordered: Sequence[ScorePoint], scale: Scale, say: ChartWords) -> Iterator[str]:
    """A line through scores that follow each other; a visit without a score breaks it."""
    whole = runs(ordered)
    for run in whole:
        places = [(scale.x(point.at), scale.y(total)) for point, total in run]
        if len(places) > 1:
            yield line(places, "c-line")
        for (x, y), (point, total) in zip(places, run, strict=True):
            yield dot(x, y, spoken(point, f"{total:g}", say), class_=dot_class(point))
    yield from gaps(ordered, scale, say)
    yield from figures([each for run in whole for each in run], scale)


def figures(known: Run, scale: Scale) -> Iterator[str]:
    """The first and the last score as numbers, and how many items a prorated one stands on."""
    free_from = 0.0
    for place, (point, total) in enumerate(known):
        ends = place in {0, len(known) - 1}
        if not (ends or point.part):
            continue
        words = f"{total:g} ({point.items})" if point.part else f"{total:g}"
        x, y = scale.kept(scale.x(point.at), words), scale.y(total)
        if x - room_for(words) / 2 >= free_from or place == len(known) - 1:
            above = y - 8 if y - 8 - LINE_HEIGHT > scale.top else y + 8 + LINE_HEIGHT
            yield label(x, above, words, "c-value", "middle")
            free_from = x + room_for(words) / 2 + 4


def steps(
    ordered: Sequence[ScorePoint], levels: Sequence[str], scale: Scale, say: ChartWords
) -> Iterator[str]:
    """Each check on the step of its level, down to the first step."""
    foot = scale.y(scale.low)
    for point in ordered:
        if point.total is None:
            continue
        x, y = scale.x(point.at), scale.y(point.total)
        yield box(x - 1, y, 2.0, foot - y, "f-stem")
        yield dot(x, y, spoken(point, say.band(levels[int(point.total)]), say))
    yield from gaps(ordered, scale, say)


def gaps(ordered: Sequence[ScorePoint], scale: Scale, say: ChartWords) -> Iterator[str]:
    for point in ordered:
        if point.total is None:
            words = f"{date_words(point.at)}: {without_total(point, say)}"
            yield cross(scale.x(point.at), scale.bottom - 6, words)


def without_total(point: ScorePoint, say: ChartWords) -> str:
    """Why there is no score."""
    if point.unsent:
        return say.unsent
    return say.missed if point.missed else say.no_total


def dot_class(point: ScorePoint) -> str:
    return "c-part" if point.part else "c-point"


def spoken(point: ScorePoint, shown: str, say: ChartWords) -> str:
    items = f"{point.items} {say.items}" if point.items else ""
    said = filter(None, [shown, say.band(point.label), items])
    return f"{date_words(point.at)}: {', '.join(said)}"


def runs(ordered: Sequence[ScorePoint]) -> list[Run]:
    found: list[Run] = [[]]
    for point in ordered:
        if point.total is None:
            found.append([])
        else:
            found[-1].append((point, point.total))
    return [run for run in found if run]


def told(plot: Plot, say: ChartWords, levels: Sequence[str]) -> str:
    known = [(point.at, point.total) for point in plot.points if point.total is not None]
    if not known:
        return f"{plot.name}: {say.nothing[0].lower()}{say.nothing[1:]}."
    (first_at, first), (last_at, last) = known[0], known[-1]
    return (
        f"{plot.name}: {figure(first, levels, say)} on {date_words(first_at)}, "
        f"{figure(last, levels, say)} on {date_words(last_at)}. {say.scores}: {len(known)}. "
        f"{say.without}: {len(plot.points) - len(known)}. {say.doses}: {len(plot.doses)}."
    )


def figure(total: float, levels: Sequence[str], say: ChartWords) -> str:
    return say.band(levels[int(total)]) if levels else f"{total:g}"


def table(plot: Plot, say: ChartWords, levels: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Everything that is drawn, as rows in order of time."""
    found = [(point.at, *cells(point, levels, say)) for point in plot.points]
    found += [(at, "", "", f"{say.dose} {n}") for n, at in enumerate(plot.doses, start=1)]
    found += [(mark.at, "", "", mark.words) for mark in plot.marks]
    rows = sorted(found, key=lambda row: row[0])
    return (say.headings, *((date_words(at), *rest) for at, *rest in rows))


def cells(point: ScorePoint, levels: Sequence[str], say: ChartWords) -> tuple[str, str, str]:
    band = say.band(point.label)
    if point.total is None:
        return without_total(point, say), point.items, band
    note = ", ".join(filter(None, [band, say.prorated if point.part else ""]))
    return figure(point.total, levels, say), point.items, note
