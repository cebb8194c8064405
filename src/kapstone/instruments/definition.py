"""A questionnaire as published: what is asked, what an answer may be, under which licence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from hashlib import sha256
from math import isfinite
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from kapstone.knowledge import Knowledge

RiskLevel = Literal["si_positive", "si_urgent"]
RiskFlag = Literal["si_positive", "si_urgent", "harm_risk_item", "bladder_watch"]
Tier = Literal["A", "A-CC", "B", "C", "D"]
# The tiers whose text may stand in the software; the others ship ids, values and scoring only.
TEXT_SHIPS: frozenset[Tier] = frozenset({"A", "A-CC", "B"})


class Cut(Knowledge):
    """The side of a published line that counts: `from` and `to` with the line, the others beyond.

    `from` is a word of Python, so here it is `from_`.
    """

    from_: Annotated[float | None, Field(alias="from")] = None
    above: float | None = None
    to: float | None = None
    below: float | None = None

    @model_validator(mode="after")
    def has_a_line(self) -> Self:
        if self.from_ is self.above is self.to is self.below is None:
            raise ValueError("a cut needs one of: from, above, to, below")
        return self

    def holds(self, value: float) -> bool:
        return (
            (self.from_ is None or value >= self.from_)
            and (self.above is None or value > self.above)
            and (self.to is None or value <= self.to)
            and (self.below is None or value < self.below)
        )


class Choice(Knowledge):
    """One answer that can be given; `code` is LOINC's, where it was seen.

    `text` is empty where the licence keeps the words back.
    """

    id: str
    value: int | float
    text: str = ""
    code: str | None = None


class AskedIf(Knowledge):
    """The earlier answer that opens a question."""

    item: str
    value: float


class Item(Knowledge):
    """One question, with choices of its own or the questionnaire's, or with a span of numbers.

    `text` is empty where the licence keeps the words back; `topic` is then our own short word for
    it. `risk` names, for each flag, the lowest answer that raises it. A `reverse` item counts from
    the other end. An `optional` item may stay blank without anything missing; a sum is prorated.
    """

    id: str
    text: str = ""
    topic: str = ""
    code: str | None = None
    choices: tuple[Choice, ...] = ()
    min: float | None = None
    max: float | None = None
    whole: bool = True
    low_text: str = ""
    high_text: str = ""
    reverse: bool = False
    scored: bool = True
    optional: bool = False
    asked_if: AskedIf | None = None
    risk: dict[RiskFlag, float] = {}

    @property
    def words(self) -> str:
        """The question; where its words are kept back, what it is about."""
        return self.text or self.topic or self.id


class Skip(Knowledge):
    """Answers that make later questions needless; left blank, those count 0."""

    where: dict[str, float]
    items: tuple[str, ...]


class Band(Knowledge):
    """What a total from here on is called; `from` is a word of Python, so here it is `from_`."""

    from_: Annotated[float, Field(alias="from")]
    name: str

    @property
    def code(self) -> str:
        """The name as other systems read it."""
        return self.name.replace(" ", "-")


Method = Literal["sum", "mean", "domains", "parts", "none", "cssrs_level"]


class Scoring(Knowledge):
    """How answers become a number; up to `most_missing` blanks are prorated, more give no total.

    `items` empty means every scored item. `domains` adds the highest answer of each group, at most
    `domain_most`. `parts` adds the subscores, when more than `answered_above` of the items are
    answered. The total is the raw number times `scale`. With `bounds`, blanks are tried at their
    least and at their most. A total of `screen_from` or more is a positive screen. `average` is the
    raw number by item, and `bands_on` says which of the two is named. An answer `not_assessed`
    gives no score.
    """

    method: Method
    items: tuple[str, ...] = ()
    domains: tuple[tuple[str, ...], ...] = ()
    domain_most: float | None = None
    range: tuple[float, float] | None = None
    most_missing: int = 0
    answered_above: float | None = None
    scale: float = 1
    decimals: int | None = None
    bounds: bool = False
    average: bool = False
    not_assessed: float | None = None
    screen_from: float | None = None
    bands: tuple[Band, ...] = ()
    bands_on: Literal["total", "average"] = "total"


class Part(Knowledge):
    """A subscore; prorated without rounding when more than `answered_above` are answered."""

    id: str
    title: str
    method: Literal["sum", "mean"]
    items: tuple[str, ...]
    answered_above: float | None = None
    decimals: int | None = None


class Need(Knowledge):
    """One condition: `count` of the items have such an answer, or the score or subscore is such."""

    cut: Cut
    items: tuple[str, ...] = ()
    count: int = 1
    score: str = ""


class Finding(Knowledge):
    """A flag, or a verdict by name, that holds when all of its needs do, or any of them.

    `where` and `unless` are what the asking context must or must not say; a `where` of no values
    only asks that it is said. `if_unknown` is the flag while blanks could decide it.
    """

    flag: str = ""
    verdict: str = ""
    all: tuple[Need, ...] = ()
    any: tuple[Need, ...] = ()
    where: dict[str, tuple[str, ...]] = {}
    unless: dict[str, tuple[str, ...]] = {}
    if_unknown: str = ""
    blank_is_no: bool = False


class ChangeRule(Knowledge):
    """Thresholds of change as published; `reliable` is the reliable change in points.

    A response is a share of the baseline or a number of points; None is a threshold that nobody
    published. `end_state` is where a reliable improvement has to end to be clinically significant.
    `alpha`, `retest`, `sem` and `sd` are what a practice needs to work out its own threshold.
    """

    better: Literal["lower", "higher"] = "lower"
    caseness: Cut | None = None
    response_share: float | None = None
    response_points: float | None = None
    remission: Cut | None = None
    mcid: float | None = None
    reliable: float | None = None
    end_state: Cut | None = None
    basis: str
    alpha: float | None = None
    retest: float | None = None
    sem: float | None = None
    sd: float | None = None
    sources: tuple[str, ...]


class Licence(Knowledge):
    """Under which terms the questionnaire's own text stands; the software's does not cover it.

    `file` holds the whole notice of a text that ships; `expires` is for a text that a practice
    brought under an agreement of its own.
    """

    tier: Tier
    notice: str
    source: str
    checked_on: date
    file: str = ""
    commercial: bool = True
    expires: date | None = None


Respondent = Literal["patient", "clinician", "observer"]
Answers = Mapping[str, float]


class Instrument(Knowledge):
    """A questionnaire with its licence and sources.

    `recall_days` None means that it looks back to no fixed day; `recall` says it in words. `seen`
    marks each fact as its source was: S seen, K known, U unsure, P the project's own choice.
    `neutral` is an experience, which nobody grades. `private` keeps single answers from the
    therapist until the person agrees.
    """

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    short: str
    title: str
    version: str
    language: str
    domain: str
    respondent: Respondent
    recall_days: int | None = None
    recall: str
    minutes: float
    instructions: str = ""
    code: str | None = None
    total_code: str | None = None
    sources: tuple[str, ...]
    seen: dict[str, Literal["S", "K", "U", "P"]] = {}
    neutral: bool = False
    private: bool = False
    licence: Licence
    choices: tuple[Choice, ...] = ()
    item: tuple[Item, ...]
    skip: tuple[Skip, ...] = ()
    score: Scoring
    part: tuple[Part, ...] = ()
    finding: tuple[Finding, ...] = ()
    change: ChangeRule | None = None

    @model_validator(mode="after")
    def asks_in_order(self) -> Self:
        seen: set[str] = set()
        for each in self.item:
            if each.id in seen:
                raise ValueError(f"item {each.id} stands there twice")
            if each.asked_if and each.asked_if.item not in seen:
                raise ValueError(f"item {each.id} leans on {each.asked_if.item}, not yet asked")
            if (each.min is None) != (each.max is None):
                raise ValueError(f"item {each.id} needs both min and max, or neither")
            if not self.choices_of(each) and each.min is None:
                raise ValueError(f"item {each.id} has neither choices nor min and max")
            seen.add(each.id)
        return self

    @model_validator(mode="after")
    def names_only_its_items(self) -> Self:
        known = {each.id for each in self.item}
        for name in named_items(self):
            if name not in known:
                raise ValueError(f"no item {name}, which its scoring names")
        return self

    @model_validator(mode="after")
    def keeps_its_licence(self) -> Self:
        if self.tier not in TEXT_SHIPS and self.licence.expires is None and any(words_of(self)):
            raise ValueError(f"tier {self.tier} text needs a licence with its expiry")
        return self

    @property
    def has_text(self) -> bool:
        """Whether it can be shown to somebody: no question's words are kept back."""
        return all(each.text for each in self.item)

    @property
    def tier(self) -> Tier:
        return self.licence.tier

    def choices_of(self, item: Item) -> tuple[Choice, ...]:
        """The choices of a question; none where any number of its span is an answer."""
        return () if item.min is not None else item.choices or self.choices

    def named(self, item: str) -> Item:
        """The item of that id; raises LookupError naming the items there are."""
        try:
            return self.by_id[item]
        except KeyError:
            known = ", ".join(self.by_id)
            raise LookupError(f"{self.id}: no such item: {item}; there are {known}") from None

    @cached_property
    def by_id(self) -> dict[str, Item]:
        return {each.id: each for each in self.item}

    @cached_property
    def counted(self) -> tuple[str, ...]:
        """The items of the total, in order."""
        return self.score.items or tuple(each.id for each in self.item if each.scored)

    @cached_property
    def least_answers(self) -> int:
        """How long a list of answers is without the items at its end that decide nothing."""
        named = named_items(self)
        deciding = (n for n, each in enumerate(self.item, 1) if each.scored or each.id in named)
        return max(deciding, default=0)

    @cached_property
    def spans(self) -> dict[str, tuple[float, float]]:
        """The least and the highest answer of each item."""
        return {each.id: span_of(self, each) for each in self.item}

    @cached_property
    def values(self) -> dict[str, frozenset[float]]:
        """The values that are answers, by item; an item with a span of numbers is not in it."""
        return {
            each.id: frozenset(choice.value for choice in choices)
            for each in self.item
            if (choices := self.choices_of(each))
        }

    @cached_property
    def seal(self) -> str:
        """SHA-256 over the whole definition, so that a kept score says what it was scored with."""
        return sha256(self.model_dump_json(by_alias=True).encode()).hexdigest()

    def takes(self, item: Item, value: object) -> bool:
        """Whether a value is an answer to the item; nothing is clipped, nothing coerced."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
            return False
        if item.id in self.values:
            return value in self.values[item.id]
        low, high = self.spans[item.id]
        return low <= value <= high and (not item.whole or value == int(value))


def words_of(of: Instrument) -> Iterator[str]:
    """All that a licence can keep back: instructions, questions and answers."""
    yield of.instructions
    for item in of.item:
        yield from (item.text, item.low_text, item.high_text)
        yield from (choice.text for choice in item.choices)
    yield from (choice.text for choice in of.choices)


def span_of(of: Instrument, item: Item) -> tuple[float, float]:
    if item.min is not None and item.max is not None:
        return item.min, item.max
    values = [choice.value for choice in of.choices_of(item)]
    return min(values), max(values)


def named_items(of: Instrument) -> set[str]:
    """Every item that the scoring of a questionnaire names."""
    found = {*of.score.items, *(name for group in of.score.domains for name in group)}
    found.update(name for part in of.part for name in part.items)
    needs = [need for each in of.finding for need in (*each.all, *each.any)]
    found.update(name for need in needs for name in need.items)
    for skip in of.skip:
        found.update(skip.where, skip.items)
    return found
