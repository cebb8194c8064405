"""The facts that rules may mention, and what was given for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from kapstone.knowledge import Knowledge, KnowledgeError, rows, text_of
from kapstone.screening.conditions import Answer, Choice, Limit, Line, Value, parse

FACTS = "screening/facts.toml"

MEDICINES = "medicines"
"""The id under which an unasked or unrecognised list of medicines is reported as missing."""

RULE = "rule"
"""The id under which a rule that has run out is reported: nobody can answer it but its keeper."""

Origin = Literal["person", "clinician", "import", "instrument", "reading"]
Domain = Literal[
    "general",
    "cardiac",
    "neurological",
    "hepatic",
    "urological",
    "respiratory",
    "endocrine",
    "ophthalmic",
    "pregnancy",
    "psychiatric",
    "substance",
    "medicines",
    "readiness",
    "social",
    "home",
]


Sources = Annotated[tuple[str, ...], Field(min_length=1)]
"""Where it is from: a row without a source does not load."""


class FactError(ValueError):
    """A given fact cannot be used; says which fact and what would be accepted."""


class Fact(Knowledge):
    """Something that can be asked, measured, or worked out from other facts.

    `gravest` says which of two answers of one moment counts: `no`, a choice, `lowest` or `highest`;
    without it yes, or the later choice. Two numbers without it are neither. `arranged` is what the
    practice plans or sees to itself: what staff say of it later is so, also where it says less.
    """

    id: str
    domain: Domain
    kind: Literal["yes_no", "number", "choice"]
    name: str | None = None
    ask: str
    ask_person: str | None = None
    choices: dict[str, str] = {}
    gravest: str | None = None
    unit: str | None = None
    plausible: tuple[float, float] | None = None
    whole: bool = False
    from_: tuple[Origin, ...] = ()
    fresh_days: int | None = None
    only_if: str | None = None
    derived_from: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    at_least: int = 1
    arranged: bool = False
    sources: Sources

    @model_validator(mode="before")
    @classmethod
    def spell_from(cls, row: dict[str, object]) -> dict[str, object]:
        """`from` is a word of Python, so the attribute is called `from_`."""
        return {("from_" if key == "from" else key): value for key, value in row.items()}

    @model_validator(mode="after")
    def fits_its_kind(self) -> Self:
        if (self.kind == "choice") is not bool(self.choices):
            raise ValueError("choices belong to kind choice, and only there")
        if (self.kind == "number") is not (self.unit is not None and self.plausible is not None):
            raise ValueError("unit and plausible belong to kind number, and only there")
        if self.whole and self.kind != "number":
            raise ValueError("whole belongs to kind number")
        if bool(self.from_) is bool(self.derived_from or self.classes):
            raise ValueError("give from, derived_from or classes")
        if self.ask_person is not None and "person" not in self.from_:
            raise ValueError("ask_person needs person in from")
        if self.gravest not in {None, *self.gravest_of_its_kind()}:
            raise ValueError(f"gravest is one of {[*self.gravest_of_its_kind()]}")
        return self

    def gravest_of_its_kind(self) -> tuple[str, ...]:
        of_kind = {"yes_no": ("no",), "number": ("lowest", "highest"), "choice": ()}
        return (*of_kind[self.kind], *self.choices)

    def gravity(self, value: Value) -> float | None:
        """How grave an answer is beside another to the same fact; None where nobody can say."""
        if isinstance(value, bool):
            return float(value is not (self.gravest == "no"))
        if isinstance(value, str):
            return float("inf") if value == self.gravest else [*self.choices].index(value)
        return {"lowest": -value, "highest": value}.get(self.gravest or "")

    def gate(self) -> Line | None:
        """The line that says when this fact applies at all, or None when it always does."""
        return None if self.only_if is None else parse(self.only_if)

    def accepts(self, value: Value) -> bool:
        """Whether the value is of the right kind; a number may still be implausible."""
        if self.kind == "yes_no":
            return isinstance(value, bool)
        if self.kind == "choice":
            return isinstance(value, str) and value in self.choices
        return isinstance(value, int | float) and not isinstance(value, bool)

    def is_part(self, value: Value) -> bool:
        """Whether it is a part of what is only counted in whole, such as 0.5 points."""
        return self.whole and not isinstance(value, str) and not float(value).is_integer()


@dataclass(frozen=True, slots=True)
class Given:
    """What was given for a fact: by whom, when, and in whose words.

    `at` is aware, or None when nobody knows; a fact that ages and has no time counts as unknown.
    """

    value: Value
    at: datetime | None
    origin: str
    words: str | None


Facts = Mapping[str, Given]


class Reason(StrEnum):
    """Why a fact counts as unknown."""

    MISSING = "missing"
    STALE = "stale"
    UNDATED = "undated"
    AHEAD = "dated later than now"
    IMPLAUSIBLE = "implausible"
    UNRECOGNISED = "not recognised"
    CLOSED = "said no, and something hangs on it"
    RUN_OUT = "the rule has run out"


@cache
def vocabulary() -> Mapping[str, Fact]:
    """Every fact of today, by id."""
    return facts_in(text_of(FACTS))


def facts_in(text: str) -> Mapping[str, Fact]:
    """Every fact of a text of facts.toml, by id.

    Raises KnowledgeError when a line names a fact that does not exist.
    """
    found: dict[str, Fact] = {}
    for row in rows(FACTS, "fact", Fact, text=text):
        if row.id in found:
            raise KnowledgeError(f"{FACTS}: fact {row.id} stands there twice")
        found[row.id] = row
    for row in found.values():
        for named in row.derived_from:
            if named not in found:
                raise KnowledgeError(f"{FACTS}: fact {row.id}: no such fact: {named}")
        if row.only_if is not None:
            check_line(row.only_if, found, f"{FACTS}: fact {row.id}")
    return found


def fact(id: str) -> Fact:
    """The fact of that name; raises FactError with the name when there is none."""
    return fact_among(vocabulary(), id)


def fact_among(facts: Mapping[str, Fact], id: str) -> Fact:
    try:
        return facts[id]
    except KeyError:
        raise FactError(f"no such fact: {id}; see knowledge/{FACTS}") from None


def check_line(text: str, among: Mapping[str, Fact], where: str) -> Line:
    """Parse a line of knowledge against the vocabulary: fact, unit and choice must exist."""
    try:
        line = parse(text)
    except ValueError as error:
        raise KnowledgeError(f"{where}: {error}") from error
    named = among.get(line.fact)
    if named is None:
        raise KnowledgeError(f"{where}: no such fact: {line.fact}")
    if complaint := misfit(line, named):
        raise KnowledgeError(f"{where}: {text!r}: {complaint}")
    return line


def misfit(line: Line, named: Fact) -> str | None:
    """What is wrong with a line about this fact, or None."""
    match line:
        case Limit(unit=unit):
            return None if unit == named.unit else f"{named.id} is in {named.unit}"
        case Choice(word=word):
            return None if word in named.choices else f"{named.id} is one of {[*named.choices]}"
        case Answer():
            return None if named.kind == "yes_no" else f"{named.id} is not a yes or no"


def standing(of: Fact, given: Given | None, now: datetime) -> Reason | None:
    """Why this fact counts as unknown at `now`, or None when it counts."""
    if given is None:
        return Reason.MISSING
    if not of.accepts(given.value):
        raise FactError(f"{of.id}: {given.value!r} is not {expected(of)}")
    if not plausible(of, given.value):
        return Reason.IMPLAUSIBLE
    if of.fresh_days is None:
        return None
    if given.at is None:
        return Reason.UNDATED
    if given.at > now:
        return Reason.AHEAD
    return Reason.STALE if now - given.at > timedelta(days=of.fresh_days) else None


def plausible(of: Fact, value: Value) -> bool:
    if of.plausible is None or isinstance(value, str):
        return True
    low, high = of.plausible
    return low <= value <= high


def who_may_say(of: Fact) -> str:
    """In words, who may give a fact."""
    return f"only from {' or '.join(of.from_)}"


def expected(of: Fact) -> str:
    if of.kind == "choice":
        return f"one of {[*of.choices]}"
    if of.kind == "yes_no":
        return "true or false"
    return f"a whole number in {of.unit}" if of.whole else f"a number in {of.unit}"


def describe(fact_id: str, given: Given) -> str:
    """Words for a given fact: "Systolic blood pressure 148 mmHg", "Aneurysm: yes"."""
    if fact_id == MEDICINES:
        return f"Medicines: {given.words or given.value}"
    of = fact(fact_id)
    name = short(of)
    if of.kind == "number":
        value = number(float(given.value))
        return f"{name} {value} {unit_after(of, value)}"
    if of.kind == "choice":
        return f"{name}: {of.choices[str(given.value)]}"
    return f"{name}: {'yes' if given.value else 'no'}"


def short(of: Fact) -> str:
    """What lists and findings call a fact: its name, or the question where that is short."""
    return of.name or of.ask


def unit_after(of: Fact, value: str) -> str:
    """The unit behind a number as it is read: "1 point", "2 points"."""
    unit = of.unit or ""
    counted = value == "1" and len(unit) > len("ms") and unit.isalpha()
    return unit.removesuffix("s") if counted else unit


def number(value: float) -> str:
    """A number to be read: two places at most, while rules compare the whole of it."""
    return f"{round(value, 2):g}"
