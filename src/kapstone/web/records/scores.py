"""Scores of a course over time, one measure an instrument, out of one query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.utils import timezone

from kapstone import charts, instruments, outcomes
from kapstone.instruments import Instrument
from kapstone.web import clock
from kapstone.web.records import definitions, flags, happened
from kapstone.web.records.happened import Missed, Scored
from kapstone.web.records.models import Course, Phase, Sheet
from kapstone.web.records.sharing import EVERYTHING, Sight

# Ten years of one a week: more points than that are a smear on the page.
MOST_DRAWN = 500
# What is asked of everybody comes first, in this order; the others follow as they are listed.
CORE = ("phq9", "gad7", "cssrs-since", "cssrs-screener")
# The last is the column of a card on the smallest phone, 320 px wide.
WIDE, NARROW, PRINTED, SMALL = 640.0, 340.0, 560.0, 240.0

Draw = Callable[..., charts.Chart]
PartRow = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One instrument of one person: its course in a sentence, a drawing, and a few words.

    `draw` and `draw_own` give the chart of a width, for the team and for the person, and are None
    for one with neither total nor level; `kept` are
    answered sheets that the reader may not see until the person agrees; `missed` closed unfinished,
    `unsent` of them with answers. `flags` are of the last.
    """

    id: str
    of: Instrument
    summary: outcomes.Summary
    draw: Draw | None
    draw_own: Draw | None
    has_total: bool
    chip: str
    tone: str
    count: int
    missed: int
    unsent: int
    kept: int
    flags: list[str]
    parts: tuple[PartRow, ...]

    @property
    def short(self) -> str:
        return self.of.short

    @property
    def wide(self) -> charts.Chart | None:
        return self.draw and self.draw(width=WIDE)

    @property
    def narrow(self) -> charts.Chart | None:
        return self.draw and self.draw(width=NARROW)

    @property
    def printed(self) -> charts.Chart | None:
        return self.draw and self.draw(width=PRINTED)

    @property
    def own(self) -> charts.Chart | None:
        return self.draw_own and self.draw_own(width=NARROW)

    @property
    def own_small(self) -> charts.Chart | None:
        return self.draw_own and self.draw_own(width=SMALL)

    @property
    def own_printed(self) -> charts.Chart | None:
        return self.draw_own and self.draw_own(width=PRINTED)

    @property
    def in_plain_words(self) -> outcomes.Plain:
        return outcomes.plain(
            self.of, self.summary, missed=self.missed - self.unsent, unsent=self.unsent
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """The time axis that all measures of a course share."""

    doses: Sequence[datetime]
    beside: happened.Happened
    since: datetime
    now: datetime


def of_course(course: Course, *, sight: Sight = EVERYTHING) -> list[Measure]:
    """Every measure of a course, with the doses that were begun."""
    begun = Phase.objects.standing().filter(session__course=course, phase="started")
    return measures(course, doses=[*begun.values_list("at", flat=True)], sight=sight)


def measures(
    course: Course, *, doses: Sequence[datetime], sight: Sight = EVERYTHING
) -> list[Measure]:
    """Every instrument that was ever finished, or was due and missed; the core ones first."""
    now = timezone.localtime(clock.now())
    beside = happened.of(course, now=now)
    rows: dict[str, list[Scored]] = defaultdict(list)
    for row in beside.scores:
        rows[row.instrument].append(row)
    axis = Axis(
        doses=[timezone.localtime(dose) for dose in doses],
        beside=beside,
        since=timezone.localtime(course.at),
        now=now,
    )
    names = {*rows, *(each.instrument for each in beside.missed)}
    return [measure(name, rows[name], axis, sight) for name in in_order(names)]


def legend(found: Sequence[Measure]) -> charts.Chart | None:
    """A drawing whose numbers and letters are those of every other: they share their axis."""
    drawn = (each.narrow for each in found if each.count or each.missed)
    return next((chart for chart in drawn if chart), None)


def in_order(names: set[str]) -> list[str]:
    listed = [*CORE, *(each.id for each in instruments.instruments())]
    return sorted(names, key=lambda name: (listed.index(name) if name in listed else 999, name))


def measure(name: str, rows: Sequence[Scored], axis: Axis, sight: Sight) -> Measure:
    of = definition(name, rows, axis)
    seen = [row for row in rows if sight.allows(name, row.at)]
    missed = [each for each in axis.beside.missed if each.instrument == name]
    unsent = sum(each.begun for each in missed)
    scores = [(row.at, row.total) for row in seen]
    gaps = [(each.due_at, None) for each in missed]
    blank = {row.at: len(row.missing) for row in seen}
    first = min(axis.doses, default=None)
    summary = outcomes.summary([*scores, *gaps], of, first_dose=first, blank=blank)
    words, tone = chip(of, seen, summary, kept=len(rows) - len(seen), unsent=unsent)
    return Measure(
        id=of.id,
        of=of,
        summary=summary,
        draw=drawing(of, seen, missed, axis, summary.start, own=False),
        draw_own=drawing(of, seen, missed, axis, summary.start, own=True),
        has_total=of.score.range is not None,
        chip=words,
        tone=tone,
        count=len(seen),
        missed=len(missed),
        unsent=unsent,
        kept=len(rows) - len(seen),
        flags=flags.in_words(of, seen[-1].answers) if seen else [],
        parts=parts(of, seen),
    )


def definition(name: str, rows: Sequence[Scored], axis: Axis) -> Instrument:
    """The definition that the newest sheet was asked with, shipped or brought by the practice."""
    missed = [each for each in axis.beside.missed if each.instrument == name]
    version = rows[-1].version if rows else missed[-1].version
    return definitions.of_sheet(Sheet(instrument=name, version=version))


def drawing(
    of: Instrument,
    rows: Sequence[Scored],
    missed: Sequence[Missed],
    axis: Axis,
    start: float | None,
    *,
    own: bool,
) -> Draw | None:
    """The chart of an instrument, still without its width; one with levels and no total has steps.

    None for one with neither: it has its parts as a table. The person's own has plain words, and
    none of what staff wrote.
    """
    if of.score.range is None and not of.score.bands:
        return None
    found = [point(of, row) for row in rows]
    found += [
        charts.ScorePoint(each.due_at, None, missed=not each.begun, unsent=each.begun)
        for each in missed
    ]
    draw = partial(
        charts.level_chart if of.score.range is None else charts.score_chart,
        sorted(found, key=lambda each: each.at)[-MOST_DRAWN:],
        name=of.title,
        doses=axis.doses,
        events=axis.beside.own if own else axis.beside.events,
        now=axis.now,
        since=axis.since,
        say=charts.PLAIN if own else charts.CLINICAL,
    )
    if of.score.range is None:
        return partial(draw, levels=levels(of))
    return partial(draw, start=start, **of_scale(of))


def of_scale(of: Instrument) -> dict[str, Any]:
    """What an instrument says of its own scale: from where to where, its bands, its error."""
    low, top = of.score.range or (0.0, 0.0)
    return {
        "bands": outcomes.total_bands(of),
        "low": low,
        "top": top,
        "error": outcomes.reliable_of(of),
        "better": outcomes.direction(of),
        "step": outcomes.step_of(of),
    }


def point(of: Instrument, row: Scored) -> charts.ScorePoint:
    total, label = row.total, row.band
    if of.score.range is None:
        total = float(levels(of).index(row.band)) if row.band in levels(of) else None
        label = "at least" if row.band and row.missing else ""
    answered, asked = items(of, row)
    return charts.ScorePoint(row.at, total, label, answered, asked)


def items(of: Instrument, row: Scored) -> tuple[int | None, int | None]:
    """How many of the items that count were answered, of those asked; None where nobody kept it."""
    if not row.answers:
        return None, None
    counted = of.by_id if of.score.range is None else of.counted
    answered = sum(name in row.answers for name in counted)
    return answered, answered + len(row.missing)


def levels(of: Instrument) -> list[str]:
    return [band.name for band in of.score.bands]


def parts(of: Instrument, rows: Sequence[Scored]) -> tuple[PartRow, ...]:
    """The sub-scores of each sheet as a table, heading first; nothing where there are none.

    They are not kept: they are worked out anew by the definition that holds now.
    """
    if not of.part or not rows:
        return ()
    found = []
    for row in rows[-MOST_DRAWN:]:
        found_parts = parts_of(of, row.answers)
        cells = (found_parts.get(each.id) for each in of.part)
        shown = ("not known" if each is None else f"{each:g}" for each in cells)
        found.append((f"{row.at.day} {row.at:%b %Y}", *shown))
    return (("Date", *(each.title for each in of.part)), *found)


def parts_of(of: Instrument, answers: Mapping[str, float]) -> Mapping[str, float | None]:
    """The sub-scores of one sheet; none for answers that the definition does not know any more."""
    try:
        return instruments.score(of, answers).parts if answers else {}
    except (LookupError, ValueError):
        return {}


def chip(
    of: Instrument, rows: Sequence[Scored], summary: outcomes.Summary, *, kept: int, unsent: int
) -> tuple[str, str]:
    """The few words and their tone: "GAD-7 15 → 8", "C-SSRS: no ideation, 3 Nov, 2 checks"."""
    if not rows:
        closed = "begun, not sent" if unsent else "missed, no answer"
        return f"{of.short}: {'not shared with you' if kept else closed}", ""
    if of.score.range is None and not of.score.bands:
        return f"{of.short}: answered {len(rows)} times", ""
    if of.score.range is None:
        return level_chip(of, rows)
    if summary.now is None:
        return f"{of.short}: no total yet", ""
    return way_chip(of, summary, alone=len(rows) == 1)


def way_chip(of: Instrument, summary: outcomes.Summary, *, alone: bool) -> tuple[str, str]:
    """From the start to the last, by way of the best where it fell back from it."""
    start = None if alone else summary.start
    way = (start, summary.best if summary.relapse else None, summary.now)
    words = f"{of.short} {' → '.join(f'{each:g}' for each in way if each is not None)}"
    if summary.relapse:
        return words, "caution" if summary.change == "improved" else "stop"
    return words, {"improved": "ok", "deteriorated": "stop"}.get(summary.change or "", "")


def level_chip(of: Instrument, rows: Sequence[Scored]) -> tuple[str, str]:
    last = rows[-1].band
    ideation = of.score.method == "cssrs_level"
    level = "no ideation" if ideation and last == "none" else last or "not finished"
    checks = "check" if len(rows) == 1 else "checks"
    known = levels(of)
    tone = "ok" if last == known[0] else "stop" if last == known[-1] else "caution"
    return f"{of.short}: {level}, {rows[-1].at:%-d %b}, {len(rows)} {checks}", tone
