"""What may come next after a session: one card out of frozen facts, by rules read from the top.

A rule that a missing fact leaves open stops the reading, so a gap never leads to another step.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from operator import eq, ge, lt, ne
from typing import Any, Literal, NamedTuple, Self

from pydantic import model_validator

from kapstone.knowledge import Knowledge, KnowledgeError, digest, read, rows

FILE = "pathway/next_step.toml"
CONDITION = re.compile(r"(?P<fact>\w+) (?P<sign>is|is not|<|>=) (?P<value>\w+)")
SIGNS = {"is": eq, "is not": ne, "<": lt, ">=": ge}
FIRST = "first"

Value = bool | float | str
Side = Literal["for", "against"]


class FactRow(Knowledge):
    """A fact that rules may ask for."""

    id: str
    name: str
    name_person: str
    kind: Literal["yes_no", "number", "choice"]
    choices: Mapping[str, str] = {}
    unit: str = ""

    def fits(self, value: object) -> bool:
        """Whether a value can be one of this fact."""
        if self.kind == "yes_no":
            return isinstance(value, bool)
        if self.kind == "choice":
            return value in self.choices
        return isinstance(value, int | float) and not isinstance(value, bool)

    def words(self, value: Value | None) -> str:
        """A value in words; what is not known is said to be."""
        if value is None:
            return "not known"
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, str):
            return self.choices[value]
        return f"{value:g} {self.unit}".strip()


class Condition(NamedTuple):
    """One comparison of a rule, such as `sessions >= 6`."""

    fact: str
    sign: str
    value: Value

    def holds(self, facts: Mapping[str, Fact]) -> bool | None:
        """Whether it holds; None while the fact is not known."""
        found = facts[self.fact].value if self.fact in facts else None
        return None if found is None else bool(SIGNS[self.sign](found, self.value))


class OptionRow(Knowledge):
    """A step that may be chosen, with its evidence and where that ends."""

    id: str
    title: str
    title_person: str
    evidence: str
    limits: str
    sources: tuple[str, ...]


class Conditional(Knowledge):
    """A row that says something when all of its conditions hold."""

    id: str
    when: tuple[str, ...]
    says: str
    basis: str = ""
    evidence: tuple[str, ...] = ()
    sources: tuple[str, ...]

    @model_validator(mode="after")
    def can_be_read(self) -> Self:
        if not self.when or not all(CONDITION.fullmatch(each) for each in self.when):
            raise ValueError("write each condition as: fact is value, fact < 6, or fact >= 6")
        return self


class RuleRow(Conditional):
    """A rule: what to propose, or what comes first."""

    then: str
    says_person: str


class ReasonRow(Conditional):
    """A reason for or against one option."""

    option: str
    side: Side


class ChipRow(Knowledge):
    """A reason for choosing otherwise, in one tap."""

    id: str
    says: str
    basis: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A value with the time it is from and a few words of where; None is not known."""

    value: Value | None = None
    at: datetime | None = None
    says: str = ""


Facts = Mapping[str, Fact]


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A step that may be chosen, with what speaks for and against it here."""

    id: str
    title: str
    for_it: tuple[str, ...]
    against: tuple[str, ...]
    evidence: str
    limits: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What the rules propose, by which rule; `proposed` is None where something comes first.

    `needs` are the facts that kept the reading from going on, `missing` all that are not known.
    The option proposed stands first.
    """

    proposed: str | None
    rule: str
    says: str
    says_person: str
    sources: tuple[str, ...]
    evidence: tuple[str, ...]
    needs: tuple[str, ...]
    missing: tuple[str, ...]
    options: tuple[Option, ...]
    version: str


@cache
def fact_rows() -> Mapping[str, FactRow]:
    return {row.id: row for row in rows(FILE, "fact", FactRow)}


@cache
def option_rows() -> Mapping[str, OptionRow]:
    return {row.id: row for row in rows(FILE, "option", OptionRow)}


@cache
def chip_rows() -> Mapping[str, ChipRow]:
    return {row.id: row for row in rows(FILE, "chip", ChipRow)}


@cache
def rule_rows() -> tuple[RuleRow, ...]:
    """The rules in the order they are read; raises KnowledgeError for one nobody can decide."""
    found = tuple(rows(FILE, "rule", RuleRow))
    for row in found:
        if row.then != FIRST and row.then not in option_rows():
            raise KnowledgeError(f"{FILE}: rule {row.id}: no such option: {row.then}")
        conditions(row)
    return found


@cache
def reason_rows() -> tuple[ReasonRow, ...]:
    found = tuple(rows(FILE, "reason", ReasonRow))
    for row in found:
        if row.option not in option_rows():
            raise KnowledgeError(f"{FILE}: reason {row.id}: no such option: {row.option}")
        conditions(row)
    return found


