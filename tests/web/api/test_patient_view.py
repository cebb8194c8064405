"""patient-view: the record is sent along, screened, and forgotten. No test here has a database."""

from __future__ import annotations

import json
import logging

import pytest
from django.test import Client
from web.api.calls import (
    INSTANCE,
    SUBJECT,
    TYPES,
    VIEW,
    ask,
    cards,
    medicine,
    of_ade,
    of_sample,
    searchset,
)
from web.imports.records import NAMES

pytestmark = pytest.mark.usefixtures("demo")

REQUIRED = {"summary", "indicator", "source"}
ALLOWED = REQUIRED | {"uuid", "detail", "links", "overrideReasons"}


@pytest.mark.parametrize("name", NAMES)
def test_a_real_record_gets_cards_of_the_shape_the_specification_wants(name: str) -> None:
    found = cards(VIEW, of_sample(name))
    assert len({each["uuid"] for each in found}) == len(found)
    for each in found:
        assert set(each) >= REQUIRED
        assert set(each) <= ALLOWED
        assert 0 < len(each["summary"]) < 140
        assert each["indicator"] in {"info", "warning", "critical"}
        assert each["source"]["label"]
        assert all(set(link) == {"label", "url", "type"} for link in each.get("links", []))


@pytest.mark.parametrize("name", NAMES)
def test_a_record_that_leaves_questions_open_says_which(name: str) -> None:
    first = cards(VIEW, of_sample(name))[0]
    assert "not known" in first["summary"]
    assert "**Not known**" in first["detail"]


def test_nothing_but_a_birth_date_is_never_silence() -> None:
    (first, *_) = cards(VIEW, of_ade())
    assert first["indicator"] == "warning"
    assert "not all is known" in first["summary"]
    assert "**Not known**: " in first["detail"]
    assert "; Medicines: missing; " in first["detail"]


@pytest.mark.parametrize(("gender", "asked"), [("female", False), ("male", True), ("other", True)])
def test_a_gender_never_rules_out_pregnancy(gender: str, asked: bool) -> None:
    call = of_ade()
    call["prefetch"]["patient"]["gender"] = gender
    assert ("Sex recorded at birth" in unread(call)) is asked


@pytest.mark.parametrize(("born", "known"), [("1985-06-01", True), ("1985", False)])
def test_an_age_is_known_only_from_a_whole_birth_date(born: str, known: bool) -> None:
    call = of_ade()
    call["prefetch"]["patient"]["birthDate"] = born
    assert ("Age: missing" not in unread(call)) is known


@pytest.mark.parametrize(("bmi", "speaks"), [(39.9, False), (40, True)])
def test_a_measurement_of_the_record_is_weighed(bmi: float, speaks: bool) -> None:
    measured = {
        "resourceType": "Observation",
        "status": "final",
        "subject": SUBJECT,
        "code": {"coding": [{"system": "http://loinc.org", "code": "39156-5"}]},
        "effectiveDateTime": "2026-11-02T09:00:00Z",
        "valueQuantity": {"value": bmi, "unit": "kg/m2"},
    }
    found = cards(VIEW, of_ade(observations=searchset(measured)))
    assert any("SCR-PUL-06" in each["detail"] for each in found) is speaks


def test_a_child_is_a_stop() -> None:
    call = of_ade()
    call["prefetch"]["patient"]["birthDate"] = "2012-01-01"
    first, second = cards(VIEW, call)[:2]
    assert (first["indicator"], second["indicator"]) == ("critical", "critical")
    assert "SCR-AGE-01" in second["detail"]
    assert second["summary"].startswith("Stop: ")


def test_a_finding_leads_to_its_rule_and_its_source() -> None:
    call = of_ade()
    call["prefetch"]["patient"]["birthDate"] = "2012-01-01"
    card = cards(VIEW, call)[1]
    page = "http://testserver/cds-rules/SCR-AGE-01"
    assert card["source"]["url"] == card["links"][0]["url"] == page
    assert card["links"][0]["type"] == "absolute"
    assert Client().get("/cds-rules/SCR-AGE-01").status_code == 200


def test_a_stop_has_reasons_to_override_each_with_words_and_no_suggestion() -> None:
    call = of_ade()
    call["prefetch"]["patient"]["birthDate"] = "2012-01-01"
    card = cards(VIEW, call)[1]
    assert len(card["overrideReasons"]) >= 2
    assert all(set(one) == {"code", "system", "display"} for one in card["overrideReasons"])
    assert "suggestions" not in card


