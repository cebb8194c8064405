"""What laxer means: the one place that says by which of two rows less is noticed, or less looked.

A figure of a limit is laxer where it is reached later. A schedule is laxer where somebody waits
longer from one check to the next, or where less is read at it. No figure is unlimited.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import inf, isnan
from typing import Any, TypeVar

from kapstone.monitoring.rows import Limit
from kapstone.monitoring.schedule import Schedule
from kapstone.monitoring.settling import CHANGE, HIGH, LOW, SIDES

Row = TypeVar("Row", Limit, Schedule)
Waits = Sequence[tuple[float, float]]
LISTS = ("minutes", "after_end_min")
# In the order in which a practice fills them in; what it cannot settle stands behind.
NAMES = ("minutes", "during_every_min", "after_end_min", "then_every_min")
FIXED = ("closer_every_min", "look_every_min")
# A check at the very start counts as one that may be left out.
BEFORE_THE_START = -1


def laxer(row: Row, first: Row, *others: Row) -> tuple[str, ...]:
    """The names by which a row notices, or looks, less than every one of the others does.

    A limit's are those of `figures_of` (`yellow.above`), in the unit of its sign; a schedule's
    those of `times_of`, in minutes, and `needs` for what is read. None, and what is no number,
    stands for no line at all, or for never: laxer than any figure. What else differs between two
    rows (how often a crossing is confirmed, what is done) is not compared.
    """
    rows: tuple[Any, ...] = (row, first, *others)
    own, *than = rows
    return tuple(_later(own, than) if isinstance(own, Limit) else _rarer(own, than))


_FIGURES = tuple(f"{side}.{kind}" for side in SIDES for kind in (*HIGH, *LOW, *CHANGE))


def _later(row: Limit, than: Sequence[Limit]) -> Iterator[str]:
    for name in _FIGURES:
        if _reach(row, name) > max(_reach(each, name) for each in than):
            yield name


def _reach(limit: Limit, name: str) -> float:
    """How far a value goes before the figure notices it, the same way up on either side."""
    side, _, kind = name.partition(".")
    value = getattr(getattr(limit, side), kind, None)
    if value is None or isnan(value):
        return inf
    return float(-value if kind in LOW else value)


def _rarer(row: Schedule, than: Sequence[Schedule]) -> Iterator[str]:
    for name in (*NAMES, *FIXED):
        if _looks_less(name, row, than):
            yield name
    if set.intersection(*(set(each.needs) for each in than)) - set(row.needs):
        yield "needs"


def _looks_less(name: str, row: Schedule, than: Sequence[Schedule]) -> bool:
    if name in LISTS:
        return _waits_longer(name, row, than)
    return _every(row, name) > max(_every(each, name) for each in than)


def _every(row: Schedule, name: str) -> float:
    """So many minutes from one check to the next; for ever where it is not said."""
    value = getattr(row, name)
    return inf if value is None or value < 1 else float(value)


def _waits_longer(name: str, row: Schedule, than: Sequence[Schedule]) -> bool:
    """Whether at some moment the wait between two checks is longer than in all of the others.

    Each list is carried on at its `then_every_min` up to the last minute of any of them; from
    there on `then_every_min` says it.
    """
    rows = (row, *than)
    last = max((minute for each in rows for minute in getattr(each, name)), default=-inf)
    own, *theirs = (_waits(each, name, last) for each in rows)
    moments = {start for waits in (own, *theirs) for start, _ in waits if start < last}
    return any(_wait(own, at) > max(_wait(each, at) for each in theirs) for at in moments)


def _waits(row: Schedule, name: str, last: float) -> Waits:
    """From each check to the next, until one lies at `last` or after; without a check, for ever."""
    minutes: list[float] = sorted({BEFORE_THE_START, *getattr(row, name)})
    every = _every(row, "then_every_min") if len(minutes) > 1 else inf
    while minutes[-1] < last:
        minutes.append(minutes[-1] + every)
    return [*pairwise(minutes)]


def _wait(waits: Waits, at: float) -> float:
    """How long the wait is that a moment lies in."""
    return next((end - start for start, end in waits if start <= at < end), inf)
