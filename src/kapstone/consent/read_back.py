"""Read-back: the person says what the consent means, and what was missed is explained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Self

from pydantic import model_validator

from kapstone.consent import text
from kapstone.consent.text import Sourced
from kapstone.knowledge import Knowledge, rows


class Option(Knowledge):
    """One answer that can be chosen."""

    id: str
    text: str


class Question(Sourced):
    """A question after reading, with the right answer and why it is right."""

    element: str
    ask: str
    options: tuple[Option, ...]
    right: str
    why: str
    applies_to: tuple[str, ...] = ()

    @model_validator(mode="after")
    def right_is_an_option(self) -> Self:
        if self.right not in {option.id for option in self.options}:
            raise ValueError(f"the right answer {self.right} is not among the options")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBack:
    """How the read-back went; `wrong` pairs each question with what to explain."""

    right: tuple[str, ...]
    wrong: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]
    passed: bool | None


@cache
def all_questions() -> tuple[Question, ...]:
    return tuple(rows("consent/read_back.toml", "question", Question))


def read_back_questions(route: str | None) -> tuple[Question, ...]:
    """The questions for this route; all of them while the route is open (None)."""
    known = text.known_route(route)
    return tuple(
        question
        for question in all_questions()
        if known is None or not question.applies_to or known in question.applies_to
    )


def check_read_back(answers: Mapping[str, str | None], *, route: str | None) -> ReadBack:
    """What was understood, what to explain, what is still open.

    `passed` is False as soon as one answer is wrong, None while one is missing, else True.
    Raises ValueError for a question that is not asked on this route, or an option it does not have.
    """
    asked = {question.id: question for question in read_back_questions(route)}
    for name, answer in answers.items():
        refuse_strange(asked, name, answer)
    given = [(question, answers.get(question.id)) for question in asked.values()]
    wrong = tuple((q.id, q.why) for q, answer in given if answer not in (None, q.right))
    missing = tuple(q.id for q, answer in given if answer is None)
    return ReadBack(
        right=tuple(q.id for q, answer in given if answer == q.right),
        wrong=wrong,
        missing=missing,
        passed=False if wrong else None if missing else True,
    )


def refuse_strange(asked: Mapping[str, Question], name: str, answer: str | None) -> None:
    if name not in asked:
        raise ValueError(f"read-back: no such question here: {name}")
    if answer is not None and answer not in {option.id for option in asked[name].options}:
        raise ValueError(f"read-back: question {name} has no option {answer}")
