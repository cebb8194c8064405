"""Calls of another record system: about a sample, or about Ade with what is said of her."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client
from web.imports.records import sample

Resource = dict[str, Any]

VIEW = "/cds-services/kapstone-patient-view"
SIGN = "/cds-services/kapstone-order-sign"
INSTANCE = "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea"
TYPES = {
    "conditions": "Condition",
    "medicationRequests": "MedicationRequest",
    "medicationStatements": "MedicationStatement",
    "allergies": "AllergyIntolerance",
    "observations": "Observation",
}
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
SUBJECT = {"reference": "Patient/ade"}


def searchset(*resources: Resource) -> Resource:
    entries = [{"resource": each} for each in resources]
    return {"resourceType": "Bundle", "type": "searchset", "entry": entries}


def of_ade(**prefetch: Any) -> Resource:
    """A patient-view call about a woman of 41 of whom nothing else is said."""
    who = {"resourceType": "Patient", "id": "ade", "gender": "female", "birthDate": "1985-06-01"}
    return {
        "hook": "patient-view",
        "hookInstance": INSTANCE,
        "context": {"userId": "Practitioner/vale", "patientId": "ade"},
        "prefetch": {"patient": who, **dict.fromkeys(TYPES), **prefetch},
    }


def of_sample(name: str) -> Resource:
    """A patient-view call that holds one of the samples, as a server answers the six queries."""
    entries = json.loads(sample(name))["entry"]
    (who,) = (each["resource"] for each in entries if is_a(each, "Patient"))
    found = {
        key: {
            "resourceType": "Bundle",
            "type": "searchset",
            "entry": [
                {"fullUrl": each["fullUrl"], "resource": each["resource"]}
                for each in entries
                if is_a(each, kind)
            ],
        }
        for key, kind in TYPES.items()
    }
    patient = {
        "resourceType": "Bundle",
        "type": "searchset",
        "entry": [{"fullUrl": f"urn:uuid:{who['id']}", "resource": who}],
    }
    call = of_ade(**found, patient=patient)
    call["context"]["patientId"] = who["id"]
    return call


def is_a(entry: Resource, kind: str) -> bool:
    return bool(entry["resource"]["resourceType"] == kind)


def medicine(text: str, id: str = "m1", **also: Any) -> Resource:
    return {
        "resourceType": "MedicationRequest",
        "id": id,
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": {"text": text},
        "subject": SUBJECT,
    } | also


def draft(text: str, route: Any = None, id: str = "d1", **also: Any) -> Resource:
    dosage = {"dosageInstruction": [{"route": route}]} if route else {}
    return medicine(text, id, status="draft") | dosage | also


def signing(*drafts: Resource, **prefetch: Any) -> Resource:
    """An order-sign call about Ade."""
    call = of_ade(**prefetch) | {"hook": "order-sign"}
    call["context"]["draftOrders"] = {
        "resourceType": "Bundle",
        "entry": [{"resource": each} for each in drafts],
    }
    return call


def ask(address: str, call: Any, **headers: str) -> Any:
    """What the server answers; a call is JSON unless it is bytes already."""
    body = call if isinstance(call, bytes) else json.dumps(call).encode()
    return Client().post(address, body, content_type="application/json", headers=headers)


def cards(address: str, call: Resource) -> list[Resource]:
    answer = ask(address, call)
    assert answer.status_code == 200, answer.content
    found: list[Resource] = json.loads(answer.content)["cards"]
    return found


def why(answer: Any) -> str:
    """The one line that says why a call was not answered."""
    body = json.loads(answer.content)
    assert body["resourceType"] == "OperationOutcome"
    assert b"\n" not in answer.content
    words: str = body["issue"][0]["diagnostics"]
    return words
