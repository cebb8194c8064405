"""The sittings and their questions, read from knowledge and checked against each other."""

from __future__ import annotations

from functools import cache, cached_property
from typing import Literal, Self

from pydantic import model_validator

from kapstone.intake.conditions import Condition, parse
from kapstone.knowledge import Knowledge, KnowledgeError, rows

SITTINGS = "intake/sittings.toml"

Kind = Literal["yes_no_unsure", "choice", "many", "number", "phone", "text", "list"]

# An estimate for planning a sitting, not a measurement: reading at 200 words a minute,
# then this long to answer on a phone.
WORDS_PER_S = 200 / 60
ANSWER_S: dict[Kind, float] = {
    "yes_no_unsure": 2,
    "choice": 4,
    "many": 8,
    "number": 6,
    "phone": 12,
    "text": 25,
    "list": 60,
}


class Option(Knowledge):
    """One answer that can be tapped."""

    id: str
    text: str


class Column(Knowledge):
    """One box of a line in a list; the first has to be filled for the line to count."""

    id: str
    ask: str


class Question(Knowledge):
    """One thing asked of a person, in their words.

    `fact` names the screening fact that the answer is; `private` keeps it out of notices
    and away from partners; `any_unit` takes other units too, as feet or pounds; a bare
    number is in `unit`, which stands beside the box and in the words that are kept.
    """

    id: str
    kind: Kind
    ask: str
    help: str | None = None
    fact: str | None = None
    show_if: str | None = None
    options: tuple[Option, ...] = ()
    columns: tuple[Column, ...] = ()
    unit: str | None = None
    any_unit: bool = False
    plausible: tuple[float, float] | None = None
    private: bool = False
    optional: bool = False
    sources: tuple[str, ...]
    basis: Literal["DEFAULT"] | None = None

    @model_validator(mode="after")
    def has_what_its_kind_needs(self) -> Self:
        if bool(self.options) != (self.kind in {"choice", "many"}):
            raise ValueError("options are for choice and many, and they need them")
        if bool(self.columns) != (self.kind == "list"):
            raise ValueError("columns are for a list, and it needs them")
        if (self.kind == "number") != (self.plausible is not None):
            raise ValueError("a plausible range is for a number, and it needs one")
        if not self.sources and self.basis is None:
            raise ValueError("give a source, or basis DEFAULT")
        return self

    @property
    def condition(self) -> Condition | None:
        return parse(self.show_if) if self.show_if else None

    @cached_property
    def seconds(self) -> float:
        """About how long it takes to read and answer."""
        words = " ".join([self.ask, self.help or "", *(option.text for option in self.options)])
        return len(words.split()) / WORDS_PER_S + ANSWER_S[self.kind]


class Sitting(Knowledge):
    """Questions asked in one go, three minutes at most."""

    id: str
    title: str
    intro: str
    question: tuple[Question, ...]

    @property
    def seconds(self) -> float:
        """About how long it takes when every question is shown."""
        return sum(question.seconds for question in self.question)


@cache
def sittings() -> tuple[Sitting, ...]:
    """All sittings, in order; raises KnowledgeError when a question leans on one not yet asked."""
    found = tuple(rows(SITTINGS, "sitting", Sitting))
    earlier: dict[str, Question] = {}
    for question in (question for sitting in found for question in sitting.question):
        if problem := trouble(question, earlier):
            raise KnowledgeError(f"{SITTINGS}: question {question.id}: {problem}")
        earlier[question.id] = question
    return found


def trouble(question: Question, earlier: dict[str, Question]) -> str | None:
    if question.id in earlier:
        return "the id is taken"
    condition = question.condition
    if condition is None:
        return None
    gate = earlier.get(condition.question)
    if gate is None:
        return f"show_if names {condition.question}, which is not asked before it"
    kinds = {"is": "choice", "has": "many", ">=": "number"}
    if gate.kind != kinds.get(condition.sign, "yes_no_unsure"):
        return f"show_if does not fit {gate.id}, which is a {gate.kind}"
    named = condition.sign in {"is", "has"}
    if named and condition.what not in {option.id for option in gate.options}:
        return f"{gate.id} has no option {condition.what}"
    return None


@cache
def by_id() -> dict[str, Question]:
    return {question.id: question for sitting in sittings() for question in sitting.question}


def question(name: str) -> Question:
    """The question of that id; raises LookupError."""
    if name not in by_id():
        raise LookupError(f"intake: no such question: {name}")
    return by_id()[name]


def sitting_of(question: Question) -> Sitting:
    """The sitting that asks it."""
    return next(sitting for sitting in sittings() if question in sitting.question)
