"""order-sign: silent unless ketamine is ordered, and then with its route and what comes with it."""

from __future__ import annotations

from typing import Any

import pytest
from web.api.calls import (
    RXNORM,
    SIGN,
    Resource,
    ask,
    cards,
    draft,
    medicine,
    searchset,
    signing,
    why,
)

from kapstone import screening
from kapstone.web.api.orders import routes

pytestmark = pytest.mark.usefixtures("demo")

SNOMED = "http://snomed.info/sct"
INTRAVENOUS = {"coding": [{"system": SNOMED, "code": "47625008"}]}
ORAL = {"coding": [{"system": SNOMED, "code": "26643006"}]}
RECTAL = {"coding": [{"system": SNOMED, "code": "37161004"}]}
CLARITHROMYCIN = searchset(medicine("Clarithromycin 500 MG Oral Tablet"))


def text(found: list[Resource]) -> str:
    return "\n".join(f"{each['summary']}\n{each['detail']}" for each in found).replace("\\", "")


def by_rule(found: list[Resource], rule: str) -> Resource:
    (card,) = (each for each in found if f"Rule {rule} " in each["detail"])
    return card


@pytest.mark.parametrize("drafts", [[], [draft("Amoxicillin 250 MG Oral Capsule")]])
def test_an_order_of_something_else_gets_no_cards(drafts: list[Resource]) -> None:
    assert cards(SIGN, signing(*drafts)) == []


def test_an_order_of_something_else_needs_no_record() -> None:
    call = signing(draft("Amoxicillin 250 MG Oral Capsule"))
    call["prefetch"] = {}
    assert cards(SIGN, call) == []


@pytest.mark.parametrize(
    "named", ["Ketamine 100 MG/ML Injectable Solution", "Spravato 28 MG", "ketamine troche 100 mg"]
)
def test_an_order_of_ketamine_is_screened(named: str) -> None:
    first = cards(SIGN, signing(draft(named)))[0]
    assert first["summary"].startswith("Ketamine screening: ")
    assert first["indicator"] == "warning"


def test_an_order_of_ketamine_by_code_is_screened() -> None:
    coded = {"coding": [{"system": RXNORM, "code": "6130", "display": "ketamine"}]}
    assert cards(SIGN, signing(draft("", medicationCodeableConcept=coded)))


def test_an_order_of_ketamine_needs_the_record() -> None:
    call = signing(draft("Ketamine"))
    call["prefetch"] = {}
    assert ask(SIGN, call).status_code == 412


def test_the_ketamine_that_is_ordered_is_not_other_ketamine() -> None:
    assert "MED-KET" not in text(cards(SIGN, signing(draft("Ketamine"))))


def test_ketamine_that_is_taken_already_is_other_ketamine() -> None:
    taken = searchset(medicine("Ketamine 10 MG Oral Tablet"))
    found = cards(SIGN, signing(draft("Ketamine"), medicationRequests=taken))
    assert any("MED-KET" in str(each.get("links")) for each in found)


def test_an_order_signed_again_is_the_same_order() -> None:
    again = searchset(medicine("Ketamine", "d1"))
    found = cards(SIGN, signing(draft("Ketamine", id="d1"), medicationRequests=again))
    assert not any("MED-KET" in str(each.get("links")) for each in found)


@pytest.mark.parametrize("id", [None, "m1"])
def test_another_medicine_of_the_record_is_never_taken_for_the_order(id: str | None) -> None:
    """Many systems give a draft no id, and some give it one that another order has."""
    order, stored = draft("Ketamine", id="m1"), medicine("Phenelzine 15 MG", "m1")
    if id is None:
        del order["id"], stored["id"]
    found = cards(SIGN, signing(order, medicationRequests=searchset(stored)))
    assert "Phenelzine" in text(found)


def test_ketamine_of_the_record_without_an_id_is_other_ketamine() -> None:
    order, stored = draft("Ketamine"), medicine("Ketamine")
    del order["id"], stored["id"]
    found = cards(SIGN, signing(order, medicationRequests=searchset(stored)))
    assert any("MED-KET" in str(each.get("links")) for each in found)


