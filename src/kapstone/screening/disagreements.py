"""Where the sources of a rule disagree, and how findings are weighed against each other."""

from __future__ import annotations

from functools import cache

from kapstone.knowledge import Knowledge, KnowledgeError, rows
from kapstone.screening.rules import interactions, refuse_doubles, rules

DISAGREEMENTS = "screening/disagreements.toml"


class Disagreement(Knowledge):
    """Positions that sources take on one topic, and what these rules make of them.

    With confidence "unsure" it is a gap: shown, and no rule rests on it.
    """

    id: str
    topic: str
    positions: str
    advice: str
    rules: tuple[str, ...]
    sources: tuple[str, ...]
    confidence: str


class Precedence(Knowledge):
    """One property of how findings are weighed and shown [ENG]."""

    id: str
    title: str
    words: str
    basis: str
    confidence: str


def disagreements(rule_id: str) -> tuple[Disagreement, ...]:
    """What the sources of this rule or interaction do not agree on, in file order."""
    return tuple(row for row in all_disagreements() if rule_id in row.rules)


@cache
def all_disagreements() -> tuple[Disagreement, ...]:
    """Every row; raises KnowledgeError for an id that names no rule and no interaction."""
    found = tuple(rows(DISAGREEMENTS, "disagreement", Disagreement))
    refuse_doubles(DISAGREEMENTS, [row.id for row in found])
    for row in found:
        refuse_strangers(row)
    return found


def refuse_strangers(row: Disagreement) -> None:
    known = {rule.id for rule in rules()} | {one.id for one in interactions()}
    if strangers := {*row.rules} - known:
        named = ", ".join(sorted(strangers))
        raise KnowledgeError(f"{DISAGREEMENTS}: {row.id}: no such rule: {named}")


@cache
def precedence() -> tuple[Precedence, ...]:
    """The properties of the engine, in file order."""
    found = tuple(rows(DISAGREEMENTS, "precedence", Precedence))
    refuse_doubles(DISAGREEMENTS, [row.id for row in found])
    return found
