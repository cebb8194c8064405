"""A monitor that stands in the room of a running session, and what it tells."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from web.sessions import conftest as of_sessions

from kapstone import devices
from kapstone.devices import writing
from kapstone.web.accounts.models import User
from kapstone.web.records.actions import bedside
from kapstone.web.records.actions import devices as deeds
from kapstone.web.records.models import BedsideReading, Device, Discharge, Session

planned = of_sessions.planned
team = of_sessions.team
ready = of_sessions.ready
started = of_sessions.started

IDENTITY = "001122FFFE334455"
TOLD = {"systolic_bp": 142.0, "diastolic_bp": 91.0, "heart_rate": 78.0}
Tell = Callable[..., BedsideReading]


@pytest.fixture
def monitor(abara: User, now: datetime) -> Device:
    return deeds.register_device("Cuff 2", kind="cuff", identity=IDENTITY, at=now, by=abara)


@pytest.fixture
def placed(monitor: Device, started: Session, abara: User, now: datetime) -> Device:
    """The monitor stands in Ade's room."""
    deeds.place_device(monitor, room="Room 2", at=now, by=abara)
    return monitor


def heard(
    at: datetime,
    *,
    signs: dict[str, float] = TOLD,
    control_id: str = "1",
    identity: str = IDENTITY,
    patient: devices.PatientTold = devices.NOBODY_TOLD,
) -> bedside.Heard:
    raw = writing.observation(signs, device=identity, control_id=control_id, at=at, patient=patient)
    return bedside.Heard(message=devices.read_message(raw), raw=raw)


@pytest.fixture
def tell(now: datetime) -> Tell:
    """Something that the monitor told a while ago, taken in as it came."""

    def told(ago: timedelta = timedelta(), **more: object) -> BedsideReading:
        message = heard(now - ago, **more)  # type: ignore[arg-type]
        assert bedside.take_device_readings([message], at=now - ago) == [None]
        return BedsideReading.objects.order_by("-pk")[0]

    return told


def went_home(session: Session, *, at: datetime, by: User) -> None:
    Discharge.objects.create(
        session=session, escort_name="Sam Reed", criteria=[], signed_name="o", at=at, by=by
    )
