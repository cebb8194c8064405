"""The pump of an infusion: its steps as ordered, and what has gone in by what was charted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

MICROSECOND = timedelta(microseconds=1)
MICROSECONDS_AN_HOUR = 3_600_000_000


@dataclass(frozen=True, slots=True)
class PumpStep:
    """So many milligrams, evenly over so many minutes."""

    minutes: int
    mg: Decimal

    @property
    def mg_h(self) -> Fraction:
        return Fraction(self.mg) * 60 / self.minutes


@dataclass(frozen=True, slots=True)
class PumpSet:
    """From a moment on the pump ran at this rate; 0 while it was paused, None as ordered."""

    at: datetime
    mg_h: Fraction | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Infusion:
    """An infusion as ordered and as charted; `sets` in order of time, `stopped_at` None if not."""

    steps: Sequence[PumpStep]
    started_at: datetime
    sets: Sequence[PumpSet] = ()
    stopped_at: datetime | None = None

    @property
    def mg(self) -> Fraction:
        return sum((Fraction(step.mg) for step in self.steps), start=Fraction(0))


def went_in(of: Infusion, now: datetime) -> Fraction:
    """Milligrams by the charted rates: arithmetic, no measurement; never more than ordered."""
    until = now if of.stopped_at is None else min(now, of.stopped_at)
    total, ordered_for = Fraction(0), Fraction(0)
    for begin, end, rate in _pieces(of, until):
        hours = _in_hours(end - begin)
        if rate is None:
            total += _of_steps(of.steps, ordered_for, ordered_for + hours)
            ordered_for += hours
        else:
            total += rate * hours
    return min(total, of.mg)


def rate_at(of: Infusion, at: datetime) -> Fraction:
    """Milligrams an hour at a moment: as charted, else as ordered; 0 while it is paused.

    The step of the order is the one that runs by what has gone in; after its end the last one.
    """
    charted = [each.mg_h for each in of.sets if each.at <= at]
    rate = charted[-1] if charted else None
    return _ordered_rate(of, at) if rate is None else rate


def _ordered_rate(of: Infusion, at: datetime) -> Fraction:
    total, gone = Fraction(0), went_in(of, at)
    for step in of.steps:
        total += Fraction(step.mg)
        if gone < total:
            return step.mg_h
    return of.steps[-1].mg_h


def ends_at(of: Infusion) -> datetime:
    """When all has gone in if nothing changes; of a pause that lasts, the earliest it can be.

    When the pump was stopped, that is the end.
    """
    if of.stopped_at is not None:
        return of.stopped_at
    last = of.sets[-1] if of.sets else None
    running = [each.mg_h for each in of.sets if each.mg_h != 0]
    rate = running[-1] if running else None
    since = last.at if last else of.started_at
    left = of.mg - went_in(of, since)
    if rate is not None:
        return since + _hours(left / rate)
    return since + _hours(_ordered_time_left(of, since))


def ends_after_pause(of: Infusion, now: datetime) -> datetime:
    """As `ends_at`; of a pause that lasts, when it would be if the pump went on now."""
    last = of.sets[-1] if of.sets else None
    waits = last is not None and last.mg_h == 0 and of.stopped_at is None
    waited = max(timedelta(), now - last.at) if last is not None and waits else timedelta()
    return ends_at(of) + waited


def _pieces(of: Infusion, until: datetime) -> Iterator[tuple[datetime, datetime, Fraction | None]]:
    """The time up to a moment, cut where the pump was set, each with its rate."""
    sets = [PumpSet(of.started_at, None), *(each for each in of.sets if each.at < until)]
    for now, then in pairwise([*sets, PumpSet(until, None)]):
        if then.at > now.at:
            yield now.at, then.at, now.mg_h


def _of_steps(steps: Sequence[PumpStep], begin: Fraction, end: Fraction) -> Fraction:
    """Milligrams that the steps give between two hours of their own time."""
    total, at = Fraction(0), Fraction(0)
    for step in steps:
        then = at + Fraction(step.minutes, 60)
        within = min(end, then) - max(begin, at)
        total += max(Fraction(0), within) * step.mg_h
        at = then
    return total


def _ordered_time_left(of: Infusion, now: datetime) -> Fraction:
    whole = sum((Fraction(step.minutes, 60) for step in of.steps), start=Fraction(0))
    run = [end - begin for begin, end, rate in _pieces(of, now) if rate is None]
    return max(Fraction(0), whole - _in_hours(sum(run, start=timedelta())))


def _in_hours(passed: timedelta) -> Fraction:
    """Exact, so that an infusion of just its time has given just its dose."""
    return Fraction(passed // MICROSECOND, MICROSECONDS_AN_HOUR)


def _hours(hours: Fraction) -> timedelta:
    return MICROSECOND * round(hours * MICROSECONDS_AN_HOUR)
