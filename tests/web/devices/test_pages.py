"""The card in the room, the page of one reading, and the page of devices."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from web.devices.conftest import IDENTITY, Tell, heard
from web.logging_in import Enter

from kapstone import devices
from kapstone.web.accounts.models import User
from kapstone.web.records.actions import bedside
from kapstone.web.records.actions import devices as deeds
from kapstone.web.records.models import (
    AcceptedReading,
    Device,
    DeviceKey,
    DevicePlace,
    Session,
    SetAside,
)

BO = devices.PatientTold(family="Tran", given="Bo")


def test_one_tap_in_the_room_takes_it_and_the_timeline_says_from_what(
    *, enter: Enter, abara: User, placed: Device, started: Session, tell: Tell
) -> None:
    told, client = tell(), enter(abara)
    board = client.get(f"/sessions/{started.pk}/board/").content.decode()
    assert "142/91, Heart 78" in board
    assert f'id="accept-{told.pk}"' in board
    tapped = client.post(f"/bedside/{told.pk}/accept/", headers={"HX-Request": "true"})
    after = tapped.content.decode()
    assert f'id="accept-{told.pk}"' not in after
    assert "Check, from Cuff 2: 142/91" in after
    assert "accepted by Abara" in after


def test_without_scripts_the_tap_leads_back_to_the_room(
    *, enter: Enter, abara: User, placed: Device, started: Session, tell: Tell
) -> None:
    answer = enter(abara).post(f"/bedside/{tell().pk}/accept/")
    assert answer.headers["Location"] == f"/sessions/{started.pk}/room/"


def test_what_names_somebody_else_has_no_button_and_says_whom(
    *, enter: Enter, abara: User, placed: Device, started: Session, tell: Tell
) -> None:
    told, client = tell(patient=BO), enter(abara)
    board = client.get(f"/sessions/{started.pk}/board/").content.decode()
    assert "names somebody else: Bo Tran" in board
    assert f'id="accept-{told.pk}"' not in board
    tapped = client.post(f"/bedside/{told.pk}/accept/", headers={"HX-Request": "true"})
    assert (tapped.status_code, tapped.headers["HX-Redirect"]) == (204, f"/bedside/{told.pk}/")
    assert not AcceptedReading.objects.exists()
    refused = client.post(f"/bedside/{told.pk}/take/", {"despite": ""})
    assert refused.status_code == 422
    client.post(f"/bedside/{told.pk}/take/", {"despite": "The monitor had the last name in it."})
    assert AcceptedReading.objects.get().bedside == told


def test_a_reading_of_nobody_is_given_to_a_session(
    *, enter: Enter, abara: User, monitor: Device, started: Session, tell: Tell
) -> None:
    told, client = tell(), enter(abara)
    assert "Whose are these?" in client.get("/devices/").content.decode()
    why = {"session": started.pk, "despite": "It lay beside her."}
    answer = client.post(f"/bedside/{told.pk}/take/", why)
    assert answer.headers["Location"] == f"/sessions/{started.pk}/room/"
    assert AcceptedReading.objects.get().reading.session == started


def test_set_aside_it_leaves_the_card(
    *, enter: Enter, abara: User, placed: Device, started: Session, tell: Tell
) -> None:
    told, client = tell(), enter(abara)
    client.post(f"/bedside/{told.pk}/aside/", {"why": "The cuff had moved."})
    assert SetAside.objects.get().why == "The cuff had moved."
    assert "142/91" not in client.get(f"/sessions/{started.pk}/board/").content.decode()
    assert "The cuff had moved." in client.get(f"/bedside/{told.pk}/").content.decode()


def test_the_page_of_one_reading_shows_the_message_as_it_came(
    *, enter: Enter, abara: User, placed: Device, tell: Tell
) -> None:
    page = enter(abara).get(f"/bedside/{tell().pk}/").content.decode()
    assert "MSH|^~\\&amp;|KAPSTONE_SIMULATOR" in page
    assert IDENTITY in page


def test_nobody_elsewhere_sees_what_was_told(
    *, enter: Enter, marsh: User, placed: Device, tell: Tell
) -> None:
    told, client = tell(), enter(marsh)
    assert client.get(f"/bedside/{told.pk}/").status_code == 404
    assert client.post(f"/bedside/{told.pk}/accept/").status_code == 404
    assert client.post(f"/bedside/{told.pk}/aside/", {"why": "x"}).status_code == 404
    for deed in ("place", "key", "revoke"):
        assert client.post(f"/devices/{placed.pk}/{deed}/").status_code == 404
    assert IDENTITY not in client.get("/devices/").content.decode()


def test_an_owner_looks_after_devices_and_sees_no_figures(
    *, enter: Enter, owen: User, monitor: Device, tell: Tell
) -> None:
    told, client = tell(), enter(owen)
    page = client.get("/devices/").content.decode()
    assert "Cuff 2" in page
    assert "142/91" not in page
    assert client.get(f"/bedside/{told.pk}/").status_code == 403


def test_a_device_is_registered_placed_given_a_key_and_revoked(
    *, enter: Enter, owen: User, started: Session, now: datetime
) -> None:
    client = enter(owen)
    told = {"label": "Cuff 7", "kind": "cuff", "identity": "CUFF-7"}
    assert client.post("/devices/new/", told).status_code == 302
    assert client.post("/devices/new/", told).status_code == 422
    assert client.post("/devices/new/", told | {"identity": "a|b"}).status_code == 422
    device = Device.objects.get(identity="CUFF-7")
    client.post(f"/devices/{device.pk}/place/", {"where": "room:Room 2"})
    assert DevicePlace.objects.get().room == "Room 2"
    client.post(f"/devices/{device.pk}/place/", {"where": "nowhere"})
    assert DevicePlace.objects.order_by("-pk")[0].room == ""
    page = client.post(f"/devices/{device.pk}/key/")
    key = page.content.decode().split('class="num key">')[1].split("<")[0]
    assert DeviceKey.objects.filter(digest=deeds.digest(key)).exists()
    assert key not in client.get("/devices/").content.decode()
    client.post(f"/devices/{device.pk}/revoke/")
    assert "revoked" in client.get("/devices/").content.decode()


@pytest.mark.parametrize("where", ["session:\u00b2", "session:" + "9" * 5000])
def test_a_device_is_put_at_no_session_that_is_no_number(
    *, where: str, enter: Enter, owen: User, monitor: Device
) -> None:
    place = f"/devices/{monitor.pk}/place/"
    assert enter(owen).post(place, {"where": where}).status_code == 404


@pytest.mark.parametrize("room", ["x" * 61, "Room\0 2"])
def test_a_room_that_cannot_be_kept_is_refused_with_words(
    *, room: str, enter: Enter, owen: User, monitor: Device
) -> None:
    answer = enter(owen).post(f"/devices/{monitor.pk}/place/", {"where": f"room:{room}"})
    assert answer.status_code == 422
    said = "Keep the name of the room to 60 letters" if len(room) > 60 else "cannot be kept"
    assert said in answer.content.decode()
    assert not DevicePlace.objects.exists()


def test_the_page_says_when_a_clock_is_wrong_and_what_was_refused(
    *, enter: Enter, owen: User, placed: Device, tell: Tell, now: datetime
) -> None:

    bedside.take_device_readings([heard(now + timedelta(hours=1))], at=now)
    deeds.note_refusals({(IDENTITY, "OBR-7: error 102 of HL7 table 0357"): 3}, at=now)
    page = enter(owen).get("/devices/").content.decode()
    assert "clock is 60 min ahead" in page
    assert "OBR-7: error 102" in page
