"""A summary of a treatment without names, made by rule: counts, days since the first dose, scores.

What is not known is said so; nothing written freely comes in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from kapstone.knowledge import Knowledge, rows

FILE = "stories/summary.toml"
# From here on ages are one step [CFR-164.514].
OLDEST = 90


class LeftOut(Knowledge):
    """What never comes into a summary."""

    id: str
    title: str
    basis: str = ""
    sources: tuple[str, ...] = ()


class Cannot(Knowledge):
    """What the numbers beside a story cannot show."""

    id: str
    words: str
    sources: tuple[str, ...]


class Fewest(Knowledge):
    """Of how many somebody has to be one before a number of them is told."""

    id: str
    count: int
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """One questionnaire: (day since the first dose, total or None where there was none) in order.

    `low` and `high` are its scale; `better` is the way that is better, None where none is known.
    """

    instrument: str
    short: str
    title: str
    low: float
    high: float
    better: str | None
    days: Sequence[tuple[int, float | None]]


@dataclass(frozen=True, slots=True)
class Taken:
    """A session in which a dose was given: on which day since the first, and by which way."""

    day: int
    route: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a summary is made of: `effects` and `emergencies` count the sessions that had one."""

    age: int | None
    sessions: Sequence[Taken]
    scores: Sequence[Scores]
    effects: Mapping[str, int]
    emergencies: int


@dataclass(frozen=True, slots=True)
class Draft:
    """The words, the questionnaires that they tell of, and what was left out."""

    words: str
    instruments: tuple[str, ...]
    left_out: tuple[str, ...]


@cache
def left_out() -> tuple[LeftOut, ...]:
    return tuple(rows(FILE, "left_out", LeftOut))


@cache
def cannot_show() -> tuple[Cannot, ...]:
    return tuple(rows(FILE, "cannot", Cannot))


@cache
def fewest() -> int:
    (row,) = rows(FILE, "fewest", Fewest)
    return row.count


def age_band(age: int | None) -> str:
    """Ten years at a time from 20 on; one band below, and one from 90 on."""
    if age is None:
        return "of an age that is not known"
    if age >= OLDEST:
        return "90 or older"
    if age < 20:
        return "under 20"
    first = age // 10 * 10
    return f"{first} to {first + 9} years old"


def draft(case: Case) -> Draft:
    """The summary of a case, a paragraph a matter."""
    told = [each for each in case.scores if any(total is not None for _, total in each.days)]
    parts = [
        f"A person {age_band(case.age)}.",
        sessions_in_words(case.sessions),
        *map(scores_in_words, told),
        *([] if told else [no_scores(case)]),
        effects_in_words(case),
        last_known(told),
    ]
    words = "\n\n".join(part for part in parts if part)
    instruments = tuple(each.instrument for each in told)
    return Draft(words, instruments, tuple(row.title for row in left_out()))


def sessions_in_words(sessions: Sequence[Taken]) -> str:
    if not sessions:
        return "No dose is on record."
    routes = Counter(each.route or "by a way that is not on record" for each in sessions)
    ways = "; ".join(f"{count} {route}" for route, count in routes.items())
    days = ", ".join(str(each.day) for each in sessions)
    many = counted(len(sessions), "medicine session")
    return f"{many} with a dose ({ways}), on day {days}. Day 0 is the day of the first dose."


def no_scores(case: Case) -> str:
    if not case.sessions:
        return "Days are counted from the first dose, so no score is told."
    return "No questionnaire with a score is on record."


def scores_in_words(scores: Scores) -> str:
    way = {"lower": "lower is better", "higher": "higher is better"}.get(scores.better or "", "")
    scale = ", ".join(filter(None, (f"{scores.low:g} to {scores.high:g}", way)))
    points = "; ".join(
        f"{total:g} ({when(day)})" for day, total in scores.days if total is not None
    )
    gaps = sum(total is None for _, total in scores.days)
    missed = f" {counted(gaps, 'time')} it was due and gave no score." if gaps else ""
    return f"{scores.short} ({scale}): {points}.{missed}"


def when(day: int) -> str:
    return f"{counted(-day, 'day')} before the first dose" if day < 0 else f"day {day}"


def effects_in_words(case: Case) -> str:
    """Side effects by the number of sessions; that none was marked is not that there was none."""
    if not case.effects:
        said = "No side effect was marked in a session; that does not prove that there was none."
    else:
        listed = ", ".join(f"{name} in {count}" for name, count in case.effects.items())
        said = f"Side effects that were marked, by the number of sessions: {listed}."
    if not case.emergencies:
        return said
    return f"{said} {counted(case.emergencies, 'session')} had an emergency."


def last_known(told: Sequence[Scores]) -> str:
    days = [day for each in told for day, total in each.days if total is not None]
    return f"No score is known after day {max(days)}." if days and max(days) >= 0 else ""


def counted(number: int, of: str) -> str:
    return f"{number} {of}" if number == 1 else f"{number} {of}s"
