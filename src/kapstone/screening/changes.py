"""What would change the decision: the smallest sets of facts whose other answer moves it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from kapstone.screening.asking import lacks
from kapstone.screening.board import Board, Row, askable, levers, lines_in
from kapstone.screening.conditions import Answer, Value
from kapstone.screening.judge import weighed
from kapstone.screening.medicines import Recognised
from kapstone.screening.options import Effect, Option, options
from kapstone.screening.picture import Picture
from kapstone.screening.rules import Decision, rules
from kapstone.screening.vocabulary import MEDICINES, Facts, fact, short, vocabulary

MOST = 12
MOST_FACTS = 4
"""More facts at once are no help to anybody: then it is the list of what is missing that helps."""
MOST_BOARDS = 3000
"""Bounds the search where very much is open at once; such a person has other questions first."""


@dataclass(frozen=True, slots=True)
class Change:
    """A few facts, what they would have to be (in words), and the decision that follows."""

    facts: tuple[tuple[str, str], ...]
    decision: Decision

    @property
    def words(self) -> str:
        return ", and ".join(words for _, words in self.facts)


def what_would_change(
    facts: Facts, *, medicines: Sequence[Recognised] | None, now: datetime
) -> tuple[Change, ...]:
    """The smallest sets of facts that would move the overall decision, to each better one.

    Smallest and best first. Then the single missing answers that would make it worse, in the
    order to ask them. A given fact is never tried for worse, but where something else would then
    be waited for. Twelve at most. Medicines are never tried: nobody should stop one to change a
    decision.
    """
    picture = Picture.of(facts, medicines, now)
    board = Board.of(picture)
    if board.decision is Decision.CLEAR:
        return ()
    hopeful = sorted(
        [*better(board), *waits(board)], key=lambda one: (len(one.facts), one.decision)
    )
    missing = askable(each.fact for each in lacks(weighed(picture, facts, now)))
    return tuple(first([*hopeful, *worse(board, missing)])[:MOST])


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
    def effect(value: Value) -> tuple[Decision, bool]:
        """What becomes of the row, and whether another as grave or graver would then speak."""
        moved = board.but({name: value})
        return moved.weights[row.id], instead(board, moved, row)

    for name in dict.fromkeys(levers(row, board.picture)):
        found = [(effect(one.value), one) for one in options(name, board, effect)]
        silent = [one.words for after, one in found if after == (Decision.CLEAR, False)]
        waiting = [one for after, one in found if after == (Decision.INCOMPLETE, False)]
        yield from silent or (then_waits(board, row, one) for one in waiting)


def instead(board: Board, moved: Board, row: Row) -> bool:
    """Whether a row that was silent, or spoke less, now speaks at least as gravely as this one."""
    least = board.weights[row.id]
    return any(
        weight is not Decision.INCOMPLETE and weight >= least and weight > before
        for weight, before in zip(moved.weights.values(), board.weights.values(), strict=True)
    )


def then_waits(board: Board, row: Row, one: Option) -> str:
    """The answer, and what the rule would still have to know before it is silent."""
    picture = board.but({one.fact: one.value}).picture
    lacks = [
        called(name)
        for line in lines_in(row)
        if picture.answer(line) is None
        for name, _ in picture.missing(line.fact)
    ]
    return f"{one.words} (it then waits for: {', '.join(dict.fromkeys(lacks))})"


def called(name: str) -> str:
    """A few words for what is missing: a fact, or the list of medicines, which is none."""
    return "the medicine list" if name == MEDICINES else short(fact(name))


def first(changes: Iterable[Change]) -> list[Change]:
    """For the same facts and the same decision keep the first, which is the nearest."""
    kept: dict[tuple[frozenset[str], Decision], Change] = {}
    for one in changes:
        kept.setdefault((frozenset(name for name, _ in one.facts), one.decision), one)
    return [*kept.values()]


def better(board: Board) -> Iterator[Change]:
    """Rung by rung: the smallest sets that lead below the decision, then below where they led."""
    best = board.decision
    while best > Decision.CLEAR:
        found = smallest_sets(board, Decision(best - 1))
        if not found:
            return
        yield from found
        best = min(one.decision for one in found)


def smallest_sets(board: Board, target: Decision) -> list[Change]:
    """All sets of the least number of facts that lead to the target or better."""
    for size in range(1, MOST_FACTS + 1):
        search = Search(target, board.picture)
        found = [*search.sets(board, {}, size)]
        if found or search.boards > MOST_BOARDS:
            return found
    return []


class Search:
    """A depth-first look for sets of one size, through the levers of whatever holds them back.

    Every set that works has to move each row above the target, so it is enough to branch on the
    levers of one of them: the one with the fewest.
    """

    def __init__(self, target: Decision, known: Picture) -> None:
        self.target = target
        self.known = known
        self.boards = 0
        self._seen: set[frozenset[tuple[str, Value]]] = set()

    def sets(self, board: Board, chosen: dict[str, Option], size: int) -> Iterator[Change]:
        reasons = [each.difference(chosen) for each in board.reasons(self.target)]
        if not reasons:
            yield Change(in_words(chosen, self.known), board.decision)
            return
        if at_least_so_many(reasons) > size or self.boards > MOST_BOARDS:
            return
        fewest = min(reasons, key=len)
        for name in sorted(fewest):
            for one in options(name, board, self.effect(board, name)):
                more = {**chosen, name: one}
                if self.is_new(more):
                    yield from self.sets(board.but({name: one.value}), more, size - 1)

    def is_new(self, chosen: Mapping[str, Option]) -> bool:
        key = frozenset((name, one.value) for name, one in chosen.items())
        fresh = key not in self._seen
        self._seen.add(key)
        return fresh

    def effect(self, board: Board, name: str) -> Effect:
        """What a value does: to each row that the fact touches, and to what still holds it."""

        def effect(value: Value) -> Hashable:
            self.boards += 1
            moved = board.but({name: value})
            rows = moved.touched([name])
            return tuple((moved.weights[row.id], holds(moved, row, name)) for row in rows)

        return effect


def holds(board: Board, row: Row, name: str) -> bool:
    """Whether this row speaks or waits, and the fact is one of those behind it."""
    return board.weights[row.id] > Decision.CLEAR and name in levers(row, board.picture)


def at_least_so_many(reasons: Iterable[frozenset[str]]) -> int:
    """No set can be smaller than the number of reasons that share no fact with one another."""
    taken: set[str] = set()
    apart = 0
    for each in sorted(reasons, key=len):
        if not each:
            return MOST_FACTS + 1
        if taken.isdisjoint(each):
            apart += 1
            taken |= each
    return apart


def in_words(chosen: Mapping[str, Option], known: Picture) -> tuple[tuple[str, str], ...]:
    return tuple((name, wanted(chosen[name], known)) for name in sorted(chosen))


def wanted(one: Option, known: Picture) -> str:
    """The words of an option; that there is no report is nothing to wish for, only an answer."""
    if one.value is False and one.fact in reports() and known.value(one.fact) is None:
        return f"{short(fact(one.fact))}: answered, with its values where it is there"
    return one.words


@cache
def reports() -> frozenset[str]:
    """The facts that open others when they are so, and of which a rule speaks when they are not."""
    gates = {gate.fact for each in vocabulary().values() if (gate := each.gate()) is not None}
    asked = {
        line.fact
        for rule in rules()
        for line in rule.every_line()
        if isinstance(line, Answer) and not line.wanted
    }
    return frozenset(gates & asked)


def waits(board: Board) -> Iterator[Change]:
    """One given fact that would silence what holds the decision, and leave something waiting."""
    for name in sorted(shared(board.reasons(Decision(board.decision - 1)))):
        for one in options(name, board, alone(board, name)):
            moved = board.but({name: one.value})
            if moved.decision is Decision.INCOMPLETE and moved.spoken < board.spoken:
                yield Change(((name, one.words),), moved.decision)


def worse(board: Board, missing: Iterable[str]) -> Iterator[Change]:
    """One of the missing answers that by itself would make the decision graver."""
    for name in missing:
        for one in options(name, board, alone(board, name)):
            moved = board.but({name: one.value})
            if moved.decision > board.decision:
                yield Change(((name, one.words),), moved.decision)


def alone(board: Board, name: str) -> Effect:
    def effect(value: Value) -> tuple[Decision, ...]:
        moved = board.but({name: value})
        return (moved.decision, moved.spoken)

    return effect


def shared(reasons: Sequence[frozenset[str]]) -> frozenset[str]:
    """The facts that every reason shares: only these can lift all of them at once."""
    return frozenset.intersection(*reasons) if reasons else frozenset()