def test_a_statement_with_the_id_of_an_order_is_not_that_order() -> None:
    stored = medicine("Ketamine", "d1", resourceType="MedicationStatement", intent=None)
    found = cards(SIGN, signing(draft("Ketamine"), medicationStatements=searchset(stored)))
    assert any("MED-KET" in str(each.get("links")) for each in found)


def test_what_the_order_held_with_ketamine_before_stays_in_the_record() -> None:
    stored = searchset(medicine("Ketamine / Clonidine", "d1"))
    found = cards(SIGN, signing(draft("Ketamine"), medicationRequests=stored))
    assert "Clonidine" in text(found)


def test_an_order_that_ends_ketamine_gets_no_cards() -> None:
    assert cards(SIGN, signing(draft("Ketamine", status="cancelled"))) == []


def test_what_is_ordered_along_is_weighed() -> None:
    found = cards(SIGN, signing(draft("Ketamine"), draft("Phenelzine", id="d2")))
    assert "Medicines: Phenelzine" in text(found)


def test_what_is_ordered_along_does_not_close_the_list_of_medicines() -> None:
    alone = signing(draft("Ketamine"), draft("Sertraline", id="d2"))
    assert "no list of medicines was sent" in text(cards(SIGN, alone))
    listed = searchset(medicine("Fluoxetine"))
    whole = signing(draft("Ketamine"), draft("Sertraline", id="d2"), medicationRequests=listed)
    assert "no list of medicines was sent" not in text(cards(SIGN, whole))


def test_what_is_mixed_with_ketamine_is_weighed() -> None:
    found = text(cards(SIGN, signing(draft("Ketamine / Clonidine"))))
    assert "Clonidine" in found
    assert "Foozol" in text(cards(SIGN, signing(draft("Ketamine with Foozol"))))


@pytest.mark.parametrize(
    ("route", "action"),
    [
        ({"text": "Oral"}, "review"),
        ({"text": "by mouth"}, "review"),
        (INTRAVENOUS, "oversight"),
        ({"text": "IV"}, "oversight"),
        ({"text": "Intravenous route (qualifier value)"}, "oversight"),
        (INTRAVENOUS | {"text": "IV"}, "oversight"),
        (INTRAVENOUS | {"text": "Slow IV push over 40 min"}, "review"),
        (INTRAVENOUS | {"text": "Rectal"}, "review"),
        ({"coding": INTRAVENOUS["coding"] + ORAL["coding"]}, "review"),
        ({"coding": INTRAVENOUS["coding"] + RECTAL["coding"]}, "review"),
        ({"coding": [{"system": "https://ehr.example.org", "code": "47625008"}]}, "review"),
        ({"text": "Rectal"}, "review"),
        (INTRAVENOUS | {"text": "Oral"}, "review"),
        (None, "review"),
    ],
)
def test_a_clear_route_is_weighed_and_any_other_counts_as_the_graver(
    route: Any, action: str
) -> None:
    found = cards(SIGN, signing(draft("Ketamine", route), medicationRequests=CLARITHROMYCIN))
    assert by_rule(found, "MED-3A4S")["summary"].lower().startswith(action)


def test_a_route_that_is_clear_is_no_longer_asked_for() -> None:
    assert "Planned route" not in cards(SIGN, signing(draft("Ketamine", INTRAVENOUS)))[0]["detail"]


def test_two_routes_are_no_clear_route() -> None:
    two = [draft("Ketamine", INTRAVENOUS), draft("Ketamine", {"text": "Nasal"}, "d2")]
    found = cards(SIGN, signing(*two, medicationRequests=CLARITHROMYCIN))
    assert by_rule(found, "MED-3A4S")["summary"].startswith("Review")


@pytest.mark.parametrize("silent", [{}, {"dosageInstruction": []}])
def test_an_order_without_a_route_does_not_agree_with_another(silent: Resource) -> None:
    two = [draft("Ketamine", INTRAVENOUS), draft("Ketamine", id="d2", **silent)]
    found = cards(SIGN, signing(*two, medicationRequests=CLARITHROMYCIN))
    assert by_rule(found, "MED-3A4S")["summary"].startswith("Review")


