"""The answers to a questionnaire as FHIR R4: a QuestionnaireResponse, and what it came to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from kapstone.fhir.questionnaires import (
    INSTRUCTIONS,
    LOCAL_CODES,
    TOTAL,
    NotAForm,
    Resource,
    canonical,
    choice_coding,
    coding,
)
from kapstone.instruments import Answers, Instrument, Item, Score, check

DONE = ("completed", "amended")
SURVEY = "http://terminology.hl7.org/CodeSystem/observation-category"
ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"


def response(of: Instrument, answers: Answers, *, at: datetime, subject: str) -> Resource:
    """The answers as a QuestionnaireResponse; a blank is left out. `subject` is Patient/id."""
    items = [
        {"linkId": item.id, "answer": [answer_of(of, item, answers[item.id])]}
        | ({"text": item.text} if item.text else {})
        for item in of.item
        if item.id in answers
    ]
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": f"{canonical(of)}|{of.version}",
        "status": "completed",
        "subject": {"reference": subject},
        "authored": at.isoformat(),
        "item": items,
    }


def answer_of(of: Instrument, item: Item, value: float) -> Resource:
    for choice in of.choices_of(item):
        if choice.value == value:
            return {"valueCoding": choice_coding(of, choice)}
    return {"valueInteger": int(value)} if item.whole else {"valueDecimal": value}


def answers(of: Instrument, resource: Resource) -> dict[str, float]:
    """The answers of a finished QuestionnaireResponse, by item; raises NotAForm.

    A choice is known by its code, whatever words stand beside it; nothing is guessed from text.
    """
    if resource.get("resourceType") != "QuestionnaireResponse":
        raise NotAForm("it is not a QuestionnaireResponse")
    if resource.get("status") not in DONE:
        raise NotAForm(f"it is marked {resource.get('status')}; only a finished one is scored")
    asked = resource.get("questionnaire")
    name, _, version = str(asked or canonical(of)).partition("|")
    if name != canonical(of) or version not in {"", of.version}:
        raise NotAForm(f"it answers {asked}, not {canonical(of)}|{of.version}")
    found: dict[str, float] = {}
    for name, answer in given(resource):
        if name in found:
            raise NotAForm(f"{name} has more than one answer, and it is unclear which one holds")
        try:
            item = of.named(name)
        except LookupError as fault:
            raise NotAForm(str(fault)) from fault
        found[name] = value_of(of, item, answer)
    return found


def given(resource: Resource) -> Iterator[tuple[str, Resource]]:
    """Every answer with its linkId; what only informs or adds up is passed over."""
    items = resource.get("item", [])
    if not isinstance(items, list):
        raise NotAForm("its item is not a list")
    for item in items:
        name = item.get("linkId") if isinstance(item, dict) else None
        if not isinstance(name, str):
            raise NotAForm("an item has no linkId")
        replies = item.get("answer", [])
        if not isinstance(replies, list):
            raise NotAForm(f"the answer of {name} is not a list")
        if any(isinstance(each, dict) and "item" in each for each in (item, *replies)):
            raise NotAForm(f"{name} holds further items; send every answer at the top level")
        if name not in {INSTRUCTIONS, TOTAL}:
            yield from ((name, answer) for answer in replies)


def value_of(of: Instrument, item: Item, answer: object) -> float:
    value: object = None
    if isinstance(answer, dict):
        value = coded(of, item, answer["valueCoding"]) if "valueCoding" in answer else None
        for name in ("valueInteger", "valueDecimal"):
            value = answer.get(name, value)
    if value is None or not isinstance(value, int | float):
        raise NotAForm(f"{item.id}: {answer!r} is none of the answers of {of.short}")
    if refused := check(of, item.id, value):
        raise NotAForm(refused.words)
    return value


def coded(of: Instrument, item: Item, code: object) -> float | None:
    if not isinstance(code, dict):
        return None
    for choice in of.choices_of(item):
        ours = choice_coding(of, choice)
        if (code.get("system"), code.get("code")) == (ours["system"], ours["code"]):
            return choice.value
    return None


def observation(
    of: Instrument, score: Score, *, at: datetime, subject: str, derived_from: str
) -> Resource:
    """What a sheet came to as an Observation; where it cannot be scored, it says so.

    A questionnaire without a total has its level or its components, and no value.
    """
    found: Resource = {
        "resourceType": "Observation",
        "status": "final",
        "category": [{"coding": [{"system": SURVEY, "code": "survey"}]}],
        "code": {"coding": [coding(of.total_code, f"{of.id}.{TOTAL}", f"{of.short} total")]},
        "subject": {"reference": subject},
        "effectiveDateTime": at.isoformat(),
        "derivedFrom": [{"reference": derived_from}],
    }
    if not score.scorable:
        reason = {"system": ABSENT, "code": "unknown", "display": "Unknown"}
        found["dataAbsentReason"] = {"coding": [reason], "text": why_not(score)}
    elif score.total is not None:
        found["valueQuantity"] = {"value": score.total, "unit": "{score}"}
    if score.band is not None:
        found["interpretation"] = [{"text": score.band}]
    if score.prorated:
        blank = ", ".join(score.missing)
        found["note"] = [{"text": f"Prorated: {blank} left blank."}]
    parts = [part_of(of, part.id, part.title, score.parts[part.id]) for part in of.part]
    return found | ({"component": parts} if parts else {})


def why_not(score: Score) -> str:
    """Why there is no number; an answer that says "not assessed" is no blank."""
    assessed = "not_assessed" not in score.flags
    return "too few answers to score" if assessed else "marked as not assessed"


def part_of(of: Instrument, part: str, title: str, value: float | None) -> Resource:
    code = {"system": LOCAL_CODES, "code": f"{of.id}.{part}", "display": title}
    if value is None:
        reason = {"system": ABSENT, "code": "unknown", "display": "Unknown"}
        return {"code": {"coding": [code]}, "dataAbsentReason": {"coding": [reason]}}
    return {"code": {"coding": [code]}, "valueQuantity": {"value": value, "unit": "{score}"}}
