"""Calls that are not answered: each with its status, and one line that says what to do."""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from web.api.calls import SIGN, VIEW, ask, medicine, of_ade, searchset, signing, why

from kapstone.web.api import asking

pytestmark = pytest.mark.usefixtures("demo")


@pytest.mark.parametrize(
    "key", ["patient", "conditions", "medicationRequests", "allergies", "observations"]
)
def test_a_key_that_was_not_sent_is_a_failed_precondition(key: str) -> None:
    call = of_ade()
    del call["prefetch"][key]
    answer = ask(VIEW, call)
    assert answer.status_code == 412
    assert key in why(answer)


def test_reported_medicines_may_be_left_out() -> None:
    call = of_ade()
    del call["prefetch"]["medicationStatements"]
    assert ask(VIEW, call).status_code == 200


def test_a_call_without_prefetch_is_a_failed_precondition() -> None:
    call = of_ade()
    del call["prefetch"]
    assert ask(VIEW, call).status_code == 412


def test_nobody_is_screened_without_a_patient() -> None:
    answer = ask(VIEW, of_ade(patient=None))
    assert answer.status_code == 412
    assert why(answer).startswith("prefetch: patient not sent")


@pytest.mark.parametrize("body", [b" ", b"{", b"hook=patient-view", b'{"hook": NaN}', b"\xff"])
def test_what_is_not_json_is_refused(body: bytes) -> None:
    answer = ask(VIEW, body)
    assert answer.status_code == 400
    assert "not JSON" in why(answer)


def test_a_name_that_stands_there_twice_is_refused() -> None:
    """Of two lists of conditions the last would count, and the first may hold a stop."""
    body = json.dumps(of_ade()).replace('"conditions": null', '"conditions": null, ' * 2 + '"x": 1')
    answer = ask(VIEW, body.encode())
    assert answer.status_code == 400
    assert "'conditions' stands there twice" in why(answer)


def test_a_body_nested_too_deep_is_refused() -> None:
    assert ask(VIEW, b"[" * 900 + b"]" * 900).status_code == 400
    assert ask(VIEW, b"[" * 90_000 + b"]" * 90_000).status_code == 400


def test_a_mark_of_byte_order_before_the_body_is_passed_over() -> None:
    assert ask(VIEW, BOM_UTF8 + json.dumps(of_ade()).encode()).status_code == 200


def test_a_body_of_unknown_length_is_refused_and_not_taken_for_empty() -> None:
    answer = Client().post(VIEW, b"", content_type="application/json", CONTENT_LENGTH="")
    assert answer.status_code == 411
    assert "Content-Length" in why(answer)


def test_another_kind_of_content_is_refused() -> None:
    answer = Client().post(VIEW, {"hook": "patient-view"})
    assert answer.status_code == 415


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"hook": None}, "hook"),
        ({"hookInstance": "not-a-uuid"}, "hookInstance"),
        ({"context": {}}, "context.patientId"),
        ({"context": {"patientId": ""}}, "context.patientId"),
        ({"context": "ade"}, "context"),
        ({"prefetch": []}, "prefetch"),
        ({"prefetch": {"patient": "Patient/ade"}}, "prefetch.patient"),
    ],
)
def test_a_request_of_the_wrong_shape_is_told_where(change: dict[str, Any], where: str) -> None:
    answer = ask(VIEW, of_ade() | change)
    assert answer.status_code == 400
    assert f"{where}: " in why(answer)


def test_a_refusal_does_not_repeat_what_was_sent() -> None:
    answer = ask(VIEW, of_ade() | {"context": {"patientId": ["Mrs Bello"]}})
    assert answer.status_code == 400
    assert b"Bello" not in answer.content


def test_a_list_is_no_request() -> None:
    assert ask(VIEW, []).status_code == 400


def test_another_hook_is_refused() -> None:
    answer = ask(VIEW, of_ade() | {"hook": "order-select"})
    assert answer.status_code == 400
    assert "patient-view" in why(answer)


def test_an_unknown_service_is_not_found() -> None:
    answer = ask("/cds-services/other", of_ade())
    assert answer.status_code == 404
    assert "kapstone-order-sign" in why(answer)


def test_the_record_of_another_person_is_refused() -> None:
    call = of_ade()
    call["context"]["patientId"] = "bo"
    answer = ask(VIEW, call)
    assert answer.status_code == 400
    assert "context.patientId" in why(answer)


def test_two_people_in_one_record_are_refused() -> None:
    bo = {"resourceType": "Patient", "id": "bo"}
    assert ask(VIEW, of_ade(conditions=searchset(bo))).status_code == 400


def test_one_name_for_two_different_entries_is_refused() -> None:
    two = searchset(medicine("Sertraline"), medicine("Fluoxetine"))
    answer = ask(VIEW, of_ade(medicationRequests=two))
    assert answer.status_code == 400
    assert "differ" in why(answer)


def test_entries_that_are_no_list_are_refused() -> None:
    answer = ask(VIEW, of_ade(conditions={"resourceType": "Bundle", "entry": {}}))
    assert answer.status_code == 400
    assert "prefetch.conditions.entry" in why(answer)


@pytest.mark.parametrize("entry", [None, "x", [], {}, {"resource": []}, {"resource": {"id": 1}}])
def test_an_entry_that_is_none_is_passed_over_and_named(entry: Any) -> None:
    odd = {"resourceType": "Bundle", "type": "searchset", "entry": [entry]}
    assert ask(VIEW, of_ade(conditions=odd)).status_code == 200


def test_as_much_as_may_be_sent_is_read_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    body = json.dumps(of_ade()).encode()
    monkeypatch.setattr(asking, "MAX_BYTES", len(body))
    assert ask(VIEW, body).status_code == 200
    answer = ask(VIEW, body + b" ")
    assert answer.status_code == 413
    assert "prefetch" in why(answer)


def test_a_service_is_only_posted_to() -> None:
    assert Client().get(VIEW).status_code == 405


def test_no_cross_site_token_is_asked_of_a_machine() -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(VIEW, json.dumps(of_ade()), content_type="application/json")
    assert answer.status_code == 200


@pytest.mark.parametrize("drafts", [None, {"resourceType": "Patient"}])
def test_orders_have_to_come_as_a_bundle(drafts: Any) -> None:
    call = signing()
    call["context"]["draftOrders"] = drafts
    answer = ask(SIGN, call)
    assert answer.status_code == 400
    assert "context.draftOrders" in why(answer)


def test_a_real_practice_answers_nobody_without_a_token(settings: Settings) -> None:
    settings.DEMO, settings.CDS_CLIENTS = False, "clients.json"
    answer = ask(VIEW, of_ade())
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
