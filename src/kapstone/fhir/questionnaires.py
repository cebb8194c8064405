"""A questionnaire's definition as a FHIR R4 Questionnaire, and back.

What FHIR can say is said in its own elements, so that any other form filler can show it. What it
cannot say (scoring, bands, change, licence) goes along in one extension of ours.
"""

from __future__ import annotations

import json
from typing import Any

from kapstone.fhir.codes import LOINC
from kapstone.instruments import Choice, Instrument, Item

Resource = dict[str, Any]

OURS = "urn:kapstone:fhir"
LOCAL_CODES = f"{OURS}:CodeSystem:questionnaires"
REST = f"{OURS}:StructureDefinition:questionnaire-definition"
# https://hl7.org/fhir/R4/extension-ordinalvalue.html, and the two for the span of an answer.
ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
LEAST = "http://hl7.org/fhir/StructureDefinition/minValue"
MOST = "http://hl7.org/fhir/StructureDefinition/maxValue"
CONTROL = "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl"
CONTROLS = "http://hl7.org/fhir/questionnaire-item-control"
CALCULATED = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression"
INSTRUCTIONS, TOTAL = "instructions", "total"
# A span this wide is given on a line, not by typing.
WIDE = 20
# What FHIR's own elements carry of an item and of a definition, and what is so left out of ours.
IN_ITEM = {"id", "text", "code", "choices", "min", "max", "whole", "asked_if"}
IN_HEAD = {"id", "version", "title", "language", "code", "instructions", "choices", "item"}


class NotAForm(ValueError):
    """A Questionnaire or its answers cannot be used; the words say where and why."""


def questionnaire(of: Instrument) -> Resource:
    """The definition as a Questionnaire; words that the licence keeps back are not in it."""
    items = [item_of(of, item) for item in of.item]
    if of.instructions:
        items.insert(0, displayed(INSTRUCTIONS, of.instructions))
    if total := total_of(of):
        items.append(total)
    return {
        "resourceType": "Questionnaire",
        "id": of.id,
        "extension": [{"url": REST, "valueString": rest_of(of)}],
        "url": canonical(of),
        "version": of.version,
        "name": "".join(letter for letter in of.title.title() if letter.isalnum()),
        "title": of.title,
        "status": "active",
        "subjectType": ["Patient"],
        "language": of.language,
        "copyright": of.licence.notice,
        "code": [coding(of.code, of.id, of.title)],
        "item": items,
    }


def canonical(of: Instrument) -> str:
    return f"{OURS}:Questionnaire:{of.id}"


def coding(code: str | None, local: str, display: str) -> Resource:
    """LOINC's code where one was seen, else our own; never a guess."""
    system, value = (LOINC, code) if code else (LOCAL_CODES, local)
    return {"system": system, "code": value} | ({"display": display} if display else {})


def displayed(name: str, words: str) -> Resource:
    return {"linkId": name, "type": "display", "text": words}


def item_of(of: Instrument, item: Item) -> Resource:
    found: Resource = {"linkId": item.id, "code": [coding(item.code, local(of, item), "")]}
    if item.text:
        found["text"] = item.text
    found |= chosen(of, item) if of.choices_of(item) else spanned(item)
    if item.asked_if:
        opener = of.named(item.asked_if.item)
        [answer] = [c for c in of.choices_of(opener) if c.value == item.asked_if.value]
        when = {"question": opener.id, "operator": "=", "answerCoding": choice_coding(of, answer)}
        found["enableWhen"] = [when]
    return found


def local(of: Instrument, item: Item) -> str:
    return f"{of.id}.{item.id}"


def chosen(of: Instrument, item: Item) -> Resource:
    options = [
        {
            "id": choice.id,
            "extension": [{"url": ORDINAL, "valueDecimal": choice.value}],
            "valueCoding": choice_coding(of, choice),
        }
        for choice in of.choices_of(item)
    ]
    return {"type": "choice", "extension": [control("radio-button")], "answerOption": options}


def control(name: str) -> Resource:
    """How a form filler may show the item; a hint, and no part of what is asked."""
    return {
        "url": CONTROL,
        "valueCodeableConcept": {"coding": [{"system": CONTROLS, "code": name}]},
    }


def choice_coding(of: Instrument, choice: Choice) -> Resource:
    return coding(choice.code, f"{of.id}.{choice.id}", choice.text)


def spanned(item: Item) -> Resource:
    """A number within its span; a wide span is shown as a line to point at."""
    kind, value = ("integer", "valueInteger") if item.whole else ("decimal", "valueDecimal")
    number = int if item.whole else float
    ends = ((LEAST, item.min), (MOST, item.max))
    extensions: list[Resource] = [
        {"url": url, value: number(end)} for url, end in ends if end is not None
    ]
    if (item.max or 0) - (item.min or 0) > WIDE:
        extensions.append(control("slider"))
    return {"type": kind, "extension": extensions}


def total_of(of: Instrument) -> Resource | None:
    """A total for other form fillers to show, only of whole sheets; ours are scored by the server.

    A questionnaire whose total is more than the sum of its choices has none.
    """
    plain = of.score.method == "sum" and of.score.scale == 1 and not of.skip
    items = [of.named(name) for name in of.counted]
    if not plain or any(i.reverse or i.asked_if or not of.choices_of(i) for i in items):
        return None
    names = " or ".join(f"linkId='{item.id}'" for item in items)
    answers = f"%resource.item.where({names}).answer"
    expression = f"iif({answers}.count()={len(items)}, {answers}.value.ordinal().sum(), {{}})"
    language = {"language": "text/fhirpath", "expression": expression}
    return {
        "linkId": TOTAL,
        "type": "decimal",
        "text": f"{of.short} total",
        "code": [coding(of.total_code, f"{of.id}.{TOTAL}", "")],
        "readOnly": True,
        "extension": [{"url": CALCULATED, "valueExpression": language}],
    }


def rest_of(of: Instrument) -> str:
    """What FHIR's own elements do not carry, as JSON."""
    whole = of.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    rest = {name: value for name, value in whole.items() if name not in IN_HEAD}
    items = {item["id"]: left for item in whole["item"] if (left := without(item, IN_ITEM))}
    own = [item.id for item in of.item if item.choices]
    return json.dumps(rest | {"item": items, "own_choices": own}, sort_keys=True)


def without(item: Resource, names: set[str]) -> Resource:
    return {name: value for name, value in item.items() if name not in names}
