"""The screening rules and what medicines mean, read from knowledge and checked at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import Literal, Self

from pydantic import model_validator

from kapstone.knowledge import Knowledge, KnowledgeError, rows, seal, text_of
from kapstone.screening.conditions import Line, parse
from kapstone.screening.derived import DERIVED
from kapstone.screening.diagnoses import DIAGNOSES
from kapstone.screening.medicines import MEDICINES_FILE, WORDS_FILE, Medicine, Recognised
from kapstone.screening.vocabulary import FACTS, Domain, Fact, Sources, check_line, facts_in

RULES = "screening/rules.toml"
HOME = "screening/home.toml"
INTERACTIONS = "screening/interactions.toml"
PATHS = (FACTS, RULES, HOME, INTERACTIONS, MEDICINES_FILE, WORDS_FILE, DIAGNOSES)

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
    One that is `about_suicide` brings help to the top there, and its words would tell the level.
    After `valid_to` nobody knows whether the rule still holds, so it stays open [ENG-13].
    """

    id: str
    domain: Domain
    title: str
    when: When
    only_if: str | None = None
    action: Action
    override: Override
    urgent: bool = False
    tell: str
    tell_person: str
    private: bool = False
    about_suicide: bool = False
    why: str
    sources: Sources
    basis: str
    confidence: str
    revised: date | None = None
    valid_to: date | None = None

    def lines(self) -> tuple[Line, ...]:
        return tuple(map(parse, self.when.any or self.when.all))

    def gate(self) -> Line | None:
        """The line outside of which the rule says nothing at all, or None."""
        return None if self.only_if is None else parse(self.only_if)

    def every_line(self) -> tuple[Line, ...]:
        """The gate, if there is one, and the lines."""
        gate = self.gate()
        return self.lines() if gate is None else (gate, *self.lines())


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
    sources: Sources
    basis: str
    confidence: str

    @model_validator(mode="after")
    def routes_come_with_otherwise(self) -> Self:
        if bool(self.routes) is (self.otherwise is None):
            raise ValueError("routes and otherwise belong together")
        return self

    def gate(self) -> Line | None:
        """The line outside of which the row says nothing at all, or None."""
        return None if self.only_if is None else parse(self.only_if)

    def severity_by(self, route: str | None) -> Severity:
        """The severity for a planned route; an unknown route is taken as the graver one."""
        if self.otherwise is None or route is None or route in self.routes:
            return self.severity
        return self.otherwise


@dataclass(frozen=True, slots=True, eq=False)
class Ruleset:
    """All screening knowledge of one moment: today's, or what a decision was signed with.

    `texts` are the files it was read from, and `digest` is the seal over them. `classes` are the
    interaction classes of each ingredient.
    """

    texts: Mapping[str, str]
    digest: str
    facts: Mapping[str, Fact]
    rules: tuple[Rule, ...]
    interactions: tuple[Interaction, ...]
    classes: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, texts: Mapping[str, str]) -> Ruleset:
        """Read and check the texts; raises KnowledgeError for anything that does not fit."""
        facts = facts_in(texts[FACTS])
        listed = rows(MEDICINES_FILE, "medicine", Medicine, text=texts[MEDICINES_FILE])
        classes = {row.id: row.classes for row in listed}
        return cls(
            texts=texts,
            digest=seal(texts),
            facts=facts,
            rules=rules_in(texts, facts),
            interactions=interactions_in(texts, facts, classes),
            classes=classes,
        )

    def gate(self, fact_id: str) -> Line | None:
        """The line that says when a fact applies at all, or None when it always does."""
        return self.facts[fact_id].gate()

    def of_classes(self, taken: Sequence[Recognised], classes: Iterable[str]) -> frozenset[str]:
        """The distinct ingredients among these medicines that belong to any of the classes."""
        wanted = frozenset(classes)
        return frozenset(
            ingredient
            for one in taken
            if not wanted.isdisjoint(one.classes)
            for ingredient in one.ingredients
            if not wanted.isdisjoint(self.classes.get(ingredient, one.classes))
        )


@cache
def ruleset() -> Ruleset:
    """The knowledge of today; its derived facts are those of derived.py, and nothing else."""
    found = Ruleset.of({path: text_of(path) for path in PATHS} | {"derived.py": worked_out_by()})
    stated = {row.id for row in found.facts.values() if row.derived_from}
    if wrong := stated ^ set(DERIVED):
        raise KnowledgeError(f"{FACTS} and derived.py differ on: {', '.join(sorted(wrong))}")
    return found


def worked_out_by() -> str:
    """The Python that works out derived facts: under the seal, though a replay does not run it."""
    return files("kapstone.screening").joinpath("derived.py").read_text(encoding="utf-8")


def rules() -> tuple[Rule, ...]:
    """Every rule of today, in file order."""
    return ruleset().rules


def interactions() -> tuple[Interaction, ...]:
    """Every interaction row of today, in file order."""
    return ruleset().interactions


def knowledge_digest() -> str:
    """The seal of today's screening knowledge, stored with every decision made from it."""
    return ruleset().digest


def rules_in(texts: Mapping[str, str], facts: Mapping[str, Fact]) -> tuple[Rule, ...]:
    found = tuple(
        rule for path in (RULES, HOME) for rule in rows(path, "rule", Rule, text=texts[path])
    )
    refuse_doubles(RULES, [rule.id for rule in found])
    for rule in found:
        for text in (*rule.when.any, *rule.when.all, *filter(None, [rule.only_if])):
            check_line(text, facts, f"rule {rule.id}")
    return found


def interactions_in(
    texts: Mapping[str, str], facts: Mapping[str, Fact], classes: Mapping[str, tuple[str, ...]]
) -> tuple[Interaction, ...]:
    found = tuple(rows(INTERACTIONS, "interaction", Interaction, text=texts[INTERACTIONS]))
    refuse_doubles(INTERACTIONS, [row.id for row in found])
    routes, known = {*facts["planned_route"].choices}, {*chain.from_iterable(classes.values())}
    for row in found:
        where = f"{INTERACTIONS}: interaction {row.id}"
        if unknown := {*row.routes} - routes:
            raise KnowledgeError(f"{where}: no such route: {', '.join(sorted(unknown))}")
        if unknown := {*row.classes} - known:
            raise KnowledgeError(f"{where}: no medicine of class {', '.join(sorted(unknown))}")
        if row.only_if is not None:
            check_line(row.only_if, facts, where)
    return found


def refuse_doubles(path: str, ids: list[str]) -> None:
    if doubles := {one for one in ids if ids.count(one) > 1}:
        raise KnowledgeError(f"{path}: given twice: {', '.join(sorted(doubles))}")
