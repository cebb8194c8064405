"""What the answers of a questionnaire say of facts that no sum of them can."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from kapstone.screening.conditions import Known, any_of
from kapstone.screening.vocabulary import Given, Origin

Marked = Mapping[str, float | None]
"""The items that were answered, 1 for yes and 0 for no; None where the answer was not readable.

Another record may give `ideation`, 1 to 5, the gravest of the first five; or `level`, 1 to 3.
"""

LEVEL = "cssrs_level"
LEVELS = {1.0: "low", 2.0: "moderate", 3.0: "high"}
IDEATION = {1.0: "wish_dead", 2.0: "thoughts", 3.0: "method", 4.0: "intent", 5.0: "plan"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Screener:
    """One C-SSRS screener, whole or in part."""

    at: datetime
    answers: Marked
    origin: Origin


def cssrs(sheets: Iterable[Screener]) -> dict[str, Given]:
    """The facts as the sheets say them together; the newest answer to each counts.

    A later sheet with a yes, or with an answer nobody could read, takes back an older no to what
    it leaves open. An older yes stands, and a level until each question was asked again.
    """
    found: dict[str, Given] = {}
    for sheet in sorted(sheets, key=lambda each: each.at):
        takes_back = any(each is None or each >= 1 for each in sheet.answers.values())
        facts = cssrs_facts(sheet.answers)
        if None not in facts.values():
            found.pop(LEVEL, None)
        if level := LEVELS.get(sheet.answers.get("level") or 0):
            found[LEVEL] = Given(level, sheet.at, sheet.origin, "C-SSRS screener")
        for name, known in facts.items():
            if known is not None:
                found[name] = Given(known, sheet.at, sheet.origin, "C-SSRS screener")
            elif takes_back and name in found and found[name].value is False:
                del found[name]
    return found


def cssrs_facts(answers: Marked) -> dict[str, Known]:
    """What the questions answer; no thoughts of suicide means neither method, intent nor plan.

    That fills only what was not asked: a yes to any item stands, whatever the question before it.
    """
    if gravest := IDEATION.get(answers.get("ideation") or 0):
        answers = {**answers, gravest: 1}
    thoughts = marked(answers, "thoughts")
    method = marked(answers, "method", unasked=thoughts)
    intent = marked(answers, "intent", unasked=thoughts)
    plan = marked(answers, "plan", unasked=thoughts)
    ever = marked(answers, "behavior")
    recent = marked(answers, "behavior_recent", unasked=ever)
    return {
        "cssrs_wish_month": marked(answers, "wish_dead"),
        "cssrs_thoughts_month": thoughts,
        "cssrs_method_month": method,
        "cssrs_plan_or_intent_month": any_of([intent, plan]),
        "cssrs_behaviour_lifetime": True if recent else ever,
        "cssrs_behaviour_3_months": recent,
    }


def marked(answers: Marked, item: str, *, unasked: Known = None) -> Known:
    """The answer to an item; one not asked is a no where the question before it was a no."""
    if item not in answers:
        return False if unasked is False else None
    value = answers[item]
    return None if value is None else value == 1


def rises(scores: Iterable[float]) -> Iterator[float]:
    """How many points each score is above the one before it, the first above 0."""
    before = 0.0
    for score in scores:
        yield score - before
        before = score
