"""The screening rules and what medicines mean, read from knowledge and checked at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import IntEnum
from functools import cache
from typing import Literal, Self

from pydantic import model_validator

from kapstone.knowledge import Knowledge, KnowledgeError, digest, rows
from kapstone.screening.conditions import Line
from kapstone.screening.derived import DERIVED
from kapstone.screening.medicines import MEDICINES_FILE, WORDS_FILE, medicines
from kapstone.screening.vocabulary import FACTS, Domain, check_line, vocabulary

RULES = "screening/rules.toml"
HOME = "screening/home.toml"
INTERACTIONS = "screening/interactions.toml"

Action = Literal["stop", "review", "oversight", "note"]
Override = Literal["none", "MD", "prescriber"]
Severity = Literal["avoid", "hold on dose day", "caution", "informational"]


class Decision(IntEnum):
    """How far the person may go, from best to worst [ENG-01]."""

    CLEAR = 0
    NOTE = 1
    OVERSIGHT = 2
    REVIEW = 3
    INCOMPLETE = 4
    STOP = 5


WEIGHT: Mapping[Action, Decision] = {
    "note": Decision.NOTE,
    "oversight": Decision.OVERSIGHT,
    "review": Decision.REVIEW,
    "stop": Decision.STOP,
}
ACTION: Mapping[Severity, Action] = {
    "avoid": "review",
    "hold on dose day": "oversight",
    "caution": "oversight",
    "informational": "note",
}


class When(Knowledge):
    """The lines of a rule: exactly one of `any` and `all`."""

    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()

    @model_validator(mode="after")
    def one_of_the_two(self) -> Self:
        if bool(self.any) is bool(self.all):
            raise ValueError("give either any or all")
        return self


class Rule(Knowledge):
    """One reason to pause, and what to do about it.

    A `private` finding is never in what the person's phone shows: someone else may read it there.
    After `valid_to` nobody knows whether the rule still holds, so it stays open [ENG-13].
    """

    id: str
    domain: Domain
    title: str
    when: When
    action: Action
    override: Override
    urgent: bool = False
    tell: str
    tell_person: str
    private: bool = False
    why: str
    sources: tuple[str, ...]
    basis: str
    confidence: str
    revised: date | None = None
    valid_to: date | None = None

    def lines(self) -> tuple[Line, ...]:
        return lines_of(self.id)


class Interaction(Knowledge):
    """What taking a medicine of these classes means for a session.

    With `routes`, the severity holds for those routes and `otherwise` for the rest.
    """

    id: str
    title: str
    classes: tuple[str, ...]
    severity: Severity
    routes: tuple[str, ...] = ()
    otherwise: Severity | None = None
    only_if: str | None = None
    never_stop: bool = False
    tell: str
    tell_person: str
    why: str
    sources: tuple[str, ...]
    basis: str
    confidence: str

    @model_validator(mode="after")
    def routes_come_with_otherwise(self) -> Self:
        if bool(self.routes) is (self.otherwise is None):
            raise ValueError("routes and otherwise belong together")
        return self

    def severity_by(self, route: str | None) -> Severity:
        """The severity for a planned route; an unknown route is taken as the graver one."""
        if self.otherwise is None or route is None or route in self.routes:
            return self.severity
        return self.otherwise


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, in file order; raises KnowledgeError for a line the vocabulary does not bear."""
    found = (*rows(RULES, "rule", Rule), *rows(HOME, "rule", Rule))
    refuse_doubles(RULES, [rule.id for rule in found])
    for rule in found:
        for text in (*rule.when.any, *rule.when.all):
            check_line(text, vocabulary(), f"rule {rule.id}")
    check_derived()
    return found


@cache
def interactions() -> tuple[Interaction, ...]:
    """Every interaction row, in file order, its classes and routes checked."""
    found = tuple(rows(INTERACTIONS, "interaction", Interaction))
    refuse_doubles(INTERACTIONS, [row.id for row in found])
    routes = set(vocabulary()["planned_route"].choices)
    classes = {name for row in medicines().values() for name in row.classes}
    for row in found:
        where = f"{INTERACTIONS}: interaction {row.id}"
        if unknown := {*row.routes} - routes:
            raise KnowledgeError(f"{where}: no such route: {', '.join(sorted(unknown))}")
        if unknown := {*row.classes} - classes:
            raise KnowledgeError(f"{where}: no medicine of class {', '.join(sorted(unknown))}")
        if row.only_if is not None:
            check_line(row.only_if, vocabulary(), where)
    return found


@cache
def lines_of(rule_id: str) -> tuple[Line, ...]:
    (rule,) = (rule for rule in rules() if rule.id == rule_id)
    texts = rule.when.any or rule.when.all
    return tuple(check_line(text, vocabulary(), rule_id) for text in texts)


@cache
def gate_of(fact_id: str) -> Line | None:
    """The line that says when a fact applies at all, or None when it always does."""
    text = vocabulary()[fact_id].only_if
    return None if text is None else check_line(text, vocabulary(), fact_id)


@cache
def gate_of_interaction(interaction_id: str) -> Line | None:
    (row,) = (row for row in interactions() if row.id == interaction_id)
    return None if row.only_if is None else check_line(row.only_if, vocabulary(), row.id)


def refuse_doubles(path: str, ids: list[str]) -> None:
    if doubles := {one for one in ids if ids.count(one) > 1}:
        raise KnowledgeError(f"{path}: given twice: {', '.join(sorted(doubles))}")


def check_derived() -> None:
    stated = {fact.id for fact in vocabulary().values() if fact.derived_from}
    if wrong := stated ^ set(DERIVED):
        raise KnowledgeError(f"{FACTS} and derived.py differ on: {', '.join(sorted(wrong))}")


@cache
def knowledge_digest() -> str:
    """The seal of all screening knowledge, stored with every decision made from it."""
    return digest((FACTS, RULES, HOME, INTERACTIONS, MEDICINES_FILE, WORDS_FILE))
