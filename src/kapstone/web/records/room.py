"""What the screen of a running session shows: the latest figures, who is there, what happened.

It shows what was written down. It does not watch the person.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import chain
from typing import Any
from uuid import UUID

from kapstone import charts, monitoring
from kapstone.web.records import (
    doses,
    emergencies,
    held_back,
    near_baseline,
    order_words,
    presence,
    room_comforts,
    session_facts,
    stop_owed,
)
from kapstone.web.records import lines as settled
from kapstone.web.records.actions import readings
from kapstone.web.records.actions.consents import WITHDRAWN
from kapstone.web.records.arrived import late, since
from kapstone.web.records.models import (
    GateOverride,
    Judgement,
    Mark,
    Notice,
    NoticeAnswer,
    Phase,
    Presence,
    PumpRate,
    Reading,
    Session,
)
from kapstone.web.records.models.notices import RED
from kapstone.web.records.tiles import SHORT, figure, groups, mark, means, said

logger = logging.getLogger(__name__)

PHASES = {
    "arrived": "Arrived",
    "started": "Medicine started",
    "paused": "Paused",
    "resumed": "Went on",
    "stopped": "Medicine ended",
}
# On a desk, on a tablet beside the keypad, on a phone: words in a lane are drawn at 11 px.
LANE_WIDTHS = (760, 560, 320)


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
    mark: str
    says: str
    do: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the session's own timeline; `reading` links to its correction.

    `once` and `signs` (JSON) are what a tablet needs to correct it without a network.
    """

    at: datetime
    words: str
    by: str
    own_words: bool = False
    chips: tuple[tuple[str, str], ...] = ()
    reading: int | None = None
    once: UUID | None = None
    signs: str = ""
    corrected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Everything that is polled; `watch` is None when the comparison itself failed.

    `near` is when people are likely near how they were; None while that is not known.
    """

    tiles: tuple[Tile, ...]
    watch: monitoring.Watch | None
    who: monitoring.Room
    lines: tuple[Line, ...]
    last_at: datetime | None
    notices: int
    red: int
    withdrawn: Notice | None
    near: near_baseline.Near | None


def board(session: Session, *, now: datetime) -> Board:
    """The screen as it stands at a moment."""
    rows = list(taken(session))
    during = [row for row in rows if not row.resting and not hasattr(row, "corrected_by")]
    watch = compared(session, now)
    notices = list(Notice.objects.filter(held_back.of_session(session)).open())
    return Board(
        tiles=tiles([row.to_core() for row in during], watch, limits_of(session, now)),
        watch=watch,
        who=presence.of(session, now=now),
        lines=lines(session, rows),
        last_at=max((row.at for row in during), default=None),
        notices=len(notices),
        red=sum(each.level in RED for each in notices),
        withdrawn=next((each for each in notices if each.kind == WITHDRAWN), None),
        near=near_baseline.of(session, now=now),
    )


def taken(session: Session) -> Any:
    """Every reading, corrected ones too, oldest first."""
    rows = Reading.objects.filter(session=session).order_by("at", "pk")
    with_device = "acceptance__bedside__device"
    found = rows.select_related("by", "judgement", "corrected_by", with_device)
    return found.defer("acceptance__bedside__raw")


def compared(session: Session, now: datetime) -> monitoring.Watch | None:
    """The readings beside the limits; None when a fault kept them from being compared."""
    try:
        return readings.watch_at(session, now)
    except readings.JUDGING_FAULTS:
        # The figures themselves must stay on the screen whatever is wrong with the limits.
        logger.exception("session %s could not be compared with the limits", session.pk)
        return None


def limits_of(session: Session, now: datetime) -> settled.Limits:
    """The limits to show; none where they cannot be read: the figures stay on the screen."""
    try:
        return settled.in_force(session.course.person.practice_id, now)
    except readings.JUDGING_FAULTS:
        logger.exception("the limits of session %s could not be read", session.pk)
        return ()


def tiles(
    taken: Sequence[monitoring.Reading], watch: monitoring.Watch | None, limits: settled.Limits
) -> tuple[Tile, ...]:
    known = {sign for each in taken for sign in each.signs}
    return tuple(tile(group, taken, watch, limits) for group in groups(known))


def tile(
    group: tuple[str, ...],
    taken: Sequence[monitoring.Reading],
    watch: monitoring.Watch | None,
    limits: settled.Limits,
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
        means=means(group, last.signs if last else {}),
        rest=figure(group, resting),
        limit=settled.words(group, limits),
        level=crossed[0].level if crossed else "",
        mark=mark(crossed[0].level if crossed else ""),
        says=crossed[0].says if crossed else "",
        do=crossed[0].do if crossed else "",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """What every row of the lanes is drawn on: asked for once, so that they cannot differ."""

    points: list[charts.LaneReading]
    ends_at: datetime | None
    started: datetime
    now: datetime


def hours(session: Session, *, started: datetime, now: datetime) -> Hours:
    """The readings in the room, oldest first, and the hours that they are drawn on."""
    rows = session.reading_set.standing().filter(resting=False).order_by("at")
    return Hours(
        points=[charts.LaneReading(at=row.at, signs=row.signs) for row in rows],
        ends_at=session_facts.giving(session).infusion_end,
        started=started,
        now=now,
    )


def lanes(session: Session, on: Hours) -> tuple[tuple[charts.Lane, ...], ...]:
    """The hour so far, a lane a sign, each as it is drawn at the three widths, widest first."""
    limits = limits_of(session, on.now)
    draw = partial(
        charts.vital_lanes,
        on.points,
        limits={sign: settled.zones(sign, limits) for sign in monitoring.signs()},
        started=on.started,
        now=on.now,
        ends_at=on.ends_at,
        zone=session.course.person.practice.zone,
    )
    return tuple(zip(*(draw(width=width) for width in LANE_WIDTHS), strict=True))


def expected_lane(session: Session, band: charts.Expected, on: Hours) -> tuple[charts.Lane, ...]:
    """What is expected, on the same hours and at the same three widths as the lanes."""
    start, end = charts.hours(on.points, started=on.started, now=on.now, ends_at=on.ends_at)
    zone = session.course.person.practice.zone
    return tuple(
        charts.level_lane(band, start=start, end=end, now=on.now, zone=zone, width=width)
        for width in LANE_WIDTHS
    )


def lines(session: Session, rows: Sequence[Reading]) -> tuple[Line, ...]:
    """What happened in the session, newest first; a corrected reading stays, and says so."""
    found = chain(
        (reading_line(row) for row in rows),
        happened(session),
        mark_lines(session),
        answer_lines(session),
        emergency_lines(session),
        dose_lines(session),
        pump_lines(session),
    )
    return tuple(sorted(found, key=lambda line: line.at, reverse=True))


def happened(session: Session) -> Iterator[Line]:
    phases: Any = Phase.objects.standing().filter(session=session).select_related("by")
    for row in phases:
        words = f": {row.words}" if row.words else ""
        words = f"{PHASES[row.phase]}{words}"
        marks = (*stop_owed.chips(row), *late(row))
        yield Line(at=row.at, words=words, by=row.by.signed_name, chips=marks)
    moves: Any = Presence.objects.standing().filter(session=session).select_related("who")
    for row in moves:
        did = "came in" if row.entered else "left the room"
        words = f"{row.who.signed_name} {did}"
        yield Line(at=row.at, words=words, by="", chips=late(row))
    passed: Any = GateOverride.objects.standing().filter(session=session).select_related("by")
    for row in passed:
        yield Line(at=row.at, words=f"{row.gate} passed: {row.reason}", by=row.by.signed_name)


def answer_lines(session: Session) -> Iterator[Line]:
    answers: Any = NoticeAnswer.objects.standing().filter(notice__session=session)
    closed: dict[int, NoticeAnswer] = {}
    for row in answers.select_related("by", "notice").order_by("at", "pk"):
        before = closed.get(row.notice_id)
        if row.closes:
            closed.setdefault(row.notice_id, row)
        words = f"Notice answered: {row.words or 'seen'}"
        yield Line(at=row.at, words=words, by=row.by.signed_name, chips=answer_chips(row, before))


def answer_chips(row: NoticeAnswer, closed: NoticeAnswer | None) -> tuple[tuple[str, str], ...]:
    """That an answer came late, or without a network after another person had closed the notice."""
    if row.client_id is None or row.closes or closed is None:
        return late(row)
    return (*late(row), ("", f"closed before by {closed.by.signed_name}"))


def emergency_lines(session: Session) -> Iterator[Line]:
    for row, words in emergencies.told(emergencies.of_session(session)):
        yield Line(at=row.at, words=words, by=row.by.signed_name, chips=late(row))


def dose_lines(session: Session) -> Iterator[Line]:
    for each in doses.of(session):
        row = each["row"]
        chips = (("", "correction"),) if row.corrects_id else since(row)
        marks = (("caution", f"! {each['beyond']}"),) if each["beyond"] else ()
        words, by = doses.line_of(each), row.by.signed_name
        yield Line(at=row.at, words=words, by=by, chips=(*marks, *chips))


def pump_lines(session: Session) -> Iterator[Line]:
    rows: Any = PumpRate.objects.standing().filter(session=session).select_related("by")
    order = session.order_set.newest() if rows else None
    for row in rows:
        rate = order_words.rate(row.mg_h, order.pump_mg_ml if order else None)
        words = f"Pump set to {rate}{f': {row.words}' if row.words else ''}"
        check = monitoring.check_rate(row.mg_h, order.weight_kg if order else None)
        sign = "\u25a0" if check and check.level == "block" else "!"
        level = "stop" if sign != "!" else "caution"
        chips = ((level, f"{sign} {check.says}"),) if check else ()
        yield Line(at=row.at, words=words, by=row.by.signed_name, chips=(*chips, *late(row)))


def mark_lines(session: Session) -> Iterator[Line]:
    rows: Any = list(session.mark_set.standing().select_related("by"))
    known = room_comforts.beside(session, rows)
    return (mark_line(row, known) for row in rows)


def mark_line(row: Mark, known: room_comforts.Beside) -> Line:
    by = row.by.signed_name
    if row.kind == "touch":
        chips = (*room_comforts.touch_chips(row, known), *late(row))
        return Line(at=row.at, words=room_comforts.touch_words(row), by=by, chips=chips)
    if row.kind == "music":
        words = room_comforts.music_words(row, known)
        return Line(at=row.at, words=words, by=by, chips=late(row))
    if row.kind == "quote":
        return Line(at=row.at, words=row.words, by=by, own_words=True, chips=late(row))
    labels = {each.id: each.label for each in monitoring.marks()}
    if row.kind == "side_effect":
        labels = {each.id: each.label for each in monitoring.side_effects()}
    parts = [labels.get(row.mark, row.mark), row.severity, row.words]
    words = ", ".join(part for part in parts if part)
    return Line(at=row.at, words=words, by=by, chips=late(row))


def reading_line(row: Reading) -> Line:
    when, by = "At rest" if row.resting else "Check", row.by.signed_name
    told = getattr(row, "acceptance", None)
    if told is not None:
        when, by = f"{when}, from {told.bedside.device.label}", f"accepted by {by}"
    return Line(
        at=row.at,
        words=f"{when}: {said(row.signs)}",
        by=by,
        chips=tuple(chips(row)),
        reading=row.pk,
        once=None if row.resting else row.client_id,
        signs=json.dumps(row.signs),
        corrected=hasattr(row, "corrected_by"),
    )


def chips(row: Reading) -> Iterator[tuple[str, str]]:
    if row.corrects_id:
        yield "", "correction"
    else:
        yield from late(row)
    judged: Judgement | None = getattr(row, "judgement", None)
    if judged is None and hasattr(row, "corrected_by"):
        yield "", "not compared: taken again at once"
        return
    if judged is None:
        yield "caution", "! not compared with the limits yet"
        return
    # A limit that an earlier reading crossed stands on its tile; here it would be said of this one.
    for each in (each for each in judged.crossed if each["sign"] in row.signs):
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
