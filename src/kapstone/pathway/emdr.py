"""EMDR beside ketamine: when a target is closed, how near a dose is, and when to slow down.

It informs the therapist and stops nobody. None is a number that nobody asked for, never a low one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Literal

from kapstone.knowledge import Knowledge, read, rows

FILE = "pathway/emdr.toml"
DESENSITISATION, INSTALLATION = "desensitisation", "installation"
HOUR = timedelta(hours=1)
HOURS_A_DAY = 24
# Nobody counts the hours of a longer time.
DAYS_FROM_H = 5 * HOURS_A_DAY
State = Literal["complete", "incomplete", "unknown"]
Nearness = Literal["inside", "early", "late", "unknown"]


class Row(Knowledge):
    """A row with what it rests on."""

    id: str
    basis: str
    evidence: tuple[str, ...] = ()
    sources: tuple[str, ...]


class PhaseRow(Row):
    """One of the eight phases; `rates` is the scale that is asked after each set of it."""

    title: str
    rates: Literal["sud", "voc"] | None = None


class FieldRow(Row):
    """What is written down of a target, with the question for it."""

    title: str
    ask: str


class ScaleRow(Row):
    """SUD or VOC: whole numbers from `least` to `most`."""

    title: str
    ask: str
    least: int
    most: int
    low: str
    high: str

    @property
    def values(self) -> range:
        return range(self.least, self.most + 1)


class ClosureRow(Row):
    """When a target counts as closed, and what is done when it does not."""

    sud_at_most: int
    voc_at_least: int
    call_within_h: int
    complete: str
    incomplete: str
    unknown: str


class ExerciseRow(Row):
    title: str


class TimingRow(Row):
    """The usual window after a dose, in hours."""

    from_h: int
    until_h: int
    early: str
    late: str


class SlowRow(Row):
    sud_at_least: int
    words: str


class RemarkRow(Row):
    title: str
    words: str


@cache
def phases() -> tuple[PhaseRow, ...]:
    """The eight phases in their order [TRM-01]."""
    return tuple(rows(FILE, "phase", PhaseRow))


@cache
def fields() -> tuple[FieldRow, ...]:
    """What a target is made of [TRM-02]."""
    return tuple(rows(FILE, "field", FieldRow))


@cache
def scales() -> Mapping[str, ScaleRow]:
    """SUD and VOC by their ids [OUT-11]."""
    return {row.id: row for row in rows(FILE, "scale", ScaleRow)}


@cache
def exercises() -> Mapping[str, ExerciseRow]:
    return {row.id: row for row in rows(FILE, "exercise", ExerciseRow)}


@cache
def remarks() -> tuple[RemarkRow, ...]:
    return tuple(rows(FILE, "remark", RemarkRow))


@cache
def closure_row() -> ClosureRow:
    return ClosureRow.model_validate(read(FILE)["closure"])


@cache
def timing_row() -> TimingRow:
    return TimingRow.model_validate(read(FILE)["timing"])


@cache
def slow_row() -> SlowRow:
    return SlowRow.model_validate(read(FILE)["slow"])


def rated_phases() -> dict[str, str]:
    """The phases that have sets, each with the scale that is asked after one."""
    return {row.id: row.rates for row in phases() if row.rates is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Set:
    """One set of bilateral stimulation, with what was said after it; None was not asked."""

    phase: str
    value: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """Where a target stands at the end; `call_by` None says that no call is owed."""

    state: State
    sud: int | None
    voc: int | None
    body_clear: bool | None
    says: str
    open: tuple[str, ...]
    call_by: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long after the last dose it is; `warning` is empty where there is nothing to say."""

    state: Nearness
    hours: float | None
    warning: str

    @property
    def since(self) -> str:
        """How long, in words: hours for five days, then days; empty when that is not known."""
        if self.hours is None:
            return ""
        if self.hours < DAYS_FROM_H:
            return f"{self.hours:.0f} hours"
        return f"{self.hours / HOURS_A_DAY:.0f} days"


def last_of(sets: Iterable[Set], phase: str) -> int | None:
    """What was said after the last set of a phase; None also when it was not asked then.

    An earlier number is not taken for it: processing went on since.
    """
    found = [each.value for each in sets if each.phase == phase]
    return found[-1] if found else None


def closure(sets: Iterable[Set], body_clear: bool | None, *, at: datetime) -> Closure:
    """Whether a target is closed at `at` [TRM-03]: SUD 0-1, VOC 6-7 and a clear body scan.

    Known to miss one of them is incomplete; else, while one of them is not known, the whole is not
    known. Both end with an exercise, the container and a call.
    """
    rule, told = closure_row(), list(sets)
    sud, voc = last_of(told, DESENSITISATION), last_of(told, INSTALLATION)
    holds = (
        None if sud is None else sud <= rule.sud_at_most,
        None if voc is None else voc >= rule.voc_at_least,
        body_clear,
    )
    state = all_of(holds)
    return Closure(
        state=state,
        sud=sud,
        voc=voc,
        body_clear=body_clear,
        says=getattr(rule, state),
        open=tuple(
            words
            for words, held in zip(lines(sud, voc, body_clear), holds, strict=True)
            if held is not True
        ),
        call_by=None if state == "complete" else at + rule.call_within_h * HOUR,
    )


def all_of(holds: Iterable[bool | None]) -> State:
    found = list(holds)
    if False in found:
        return "incomplete"
    return "unknown" if None in found else "complete"


def lines(sud: int | None, voc: int | None, body_clear: bool | None) -> tuple[str, str, str]:
    """Each condition as it stands, in words."""
    rule = closure_row()
    scan = {True: "clear", False: "not clear", None: "not asked"}[body_clear]
    return (
        f"SUD {said(sud)}, closed at {rule.sud_at_most} or less",
        f"VOC {said(voc)}, closed at {rule.voc_at_least} or more",
        f"Body scan {scan}",
    )


def said(value: int | None) -> str:
    return "not asked" if value is None else str(value)


def timing(at: datetime, *, last_dose_at: datetime | None) -> Timing:
    """Whether `at` lies in the usual window after the last dose [TRM-05]; it never stops anybody.

    None says that no dose is known of, and so nothing is said of the window.
    """
    if last_dose_at is None:
        return Timing(state="unknown", hours=None, warning="")
    rule, span = timing_row(), at - last_dose_at
    hours = span / HOUR
    if span < rule.from_h * HOUR:
        return Timing(state="early", hours=hours, warning=rule.early)
    if span > rule.until_h * HOUR:
        return Timing(state="late", hours=hours, warning=rule.late)
    return Timing(state="inside", hours=hours, warning="")


def slow_down(sud: int | None) -> bool | None:
    """Whether this number is a reason to slow down [TRM-08]; None: nobody asked."""
    return None if sud is None else sud >= slow_row().sud_at_least


def check(scale: str, value: int | None) -> bool:
    """Whether `value` is one that the scale has; None, not asked, always is."""
    return value is None or value in scales()[scale].values
