"""Files that are no record: each has its own words, and nothing is taken from any."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from kapstone.fhir import MAX_BYTES, Unreadable, read_bundle

PATIENT = {"resourceType": "Patient", "id": "p", "name": [{"family": "Ade"}]}


def bundle(*resources: dict[str, Any], **fields: Any) -> bytes:
    entry = [{"resource": resource} for resource in resources]
    whole = {"resourceType": "Bundle", "type": "collection", "entry": entry, **fields}
    return json.dumps(whole, ensure_ascii=False).encode()


WHOLE = bundle(PATIENT)
DEEP = b'{"a":' * 200_000 + b"1" + b"}" * 200_000
SECOND = {**PATIENT, "id": "q"}


def refused(raw: bytes) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        read_bundle(raw)
    return caught.value


FAULTS = [
    (b"", "empty", "empty"),
    (b" \n ", "empty", "empty"),
    (b"hello", "not-json", "at byte 0, line 1"),
    (b'{"a": 1,}', "not-json", "at byte"),
    (b"<Bundle xmlns='http://hl7.org/fhir'/>", "not-json", "XML"),
    (b"%PDF-1.7", "not-json", "PDF"),
    (gzip.compress(WHOLE), "not-json", "gzip"),
    (b"PK\x03\x04zip", "not-json", "ZIP"),
    (b'{"value": NaN}', "not-json", "NaN"),
    (b'{"value": -Infinity}', "not-json", "-Infinity"),
    (b'{"a": ' + b"9" * 5000 + b"}", "huge-number", "digits"),
    (b'{"a": 1, "a": 2}', "duplicate-keys", "'a' twice"),
    (DEEP, "too-deep", "too deep"),
    (WHOLE.decode().encode("utf-16"), "encoding", "UTF-16"),
    (WHOLE.decode().encode("utf-16-le"), "encoding", "UTF-16"),
    (bundle({**PATIENT, "x": "é"}).replace("é".encode(), b"\xe9"), "encoding", "Latin-1"),
    (b"[]", "not-object", "a list"),
    (b"3", "not-object", "a number"),
    (b'"Bundle"', "not-object", "text"),
    (b"null", "not-object", "null"),
    (b"{}", "not-bundle", "not FHIR"),
    (json.dumps(PATIENT).encode(), "not-bundle", "a FHIR Patient"),
    (json.dumps(PATIENT).encode() + b"\n" + json.dumps(SECOND).encode(), "not-bundle", "NDJSON"),
    (bundle(PATIENT, type="history"), "bundle-type", "'history'"),
    (bundle(PATIENT, type=["collection"]), "bundle-type", "type"),
    (bundle(PATIENT, entry={}), "no-entries", "no list of entries"),
    (bundle(), "no-patient", "no Patient"),
    (bundle(PATIENT, SECOND), "two-patients", "entries 0, 1"),
    (bundle(PATIENT, {**PATIENT, "gender": "female"}), "duplicate-ids", "Entries 0 and 1"),
    (
        bundle({**PATIENT, "link": [{"type": "replaced-by", "other": {}}]}),
        "patient-unreadable",
        "replaced by another",
    ),
    (bundle({**PATIENT, "name": "Ade"}), "patient-unreadable", "should be a list, is text"),
]


@pytest.mark.parametrize(("raw", "code", "words"), FAULTS, ids=range(len(FAULTS)))
def test_each_fault_has_its_own_words(raw: bytes, code: str, words: str) -> None:
    fault = refused(raw)
    assert fault.code == code
    assert words in fault.words


@pytest.mark.parametrize("code", sorted({code for _, code, _ in FAULTS}))
def test_every_refusal_says_what_to_do(code: str) -> None:
    raw = next(raw for raw, own, _ in FAULTS if own == code)
    asks = ("Ask", "Export", "Choose", "Save", "Unpack", "Download", "should be", "Not read")
    assert any(ask in refused(raw).words for ask in asks)


@pytest.mark.parametrize("end", range(1, len(WHOLE)))
def test_a_cut_file_says_at_which_byte(end: int) -> None:
    fault = refused(WHOLE[:end])
    assert fault.code == "truncated"
    assert f"at byte {end:,}." in fault.words


def test_a_file_cut_inside_a_letter_is_cut() -> None:
    raw = bundle({**PATIENT, "name": [{"family": "Bjørk"}]})
    assert refused(raw[: raw.index("ø".encode()) + 1]).code == "truncated"


def test_a_byte_order_mark_is_no_fault() -> None:
    assert read_bundle(b"\xef\xbb\xbf" + WHOLE).person.family == "Ade"


def test_the_byte_of_a_wrong_letter_counts_the_mark() -> None:
    assert "Byte 4 " in refused(b'\xef\xbb\xbf"\xe9t\xe9 "').words


def test_the_limit_is_checked_before_anything_is_parsed() -> None:
    padding = b" " * (MAX_BYTES - len(WHOLE))
    assert read_bundle(WHOLE + padding).person.family == "Ade"
    assert refused(WHOLE + padding + b" ").code == "too-large"
    assert refused(b"\x00" * (MAX_BYTES + 1)).code == "too-large"


OTHER_VERSIONS = [
    ({"resourceType": "Condition", "clinicalStatus": "active"}, "STU3"),
    ({"resourceType": "AllergyIntolerance", "clinicalStatus": "active"}, "STU3"),
    ({"resourceType": "MedicationRequest", "medication": {"concept": {}}}, "R5"),
    ({"resourceType": "Encounter", "class": [{}]}, "R5"),
    ({"resourceType": "MedicationOrder"}, "DSTU2"),
]


@pytest.mark.parametrize(("resource", "version"), OTHER_VERSIONS, ids=str)
def test_another_version_of_fhir_is_named(resource: dict[str, Any], version: str) -> None:
    fault = refused(bundle(PATIENT, resource))
    assert fault.code == "other-version"
    assert f"FHIR {version}, not R4" in fault.words


def test_one_odd_resource_among_r4_does_not_refuse_the_file() -> None:
    odd = {"resourceType": "Condition", "clinicalStatus": "active"}
    record = read_bundle(bundle(PATIENT, odd, {**odd, "clinicalStatus": {"text": "active"}}))
    assert len(record.not_understood) == 2
