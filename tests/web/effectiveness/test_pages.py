"""The pages: for the owner and researchers alone, with every figure's n, query and downloads."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime

import pytest
from django.urls import reverse
from web.logging_in import Enter

from kapstone.outcomes import trial
from kapstone.web.accounts.models import User
from kapstone.web.records.actions import effectiveness as deeds
from kapstone.web.records.models import ComparisonPlan, Course, Entry
from kapstone.web.records.models.base import AppendOnlyError
from kapstone.web.records.refusals import Refused

MAIN, HARMS = "/effectiveness/", "/effectiveness/harms/"
COMPARE = "/effectiveness/compare/integration/"
FILLED = {each.id: f"Because of {each.id}." for each in trial.PROTOCOL}


def test_the_owner_reads_who_is_counted_before_any_result(
    enter: Enter, owen: User, many: list[Course], later: datetime
) -> None:
    page = enter(owen).get(MAIN).content.decode()
    assert page.index("Who is counted?") < page.index("How many have responded?")
    assert "96 treated, 84 of them" in page
    assert "data-table" not in page
    assert page.count("It cannot show:") >= 10


@pytest.mark.parametrize("address", [MAIN, HARMS, COMPARE])
def test_a_researcher_sees_figures_and_nobodys_name(
    enter: Enter, researcher: User, many: list[Course], later: datetime, address: str
) -> None:
    page = enter(researcher).get(address).content.decode()
    assert "Quux" not in page
    assert many[0].person.number not in page
    assert reverse("people") not in page


def test_a_researcher_is_led_to_the_figures_and_into_no_chart(
    enter: Enter, researcher: User, many: list[Course]
) -> None:
    client = enter(researcher)
    assert client.get("/").headers["Location"] == MAIN
    assert client.get(f"/courses/{many[0].pk}/").status_code == 403
    assert not Course.objects.visible_to(researcher).exists()


def test_the_front_desk_the_patient_and_the_partner_get_none(
    enter: Enter, desk: User, ade_user: User, rio: User, osei: User
) -> None:
    for user in (desk, ade_user, rio, osei):
        for address in (MAIN, HARMS, COMPARE, "/effectiveness/phq9/response/csv/"):
            assert enter(user).get(address).status_code == 403


def test_a_download_says_what_was_asked_and_hides_what_the_page_hides(
    enter: Enter, researcher: User, cohort_a: list[Course], later: datetime
) -> None:
    client = enter(researcher)
    text = client.get("/effectiveness/phq9/response/csv/").content.decode()
    rows = list(csv.DictReader(io.StringIO(text[text.index("Visit,") :])))
    assert "digest" in text
    assert {each["Due"] for each in rows} == {"hidden"}
    data = json.loads(client.get("/effectiveness/phq9/response/json/").content)
    assert data["rows"][2]["Measured"] == "hidden"
    assert data["query"]["digest"]
    assert Entry.objects.filter(did="take figure", by=researcher).count() == 2


@pytest.mark.parametrize("address", ["phq9/none/csv", "phq9/response/exe", "wai-sr/response/csv"])
def test_what_is_not_there_is_not_found(enter: Enter, owen: User, address: str) -> None:
    assert enter(owen).get(f"/effectiveness/{address}/").status_code == 404
    assert enter(owen).get("/effectiveness/compare/none/").status_code == 404


def test_no_result_is_shown_before_the_protocol_is_signed(
    enter: Enter, owen: User, many: list[Course], later: datetime
) -> None:
    client = enter(owen)
    first = client.get(COMPARE).content.decode()
    assert "Fill in the protocol first" in first
    assert "What may be said" not in first
    assert "Too few on one side" not in first
    short = client.post(COMPARE, FILLED | {"outcome": " ", "signed_name": "Owen"})
    assert short.status_code == 422
    assert not ComparisonPlan.objects.exists()
    client.post(COMPARE, FILLED | {"signed_name": "Owen"})
    plan = ComparisonPlan.objects.get()
    assert (plan.signed_name, plan.answers["outcome"]) == ("Owen", "Because of outcome.")
    then = client.get(COMPARE).content.decode()
    assert "Because of negative_control." in then
    assert "Too few on one side" in then, "nobody kept two or more here"


def test_a_plan_for_another_analysis_shows_no_result(
    enter: Enter, owen: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    deeds.sign_plan("integration", FILLED, signed_name="Owen", at=now, by=owen)
    monkeypatch.setattr(trial, "digest", lambda: "another")
    page = enter(owen).get(COMPARE).content.decode()
    assert "Fill in the protocol first" in page
    assert "Signed before" in page


def test_a_plan_is_signed_by_its_author_and_never_edited(
    owen: User, desk: User, now: datetime
) -> None:
    with pytest.raises(Refused, match="signed in as Owen"):
        deeds.sign_plan("integration", FILLED, signed_name="Abara", at=now, by=owen)
    with pytest.raises(Refused, match="fill it in"):
        less = FILLED | {"contrast": ""}
        deeds.sign_plan("integration", less, signed_name="Owen", at=now, by=owen)
    with pytest.raises(Refused, match="no such comparison"):
        deeds.sign_plan("dose", FILLED, signed_name="Owen", at=now, by=owen)
    with pytest.raises(Refused, match="does not let you"):
        deeds.sign_plan("integration", FILLED, signed_name="Desk", at=now, by=desk)
    plan = deeds.sign_plan("integration", FILLED, signed_name="Owen", at=now, by=owen)
    plan.signed_name = "Somebody"
    with pytest.raises(AppendOnlyError):
        plan.save()
    assert Entry.objects.filter(did="sign comparison plan").count() == 1
