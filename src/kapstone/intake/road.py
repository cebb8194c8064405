"""The way through intake: what to ask next, how far it is, and what it tells the screening."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from kapstone.intake.conditions import Answers
from kapstone.intake.questions import Question, by_id, question, sittings

Fact = bool | float | str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a person has come; `stopped_at` is the question they would see now."""

    answered: int
    of: int
    share: float
    stopped_at: Question | None
    minutes_left: int


def applies(question: Question, answers: Answers) -> bool:
    """Whether this person is asked it: always, unless an earlier answer is known to rule it out.

    A gate that is unanswered, or answered "I am not sure", hides nothing.
    """
    condition = question.condition
    if condition is None:
        return True
    return applies(by_id()[condition.question], answers) and condition.holds(answers) is not False


def asked(answers: Answers, sitting: str | None) -> list[Question]:
    if sitting is not None and sitting not in {one.id for one in sittings()}:
        raise LookupError(f"intake: no such sitting: {sitting}")
    return [
        question
        for one in sittings()
        if sitting in (None, one.id)
        for question in one.question
        if applies(question, answers)
    ]


def next_question(answers: Answers, *, sitting: str | None = None) -> Question | None:
    """The first question still open, in all of intake or in one sitting; None when done."""
    return next((one for one in asked(answers, sitting) if one.id not in answers), None)


def progress(answers: Answers, *, sitting: str | None = None) -> Progress:
    """How far this person is. "I am not sure" counts as answered: it was asked and heard."""
    shown = asked(answers, sitting)
    left = [one for one in shown if one.id not in answers]
    answered = len(shown) - len(left)
    return Progress(
        answered=answered,
        of=len(shown),
        share=answered / len(shown) if shown else 1.0,
        stopped_at=left[0] if left else None,
        minutes_left=ceil(sum(one.seconds for one in left) / 60),
    )


def facts(answers: Answers) -> Mapping[str, Fact]:
    """The screening facts in these answers; "I am not sure" is None, never no.

    A question that was not asked, or is hidden by a later change of mind, gives no fact.
    Raises LookupError for an answer to a question that does not exist.
    """
    given = [(question(name), value) for name, value in answers.items()]
    return {
        one.fact: value
        for one, value in given
        if one.fact is not None
        and applies(one, answers)
        and (value is None or isinstance(value, bool | int | float | str))
    }
