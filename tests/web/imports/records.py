"""Small Bundles, whole and broken, and the seven samples."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).parents[2] / "fhir/samples"
NAMES = sorted(path.name.removesuffix(".json.gz") for path in SAMPLES.glob("*.json.gz"))
SUBJECT = {"reference": "urn:uuid:ade"}


def sample(name: str) -> bytes:
    return gzip.decompress((SAMPLES / f"{name}.json.gz").read_bytes())


def bundle(*resources: dict[str, Any], **patient: Any) -> bytes:
    """A Bundle about Ade Bello, born 1 June 1985, unless `patient` says otherwise."""
    who = {
        "resourceType": "Patient",
        "id": "ade",
        "name": [{"family": "Bello", "given": ["Ade"]}],
        "birthDate": "1985-06-01",
    } | patient
    entries = [{"fullUrl": "urn:uuid:ade", "resource": who}]
    entries += [
        {"fullUrl": f"urn:uuid:{number}", "resource": {"id": str(number), **each}}
        for number, each in enumerate(resources)
    ]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode()


def condition(text: str = "Migraine", **also: Any) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "code": {"text": text},
        "subject": SUBJECT,
        "onsetDateTime": "2020-01-01",
    } | also


def no_known_allergy() -> dict[str, Any]:
    return {
        "resourceType": "AllergyIntolerance",
        "code": {
            "coding": [
                {
                    "system": "http://snomed.info/sct",
                    "code": "716186003",
                    "display": "No known allergy",
                }
            ]
        },
        "patient": SUBJECT,
    }


def item_nine(value: float | str, on: str = "2026-10-20T10:00:00Z") -> dict[str, Any]:
    """An answer to the last question of the PHQ-9, as a number or in words."""
    answer: dict[str, Any] = (
        {"valueCodeableConcept": {"text": value}}
        if isinstance(value, str)
        else {"valueQuantity": {"value": value, "unit": "{score}"}}
    )
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "44260-8"}]},
        "subject": SUBJECT,
        "effectiveDateTime": on,
        **answer,
    }


def with_dangling_reference() -> bytes:
    return bundle(condition(subject={"reference": "urn:uuid:nobody"}))


def with_two_of_one_id() -> bytes:
    whole = json.loads(bundle(condition(), condition("Gout")))
    for entry in whole["entry"][1:]:
        entry["fullUrl"] = "urn:uuid:same"
    return json.dumps(whole).encode()


# Each kind of file that cannot be used, with a word of the reason that is given.
BROKEN = {
    "truncated": (bundle(condition())[:-40], "stops in the middle"),
    "cut inside gzip": (gzip.compress(bundle(condition()))[:60], "gzip"),
    "not a Bundle": (json.dumps({"resourceType": "Patient"}).encode(), "not a Bundle"),
    "not JSON": (b"hello", "not JSON"),
    "a list": (b"[]", "a list"),
    "empty": (b"", "empty"),
    "UTF-16": (bundle(condition()).decode().encode("utf-16"), "UTF-16"),
    "Latin-1": (
        bundle(condition("M\u00e9ni\u00e8re")).decode("unicode_escape").encode("latin-1"),
        "not UTF-8",
    ),
    "one key twice": (bundle(condition()).replace(b'"id"', b'"id": "x", "id"', 1), "twice"),
    "one id for two things": (with_two_of_one_id(), "urn:uuid:same"),
    "two people": (bundle({"resourceType": "Patient"}), "2 Patients"),
}