@cache
def version() -> str:
    return str(read(FILE)["version"])


@cache
def instruments() -> tuple[str, ...]:
    """The questionnaires that may say whether it helped, in order."""
    return tuple(read(FILE)["instruments"])


def rules_digest() -> str:
    """SHA-256 of the rules, kept with each choice."""
    return digest([FILE])


@cache
def conditions(row: Conditional) -> tuple[Condition, ...]:
    """The conditions of a row; raises KnowledgeError for a fact or a value there is none of."""
    return tuple(_condition(row.id, each) for each in row.when)


def _condition(id: str, text: str) -> Condition:
    told = CONDITION.fullmatch(text)
    if told is None or told["fact"] not in fact_rows():
        raise KnowledgeError(f"{FILE}: {id}: no such fact in: {text}")
    fact = fact_rows()[told["fact"]]
    words: dict[str, Value] = {"yes": True, "no": False} if fact.kind == "yes_no" else {}
    value: Value = words.get(told["value"], told["value"])
    if fact.kind == "number":
        value = float(told["value"])
    if not fact.fits(value) or (told["sign"] in ("<", ">=")) != (fact.kind == "number"):
        raise KnowledgeError(f"{FILE}: {id}: {fact.id} cannot be compared so: {text}")
    return Condition(fact.id, told["sign"], value)


def holds(row: Conditional, facts: Facts) -> bool | None:
    """Whether all conditions hold; one that does not settles it, whatever is not known."""
    found = [each.holds(facts) for each in conditions(row)]
    if False in found:
        return False
    return None if None in found else True


def card(facts: Facts) -> Card:
    """The card for these facts; the same facts and the same rules always give the same card.

    Raises ValueError for a fact that the rules do not know, or a value that it cannot have.
    """
    refuse_unfit(facts)
    rule, needs = _first_that_holds(facts)
    proposed = None if rule is None or rule.then == FIRST else rule.then
    unknown = [name for name in fact_rows() if name not in facts or facts[name].value is None]
    return Card(
        proposed=proposed,
        rule=rule.id if rule else "",
        says=rule.says if rule else _not_known(needs),
        says_person=rule.says_person if rule else _not_known_person(needs),
        sources=rule.sources if rule else (),
        evidence=rule.evidence if rule else (),
        needs=needs,
        missing=tuple(unknown),
        options=tuple(sorted(_options(facts), key=lambda each: each.id != proposed)),
        version=version(),
    )


def refuse_unfit(facts: Facts) -> None:
    for name, fact in facts.items():
        if name not in fact_rows():
            raise ValueError(f"no such fact of the next step: {name}")
        if fact.value is not None and not fact_rows()[name].fits(fact.value):
            raise ValueError(f"{name} cannot be {fact.value!r}")


def _first_that_holds(facts: Facts) -> tuple[RuleRow | None, tuple[str, ...]]:
    for row in rule_rows():
        found = holds(row, facts)
        if found:
            return row, ()
        if found is None:
            open_ones = (each for each in conditions(row) if each.holds(facts) is None)
            return None, tuple(dict.fromkeys(each.fact for each in open_ones))
    return None, ()


def _not_known(needs: tuple[str, ...]) -> str:
    names = "; ".join(fact_rows()[name].name for name in needs)
    return f"Not enough is known to say. Not known: {names}."


def _not_known_person(needs: tuple[str, ...]) -> str:
    names = "; ".join(fact_rows()[name].name_person for name in needs)
    return f"We do not know enough yet to say. Still open: {names}."


def _options(facts: Facts) -> Iterator[Option]:
    for row in option_rows().values():
        told = [each for each in reason_rows() if each.option == row.id and holds(each, facts)]
        yield Option(
            id=row.id,
            title=row.title,
            for_it=tuple(each.says for each in told if each.side == "for"),
            against=tuple(each.says for each in told if each.side == "against"),
            evidence=row.evidence,
            limits=row.limits,
            sources=row.sources,
        )


def as_inputs(facts: Facts) -> dict[str, Any]:
    """The facts as they are kept beside a choice; times as ISO 8601."""
    return {
        name: {"value": fact.value, "at": fact.at and fact.at.isoformat(), "says": fact.says}
        for name, fact in facts.items()
    }


def from_inputs(kept: Mapping[str, Mapping[str, Any]]) -> dict[str, Fact]:
    """The facts again, out of what was kept."""
    return {
        name: Fact(
            row["value"], datetime.fromisoformat(row["at"]) if row["at"] else None, row["says"]
        )
        for name, row in kept.items()
    }


def as_kept(found: Card) -> dict[str, Any]:
    """The card as it is kept, in lists and words."""
    kept: dict[str, Any] = _plain(asdict(found))
    return kept


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value
