"""The weight of every rule at once, and quickly again when a few facts change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from kapstone.screening.conditions import Line, Value
from kapstone.screening.judge import concerns
from kapstone.screening.picture import Picture
from kapstone.screening.rules import (
    ACTION,
    WEIGHT,
    Decision,
    Interaction,
    Rule,
    interactions,
    rules,
)
from kapstone.screening.vocabulary import MEDICINES, vocabulary

Row = Rule | Interaction


class Board:
    """Every row of knowledge with its weight in one picture."""

    __slots__ = ("decision", "picture", "rows", "weights")

    def __init__(self, picture: Picture, rows: tuple[Row, ...], weights: dict[str, Decision]):
        self.picture = picture
        self.rows = rows
        self.weights = weights
        self.decision = max(weights.values(), default=Decision.CLEAR)

    @classmethod
    def of(cls, picture: Picture) -> Board:
        present = {name for one in picture.medicines or () for name in one.classes}
        ruleset = picture.ruleset
        taken = [row for row in ruleset.interactions if not present.isdisjoint(row.classes)]
        rows: tuple[Row, ...] = (*ruleset.rules, *taken)
        weights = {row.id: weigh(row, picture) for row in rows}
        if picture.medicines_reason() is not None:
            weights[MEDICINES] = Decision.INCOMPLETE
        return cls(picture, rows, weights)

    @property
    def spoken(self) -> Decision:
        """The gravest of what speaks, whatever is still waited for."""
        said = (each for each in self.weights.values() if each is not Decision.INCOMPLETE)
        return max(said, default=Decision.CLEAR)

    def but(self, changes: Mapping[str, Value]) -> Board:
        """The board if these facts were otherwise; only the rows they touch are weighed again."""
        picture = self.picture.but(changes)
        weights = dict(self.weights)
        for row in self.touched(changes):
            weights[row.id] = weigh(row, picture)
        return Board(picture, self.rows, weights)

    def touched(self, ids: Iterable[str]) -> list[Row]:
        changed = {*ids}
        return [row for row in self.rows if not changed.isdisjoint(needs(row.id))]

    def reasons(self, above: Decision) -> list[frozenset[str]]:
        """For each row that is graver than `above`: the facts that could move it.

        An empty set means that no fact can: a medicine is never proposed to be stopped.
        """
        holding = (row for row in self.rows if self.weights[row.id] > above)
        found = [frozenset(levers(row, self.picture)) for row in holding]
        if self.weights.get(MEDICINES, Decision.CLEAR) > above:
            found.append(frozenset())
        return found


def weigh(row: Row, picture: Picture) -> Decision:
    """What this row alone makes of the picture."""
    if isinstance(row, Rule):
        answer, action = picture.rule(row), row.action
    else:
        answer = concerns(row, picture)
        action = ACTION[row.severity_by(picture.word("planned_route"))]
    if answer is None:
        return Decision.INCOMPLETE
    return WEIGHT[action] if answer else Decision.CLEAR


def levers(row: Row, picture: Picture) -> Iterator[str]:
    """The askable facts behind a row that speaks or waits."""
    if isinstance(row, Interaction) and row.routes:
        yield "planned_route"
    for line in lines_in(row):
        match picture.answer(line):
            case True:
                yield from askable(picture.because(line.fact))
            case None:
                yield from askable(name for name, _ in picture.missing(line.fact))


def askable(ids: Iterable[str]) -> Iterator[str]:
    known = vocabulary()
    return (name for name in ids if name in known and known[name].from_)


def lines_in(row: Row) -> tuple[Line, ...]:
    if isinstance(row, Rule):
        return row.every_line()
    gate = row.gate()
    return () if gate is None else (gate,)


@cache
def needs(row_id: str) -> frozenset[str]:
    """Every fact that a row of today may depend on, through derived facts and gates."""
    rows: tuple[Row, ...] = (*rules(), *interactions())
    (row,) = (row for row in rows if row.id == row_id)
    named = {name for line in lines_in(row) for name in reach(line.fact)}
    if isinstance(row, Interaction) and row.routes:
        named.add("planned_route")
    return frozenset(named)


def reach(id: str) -> Iterator[str]:
    yield id
    row = vocabulary()[id]
    gate = row.gate()
    if gate is not None:
        yield from reach(gate.fact)
    for base in row.derived_from:
        yield from reach(base)
