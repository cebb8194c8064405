"""What lies under the scores: bands with their words, the scale, the band of measurement error."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from kapstone.charts.axis import LEFT, Scale
from kapstone.charts.drawing import LETTER_WIDTH, LINE_HEIGHT, box, label, line, room_for
from kapstone.charts.words import ChartWords
from kapstone.outcomes.scale import Better, edges, shades_of


def shaded(
    bands: Sequence[tuple[float, str]],
    scale: Scale,
    better: Better | None,
    step: float,
    say: ChartWords,
) -> Iterator[str]:
    """Each band in its shade; the edges lie between two totals, so that none stands on one."""
    ends = edges([low for low, _ in bands], scale.low, scale.high, step)
    for (low, high), shade in zip(pairwise(ends), shades_of(len(bands), better), strict=True):
        height = scale.y(low) - scale.y(high)
        yield box(LEFT, scale.y(high), scale.right - LEFT, height, f"f-{shade}")
    if better is None:
        yield from (line([(LEFT, y), (scale.right, y)], "c-grid") for y in map(scale.y, ends))
    places = [(say.band(word), ends[n], ends[n + 1]) for n, (_, word) in enumerate(bands)]
    yield from named(places, scale)


def named(places: Sequence[tuple[str, float, float]], scale: Scale) -> Iterator[str]:
    """The bands' names at the left, from below; one that would touch the last is pushed up."""
    free_below = scale.bottom
    for word, low, high in places:
        lines = folded(word)
        middle = (scale.y(low) + scale.y(high)) / 2
        foot = min(middle + LINE_HEIGHT * len(lines) / 2, free_below)
        if foot - LINE_HEIGHT * len(lines) < scale.top - 2:
            return
        for place, part in enumerate(lines):
            y = foot - 2 - LINE_HEIGHT * (len(lines) - 1 - place)
            yield label(LEFT - 6, y, part, anchor="end")
        free_below = foot - LINE_HEIGHT * len(lines)


def folded(word: str) -> list[str]:
    """A name on as many lines as it needs; a word too long for a line is cut, the table has it."""
    most = int((LEFT - 8) // LETTER_WIDTH)
    lines: list[str] = []
    for part in word.split() or [word]:
        if lines and room_for(f"{lines[-1]} {part}") <= LEFT - 8:
            lines[-1] = f"{lines[-1]} {part}"
        else:
            lines.append(part if len(part) <= most else f"{part[: most - 1]}…")
    return lines


def ticks(scale: Scale) -> Iterator[str]:
    """The scale in numbers, for a measure without bands."""
    for value in (scale.low, (scale.low + scale.high) / 2, scale.high):
        yield line([(LEFT, scale.y(value)), (scale.right, scale.y(value))], "c-grid")
        yield label(LEFT - 6, scale.y(value) + 4, f"{value:g}", "c-tick", "end")


def error_band(
    start: float | None, error: float | None, scale: Scale, better: Better | None, say: ChartWords
) -> Iterator[str]:
    """Between these lines a score differs from the start by less than a reliable change."""
    if start is None or error is None or better is None:
        return
    upper, lower = min(start + error, scale.high), max(start - error, scale.low)
    yield box(LEFT, scale.y(upper), scale.right - LEFT, scale.y(lower) - scale.y(upper), "f-error")
    above, below = (say.worse, say.better) if better == "lower" else (say.better, say.worse)
    for total, words in ((start + error, above), (start - error, below)):
        if scale.low <= total <= scale.high:
            yield from edge(total, words, scale, upwards=total > start)


def edge(total: float, words: str, scale: Scale, *, upwards: bool) -> Iterator[str]:
    """One end of what is error, with its words beyond it while there is room."""
    y = scale.y(total)
    yield line([(LEFT, y), (scale.right, y)], "c-error")
    beyond = upwards if y - LINE_HEIGHT >= scale.top else False
    beyond = beyond or y + LINE_HEIGHT > scale.bottom
    yield label(scale.right - 4, y - 4 if beyond else y + LINE_HEIGHT, words, "c-over", "end")
