"""What the screen of a running session shows: the latest figures, who is there, what happened.

It shows what was written down. It does not watch the person.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from kapstone import charts, monitoring
from kapstone.web.records import presence, session_facts
from kapstone.web.records.actions import readings
from kapstone.web.records.actions.consents import WITHDRAWN
from kapstone.web.records.models import (
    GateOverride,
    Judgement,
    Mark,
    Notice,
    NoticeAnswer,
    Phase,
    Presence,
    Reading,
    Session,
)

logger = logging.getLogger(__name__)

PRESSURE = ("systolic_bp", "diastolic_bp")
ALWAYS = (
    PRESSURE,
    ("heart_rate",),
    ("oxygen_saturation",),
    ("respiratory_rate",),
    ("sedation_moaas",),
)
WHEN_TAKEN = (("rass",), ("dissociation",), ("anxiety",), ("nausea",), ("temperature_c",))
SHORT = {"systolic_bp": "Blood pressure", "sedation_moaas": "Sedation (MOAA/S)"}
PHASES = {
    "arrived": "Arrived",
    "started": "Medicine started",
    "paused": "Paused",
    "resumed": "Went on",
    "stopped": "Medicine ended",
}
CHART_WIDTH = 760


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """The latest figure of a sign; `value` empty when it was never taken."""

    id: str
    label: str
    value: str
    unit: str
    at: datetime | None
    means: str
    rest: str
    limit: str
    level: str
    says: str
    do: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the session's own timeline; `reading` links to its correction."""

    at: datetime
    words: str
    by: str
    own_words: bool = False
    chips: tuple[tuple[str, str], ...] = ()
    reading: int | None = None
    corrected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Everything that is polled; `watch` is None when the comparison itself failed."""

    tiles: tuple[Tile, ...]
    watch: monitoring.Watch | None
    who: monitoring.Room
    lines: tuple[Line, ...]
    last_at: datetime | None
    notices: int
    withdrawn: Notice | None


def board(session: Session, *, now: datetime) -> Board:
    """The screen as it stands at a moment."""
    rows = list(taken(session))
    during = [row for row in rows if not row.resting and not hasattr(row, "corrected_by")]
    watch = compared(session, now)
    notices = list(Notice.objects.filter(session=session).open())
    return Board(
        tiles=tiles([row.to_core() for row in during], watch),
        watch=watch,
        who=presence.of(session, now=now),
        lines=lines(session, rows),
        last_at=max((row.at for row in during), default=None),
        notices=len(notices),
        withdrawn=next((each for each in notices if each.kind == WITHDRAWN), None),
    )


def taken(session: Session) -> Any:
    """Every reading, corrected ones too, oldest first."""
    rows = Reading.objects.filter(session=session).order_by("at", "pk")
    return rows.select_related("by", "judgement", "corrected_by")


def compared(session: Session, now: datetime) -> monitoring.Watch | None:
    """The readings beside the limits; None when a fault kept them from being compared."""
    try:
        return readings.watch_at(session, now)
    except readings.JUDGING_FAULTS:
        # The figures themselves must stay on the screen whatever is wrong with the limits.
        logger.exception("session %s could not be compared with the limits", session.pk)
        return None


def tiles(taken: Sequence[monitoring.Reading], watch: monitoring.Watch | None) -> tuple[Tile, ...]:
    known = {sign for each in taken for sign in each.signs}
    groups = [*ALWAYS, *(group for group in WHEN_TAKEN if known & set(group))]
    return tuple(tile(group, taken, watch) for group in groups)


def tile(
    group: tuple[str, ...],
    taken: Sequence[monitoring.Reading],
    watch: monitoring.Watch | None,
) -> Tile:
    first = monitoring.signs()[group[0]]
    last = next((each for each in reversed(taken) if group[0] in each.signs), None)
    resting = dict(watch.resting) if watch else {}
    crossed = [each for each in watch.crossed if each.sign in group] if watch else []
    value = figure(group, last.signs if last else {})
    return Tile(
        id=first.id,
        label=SHORT.get(first.id, first.short),
        value=value,
        unit="" if first.choices or not value else first.unit,
        at=last.at if last else None,
        means=means(first, last),
        rest=figure(group, resting),
        limit=limit_words(group),
        level=crossed[0].level if crossed else "",
        says=crossed[0].says if crossed else "",
        do=crossed[0].do if crossed else "",
    )


def figure(group: tuple[str, ...], signs: Any) -> str:
    """`152/94` for a pressure, `?/94` for half of one, `88` for a sign; empty when not taken."""
    if not any(name in signs for name in group):
        return ""
    return "/".join(f"{signs[name]:.4g}" if name in signs else "?" for name in group)


def means(sign: monitoring.Sign, last: monitoring.Reading | None) -> str:
    """The words of a point on a scale, such as "answers readily"."""
    return "" if last is None else sign.means(last.signs[sign.id])


def limit_words(group: tuple[str, ...]) -> str:
    """`watch above 160/95, below 100; limit 180/110, below 90`: the figures that do not depend on
    the person."""
    said = []
    for level, word in (("yellow", "watch"), ("red", "limit"), ("at_once", "at any time")):
        highs = [bound(name, level, ("above", "at_least")) for name in group]
        lows = [bound(name, level, ("below", "at_most")) for name in group]
        high = "/".join(f"{each[1]:g}" for each in highs if each)
        phrases = [WORDS[highs[0][0]].format(high)] if highs[0] else []
        phrases += [WORDS[each[0]].format(f"{each[1]:g}") for each in lows if each]
        if phrases:
            said.append(f"{word} {', '.join(phrases)}")
    return "; ".join(said)


WORDS = {
    "above": "above {}",
    "at_least": "{} or more",
    "below": "below {}",
    "at_most": "{} or less",
}


def bound(sign: str, level: str, names: tuple[str, str]) -> tuple[str, float] | None:
    """The first figure of that side among the limits of a sign."""
    for limit in monitoring.limits():
        bounds = getattr(limit, level)
        if limit.sign != sign or bounds is None:
            continue
        for name in names:
            value = getattr(bounds, name)
            if value is not None:
                return name, value
    return None


def zones(sign: str) -> list[charts.lanes.Zone]:
    """The shaded parts of a lane: beyond the limits, on either side."""
    found: list[charts.lanes.Zone] = []
    for names, high in ((("above", "at_least"), True), (("below", "at_most"), False)):
        yellow, red = bound(sign, "yellow", names), bound(sign, "red", names)
        near, far = yellow[1] if yellow else None, red[1] if red else None
        if near is not None:
            found.append((near, far, "yellow") if high else (far, near, "yellow"))
        if far is not None:
            found.append((far, None, "red") if high else (None, far, "red"))
    return found


def lanes(session: Session, *, started: datetime, now: datetime) -> tuple[charts.Lane, ...]:
    """The hour so far, a lane a sign."""
    rows = session.reading_set.standing().filter(resting=False).order_by("at")
    points = [charts.LaneReading(at=row.at, signs=row.signs) for row in rows]
    return charts.vital_lanes(
        points,
        limits={sign: zones(sign) for sign in monitoring.signs()},
        started=started,
        now=now,
        ends_at=session_facts.giving(session).infusion_end,
        zone=session.course.person.practice.zone,
        width=CHART_WIDTH,
    )


def lines(session: Session, rows: Sequence[Reading]) -> tuple[Line, ...]:
    """What happened in the session, newest first; a corrected reading stays, and says so."""
    found = chain(
        (reading_line(row) for row in rows),
        happened(session),
        (mark_line(row) for row in session.mark_set.standing().select_related("by")),
        answer_lines(session),
    )
    return tuple(sorted(found, key=lambda line: line.at, reverse=True))


def happened(session: Session) -> Iterator[Line]:
    phases: Any = Phase.objects.standing().filter(session=session).select_related("by")
    for row in phases:
        words = f": {row.words}" if row.words else ""
        yield Line(at=row.at, words=f"{PHASES[row.phase]}{words}", by=row.by.signed_name)
    moves: Any = Presence.objects.standing().filter(session=session).select_related("who")
    for row in moves:
        did = "came in" if row.entered else "left the room"
        yield Line(at=row.at, words=f"{row.who.signed_name} {did}", by="")
    passed: Any = GateOverride.objects.standing().filter(session=session).select_related("by")
    for row in passed:
        yield Line(at=row.at, words=f"{row.gate} passed: {row.reason}", by=row.by.signed_name)


def answer_lines(session: Session) -> Iterator[Line]:
    answers: Any = NoticeAnswer.objects.standing().filter(notice__session=session)
    for row in answers.select_related("by", "notice"):
        words = row.words or "seen"
        yield Line(at=row.at, words=f"Notice answered: {words}", by=row.by.signed_name)


def mark_line(row: Mark) -> Line:
    by = row.by.signed_name
    if row.kind == "quote":
        return Line(at=row.at, words=row.words, by=by, own_words=True)
    labels = {each.id: each.label for each in monitoring.marks()}
    if row.kind == "side_effect":
        labels = {each.id: each.label for each in monitoring.side_effects()}
    parts = [labels.get(row.mark, row.mark), row.severity, row.words]
    return Line(at=row.at, words=", ".join(part for part in parts if part), by=by)


def reading_line(row: Reading) -> Line:
    return Line(
        at=row.at,
        words=f"{'At rest' if row.resting else 'Check'}: {said(row.signs)}",
        by=row.by.signed_name,
        chips=tuple(chips(row)),
        reading=row.pk,
        corrected=hasattr(row, "corrected_by"),
    )


def said(signs: Any) -> str:
    """`152/94, Heart 88, SpO2 97 %`: a reading in one line."""
    pressure = figure(PRESSURE, signs)
    parts = [pressure] if pressure else []
    for name, sign in monitoring.signs().items():
        if name in signs and name not in PRESSURE:
            unit = f" {sign.unit}" if sign.unit in ("%", "\u00b0C") else ""
            parts.append(f"{sign.short} {signs[name]:g}{unit}")
    return ", ".join(parts)


def chips(row: Reading) -> Iterator[tuple[str, str]]:
    if row.corrects_id:
        yield "", "correction"
    judged: Judgement | None = getattr(row, "judgement", None)
    if judged is None:
        yield "caution", "! not compared with the limits yet"
        return
    for each in judged.crossed:
        red = each["level"] == "red"
        yield ("stop", f"\u25a0 {each['says']}") if red else ("caution", f"! {each['says']}")


def newest_values(session: Session) -> dict[str, float]:
    """The latest value of each sign in the room, to show beside an empty field."""
    found: dict[str, float] = {}
    for row in session.reading_set.standing().filter(resting=False).order_by("at", "pk"):
        found |= row.signs
    return found


def is_paused(session: Session) -> bool:
    last = session.phase_set.standing().order_by("-at", "-pk").first()
    return bool(last and last.phase == "paused")
