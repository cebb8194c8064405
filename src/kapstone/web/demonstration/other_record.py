"""The record of another practice of an invented person, as that practice would send it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from kapstone import synthesis
from kapstone.web.demonstration.life import Life
from kapstone.web.records import imports

SNOMED, RXNORM = "http://snomed.info/sct", "http://www.nlm.nih.gov/research/umls/rxnorm"
PATIENT = "urn:uuid:0"
SINCE = "2024-03-01"


def import_record(life: Life, event: synthesis.Event) -> None:
    entries = [
        {"fullUrl": f"urn:uuid:{number}", "resource": {"id": str(number), **each}}
        for number, each in enumerate(resources(life, event))
    ]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    raw, by = orjson.dumps(bundle), life.who(event.by)
    imports.take(life.person, raw, file_name="earlier-practice.json", by=by)


def resources(life: Life, event: synthesis.Event) -> Iterator[dict[str, Any]]:
    """A FHIR R4 resource each: the person, then the conditions and the prescriptions."""
    person, subject = life.told.person, {"reference": PATIENT}
    yield {
        "resourceType": "Patient",
        "name": [{"family": person.family, "given": [person.given]}],
        "birthDate": person.birth_date.isoformat(),
    }
    active = {"system": "http://terminology.hl7.org/CodeSystem/condition-clinical"}
    for each in event.what["conditions"]:
        yield {
            "resourceType": "Condition",
            "clinicalStatus": {"coding": [active | {"code": "active"}]},
            "code": coded(SNOMED, each),
            "subject": subject,
            "onsetDateTime": SINCE,
        }
    for each in event.what["prescriptions"]:
        yield {
            "resourceType": "MedicationRequest",
            "status": "active",
            "intent": "order",
            "medicationCodeableConcept": coded(RXNORM, each),
            "subject": subject,
            "authoredOn": SINCE,
        }


def coded(system: str, each: dict[str, str]) -> dict[str, Any]:
    line = {"system": system, "code": each["code"], "display": each["text"]}
    return {"coding": [line], "text": each["text"]}
