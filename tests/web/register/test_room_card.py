"""The card of the room: a dose is charted, corrected, and what is left of it accounted for."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from web.logging_in import Enter
from web.register.conftest import VIAL, received, text_of

from kapstone.web.accounts.models import User
from kapstone.web.records import register as stock
from kapstone.web.records.actions import counting
from kapstone.web.records.models import (
    Discharge,
    Discrepancy,
    DoseGiven,
    Holding,
    RegisterEntry,
    Session,
)


@pytest.fixture
def room(infusion: Session) -> str:
    return f"/sessions/{infusion.pk}/"


def dose(holding: Holding | None, **also: str) -> dict[str, str]:
    lot = str(holding.pk) if holding else "none"
    return {"kind": "infusion", "mg": "34", "lot": lot, **also}


def test_a_dose_is_charted_on_the_card_of_the_room(
    room: str, vials: Holding, nurse: Client
) -> None:
    page = text_of(nurse.get(f"{room}room/"))
    assert "None is charted yet" in page
    assert "lot A1 · 10 vials · until 30 Jun 2027" in page
    answer = nurse.post(f"{room}doses/", dose(vials, minutes_ago="5"), follow=True)
    said = text_of(answer)
    assert "34 mg of 34 mg ordered" in said
    assert "Infusion 34 mg" in said
    assert DoseGiven.objects.get().at == datetime.fromisoformat("2026-11-03T12:55:00+00:00")


def test_a_dose_that_does_not_pass_comes_back_with_its_words(
    room: str, vials: Holding, nurse: Client
) -> None:
    answer = nurse.post(f"{room}doses/", dose(vials, mg="40"))
    assert (answer.status_code, "34 mg were ordered" in text_of(answer)) == (422, True)
    assert not DoseGiven.objects.exists()


def test_a_practice_without_a_register_is_told_so_on_the_card(room: str, nurse: Client) -> None:
    assert "keeps no medicine register yet" in text_of(nurse.get(f"{room}room/"))
    assert "34 mg of 34 mg" in text_of(nurse.post(f"{room}doses/", dose(None), follow=True))


def test_only_a_prescriber_is_offered_what_is_not_in_the_register(
    room: str, vials: Holding, nurse: Client, osei: User, enter: Enter
) -> None:
    assert "Not from the register" not in text_of(nurse.get(f"{room}room/"))
    assert "Not from the register" in text_of(enter(osei).get(f"{room}room/"))


def test_a_therapist_sees_what_was_given_and_charts_nothing(
    room: str, vials: Holding, lind: User, enter: Enter
) -> None:
    page = enter(lind)
    assert "Chart a dose" not in text_of(page.get(f"{room}room/"))
    assert page.post(f"{room}doses/", dose(vials)).status_code == 403


def test_what_is_left_is_wasted_before_a_witness_in_the_room(
    room: str, vials: Holding, nurse: Client, signs_in: dict[str, str]
) -> None:
    answer = nurse.post(f"{room}doses/", dose(vials, taken_mg="40"), follow=True)
    assert "6 mg of lot A1 not accounted for" in text_of(answer)
    rest = {"lot": str(vials.pk), "mg": "6"}
    refused = nurse.post(f"{room}doses/waste/", rest | signs_in | {"witness-code": ""})
    assert (refused.status_code, "Who saw it" in text_of(refused)) == (422, True)
    done = nurse.post(f"{room}doses/waste/", rest | signs_in, follow=True)
    assert "not accounted for" not in text_of(done)
    assert RegisterEntry.objects.get(kind="waste").witness is not None


def test_what_is_left_is_put_back(room: str, vials: Holding, nurse: Client) -> None:
    nurse.post(f"{room}doses/", dose(vials, taken_mg="40"))
    too_much = nurse.post(f"{room}doses/put-back/", {"lot": str(vials.pk), "mg": "7"})
    assert (too_much.status_code, "Only 6 mg" in text_of(too_much)) == (422, True)
    answer = nurse.post(f"{room}doses/put-back/", {"lot": str(vials.pk), "mg": "6"}, follow=True)
    assert "not accounted for" not in text_of(answer)


def test_a_dose_is_corrected_on_its_page(room: str, vials: Holding, nurse: Client) -> None:
    nurse.post(f"{room}doses/", dose(vials))
    page = f"/doses/{DoseGiven.objects.get().pk}/correct/"
    assert "What was really given" in text_of(nurse.get(page))
    told = {"mg": "30", "words": "The pump says thirty, not thirty-four."}
    said = text_of(nurse.post(page, told, follow=True))
    assert "30 mg of 34 mg ordered" in said
    assert "4 mg of lot A1 not accounted for" in said
    assert nurse.post(page, told).status_code == 422


def test_a_lot_of_another_practice_is_not_taken(
    room: str, vials: Holding, nurse: Client, marsh: User, now: datetime
) -> None:
    theirs = received(VIAL, 1, now, marsh)
    assert nurse.post(f"{room}doses/", dose(theirs)).status_code == 422
    assert (
        nurse.post(f"{room}doses/put-back/", {"lot": str(theirs.pk), "mg": "1"}).status_code == 404
    )


def test_the_way_home_says_what_is_not_accounted_for_and_where_to_do_it_later(
    *,
    room: str,
    infusion: Session,
    vials: Holding,
    nurse: Client,
    osei: User,
    signs_in: dict[str, str],
    now: datetime,
) -> None:
    nurse.post(f"{room}doses/", dose(vials, taken_mg="40"))
    assert "6 mg of lot A1 is not accounted for" in text_of(nurse.get(f"{room}leaving/"))
    Discharge.objects.create(
        session=infusion, escort_name="Rio", criteria=[], signed_name="O", at=now, by=osei
    )
    counting.open_for_session(infusion, at=now + timedelta(minutes=1), by=osei)
    found = Discrepancy.objects.get()
    page = text_of(nurse.get(f"/register/differences/{found.pk}/"))
    assert "6 mg still not accounted for" in page
    nurse.post(f"{room}doses/waste/", {"lot": str(vials.pk), "mg": "6"} | signs_in)
    assert stock.out_of(infusion) == {}
