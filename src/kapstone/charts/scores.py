"""Scores over time with doses on the same axis: bands in words, missing visits as gaps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kapstone.charts.drawing import (
    LINE_HEIGHT,
    box,
    date_words,
    day_words,
    dot,
    frame,
    label,
    line,
    number,
    room_for,
)

LEFT, RIGHT, TOP, BOTTOM, HEIGHT = 78.0, 14.0, 22.0, 40.0, 226.0
SHADES = ("f-ok", "f-plain", "f-caution-light", "f-caution", "f-stop")
DATE_ROOM = 84.0
# A course is read in weeks; one score must not stand on an axis of hours.
SHORTEST = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class ScorePoint:
    """One visit; `total` None is a visit without a score, drawn as a gap."""

    at: datetime
    total: float | None
    label: str = ""


@dataclass(frozen=True, slots=True)
class ChartEvent:
    """What else happened on the way: a changed medicine, a loss, a new job."""

    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing and the same figures as rows, heading first."""

    svg: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """From time and score to the place on the drawing."""

    start: datetime
    end: datetime
    top: float
    width: float

    @property
    def span(self) -> timedelta:
        return max(self.end - self.start, SHORTEST)

    @property
    def right(self) -> float:
        return self.width - RIGHT

    def x(self, at: datetime) -> float:
        share = (at - self.start) / self.span
        return LEFT + share * (self.right - LEFT)

    def y(self, total: float) -> float:
        return TOP + (1 - total / self.top) * (HEIGHT - TOP - BOTTOM)


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
) -> Chart:
    """Draw scores; `bands` are (from, word) upwards, `error` the reliable change around `start`.

    `start` is the score that change is counted from; without it no error is drawn. Times are aware
    and shown in their own zone. No point gives an empty drawing that says so. Text is 11 px at 1:1,
    so give the `width` that it is shown at. Trap: a visit that did not happen is a gap only when
    the caller gives it, as a point without a total.
    """
    ordered = sorted(points, key=lambda point: point.at)
    times = [point.at for point in ordered] + list(doses) + [event.at for event in events]
    scale = Scale(start=min([*times, now]), end=max([*times, now]), top=top, width=width)
    parts = [
        *shaded(bands, scale),
        *error_band(start, error, scale),
        *dose_lines(doses, scale),
        *event_marks(events, scale),
        *curve(ordered, scale),
        *dates(scale),
    ]
    if all(point.total is None for point in ordered):
        middle = (LEFT + scale.right) / 2
        parts.append(label(middle, HEIGHT / 2, "No complete answer yet", anchor="middle"))
    return Chart(
        svg=frame(width, HEIGHT, title=name, desc=told(name, ordered, doses), inside=parts),
        rows=table(ordered, doses, events),
    )


