"""The chart of a course for a notebook: the grammar of `kapstone.charts`, drawn by Altair.

Altair is not a dependency of the product (docs/decisions/0011): `pip install "kapstone[notebook]"`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from importlib import import_module
from itertools import pairwise
from typing import Any

from kapstone.instruments import Instrument
from kapstone.outcomes.change import direction, reliable_of
from kapstone.outcomes.scale import edges, shades_of, step_of, total_bands

Day = date | datetime | str
Rows = list[dict[str, Any]]

INK, BRAND, MEDICINE, QUIET = "#56626a", "#24606a", "#65549a", "#8b8678"
# The shades of `outcomes.scale` on white; these colours are those of `charts.printed`, by test.
COLOURS = {
    "ok": "#e4f2ea",
    "plain": "#ffffff",
    "caution-light": "#fdf8ed",
    "caution": "#fbf0da",
    "stop": "#fae7e4",
}


def altair_chart(
    days: Sequence[Day],
    totals: Sequence[float | None],
    of: Instrument,
    *,
    doses: Sequence[Day] = (),
    events: Iterable[tuple[Day, str]] = (),
    start: float | None = None,
    width: int = 640,
) -> Any:
    """An `altair.LayerChart` of one person's scores, from plain columns.

    `totals` beside their `days`; None is a visit without a score and breaks the line. `start` is
    the score that change is counted from; with it the band of measurement error is drawn. Layers,
    from below: bands, error, doses, events, line, scores, gaps. Raises ImportError without Altair,
    ValueError for columns of unlike length or an instrument without a total.
    """
    if of.score.range is None:
        raise ValueError(f"{of.short} has levels and no total to draw")
    alt = import_module("altair")
    rows = rows_of(days, totals)
    shown = {"y": alt.Y("total:Q", title=of.short, scale=alt.Scale(domain=[*of.score.range]))}
    when = alt.X("at:T", title=None)
    scores = inline(alt, [row for row in rows if row["total"] is not None])
    line = scores.mark_line(color=BRAND).encode(x=when, detail="run:N", **shown)
    told = [alt.Tooltip("at:T"), alt.Tooltip("total:Q")]
    points = scores.mark_point(color=BRAND, filled=True, size=60).encode(
        x=when, tooltip=told, **shown
    )
    layers = [
        bands(alt, of),
        error(alt, of, start),
        *marks(alt, ((at, str(n)) for n, at in enumerate(sorted(map(iso, doses)), 1)), MEDICINE),
        *marks(alt, events, QUIET),
        line,
        points,
        gaps(alt, rows, when),
    ]
    kept = [layer for layer in layers if layer is not None]
    return alt.layer(*kept, title=of.title).properties(width=width, height=240)


def rows_of(days: Sequence[Day], totals: Sequence[float | None]) -> Rows:
    """One row a visit, in order of time; `run` changes at each visit without a score."""
    found: Rows = []
    run = 0
    for at, total in sorted(zip(map(iso, days), totals, strict=True), key=lambda pair: pair[0]):
        run += total is None
        found.append({"at": at, "total": total, "run": run})
    return found


def iso(day: Day) -> str:
    return day if isinstance(day, str) else day.isoformat()


def inline(alt: Any, rows: Sequence[Mapping[str, Any]]) -> Any:
    return alt.Chart(alt.Data(values=[*rows]))


def bands(alt: Any, of: Instrument) -> Any:
    """Each band in its shade with its word; no shade where no way is better."""
    named = total_bands(of)
    if not named or of.score.range is None:
        return None
    way = direction(of)
    ends = edges([start for start, _ in named], *of.score.range, step_of(of))
    rows = [
        {"low": low, "high": high, "word": word, "shade": COLOURS[shade]}
        for (low, high), (_, word), shade in zip(
            pairwise(ends), named, shades_of(len(named), way), strict=True
        )
    ]
    base = inline(alt, rows).encode(y="low:Q", y2="high:Q")
    words = base.mark_text(align="left", baseline="bottom", dx=4, dy=-2, color=INK).encode(
        x=alt.value(0), text="word:N"
    )
    if way is None:
        return words
    return base.mark_rect().encode(color=alt.Color("shade:N", scale=None)) + words


def error(alt: Any, of: Instrument, start: float | None) -> Any:
    """Between these edges a score differs from the start by less than a reliable change."""
    line = reliable_of(of)
    if start is None or line is None or of.score.range is None:
        return None
    low, high = of.score.range
    rows = [{"low": max(start - line, low), "high": min(start + line, high)}]
    return inline(alt, rows).mark_rect(color=QUIET, opacity=0.14).encode(y="low:Q", y2="high:Q")


def marks(alt: Any, found: Iterable[tuple[Day, str]], colour: str) -> list[Any]:
    """A hair down to the dates with its number or words over it."""
    rows = [{"at": iso(at), "words": words} for at, words in found]
    if not rows:
        return []
    base = inline(alt, rows).encode(x="at:T")
    hair = base.mark_rule(color=colour, strokeDash=[2, 4]).encode(tooltip="words:N")
    words = base.mark_text(color=colour, baseline="bottom", dy=-4).encode(
        y=alt.value(0), text="words:N"
    )
    return [hair, words]


def gaps(alt: Any, rows: Rows, when: Any) -> Any:
    """A visit without a score stands at the foot, as an open ring."""
    missing = [row for row in rows if row["total"] is None]
    if not missing:
        return None
    return inline(alt, missing).mark_point(color=INK).encode(x=when, y=alt.value(232))
