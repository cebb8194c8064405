"""A definition read back from the Questionnaire that carries it."""

from __future__ import annotations

import json
from typing import Any

from pydantic import ValidationError

from kapstone.fhir.codes import LOINC
from kapstone.fhir.questionnaires import (
    INSTRUCTIONS,
    LEAST,
    MOST,
    ORDINAL,
    REST,
    TOTAL,
    NotAForm,
    Resource,
)
from kapstone.instruments import Instrument


def definition(resource: Resource) -> Instrument:
    """The definition that a Questionnaire of ours carries; raises NotAForm saying why not.

    Words, codes, choices, spans and branches are read from FHIR's own elements, the rest from the
    extension.
    """
    try:
        return Instrument.model_validate(table_of(resource))
    except (KeyError, TypeError, IndexError, AttributeError, StopIteration) as fault:
        raise NotAForm(f"not a Questionnaire with a definition: {fault!r}") from fault
    except ValidationError as fault:
        raise NotAForm(f"its definition cannot be used: {fault}") from fault
    except json.JSONDecodeError as fault:
        raise NotAForm(f"its definition is no JSON: {fault}") from fault


def table_of(resource: Resource) -> dict[str, Any]:
    rest = json.loads(extension(resource, REST)["valueString"])
    own, more = set(rest.pop("own_choices")), rest.pop("item")
    texts = {each["linkId"]: each.get("text", "") for each in resource["item"]}
    asked = [each for each in resource["item"] if each["linkId"] not in {INSTRUCTIONS, TOTAL}]
    branches = {each["linkId"]: branch(each, asked) for each in asked if "enableWhen" in each}
    items = [
        read_item(each, each["linkId"] in own)
        | branches.get(each["linkId"], {})
        | more.get(each["linkId"], {})
        for each in asked
    ]
    shared = (each for each in asked if each["type"] == "choice" and each["linkId"] not in own)
    head = {name: resource[name] for name in ("id", "version", "title", "language")}
    read: dict[str, Any] = (
        rest
        | head
        | {
            "code": seen(resource["code"][0]),
            "instructions": texts.get(INSTRUCTIONS, ""),
            "choices": choices_of(next(shared, {"answerOption": []})),
            "item": items,
        }
    )
    return read


def extension(element: Resource, url: str) -> Resource:
    for each in element.get("extension", []):
        if each["url"] == url:
            found: Resource = each
            return found
    raise NotAForm(f"{element.get('linkId', 'it')} has no extension {url}")


def seen(code: Resource) -> str | None:
    """LOINC's code; one of our own is made from the ids."""
    return str(code["code"]) if code["system"] == LOINC else None


def read_item(item: Resource, own: bool) -> Resource:
    found = {
        "id": item["linkId"],
        "text": item.get("text", ""),
        "code": seen(item["code"][0]),
    }
    if item["type"] == "choice":
        return found | ({"choices": choices_of(item)} if own else {})
    value = "valueInteger" if item["type"] == "integer" else "valueDecimal"
    low, high = (extension(item, url)[value] for url in (LEAST, MOST))
    return found | {"whole": item["type"] == "integer", "min": low, "max": high}


def choices_of(item: Resource) -> list[Resource]:
    return [
        {
            "id": option["id"],
            "value": extension(option, ORDINAL)["valueDecimal"],
            "text": option["valueCoding"].get("display", ""),
            "code": seen(option["valueCoding"]),
        }
        for option in item["answerOption"]
    ]


def branch(item: Resource, asked: list[Resource]) -> Resource:
    """The earlier answer that opens the item, as a value."""
    [when] = item["enableWhen"]
    opener = next(each for each in asked if each["linkId"] == when["question"])
    code = when["answerCoding"]["code"]
    option = next(o for o in opener["answerOption"] if o["valueCoding"]["code"] == code)
    value = extension(option, ORDINAL)["valueDecimal"]
    return {"asked_if": {"item": when["question"], "value": value}}
