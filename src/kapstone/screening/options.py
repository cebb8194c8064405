"""Other values that a fact could have, and words for them; a number in the ranges of the rules."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby, pairwise
from math import ceil, floor

from kapstone.screening.board import Board
from kapstone.screening.conditions import Limit, Value
from kapstone.screening.derived import CUTS
from kapstone.screening.rules import interactions, rules
from kapstone.screening.vocabulary import fact, number, short, unit_after, vocabulary

FIXED = frozenset({"age_years", "sex_at_birth", "lorazepam_equivalent_mg"})
"""Once given these cannot be otherwise; and no dose is lowered to change a decision."""

Effect = Callable[[Value], Hashable]


@dataclass(frozen=True, slots=True)
class Option:
    """Another value that a fact could have; for a number it stands for a whole range."""

    fact: str
    value: Value
    words: str


def trials(name: str, board: Board) -> tuple[Value, ...]:
    """The other answers that a fact could have which is no number."""
    of = fact(name)
    now = board.picture.value(name)
    if now is not None and name in FIXED:
        return ()
    answers: tuple[Value, ...] = tuple(of.choices) if of.kind == "choice" else (False, True)
    return tuple(one for one in answers if one != now)


def options(name: str, board: Board, effect: Effect) -> Iterator[Option]:
    """The values worth trying, nearest first; numbers with the same effect are one range."""
    of = fact(name)
    if of.kind == "number":
        yield from ranges(name, board, effect)
        return
    for value in trials(name, board):
        label = of.choices[str(value)] if of.kind == "choice" else "yes" if value else "no"
        yield Option(name, value, f"{short(of)}: {label}")


@dataclass(frozen=True, slots=True)
class Point:
    """A number to try: a limit itself, or one between two limits."""

    value: float
    is_limit: bool


def ranges(name: str, board: Board, effect: Effect) -> Iterator[Option]:
    """The ranges of a number within which nothing changes, without the one it is in now."""
    now = board.picture.number(name)
    if now is not None and name in FIXED:
        return
    here = None if now is None else effect(now)
    runs = [[*run] for _, run in groupby(points_of(name), lambda point: effect(point.value))]
    for run in sorted(runs, key=lambda run: distance(run, now)):
        if effect(run[0].value) != here:
            yield Option(name, nearest(run, now), f"{short(fact(name))} {span(name, run, now)}")


def distance(run: Sequence[Point], value: float | None) -> float:
    return 0.0 if value is None else min(abs(one.value - value) for one in run)


def nearest(run: Sequence[Point], value: float | None) -> float:
    at = run[0].value if value is None else value
    return min((one.value for one in run), key=lambda one: abs(one - at))


def span(name: str, run: Sequence[Point], now: float | None) -> str:
    """Words for a range: "up to 140 mmHg", "above 17.5 and below 35 kg/m2", "from 43 days".

    Seen from a number that is known, only the nearer end is named.
    """
    of, points = fact(name), points_of(name)
    low, high = points.index(run[0]), points.index(run[-1])
    words = []
    if low > 0 and (now is None or now < run[0].value):
        words.append(lowest(run[0], points[low - 1], whole=of.whole))
    if high < len(points) - 1 and (now is None or now > run[-1].value):
        words.append(highest(run[-1], points[high + 1], whole=of.whole))
    if low == high and run[0].is_limit and len(words) == 2:
        words = [f"exactly {number(run[0].value)}"]
    said = " and ".join(words)
    return f"{said} {unit_after(of, said.rpartition(' ')[2])}"


def lowest(first: Point, below: Point, *, whole: bool) -> str:
    """Where a range begins: at a limit, or just after the one below it."""
    if first.is_limit:
        return f"from {number(first.value)}"
    return f"from {number(below.value + 1)}" if whole else f"above {number(below.value)}"


def highest(last: Point, above: Point, *, whole: bool) -> str:
    """Where a range ends: at a limit, or just before the one above it."""
    if last.is_limit:
        return f"up to {number(last.value)}"
    return f"up to {number(above.value - 1)}" if whole else f"below {number(above.value)}"


@cache
def points_of(id: str) -> tuple[Point, ...]:
    """Every limit of a number, and one point between each two and at either end.

    None where nothing lies between: a limit at the end of what can be, whole numbers side by side.
    """
    of, limits = fact(id), limits_by_fact()[id]
    low, high = of.plausible or (0.0, 0.0)
    middles = {(left + right) / 2 for left, right in pairwise([low, *sorted(limits), high])}
    if of.whole:
        # Rounded towards the ends, which can be; where that hits a limit there is nothing between.
        middles = {float(ceil(one) if one > max(limits) else floor(one)) for one in middles}
    return tuple(Point(value, value in limits) for value in sorted(limits | middles))


@cache
def limits_by_fact() -> Mapping[str, frozenset[float]]:
    found = {name: {*map(float, cuts)} for name, cuts in CUTS.items()}
    lines = [line for rule in rules() for line in rule.every_line()]
    gates = [row.gate() for row in vocabulary().values()] + [row.gate() for row in interactions()]
    lines += [gate for gate in gates if gate is not None]
    for line in lines:
        if isinstance(line, Limit):
            found.setdefault(line.fact, set()).add(line.limit)
    return {name: frozenset(limits) for name, limits in found.items()}
