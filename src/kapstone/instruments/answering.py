"""Answering: what comes next, what is not an answer, and which answer somebody must see at once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kapstone.instruments.definition import Answers, Instrument, Item, RiskLevel

GRAVEST_FIRST: tuple[RiskLevel, ...] = ("si_urgent", "si_positive")


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a value is not an answer, in words."""

    words: str


class NotAnswers(ValueError):
    """A list of answers that cannot be scored; `error` is the word that other systems read."""

    def __init__(self, error: Literal["wrong_item_count", "invalid_response"], words: str) -> None:
        super().__init__(words)
        self.error = error


def check(of: Instrument, item: str, value: object) -> Refused | None:
    """None when the value is an answer; never clipped, never coerced.

    Raises LookupError for an item that the questionnaire does not have.
    """
    asked_for = of.named(item)
    if of.takes(asked_for, value):
        return None
    number = isinstance(value, int | float) and not isinstance(value, bool)
    shown = f"{value:g}" if number else json.dumps(value, default=repr)
    return Refused(f"{of.short}, {item}: {shown} is not an answer. {may_be(of, asked_for)}")


def may_be(of: Instrument, item: Item) -> str:
    """What can be answered, in words."""
    if choices := of.choices_of(item):
        known = ", ".join(f"{each.value:g} ({each.text or each.id})" for each in choices)
        return f"Choose one of: {known}."
    low, high = of.spans[item.id]
    return f"Give a {'whole ' if item.whole else ''}number from {low:g} to {high:g}."


def in_order(of: Instrument, responses: Sequence[object]) -> dict[str, float]:
    """Answers by item from a list in the order of the form; None is a blank.

    Items that nothing is worked out from may be left off the end. Raises NotAnswers.
    """
    if len(responses) not in {of.least_answers, len(of.item)}:
        words = f"{of.short} takes {of.least_answers} answers, not {len(responses)}"
        raise NotAnswers("wrong_item_count", words)
    found: dict[str, float] = {}
    for item, value in zip(of.item, responses, strict=False):
        if value is None:
            continue
        if not isinstance(value, int | float) or not of.takes(item, value):
            refused = check(of, item.id, value)
            raise NotAnswers("invalid_response", refused.words if refused else item.id)
        found[item.id] = value
    return found


def asked(of: Instrument, answers: Answers) -> tuple[Item, ...]:
    """The items that this person is asked, given their answers so far.

    A question whose opening answer is missing is asked: a blank hides nothing. One that an earlier
    answer made needless stays when it was answered all the same.
    """
    skipped = needless(of, answers)
    return tuple(
        item
        for item in of.item
        if opened(item, answers) and (item.id not in skipped or item.id in answers)
    )


def opened(item: Item, answers: Answers) -> bool:
    opener = item.asked_if
    return opener is None or answers.get(opener.item, opener.value) == opener.value


def needless(of: Instrument, answers: Answers) -> frozenset[str]:
    """The items that answers so far make needless, as the form's own skips say."""
    met = [
        skip
        for skip in of.skip
        if all(answers.get(item) == value for item, value in skip.where.items())
    ]
    return frozenset(item for skip in met for item in skip.items)


def next_item(of: Instrument, answers: Answers) -> Item | None:
    """The first question still open; None when all that are asked have an answer."""
    return next((item for item in asked(of, answers) if item.id not in answers), None)


def risk(of: Instrument, item: str, value: float, answers: Answers) -> RiskLevel | None:
    """The gravest level that one answer reaches, before anything is scored.

    It is judged as it is given, so no other answer can soften it: `answers` so far are taken for
    the sake of questionnaires whose risk lies in two answers together, and none here does.
    """
    lines = of.named(item).risk
    return next((level for level in GRAVEST_FIRST if value >= lines.get(level, value + 1)), None)


def risk_at_finish(of: Instrument, answers: Answers) -> bool:
    """Whether a question about suicide was left blank where it should have been asked.

    A blank there is a flag of its own, and never a no.
    """
    return any(asks_of_suicide(item) and item.id not in answers for item in asked(of, answers))


def left_open(of: Instrument, answers: Answers) -> tuple[list[Item], list[Item]] | None:
    """What points to risk, and the questions of suicide that should have followed and did not.

    None when nothing points to risk, an answer is urgent already, or no open question could be:
    an answer that is not there is unknown, and never a no.
    """
    asks = [item for item in asked(of, answers) if asks_of_suicide(item)]
    levels = {
        item.id: risk(of, item.id, answers[item.id], answers) for item in asks if item.id in answers
    }
    pointing = [item for item in asks if levels.get(item.id)]
    unanswered = [item for item in asks if item.id not in answers]
    if "si_urgent" in levels.values() or not pointing:
        return None
    return (pointing, unanswered) if any("si_urgent" in each.risk for each in unanswered) else None


def asks_of_suicide(item: Item) -> bool:
    return not item.risk.keys().isdisjoint(GRAVEST_FIRST)