def test_a_medicine_of_the_record_is_weighed() -> None:
    taken = searchset(medicine("Phenelzine 15 MG Oral Tablet"))
    found = cards(VIEW, of_ade(medicationRequests=taken))
    assert any("Phenelzine" in each["detail"] for each in found[1:])


def test_a_medicine_stopped_is_not_weighed() -> None:
    stopped = searchset(medicine("Phenelzine 15 MG Oral Tablet", status="stopped"))
    found = cards(VIEW, of_ade(medicationRequests=stopped))
    assert not any("Phenelzine" in each["detail"] for each in found[1:])


def test_one_resource_by_itself_counts_as_well_as_a_searchset() -> None:
    found = cards(VIEW, of_ade(medicationRequests=medicine("Phenelzine 15 MG Oral Tablet")))
    assert any("Phenelzine" in each["detail"] for each in found[1:])


def test_a_medicine_reported_counts_as_well_as_one_ordered() -> None:
    said = medicine("Phenelzine") | {"resourceType": "MedicationStatement"}
    found = cards(VIEW, of_ade(medicationStatements=searchset(said)))
    assert any("Phenelzine" in each["detail"] for each in found[1:])


def unread(call: dict[str, object]) -> str:
    """What stands on the first card of medicines that keep the question open, all of it."""
    return str(cards(VIEW, call)[0]["detail"]).replace("\\", "")


def test_a_medicine_that_nobody_recognises_keeps_the_question_open() -> None:
    assert "not recognised (Foozol)" in unread(
        of_ade(medicationRequests=searchset(medicine("Foozol")))
    )


def test_a_medicine_without_a_name_keeps_the_question_open() -> None:
    nameless = medicine("") | {"medicationCodeableConcept": {}}
    assert "neither words nor a code" in unread(of_ade(medicationRequests=searchset(nameless)))


def test_a_medicine_entered_in_error_does_not() -> None:
    wrong = medicine("Foozol", status="entered-in-error")
    told = unread(of_ade(medicationRequests=searchset(medicine("Sertraline", "m2"), wrong)))
    assert "not recognised" not in told


def test_a_first_page_of_several_keeps_the_medicines_open() -> None:
    page = searchset(medicine("Sertraline"))
    page["link"] = [{"relation": "next", "url": "https://ehr.example.org/fhir?page=2"}]
    assert "further pages" in unread(of_ade(medicationRequests=page))
    page["link"][0]["relation"] = "self"
    assert "further pages" not in unread(of_ade(medicationRequests=page))


def test_what_no_rule_weighed_is_named() -> None:
    gout = {"resourceType": "Condition", "code": {"text": "Gout"}, "subject": SUBJECT}
    assert "Gout" in unread(of_ade(conditions=searchset(gout)))


def test_a_reference_by_whole_address_is_the_same_person_on_the_same_server() -> None:
    there = {"reference": "https://ehr.example.org/fhir/Patient/ade"}
    call = of_ade(medicationRequests=searchset(medicine("Phenelzine", subject=there)))
    assert "not the Patient" in unread(call) or "not in this file" in unread(call)
    call["fhirServer"] = "https://ehr.example.org/fhir/"
    assert any("Phenelzine" in each["detail"] for each in cards(VIEW, call)[1:])


def test_marks_of_markdown_in_a_record_stay_words() -> None:
    call = of_ade(medicationRequests=searchset(medicine("[Foozol](javascript:alert) <b>")))
    detail = cards(VIEW, call)[0]["detail"]
    assert "[Foozol](" not in detail
    assert "<b>" not in detail


def test_a_token_for_the_other_server_is_never_said_again() -> None:
    call = of_ade() | {
        "fhirServer": "https://ehr.example.org/fhir",
        "fhirAuthorization": {"access_token": "very-secret", "token_type": "Bearer"},
        "extension": {"org.example": 1},
    }
    answer = ask(VIEW, call)
    assert answer.status_code == 200
    assert b"very-secret" not in answer.content


def test_nothing_is_kept_and_nothing_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    answer = ask(VIEW, of_ade(medicationRequests=searchset(medicine("Foozol"))))
    assert not answer.cookies
    assert answer["Cache-Control"] == "no-store"
    assert INSTANCE not in caplog.text
    assert "Foozol" not in caplog.text


def test_the_same_record_gets_the_same_cards_but_for_their_names() -> None:
    one, other = (cards(VIEW, of_sample(NAMES[0])) for _ in range(2))
    for each in (*one, *other):
        del each["uuid"]
    assert json.dumps(one) == json.dumps(other)


def test_every_prefetch_key_is_one_that_these_tests_send() -> None:
    keys = Client().get("/cds-services").json()["services"][0]["prefetch"]
    assert set(keys) == {"patient", *TYPES}
