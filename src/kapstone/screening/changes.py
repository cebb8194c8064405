"""What would change the decision: the smallest sets of facts whose other answer moves it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import groupby, pairwise, product

from kapstone.screening.board import Board, Row, levers, lines_in
from kapstone.screening.conditions import Limit, Value
from kapstone.screening.derived import CUTS
from kapstone.screening.medicines import Recognised
from kapstone.screening.picture import Picture
from kapstone.screening.rules import Decision, gate_of, rules
from kapstone.screening.vocabulary import Facts, fact, number, short, vocabulary

MOST = 12
FIXED = frozenset({"age_years", "sex_at_birth"})
"""Once given these cannot be otherwise, so nothing is gained by saying what if."""


@dataclass(frozen=True, slots=True)
class Change:
    """One or two facts, what they would have to be (in words), and the decision that follows."""

    facts: tuple[tuple[str, str], ...]
    decision: Decision

    @property
    def words(self) -> str:
        return ", and ".join(words for _, words in self.facts)


@dataclass(frozen=True, slots=True)
class Option:
    """Another value that a fact could have; for a number it stands for a whole range."""

    fact: str
    value: Value
    words: str


def what_would_change(
    facts: Facts, *, medicines: Sequence[Recognised] | None, now: datetime
) -> tuple[Change, ...]:
    """The sets of one fact, then of two, that would move the overall decision.

    A given fact is tried for better only, or where without it the decision would wait; a missing
    one both ways. A pair is named only when it does better than each of its facts alone. Twelve at
    most, smallest and best first. Medicines are never tried: nobody should stop one to change a
    decision.
    """
    board = Board.of(Picture.of(facts, medicines, now))
    if board.decision is Decision.CLEAR:
        return ()
    found = {**first(singles(board)), **first(pairs(board))}
    ordered = sorted(found.values(), key=lambda one: (len(one.facts), one.decision))
    return tuple(ordered[:MOST])


def what_would_lift(
    facts: Facts, *, medicines: Sequence[Recognised] | None, now: datetime
) -> Mapping[str, tuple[str, ...]]:
    """For each rule that speaks: the single other answers that would silence it, in words.

    Where the rule would then wait for something unknown, the words say for what. Empty where no
    single answer would: two things hold it, or a medicine or the age does.
    """
    board = Board.of(Picture.of(facts, medicines, now))
    spoken = {Decision.CLEAR, Decision.INCOMPLETE}
    return {
        row.id: tuple(lifts(board, row))
        for row in board.rows
        if board.weights[row.id] not in spoken
    }


def lifts(board: Board, row: Row) -> Iterator[str]:
    def effect(value: Value) -> tuple[Decision, ...]:
        return (board.but({name: value}).weights[row.id],)

    for name in dict.fromkeys(levers(row, board.picture)):
        found = [(effect(one.value), one) for one in options(name, board, effect)]
        silent = [one.words for after, one in found if after == (Decision.CLEAR,)]
        waits = [one for after, one in found if after == (Decision.INCOMPLETE,)]
        yield from silent or (then_waits(board, row, one) for one in waits)


def then_waits(board: Board, row: Row, one: Option) -> str:
    """The answer, and what the rule would still have to know before it is silent."""
    picture = board.but({one.fact: one.value}).picture
    lacks = [
        short(fact(name).ask)
        for line in lines_in(row)
        if picture.answer(line) is None
        for name, _ in picture.missing(line.fact)
    ]
    return f"{one.words} (it then waits for: {', '.join(dict.fromkeys(lacks))})"


def first(changes: Iterable[Change]) -> dict[tuple[frozenset[str], Decision], Change]:
    """For the same facts and the same decision keep the first, which is the nearest."""
    kept: dict[tuple[frozenset[str], Decision], Change] = {}
    for one in changes:
        kept.setdefault((frozenset(name for name, _ in one.facts), one.decision), one)
    return kept


def singles(board: Board) -> Iterator[Change]:
    """One fact that moves the decision by itself; it has to stand behind every reason."""
    for name in sorted(common(board.reasons())):
        given = board.picture.value(name) is not None
        for one in options(name, board, alone(board, name)):
            moved = board.but({name: one.value})
            worse = moved.decision > board.decision
            if moved.decision < board.decision or (worse and (not given or waits(board, moved))):
                yield Change(((name, one.words),), moved.decision)


def waits(board: Board, moved: Board) -> bool:
    """Whether what held the decision no longer speaks, and something unknown is waited for."""
    return moved.decision is Decision.INCOMPLETE and moved.spoken < board.spoken


def pairs(board: Board) -> Iterator[Change]:
    for one, other in sorted(partners(board)):
        yield from both(board, one, other)


def partners(board: Board) -> set[tuple[str, str]]:
    """The pairs of facts that between them stand behind every reason for the decision."""
    reasons = board.reasons()
    found: set[tuple[str, str]] = set()
    for name in min(reasons, key=len):
        others = [one for one in reasons if name not in one]
        mates = common(others) if others else common(reasons) | further(board, name)
        found |= {(min(name, one), max(name, one)) for one in mates if one != name}
    return found


def further(board: Board, name: str) -> frozenset[str]:
    """The facts behind what is left once this one has lifted the decision by itself."""
    lifted = (board.but({name: value}) for value in trials(name, board))
    left = [one.reasons() for one in lifted if Decision.CLEAR < one.decision < board.decision]
    return frozenset(one for reasons in left for one in common(reasons))


def both(board: Board, one: str, other: str) -> Iterator[Change]:
    """The values of two facts that together do better than either alone."""
    ones = options(one, board, beside(board, one, other))
    others = options(other, board, beside(board, other, one))
    for first_option, second_option in product(ones, others):
        with_one = board.but({one: first_option.value})
        with_other = board.but({other: second_option.value})
        decision = with_one.but({other: second_option.value}).decision
        if decision < min(with_one.decision, with_other.decision, board.decision):
            words = ((one, first_option.words), (other, second_option.words))
            yield Change(words, decision)


Effect = Callable[[Value], tuple[Decision, ...]]


def alone(board: Board, name: str) -> Effect:
    def effect(value: Value) -> tuple[Decision, ...]:
        moved = board.but({name: value})
        return (moved.decision, moved.spoken)

    return effect


def beside(board: Board, name: str, other: str) -> Effect:
    """What a value of one fact leads to, for each value that the other might have."""
    values = trials(other, board)

    def effect(value: Value) -> tuple[Decision, ...]:
        moved = board.but({name: value})
        return tuple(moved.but({other: second}).decision for second in values)

    return cache(effect)


def common(reasons: Sequence[frozenset[str]]) -> frozenset[str]:
    """The facts that every reason shares: only these can lift all of them at once."""
    return frozenset.intersection(*reasons) if reasons else frozenset()


def trials(name: str, board: Board) -> tuple[Value, ...]:
    """Every value worth trying: the other answers, or a number from each range of the rules."""
    of = fact(name)
    now = board.picture.value(name)
    if now is not None and name in FIXED:
        return ()
    if of.kind == "number":
        return tuple(point.value for point in points_of(name))
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
        yield Option(name, value, f"{short(of.ask)}: {label}")


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
            yield Option(name, nearest(run, now), f"{short(fact(name).ask)} {span(name, run, now)}")


def distance(run: Sequence[Point], value: float | None) -> float:
    return 0.0 if value is None else min(abs(one.value - value) for one in run)


def nearest(run: Sequence[Point], value: float | None) -> float:
    at = run[0].value if value is None else value
    return min((one.value for one in run), key=lambda one: abs(one - at))


def span(name: str, run: Sequence[Point], now: float | None) -> str:
    """Words for a range: "up to 140 mmHg", "above 42 and below 180 days".

    Seen from a number that is known, only the nearer end is named.
    """
    points = points_of(name)
    low, high = points.index(run[0]), points.index(run[-1])
    words = []
    if low > 0 and (now is None or now < run[0].value):
        limit = run[0] if run[0].is_limit else points[low - 1]
        words.append(f"{'from' if run[0].is_limit else 'above'} {number(limit.value)}")
    if high < len(points) - 1 and (now is None or now > run[-1].value):
        limit = run[-1] if run[-1].is_limit else points[high + 1]
        words.append(f"{'up to' if run[-1].is_limit else 'below'} {number(limit.value)}")
    return f"{' and '.join(words)} {fact(name).unit}"


@cache
def points_of(id: str) -> tuple[Point, ...]:
    """Every limit of a number, and one point between each two and at either end."""
    low, high = fact(id).plausible or (0.0, 0.0)
    limits = sorted(limits_by_fact()[id])
    edges = [low, *limits, high]
    between = [Point((left + right) / 2, False) for left, right in pairwise(edges)]
    marks = [Point(limit, True) for limit in limits]
    return tuple(sorted((*between, *marks), key=lambda one: one.value))


@cache
def limits_by_fact() -> Mapping[str, frozenset[float]]:
    found = {name: {*map(float, cuts)} for name, cuts in CUTS.items()}
    lines = [line for rule in rules() for line in rule.lines()]
    lines += [gate for name in vocabulary() if (gate := gate_of(name)) is not None]
    for line in lines:
        if isinstance(line, Limit):
            found.setdefault(line.fact, set()).add(line.limit)
    return {name: frozenset(limits) for name, limits in found.items()}
