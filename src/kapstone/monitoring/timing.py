"""A practice's own check times of a route: which it may settle, and the schedule with them.

Which signs a check needs, and who is checked closer meanwhile, stay those of the shipped row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from kapstone.monitoring.schedule import Schedule, settling

Minutes = int | tuple[int, ...]
Times = Mapping[str, Minutes]
LONGEST_MIN = 12 * 60
INFUSED = ("during_every_min", "after_end_min", "then_every_min")
GIVEN_AT_ONCE = ("minutes", "then_every_min")
WORDS = {
    "minutes": "Minutes from the start",
    "during_every_min": "While it runs, every so many minutes",
    "after_end_min": "Minutes from the end of the infusion",
    "then_every_min": "Afterwards every so many minutes",
}


def times_of(row: Schedule) -> dict[str, Minutes]:
    """Every time of the schedule that a practice may settle for itself, in minutes."""
    names = GIVEN_AT_ONCE if row.during_every_min is None else INFUSED
    return {name: getattr(row, name) for name in names}


def times_called(name: str) -> str:
    """`then_every_min` in words."""
    return WORDS[name]


def minutes_said(value: Minutes) -> str:
    """`5, 10, 15`, or the one figure."""
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def timed(row: Schedule, times: Times) -> Schedule:
    """The schedule with a practice's times; one that the route does not have is left out."""
    return row.model_copy(update={name: times[name] for name in times_of(row) if name in times})


def time_doubts(row: Schedule, times: Times) -> Iterator[tuple[str, str]]:
    """What keeps times from being settled: the name of each, and why in words."""
    for name, shipped in times_of(row).items():
        if name not in times:
            continue
        doubt = _figure_doubt if isinstance(shipped, int) else _list_doubt
        if words := doubt(times[name]):
            yield name, words


def _figure_doubt(value: Minutes) -> str:
    most = settling().longest_min
    fits = isinstance(value, int) and 1 <= value <= most
    return "" if fits else f"One figure, from 1 to {most} min ({settling().id})."


def _list_doubt(minutes: Minutes) -> str:
    if isinstance(minutes, int) or not minutes:
        return "Give at least one time."
    if minutes[0] < 0:
        return f"{minutes[0]} min is before it: give 0 or more."
    for before, after in pairwise(minutes):
        if after <= before:
            return f"{after} follows {before}: each time is later than the one before."
        if after - before > settling().longest_min:
            return f"{after} is more than {settling().longest_min} min after {before}."
    if minutes[-1] > LONGEST_MIN:
        return f"{minutes[-1]} min is beyond 12 h ({LONGEST_MIN} min)."
    return ""