def shaded(bands: Sequence[tuple[float, str]], scale: Scale) -> Iterator[str]:
    """Each band in its shade; the edges lie between whole totals, so that none stands on one."""
    edges = [bands[0][0], *(low - 0.5 for low, _ in bands[1:]), scale.top]
    steps = max(len(bands) - 1, 1)
    for place, (_, word) in enumerate(bands):
        low, high = edges[place : place + 2]
        y, bottom = scale.y(high), scale.y(low)
        shade = SHADES[place * (len(SHADES) - 1) // steps]
        yield box(LEFT, y, scale.right - LEFT, bottom - y, shade)
        yield from stacked(word, (y + bottom) / 2)


def stacked(word: str, middle: float) -> Iterator[str]:
    """A band's name at the left of it, on two lines when it is too long for one."""
    parts = word.split(" ", 1) if room_for(word) > LEFT - 8 else [word]
    for place, part in enumerate(parts):
        y = middle + 4 + LINE_HEIGHT * (place - (len(parts) - 1) / 2)
        yield label(LEFT - 6, y, part, anchor="end")


def error_band(start: float | None, error: float | None, scale: Scale) -> Iterator[str]:
    """Between these lines a score differs from the start by less than a reliable change."""
    if start is None or error is None:
        return
    for total, words in ((start + error, "reliably worse"), (start - error, "reliably better")):
        if 0 <= total <= scale.top:
            y = scale.y(total)
            yield line([(LEFT, y), (scale.right, y)], "c-error")
            beyond = y - 4 if total > start else y + LINE_HEIGHT
            yield label(scale.right - 4, beyond, words, "c-label", anchor="end")


def dose_lines(doses: Sequence[datetime], scale: Scale) -> Iterator[str]:
    last_number_at = -20.0
    for place, dose in enumerate(sorted(doses), start=1):
        x = scale.x(dose)
        yield line([(x, TOP), (x, HEIGHT - BOTTOM)], "c-dose")
        if x - last_number_at >= 14:
            yield label(x, HEIGHT - BOTTOM + 14, str(place), "c-dose-number", anchor="middle")
            last_number_at = x


def event_marks(events: Sequence[ChartEvent], scale: Scale) -> Iterator[str]:
    """A mark for each; its words where there is room, and always in the table."""
    free_from = 0.0
    for event in sorted(events, key=lambda each: each.at):
        x = scale.x(event.at)
        yield line([(x, TOP - 4), (x, HEIGHT - BOTTOM)], "c-error")
        room = room_for(event.words)
        left = max(min(x - room / 2, scale.right - room), LEFT)
        if left >= free_from and left + room <= scale.right:
            yield label(left, TOP - 9, event.words)
            free_from = left + room + 8


def curve(ordered: Sequence[ScorePoint], scale: Scale) -> Iterator[str]:
    """A line through scores that follow each other; a visit without a score breaks it."""
    for run in runs(ordered):
        places = [(scale.x(at), scale.y(total)) for at, total in run]
        if len(places) > 1:
            yield line(places, "c-line")
        for (x, y), (at, total) in zip(places, run, strict=True):
            yield dot(x, y, f"{date_words(at)}: {total:g}")
    for point in ordered:
        if point.total is None:
            yield label(scale.x(point.at), HEIGHT - BOTTOM - 4, "○", "c-gap", anchor="middle")


def runs(ordered: Sequence[ScorePoint]) -> list[list[tuple[datetime, float]]]:
    found: list[list[tuple[datetime, float]]] = [[]]
    for point in ordered:
        if point.total is None:
            found.append([])
        else:
            found[-1].append((point.at, point.total))
    return [run for run in found if run]


def dates(scale: Scale) -> Iterator[str]:
    count = max(2, min(6, int((scale.right - LEFT) // DATE_ROOM) + 1))
    for place in range(count):
        at = scale.start + scale.span * place / (count - 1)
        anchor = "start" if place == 0 else "end" if place == count - 1 else "middle"
        yield label(scale.x(at), HEIGHT - 8, day_words(at, scale.span), "c-label", anchor)


def told(name: str, ordered: Sequence[ScorePoint], doses: Sequence[datetime]) -> str:
    known = [(point.at, point.total) for point in ordered if point.total is not None]
    if not known:
        return f"{name}: no complete answer yet."
    (first_at, first), (last_at, last) = known[0], known[-1]
    return (
        f"{name}: {number(first)} on {date_words(first_at)}, {number(last)} on "
        f"{date_words(last_at)}. Scores: {len(known)}. Visits without a score: "
        f"{len(ordered) - len(known)}. Medicine sessions: {len(doses)}."
    )


def table(
    ordered: Sequence[ScorePoint], doses: Sequence[datetime], events: Sequence[ChartEvent]
) -> tuple[tuple[str, ...], ...]:
    """Everything that is drawn, as rows in order of time."""
    found = [
        (point.at, "no total" if point.total is None else f"{point.total:g}", point.label)
        for point in ordered
    ]
    found += [(dose, "", f"medicine session {n}") for n, dose in enumerate(sorted(doses), start=1)]
    found += [(event.at, "", event.words) for event in events]
    rows = [(date_words(at), score, words) for at, score, words in sorted(found)]
    return (("Date", "Score", "Note"), *rows)
