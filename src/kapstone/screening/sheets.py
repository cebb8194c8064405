"""What the answers of a questionnaire say of facts that no sum of them can."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from kapstone.screening.conditions import Known, any_of


def cssrs_facts(answers: Mapping[str, float]) -> dict[str, Known]:
    """The four facts; no thoughts of suicide means neither method, intent nor plan."""
    none_thought = answers.get("thoughts") == 0
    intent, plan = marked(answers, "intent"), marked(answers, "plan")
    behaviour = marked(answers, "behavior")
    return {
        "cssrs_method_month": False if none_thought else marked(answers, "method"),
        "cssrs_plan_or_intent_month": False if none_thought else any_of([intent, plan]),
        "cssrs_behaviour_lifetime": behaviour,
        "cssrs_behaviour_3_months": False
        if behaviour is False
        else marked(answers, "behavior_recent"),
    }


def marked(answers: Mapping[str, float], item: str) -> Known:
    return None if item not in answers else answers[item] == 1


def rises(scores: Iterable[float]) -> Iterator[float]:
    """How many points each score is above the one before it, the first above 0."""
    before = 0.0
    for score in scores:
        yield score - before
        before = score
