"""The one line that says when a question is shown, over the answers given before it.

It answers yes, no or unknown (None). Only a known no hides a question.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

Row = Mapping[str, str | None]
Value = bool | float | str | Sequence[str] | Sequence[Row] | None
# An id with None was answered "I am not sure" or left blank; an id that is not there is unanswered.
Answers = Mapping[str, Value]

LINE = re.compile(
    r"(?P<no>not )?(?P<id>\w+)"
    r"|(?P<of>\w+) (?P<sign>is|has|>=) (?P<what>[\w.]+)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """`id`, `not id`, `id is choice`, `id has choice` or `id >= number`."""

    question: str
    sign: Literal["yes", "no", "is", "has", ">="]
    what: str | float | None = None

    def holds(self, answers: Answers) -> bool | None:
        value = answers.get(self.question)
        return None if value is None else self.judge(value)

    def judge(self, value: object) -> bool:
        if self.sign == "has":
            return isinstance(value, Sequence) and self.what in value
        if self.sign == ">=":
            return isinstance(value, int | float) and value >= float(self.what or 0)
        if self.sign == "is":
            return value == self.what
        return bool(value) is (self.sign == "yes")


@cache
def parse(line: str) -> Condition:
    """Read one line; raises ValueError when it is of none of the five forms."""
    found = LINE.fullmatch(line)
    if found is None:
        raise ValueError(f"not a condition: {line!r}")
    if found["id"]:
        return Condition(question=found["id"], sign="no" if found["no"] else "yes")
    if found["sign"] == ">=":
        return Condition(question=found["of"], sign=">=", what=float(found["what"]))
    sign: Literal["is", "has"] = "is" if found["sign"] == "is" else "has"
    return Condition(question=found["of"], sign=sign, what=found["what"])
