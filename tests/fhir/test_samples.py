"""Seven records that nobody here wrote, counted a second time by other means."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from kapstone.fhir import Allergy, Condition, Imported, Medicine, read_bundle

FOLDER = Path(__file__).parent / "samples"
NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
NAMES = [
    "alberto-atencio",
    "antony-anderson",
    "barrett-goldner",
    "brant-jacobson",
    "brendan-turcotte",
    "jacob-larson",
    "karena-pfeffer",
]
# Counted by hand with jq, per person: conditions, medicines, allergies.
COUNTED = {
    "alberto-atencio": (3, 2, 0),
    "antony-anderson": (5, 1, 0),
    "barrett-goldner": (4, 1, 0),
    "brant-jacobson": (9, 7, 5),
    "brendan-turcotte": (8, 3, 0),
    "jacob-larson": (3, 2, 0),
    "karena-pfeffer": (8, 12, 6),
}
SIGN_CODES = {"8302-2", "29463-7", "39156-5", "8462-4", "8480-6", "8331-1"}

every_sample = pytest.mark.parametrize("name", NAMES)


def raw_bytes(name: str) -> bytes:
    return gzip.decompress((FOLDER / f"{name}.json.gz").read_bytes())


@cache
def imported(name: str) -> Imported:
    return read_bundle(raw_bytes(name), now=NOW)


def resources(name: str) -> list[dict[str, Any]]:
    return [entry["resource"] for entry in json.loads(raw_bytes(name))["entry"]]


def codes(thing: Any) -> list[str]:
    """Every code of an Observation and its components, found by walking, not by reading."""
    own = [coding["code"] for coding in thing["code"]["coding"]]
    return own + [code for part in thing.get("component", []) for code in codes(part)]


def taken_from(record: Imported) -> list[int]:
    items = [
        *record.conditions,
        *record.medicines,
        *record.allergies,
        *record.vital_signs,
        *record.observations,
    ]
    return [record.person.origin.entry, *(item.origin.entry for item in items)]


def test_the_list_names_every_sample() -> None:
    assert sorted(path.name for path in FOLDER.glob("*.gz")) == [f"{n}.json.gz" for n in NAMES]


@every_sample
def test_conditions_medicines_and_allergies_are_all_there(name: str) -> None:
    record = imported(name)
    found = (len(record.conditions), len(record.medicines), len(record.allergies))
    assert found == COUNTED[name]


@every_sample
def test_every_vital_sign_is_taken_once(name: str) -> None:
    seen = [r for r in resources(name) if r["resourceType"] == "Observation"]
    written = Counter(code for r in seen for code in codes(r) if code in SIGN_CODES)
    signs = Counter(sign.sign for sign in imported(name).vital_signs)
    assert signs == {
        sign: count
        for sign, code in {
            "height_cm": "8302-2",
            "weight_kg": "29463-7",
            "bmi": "39156-5",
            "diastolic_bp": "8462-4",
            "systolic_bp": "8480-6",
            "temperature_c": "8331-1",
        }.items()
        if (count := written[code])
    }


@every_sample
def test_every_entry_is_taken_or_listed_never_both(name: str) -> None:
    record = imported(name)
    taken = set(taken_from(record))
    listed = [number for each in record.not_understood for number in each.entries]
    assert len(listed) == len(set(listed))
    assert sorted([*taken, *listed]) == list(range(len(resources(name))))


@every_sample
def test_the_counts_are_those_of_the_file(name: str) -> None:
    written = Counter(resource["resourceType"] for resource in resources(name))
    assert dict(imported(name).counts) == written


@every_sample
def test_every_value_stands_in_the_resource_it_names(name: str) -> None:
    """An item's words and codes are found in its own resource, and in no other by mistake."""
    record, written = imported(name), resources(name)
    items: list[Condition | Medicine | Allergy] = [*record.conditions, *record.medicines]
    for item in [*items, *record.allergies]:
        resource = written[item.origin.entry]
        concept = resource.get("medicationCodeableConcept") or resource["code"]
        assert (resource["id"], concept["text"]) == (item.origin.id, item.text)


@every_sample
def test_statuses_are_as_written(name: str) -> None:
    record, written = imported(name), resources(name)
    for condition in record.conditions:
        coded = written[condition.origin.entry]["clinicalStatus"]["coding"][0]["code"]
        assert condition.clinical_status == coded
    for medicine in record.medicines:
        assert medicine.status == written[medicine.origin.entry]["status"]


@every_sample
def test_reading_twice_gives_the_same_keys_and_no_key_twice(name: str) -> None:
    keys = [item.key for item in imported(name).vital_signs]
    assert keys == [item.key for item in read_bundle(raw_bytes(name), now=NOW).vital_signs]
    assert len(keys) == len(set(keys))


def test_a_key_does_not_hang_on_the_place_in_the_file() -> None:
    bundle = json.loads(raw_bytes("alberto-atencio"))
    bundle["entry"].reverse()
    turned = read_bundle(json.dumps(bundle).encode(), now=NOW)
    ours = {c.key for c in imported("alberto-atencio").conditions}
    assert {c.key for c in turned.conditions} == ours


def test_one_person_read_by_eye() -> None:
    person = imported("alberto-atencio").person
    assert (person.family, person.given) == ("Atencio", ("Alberto",))
    assert person.birth_date is not None
    assert person.birth_date.as_written == "1993-06-07"
    assert (person.sex, person.phone, person.language) == ("male", "555-961-9901", "es")
    assert (person.email, person.deceased) == (None, None)


def test_numbers_that_treatment_does_not_need_stay_out() -> None:
    record = imported("alberto-atencio")
    values = [identifier.value for identifier in record.person.identifiers]
    assert values == ["fc712d1f-5a2e-4407-9c55-a2a2bad623c2"] * 2
    assert sum("not needed" in caution.words for caution in record.warnings) == 3


def test_a_reason_is_found_through_its_reference() -> None:
    medicine = imported("antony-anderson").medicines[0]
    assert medicine.reason == "Acute bronchitis (disorder)"


def test_billing_is_listed_as_one_line_with_its_count() -> None:
    line = next(x for x in imported("karena-pfeffer").not_understood if x.resource_type == "Claim")
    assert (line.where, line.why) == ("38 resources", "not read: billing")
