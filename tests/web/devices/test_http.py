"""What comes by HTTP: under a device's own key, or from the tablet in the room."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from web.logging_in import Enter

from kapstone.devices import writing
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records.actions import devices as deeds
from kapstone.web.records.models import BedsideReading, Device, DeviceKey, Session

ADDRESS = "/devices/readings/"
HEART = {"code": "8867-4", "value": 78, "unit": "/min"}


@pytest.fixture
def key(placed: Device, abara: User, now: datetime) -> str:
    return deeds.give_key(placed, at=now, by=abara)


def send(client: Client, key: str, body: dict[str, Any] | bytes) -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    proof = {"Authorization": f"Bearer {key}"}
    return client.post(ADDRESS, raw, content_type="application/json", headers=proof)


def test_a_device_with_a_key_tells_figures(
    client: Client, key: str, placed: Device, started: Session, now: datetime
) -> None:
    at = (now - timedelta(minutes=1)).isoformat()
    fahrenheit = {"code": "8310-5", "value": 98.6, "unit": "[degF]"}
    body = {"id": "1", "taken_at": at, "figures": [HEART, fahrenheit]}
    answer = send(client, key, body)
    assert (answer.status_code, answer.json()["kept"]) == (200, True)
    row = BedsideReading.objects.get()
    assert row.signs == {"heart_rate": 78, "temperature_c": 37}
    assert (row.device, row.session) == (placed, started)
    assert row.at == now - timedelta(minutes=1)
    assert "98.6" in answer.json()["notes"][0]


def test_sent_twice_it_is_kept_once(client: Client, key: str) -> None:
    body = {"id": "1", "taken_at": "2026-11-03T12:59:00Z", "figures": [HEART]}
    assert [send(client, key, body).status_code for _ in range(2)] == [200, 200]
    assert BedsideReading.objects.count() == 1


def test_a_gateway_hands_on_bluetooth_bytes(client: Client, key: str) -> None:
    raw = writing.oximeter_bytes({"oxygen_saturation": 97, "heart_rate": 78}).hex()
    answer = send(client, key, {"id": "1", "characteristic": "0x2A5F", "bytes": raw})
    assert answer.status_code == 200
    assert BedsideReading.objects.get().signs == {"oxygen_saturation": 97, "heart_rate": 78}


WRONG: dict[str, tuple[dict[str, Any] | bytes, int]] = {
    "not JSON": (b"MSH|^~\\&|", 422),
    "no id": ({"figures": [HEART]}, 422),
    "a word too many": ({"id": "1", "sign": 1}, 422),
    "no zone": ({"id": "1", "taken_at": "2026-11-03T12:59:00"}, 422),
    "not a number": ({"id": "1", "figures": [HEART | {"value": "high"}]}, 422),
    "too many figures": ({"id": "1", "figures": [HEART] * 41}, 422),
    "odd bytes": ({"id": "1", "characteristic": "2a35", "bytes": "0"}, 422),
    "half the bytes": ({"id": "1", "characteristic": "2a35", "bytes": "0072"}, 422),
    "not read here": ({"id": "1", "characteristic": "2a19", "bytes": "50"}, 422),
    "before any clock": ({"id": "1", "taken_at": "0001-01-01T00:00:00+14:00"}, 422),
    "after every clock": ({"id": "1", "sent_at": "9999-12-31T23:59:59-14:00"}, 422),
    "a NUL in its id": ({"id": "1\0", "figures": [HEART]}, 422),
    "a NUL in a name": ({"id": "1", "figures": [HEART], "patient": {"family": "A\0"}}, 422),
    "huge": (b'{"id": "' + b"x" * 70_000 + b'"}', 413),
}


@pytest.mark.parametrize(("body", "status"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_read_is_refused_and_says_where(
    client: Client, key: str, body: dict[str, Any] | bytes, status: int
) -> None:
    answer = send(client, key, body)
    assert answer.status_code == status
    assert len(answer.json()["issue"][0]["diagnostics"]) > 10
    assert BedsideReading.objects.count() == 0


def test_the_key_is_kept_as_a_digest_only(key: str) -> None:
    row = DeviceKey.objects.order_by("-pk")[0]
    assert row.digest == deeds.digest(key)
    assert key not in str(list(DeviceKey.objects.values()))


def test_a_key_ends_with_the_next_one_and_with_the_device(
    client: Client, key: str, placed: Device, abara: User, now: datetime
) -> None:
    body = {"id": "1", "figures": [HEART]}
    assert send(client, "another", body).status_code == 401
    assert client.post(ADDRESS, body, content_type="application/json").status_code == 401
    newer = deeds.give_key(placed, at=now, by=abara)
    assert [send(client, each, body).status_code for each in (key, newer)] == [401, 200]
    deeds.revoke_device(placed, at=now, by=abara)
    assert send(client, newer, body).status_code == 401


def notified(**more: str) -> dict[str, str]:
    signs = {"systolic_bp": 142.0, "diastolic_bp": 91.0, "heart_rate": 78.0}
    raw = writing.cuff_bytes(signs, clock.now().astimezone())
    return {
        "id": "0c7f6a526a1e4d639a1e5b7b2f3f9f10",
        "device": "rX5F+/==",
        "name": "UA-651BLE",
        "characteristic": "2a35",
        "bytes": raw.hex(),
        **more,
    }


def test_the_tablet_in_the_room_tells_for_its_session(
    enter: Enter, abara: User, started: Session
) -> None:
    client = enter(abara)
    for _ in range(2):
        address = f"/sessions/{started.pk}/bluetooth/"
        answer = client.post(address, notified(), content_type="application/json")
        assert answer.json() == {"kept": True, "says": "142/91, Heart 78"}
    row = BedsideReading.objects.get()
    assert row.session == started
    assert row.device.label == "UA-651BLE"


def test_a_revoked_bluetooth_device_is_not_heard(
    enter: Enter, abara: User, started: Session, now: datetime
) -> None:
    client, address = enter(abara), f"/sessions/{started.pk}/bluetooth/"
    client.post(address, notified(), content_type="application/json")
    deeds.revoke_device(Device.objects.get(), at=now, by=abara)
    answer = client.post(address, notified(id="0" * 32), content_type="application/json")
    assert answer.status_code == 422
    assert "revoked" in answer.json()["says"]


@pytest.mark.parametrize(
    "more", [{"bytes": "xyz"}, {"bytes": "00"}, {"characteristic": "2a19"}, {"id": "1"}]
)
def test_a_page_that_sends_something_else_is_told(
    more: dict[str, str], enter: Enter, abara: User, started: Session
) -> None:
    address = f"/sessions/{started.pk}/bluetooth/"
    answer = enter(abara).post(address, notified(**more), content_type="application/json")
    assert (answer.status_code, answer.json()["kept"]) == (422, False)
    assert BedsideReading.objects.count() == 0


def test_nobody_elsewhere_tells_for_this_room(enter: Enter, marsh: User, started: Session) -> None:
    address = f"/sessions/{started.pk}/bluetooth/"
    answer = enter(marsh).post(address, notified(), content_type="application/json")
    assert answer.status_code == 404
