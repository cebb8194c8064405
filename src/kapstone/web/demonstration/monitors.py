"""The demonstration's monitors: one in each room, telling what the person in it shows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from kapstone import devices
from kapstone.devices import writing
from kapstone.web.accounts import roles
from kapstone.web.accounts.models import User
from kapstone.web.demonstration.sessions import signs_at
from kapstone.web.records.actions import bedside
from kapstone.web.records.actions import devices as deeds
from kapstone.web.records.models import BedsideReading, Device, SessionPlan

EVERY = timedelta(seconds=60)
SHOWN = ("systolic_bp", "diastolic_bp", "heart_rate", "oxygen_saturation", "respiratory_rate")


def stand(now: datetime, staff: Mapping[str, User]) -> None:
    """Register a monitor for each room that a plan names, and put it there."""
    nurse = next(each for each in staff.values() if each.has_role(roles.SESSION_MONITOR))
    plans = SessionPlan.objects.standing().exclude(room="").order_by()
    for number, room in enumerate(sorted(set(plans.values_list("room", flat=True))), start=1):
        identity = f"0A1B2C3D4E5F60{number:02X}"
        device = deeds.register_device(
            f"Monitor {number}", kind="monitor", identity=identity, at=now, by=nurse
        )
        deeds.place_device(device, room=room, at=now, by=nurse)


def tell(session: Any, now: datetime) -> None:
    """What the monitor in the room of a session tells, as a message like any other."""
    here: Any = Device.objects.standing().filter(practice=session.course.person.practice)
    device = here.filter(in_room=session.room).first()
    if device is None:
        return
    last = BedsideReading.objects.filter(device=device).order_by("-pk").first()
    if last is not None and now - last.received_at < EVERY:
        return
    signs = {name: value for name, value in signs_at(session, now).items() if name in SHOWN}
    name = f"{now:%Y%m%d%H%M%S}"
    raw = writing.observation(signs, device=device.identity, control_id=name, at=now)
    heard = bedside.Heard(message=devices.read_message(raw), raw=raw)
    bedside.take_device_readings([heard], at=now)
