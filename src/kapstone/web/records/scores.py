"""Scores of a course over time, one measure an instrument, out of one query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.utils import timezone

from kapstone import charts, instruments, outcomes
from kapstone.instruments import Instrument
from kapstone.web import clock
from kapstone.web.records import happened
from kapstone.web.records.happened import Scored
from kapstone.web.records.models import Course, Phase
from kapstone.web.records.sharing import EVERYTHING, Sight

# Ten years of one a week: more points than that are a smear on the page.
MOST_DRAWN = 500
# What is asked of everybody comes first, in this order; the others follow as they are listed.
CORE = ("phq9", "gad7", "cssrs-since", "cssrs-screener")
WIDE, NARROW, PRINTED = 640.0, 340.0, 560.0

Draw = Callable[..., charts.Chart]
PartRow = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One instrument of one person: its course in a sentence, a drawing, and a few words.

    `draw` and `draw_own` give the chart of a width, for the team and for the person; `kept` are
    answered sheets that the reader may not see until the person agrees.
    """

    id: str
    of: Instrument
    summary: outcomes.Summary
    draw: Draw
    draw_own: Draw
    has_total: bool
    chip: str
    tone: str
    count: int
    missed: int
    kept: int
    parts: tuple[PartRow, ...]

    @property
    def short(self) -> str:
        return self.of.short

    @property
    def wide(self) -> charts.Chart:
        return self.draw(width=WIDE)

    @property
    def narrow(self) -> charts.Chart:
        return self.draw(width=NARROW)

    @property
    def printed(self) -> charts.Chart:
        return self.draw(width=PRINTED)

    @property
    def own(self) -> charts.Chart:
        return self.draw_own(width=NARROW)

    @property
    def own_printed(self) -> charts.Chart:
        return self.draw_own(width=PRINTED)

    @property
    def in_plain_words(self) -> outcomes.Plain:
        return outcomes.plain(self.of, self.summary, missed=self.missed)


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


def in_order(names: set[str]) -> list[str]:
    listed = [*CORE, *(each.id for each in instruments.instruments())]
    return sorted(names, key=lambda name: (listed.index(name) if name in listed else 999, name))


def measure(name: str, rows: Sequence[Scored], axis: Axis, sight: Sight) -> Measure:
    of = instruments.instrument(name)
    seen = [row for row in rows if sight.allows(name, row.at)]
    missed = [each.due_at for each in axis.beside.missed if each.instrument == name]
    scores = [(row.at, row.total) for row in seen]
    gaps = [(at, None) for at in missed]
    summary = outcomes.summary([*scores, *gaps], of, first_dose=min(axis.doses, default=None))
    words, tone = chip(of, seen, summary, kept=len(rows) - len(seen))
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
        kept=len(rows) - len(seen),
        parts=parts(of, seen),
    )


def drawing(
    of: Instrument,
    rows: Sequence[Scored],
    missed: Sequence[datetime],
    axis: Axis,
    start: float | None,
    *,
    own: bool,
) -> Draw:
    """The chart of an instrument, still without its width; one with levels and no total has steps.

    The person's own has plain words, and none of what staff wrote.
    """
    asked = asker(of)
    found = [point(of, row, asked) for row in rows]
    found += [charts.ScorePoint(at, None, missed=True) for at in missed]
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
    low, top = of.score.range
    return partial(
        draw,
        bands=[(band.from_, band.name) for band in of.score.bands],
        low=low,
        top=top,
        start=start,
        error=outcomes.reliable_of(of),
        better=outcomes.direction(of),
        step=0.0 if "mean" in of.score.method else 1.0,
    )


def point(
    of: Instrument, row: Scored, asked: Callable[[Mapping[str, float]], int]
) -> charts.ScorePoint:
    count = asked(row.answers) if row.answers else None
    total, label = row.total, row.band
    if of.score.range is None:
        total = float(levels(of).index(row.band)) if row.band in levels(of) else None
        label = "at least" if row.band and row.missing else ""
    return charts.ScorePoint(
        row.at,
        total,
        label,
        answered=None if count is None else count - len(row.missing),
        asked=count,
    )


def levels(of: Instrument) -> list[str]:
    return [band.name for band in of.score.bands]


def asker(of: Instrument) -> Callable[[Mapping[str, float]], int]:
    """How many of the items that count a person was asked, given their answers."""
    counted = sum(item.scored for item in of.item)
    if not any(item.asked_if for item in of.item):
        return lambda answers: counted
    return lambda answers: sum(item.scored for item in instruments.asked(of, answers))


def parts(of: Instrument, rows: Sequence[Scored]) -> tuple[PartRow, ...]:
    """The sub-scores of each sheet as a table, heading first; nothing where there are none."""
    named = [each.id for each in getattr(of.score, "subscores", ())]
    if not named or not rows:
        return ()
    found = []
    for row in rows[-MOST_DRAWN:]:
        worked_out = getattr(instruments.score(of, row.answers), "subscores", {})
        cells = (worked_out.get(name) for name in named)
        shown = ("not known" if each is None else f"{each:g}" for each in cells)
        found.append((f"{row.at.day} {row.at:%b %Y}", *shown))
    return (("Date", *(name.replace("_", " ") for name in named)), *found)


def chip(
    of: Instrument, rows: Sequence[Scored], summary: outcomes.Summary, *, kept: int
) -> tuple[str, str]:
    """The few words and their tone: "GAD-7 15 → 8", "C-SSRS: no ideation, 2 checks"."""
    if not rows:
        return f"{of.short}: {'not shared with you' if kept else 'missed, no answer'}", ""
    if of.score.range is None:
        return level_chip(of, rows)
    if summary.now is None:
        return f"{of.short}: no total yet", ""
    if summary.start is None or len(rows) == 1:
        return f"{of.short} {summary.now:g}", ""
    tone = {"improved": "ok", "deteriorated": "stop"}.get(summary.change or "", "")
    return f"{of.short} {summary.start:g} → {summary.now:g}", tone


def level_chip(of: Instrument, rows: Sequence[Scored]) -> tuple[str, str]:
    last = rows[-1].band
    ideation = of.score.method == "cssrs_level"
    level = "no ideation" if ideation and last == "none" else last or "not finished"
    checks = "check" if len(rows) == 1 else "checks"
    known = levels(of)
    tone = "ok" if last == known[0] else "stop" if last == known[-1] else "caution"
    return f"{of.short}: {level}, {len(rows)} {checks}", tone
