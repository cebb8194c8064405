"""Discovery, as CDS Hooks 2.0 describes it."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from web.api.calls import why

from kapstone.fhir.codes import observations_read, signs


@pytest.mark.usefixtures("demo")
def test_discovery_lists_both_services_with_what_they_need() -> None:
    answer = Client().get("/cds-services")
    services = answer.json()["services"]
    assert answer["Content-Type"] == "application/json"
    assert {each["id"]: each["hook"] for each in services} == {
        "kapstone-patient-view": "patient-view",
        "kapstone-order-sign": "order-sign",
    }
    for each in services:
        required = {"hook", "title", "description", "id", "prefetch", "usageRequirements"}
        assert set(each) == required
        assert all(isinstance(query, str) and query for query in each["prefetch"].values())


@pytest.mark.usefixtures("demo")
def test_every_query_names_the_person_of_the_hook_and_no_other_token() -> None:
    prefetch = Client().get("/cds-services").json()["services"][0]["prefetch"]
    assert prefetch["patient"] == "Patient/{{context.patientId}}"
    assert prefetch["conditions"] == "Condition?patient={{context.patientId}}"
    for query in prefetch.values():
        assert query.count("{{") == query.count("{{context.patientId}}") == 1


@pytest.mark.usefixtures("demo")
def test_every_measurement_that_is_read_is_asked_for() -> None:
    query = Client().get("/cds-services").json()["services"][0]["prefetch"]["observations"]
    codes = set(query.split("code=")[1].split("&")[0].split(","))
    assert {*signs(), *observations_read()} < codes
    assert "85354-9" in codes


def test_a_practice_that_names_no_client_has_no_services(settings: Settings) -> None:
    settings.DEMO, settings.CDS_CLIENTS = False, ""
    answer = Client().get("/cds-services")
    assert answer.status_code == 404
    assert "KAPSTONE_CDS_CLIENTS" in why(answer)


def test_a_practice_that_names_a_client_shows_its_services(settings: Settings) -> None:
    settings.DEMO, settings.CDS_CLIENTS = False, "clients.json"
    assert Client().get("/cds-services").status_code == 200


@pytest.mark.usefixtures("demo")
def test_no_web_page_of_another_site_may_read_the_answer() -> None:
    answer = Client().get("/cds-services", headers={"Origin": "https://elsewhere.example"})
    assert "Access-Control-Allow-Origin" not in answer


@pytest.mark.usefixtures("demo")
def test_discovery_is_only_read() -> None:
    assert Client().post("/cds-services").status_code == 405