def test_a_second_dosage_without_a_route_does_not_agree_with_the_first() -> None:
    order = draft("Ketamine", dosageInstruction=[{"route": INTRAVENOUS}, {"text": "then again"}])
    found = cards(SIGN, signing(order, medicationRequests=CLARITHROMYCIN))
    assert by_rule(found, "MED-3A4S")["summary"].startswith("Review")


def test_orders_that_name_one_route_in_two_ways_agree() -> None:
    two = [draft("Ketamine", INTRAVENOUS), draft("Ketamine", {"text": "iv"}, "d2")]
    found = cards(SIGN, signing(*two, medicationRequests=CLARITHROMYCIN))
    assert by_rule(found, "MED-3A4S")["summary"].startswith("Oversight")


@pytest.mark.parametrize("dosage", ["daily", {"route": "IV"}, [{"route": "IV"}]])
def test_a_dosage_of_the_wrong_shape_makes_an_order_that_cannot_be_read(dosage: Any) -> None:
    (card,) = cards(SIGN, signing(draft("Ketamine", dosageInstruction=dosage)))
    assert "not known whether" in card["summary"]


def test_a_route_of_the_wrong_shape_is_no_clear_route() -> None:
    order = draft("Ketamine", dosageInstruction=[{"text": "once", "route": "IV"}])
    found = cards(SIGN, signing(order, medicationRequests=CLARITHROMYCIN))
    assert by_rule(found, "MED-3A4S")["summary"].startswith("Review")


def test_every_route_of_ours_is_one_that_screening_asks_for() -> None:
    assert {each.id for each in routes()} == set(screening.fact("planned_route").choices)


def test_a_misspelt_order_is_never_silence() -> None:
    (card,) = cards(SIGN, signing(draft("Ketamne 100 mg")))
    assert card["indicator"] == "warning"
    assert "not known whether" in card["summary"]
    assert "Ketamne" in card["detail"]


def test_an_order_that_cannot_be_read_is_never_silence() -> None:
    (card,) = cards(SIGN, signing(draft("Ketamine", implicitRules="urn:rules")))
    assert "not known whether" in card["summary"]
    assert "implicitRules" in card["detail"]


SERVER = "https://ehr.example.org/fhir"


@pytest.mark.parametrize(
    "subject",
    [
        {"reference": "Patient/ade"},
        {"reference": "Patient/ade/_history/3"},
        {"reference": f"{SERVER}/Patient/ade"},
        {"reference": "urn:uuid:ade-1"},
        {"identifier": {"value": "7"}},
        None,
    ],
)
@pytest.mark.parametrize("server", [SERVER, f"{SERVER}/"])
def test_an_order_may_name_the_person_in_several_ways_or_not_at_all(
    subject: Resource | None, server: str
) -> None:
    call = signing(draft("Ketamine", subject=subject)) | {"fhirServer": server}
    who = {"fullUrl": "urn:uuid:ade-1", "resource": call["prefetch"]["patient"]}
    call["prefetch"]["patient"] = {"resourceType": "Bundle", "type": "searchset", "entry": [who]}
    found = cards(SIGN, call)
    assert found[0]["summary"].startswith("Ketamine screening: ")
    assert not [each for each in found if "not known whether" in each["summary"]]


@pytest.mark.parametrize(
    "named", ["Patient/bo", "https://elsewhere.example.org/fhir/Patient/ade", "urn:uuid:bo"]
)
def test_an_order_for_somebody_else_is_refused_with_the_reason(named: str) -> None:
    call = signing(draft("Ketamine", subject={"reference": named})) | {"fhirServer": SERVER}
    answer = ask(SIGN, call)
    assert answer.status_code == 400
    assert f"an order is about {named}" in why(answer)


def test_an_order_of_a_medicine_elsewhere_in_the_bundle_is_read() -> None:
    drug = {"resourceType": "Medication", "id": "k", "code": {"text": "Ketamine"}}
    order = draft("", medicationReference={"reference": "Medication/k"})
    del order["medicationCodeableConcept"]
    assert cards(SIGN, signing(order, drug))


def test_other_kinds_of_orders_are_passed_over() -> None:
    diet = {"resourceType": "NutritionOrder", "id": "n", "patient": {"reference": "Patient/ade"}}
    assert cards(SIGN, signing(diet)) == []
