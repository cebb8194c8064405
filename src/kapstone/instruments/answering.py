"""Answering: what comes next, what is not an answer, and which answer somebody must see at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kapstone.instruments.definition import Instrument, Item, RiskLevel

Answers = Mapping[str, float]
GRAVEST_FIRST: tuple[RiskLevel, ...] = ("si_urgent", "si_positive")


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a value is not an answer, in words."""

    words: str


def check(of: Instrument, item: str, value: float) -> Refused | None:
    """None when the value is one of the choices; never clipped, never coerced.

    Raises LookupError for an item that the questionnaire does not have.
    """
    choices = of.choices_of(of.named(item))
    if value in {choice.value for choice in choices}:
        return None
    known = ", ".join(f"{choice.value} ({choice.text})" for choice in choices)
    return Refused(f"{of.short}, {item}: {value:g} is not an answer. Choose one of: {known}.")


def asked(of: Instrument, answers: Answers) -> tuple[Item, ...]:
    """The items that this person is asked, given their answers so far.

    A question whose opening answer is missing is asked: a blank hides nothing.
    """
    return tuple(
        item
        for item in of.item
        if item.asked_if is None
        or item.asked_if.item not in answers
        or answers[item.asked_if.item] == item.asked_if.value
    )


def next_item(of: Instrument, answers: Answers) -> Item | None:
    """The first question still open; None when all that are asked have an answer."""
    return next((item for item in asked(of, answers) if item.id not in answers), None)


def risk(of: Instrument, item: str, value: float, answers: Answers) -> RiskLevel | None:
    """The gravest level that one answer reaches, before anything is scored.

    It is judged as it is given, so no other answer can soften it: `answers` so far are taken for
    the sake of questionnaires whose risk lies in two answers together, and none here does.
    """
    reached = {level for level, lowest in of.named(item).risk.items() if value >= lowest}
    return next((level for level in GRAVEST_FIRST if level in reached), None)


def risk_at_finish(of: Instrument, answers: Answers) -> bool:
    """Whether a question about suicide was left blank where it should have been asked.

    A blank there is a flag of its own, and never a no.
    """
    return any(item.risk and item.id not in answers for item in asked(of, answers))
