"""A questionnaire as published: what is asked, what an answer may be, under which licence."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

import kapstone.knowledge
from kapstone.knowledge import Knowledge, KnowledgeError, read

IDS = ("phq9", "gad7", "cssrs-screener", "cssrs-since", "phq2")

RiskLevel = Literal["si_positive", "si_urgent"]


class Choice(Knowledge):
    """One answer that can be given; `code` is LOINC's, where it was seen."""

    id: str
    value: int
    text: str
    code: str | None = None


class AskedIf(Knowledge):
    """The earlier answer that opens a question."""

    item: str
    value: int


class Item(Knowledge):
    """One question. `choices` empty means those of the whole questionnaire.

    `risk` names, for each level, the lowest answer that somebody has to look at.
    """

    id: str
    text: str
    code: str | None = None
    choices: tuple[Choice, ...] = ()
    scored: bool = True
    asked_if: AskedIf | None = None
    risk: dict[RiskLevel, int] = {}


class Band(Knowledge):
    """What a total from here on is called; `from` is a word of Python, so here it is `from_`."""

    from_: Annotated[float, Field(alias="from")]
    name: str


class Scoring(Knowledge):
    """How answers become a number; up to `most_missing` blanks are prorated, more give no total.

    A total of `screen_from` or more is a positive screen.
    """

    method: Literal["sum", "cssrs_level"]
    range: tuple[float, float] | None = None
    most_missing: int = 0
    screen_from: float | None = None
    bands: tuple[Band, ...]


class ChangeRule(Knowledge):
    """Thresholds of change as published; `reliable` is the reliable change in points.

    `alpha`, `retest`, `sem` and `sd` are what a practice needs to work out its own threshold.
    """

    better: Literal["lower"]
    caseness: float
    response_share: float
    remission_below: float
    mcid: float
    reliable: float
    basis: str
    alpha: float | None = None
    retest: float | None = None
    sem: float | None = None
    sd: float | None = None
    sources: tuple[str, ...]


class Instrument(Knowledge):
    """A questionnaire with its licence and sources; `recall_days` None means since last contact."""

    id: str
    short: str
    title: str
    version: str
    language: str
    domain: str
    respondent: Literal["patient", "clinician"]
    recall_days: int | None = None
    instructions: str
    licence: str
    tier: Literal["A", "A-CC", "B"]
    code: str | None = None
    total_code: str | None = None
    sources: tuple[str, ...]
    choices: tuple[Choice, ...]
    item: tuple[Item, ...]
    score: Scoring
    change: ChangeRule | None = None

    @model_validator(mode="after")
    def asks_in_order(self) -> Self:
        seen: set[str] = set()
        for each in self.item:
            if each.id in seen:
                raise ValueError(f"item {each.id} stands there twice")
            if each.asked_if and each.asked_if.item not in seen:
                raise ValueError(f"item {each.id} leans on {each.asked_if.item}, not yet asked")
            seen.add(each.id)
        return self

    def choices_of(self, item: Item) -> tuple[Choice, ...]:
        return item.choices or self.choices

    def named(self, item: str) -> Item:
        """The item of that id; raises LookupError naming the items there are."""
        for each in self.item:
            if each.id == item:
                return each
        known = ", ".join(each.id for each in self.item)
        raise LookupError(f"{self.id}: no such item: {item}; there are {known}")


@cache
def instrument(id: str) -> Instrument:
    """The questionnaire of that id; raises KnowledgeError when there is none."""
    if id not in IDS:
        raise KnowledgeError(f"no such instrument: {id}; there are {', '.join(IDS)}")
    return Instrument.model_validate(read(f"instruments/{id}.toml"))


def licence_text(of: Instrument) -> str:
    """The licence of the questionnaire's own text, which that of the software does not cover."""
    folder = files(kapstone.knowledge.__name__).joinpath("instruments")
    return folder.joinpath(of.licence).read_text(encoding="utf-8")


def instruments() -> tuple[Instrument, ...]:
    return tuple(map(instrument, IDS))
