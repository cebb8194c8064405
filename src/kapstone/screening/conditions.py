"""Lines such as `qtc_ms > 500 ms`, with a third answer: unknown (None).

Unknown is never "no": a rule whose facts are missing stays open until someone asks.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

Value = bool | float | str
Known = bool | None

COMPARE: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
LIMIT = re.compile(r"(?P<fact>\w+) (?P<sign>>=|<=|>|<) (?P<limit>\d+(?:\.\d+)?) (?P<unit>\S.*)")
CHOICE = re.compile(r"(?P<fact>\w+) is (?P<word>\w+)")
ANSWER = re.compile(r"(?P<no>not )?(?P<fact>\w+)")


@dataclass(frozen=True, slots=True)
class Limit:
    """`fact >= number unit`."""

    fact: str
    sign: str
    limit: float
    unit: str

    def holds(self, value: Value) -> bool:
        return COMPARE[self.sign](float(value), self.limit)


@dataclass(frozen=True, slots=True)
class Answer:
    """`fact` or `not fact`."""

    fact: str
    wanted: bool

    def holds(self, value: Value) -> bool:
        return value is self.wanted


@dataclass(frozen=True, slots=True)
class Choice:
    """`fact is word`."""

    fact: str
    word: str

    def holds(self, value: Value) -> bool:
        return value == self.word


Line = Limit | Answer | Choice


@cache
def parse(text: str) -> Line:
    """Read one line; raises ValueError when it is none of the three known forms."""
    if found := LIMIT.fullmatch(text):
        return Limit(found["fact"], found["sign"], float(found["limit"]), found["unit"])
    if found := CHOICE.fullmatch(text):
        return Choice(found["fact"], found["word"])
    if found := ANSWER.fullmatch(text):
        return Answer(found["fact"], wanted=not found["no"])
    raise ValueError(f"not a condition: {text!r}")


def any_of(answers: Iterable[Known]) -> Known:
    """Yes as soon as one is yes; unknown if one is unknown; else no."""
    answers = tuple(answers)
    return True if True in answers else None if None in answers else False


def all_of(answers: Iterable[Known]) -> Known:
    """No as soon as one is no; unknown if one is unknown; else yes."""
    answers = tuple(answers)
    return False if False in answers else None if None in answers else True
