"""Scores of a course over time, one measure an instrument, out of one query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from kapstone import charts, instruments, outcomes
from kapstone.web import clock
from kapstone.web.records.models import Course, SheetScore

# Four years of one a week: more points than that are a smear on the page.
MOST_DRAWN = 200
ORDER = ("phq9", "gad7", "cssrs-since", "cssrs-screener")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One instrument of one person: its course in a sentence, a drawing, and a few words."""

    id: str
    short: str
    summary: outcomes.Summary
    chart: charts.Chart | None
    chip: str
    tone: str
    count: int


def measures(course: Course, *, doses: Sequence[datetime], width: float) -> list[Measure]:
    """Every instrument that was ever finished, those with a drawing first."""
    found: dict[str, list[SheetScore]] = defaultdict(list)
    rows = SheetScore.objects.standing().filter(sheet__course=course).select_related("sheet")
    for row in rows.order_by("at"):
        found[row.sheet.instrument].append(row)
    local = [timezone.localtime(dose) for dose in doses]
    return [
        measure(instruments.instrument(name), found[name], local, width)
        for name in ORDER
        if name in found
    ]


def measure(
    of: instruments.Instrument,
    rows: Sequence[SheetScore],
    doses: Sequence[datetime],
    width: float,
) -> Measure:
    scores = [(timezone.localtime(row.at), row.total) for row in rows]
    summary = outcomes.summary(scores, of, first_dose=min(doses, default=None))
    words, tone = chip(of, rows, summary)
    return Measure(
        id=of.id,
        short=of.short,
        summary=summary,
        chart=drawing(of, rows[-MOST_DRAWN:], doses, width, summary.start),
        chip=words,
        tone=tone,
        count=len(rows),
    )


def drawing(
    of: instruments.Instrument,
    rows: Sequence[SheetScore],
    doses: Sequence[datetime],
    width: float,
    start: float | None,
) -> charts.Chart | None:
    """None for an instrument that has a level and no total, such as C-SSRS."""
    if of.score.range is None:
        return None
    points = [charts.ScorePoint(timezone.localtime(row.at), row.total, row.band) for row in rows]
    return charts.score_chart(
        points,
        name=of.title,
        bands=[(band.from_, band.name) for band in of.score.bands],
        top=of.score.range[1],
        doses=doses,
        now=timezone.localtime(clock.now()),
        start=start,
        error=of.change.reliable if of.change else None,
        width=width,
    )


def chip(
    of: instruments.Instrument, rows: Sequence[SheetScore], summary: outcomes.Summary
) -> tuple[str, str]:
    """The few words and their tone: "GAD-7 15 → 8", "C-SSRS: no ideation, 2 checks"."""
    last = rows[-1]
    if of.score.method == "cssrs_level":
        level = "no ideation" if last.band == "none" else last.band or "not finished"
        checks = "check" if len(rows) == 1 else "checks"
        tone = "ok" if last.band == "none" else "stop" if last.band == "high" else "caution"
        return f"{of.short}: {level}, {len(rows)} {checks}", tone
    if summary.now is None:
        return f"{of.short}: no total yet", ""
    if summary.start is None or len(rows) == 1:
        return f"{of.short} {summary.now:g}", ""
    tone = {"improved": "ok", "deteriorated": "stop"}.get(summary.change or "", "")
    return f"{of.short} {summary.start:g} → {summary.now:g}", tone
