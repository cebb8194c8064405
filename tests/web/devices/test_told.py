"""What the screens of a session are told of its devices, before anybody takes it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from web.devices.conftest import IDENTITY, Tell, heard

from kapstone import devices
from kapstone.web.accounts.models import User
from kapstone.web.records.actions import bedside
from kapstone.web.records.models import Change, Device, Session

SOMEBODY_ELSE = devices.PatientTold(numbers=("9",), family="Other", given="One")


def told() -> list[dict[str, object]]:
    return [row.what["told"] for row in Change.objects.filter(kind="told").order_by("pk")]


def test_the_screens_hear_what_a_device_tells(
    placed: Device, started: Session, tell: Tell, now: datetime
) -> None:
    tell(timedelta(seconds=5))
    (row,) = told()
    assert row["words"] == "142/91, Heart 78"
    assert (row["device"], row["label"]) == (placed.pk, "Cuff 2")
    assert Change.objects.get(kind="told").session == started


def test_a_message_that_comes_twice_is_told_once(
    placed: Device, started: Session, tell: Tell
) -> None:
    tell()
    tell()
    assert len(told()) == 1


@pytest.mark.parametrize("doubtful", [{"patient": SOMEBODY_ELSE}, {"signs": {"heart_rate": 340.0}}])
def test_what_is_to_be_doubted_is_told_without_its_figures(
    doubtful: dict[str, object], placed: Device, started: Session, tell: Tell
) -> None:
    tell(**doubtful)
    (row,) = told()
    assert row["words"] == ""
    assert "340" not in str(row)


def test_what_a_device_had_stored_is_not_told_as_now(
    placed: Device, started: Session, now: datetime
) -> None:
    for control_id, minutes in (("1", 16), ("2", 15)):
        stored = heard(now - timedelta(minutes=minutes), control_id=control_id)
        assert bedside.take_device_readings([stored], at=now) == [None]
    assert [row["words"] for row in told()] == ["", "142/91, Heart 78"]


def test_of_a_device_that_stands_nowhere_nobody_is_told(monitor: Device, tell: Tell) -> None:
    tell()
    assert told() == []


def test_what_is_not_kept_is_told_to_nobody(
    placed: Device, started: Session, abara: User, now: datetime
) -> None:
    (why,) = bedside.take_device_readings([heard(now, identity=f"{IDENTITY}0")], at=now)
    assert why is not None
    assert told() == []
