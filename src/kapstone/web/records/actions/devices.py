"""Deeds around a device: it is registered, given a key, put somewhere, taken away, revoked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe

from django.db import transaction

from kapstone.web.accounts.models import User
from kapstone.web.records import access, audit
from kapstone.web.records.models import Device, DeviceKey, DevicePlace, DeviceRefusal, Session
from kapstone.web.records.refusals import Refused, refuse_nul

DEED = "look after devices"
KINDS = {
    "monitor": "Monitor of several signs",
    "cuff": "Blood pressure cuff",
    "oximeter": "Pulse oximeter",
    "belt": "Heart rate belt",
    "thermometer": "Thermometer",
    "other": "Something else",
}
# What a device may call itself: an EUI-64, a serial number, a name without marks of HL7.
IDENTITY = re.compile(r"[\w.:/+-][\w.:/ +-]{1,62}[\w.:/+-]")

LONGEST_ROOM = 60


@transaction.atomic
def register_device(label: str, *, kind: str, identity: str, at: datetime, by: User) -> Device:
    """Let a device be heard by what it calls itself; without a key yet."""
    access.refuse_others(by, DEED)
    refuse_unfit(label, kind, identity)
    if Device.objects.filter(identity=identity).exists():
        raise Refused("known", f"A device that calls itself {identity} is registered already.")
    device = Device.objects.create(
        practice_id=practice_of(by), label=label.strip(), kind=kind, identity=identity, at=at, by=by
    )
    DeviceKey.objects.create(device=device, at=at, by=by)
    audit.record(by, "register device", about=f"device:{device.pk}", identity=identity)
    return device


def refuse_unfit(label: str, kind: str, identity: str) -> None:
    if not label.strip():
        raise Refused("no-label", "Give the device a name that stands on it, such as Cuff 2.")
    if kind not in KINDS:
        raise Refused("no-kind", "Choose what kind of device it is.")
    if not IDENTITY.fullmatch(identity):
        words = "Write what the device calls itself: 3 to 64 letters, digits and . : / + - _"
        raise Refused("identity", words)


@transaction.atomic
def give_key(device: Device, *, at: datetime, by: User) -> str:
    """A new key for a device that sends by HTTP, which ends the one before; told only once."""
    mine(device, by)
    key = token_urlsafe(32)
    DeviceKey.objects.create(device=device, digest=digest(key), at=at, by=by)
    audit.record(by, "give device key", about=f"device:{device.pk}")
    return key


def digest(key: str) -> str:
    """A key is random and long, so that one round of a hash keeps it as well as many."""
    return sha256(key.encode()).hexdigest()


@transaction.atomic
def revoke_device(device: Device, *, at: datetime, by: User) -> None:
    """Hear a device no longer, by no way; what it told stays. A new key lets it be heard again."""
    mine(device, by)
    DeviceKey.objects.create(device=device, revoked=True, at=at, by=by)
    audit.record(by, "revoke device", about=f"device:{device.pk}")


@transaction.atomic
def place_device(
    device: Device, *, room: str = "", session: Session | None = None, at: datetime, by: User
) -> DevicePlace:
    """Say where a device stands from now on: in a room, or at one session."""
    mine(device, by)
    if bool(room.strip()) == (session is not None):
        raise Refused("no-place", "Choose a room, or one session.")
    refuse_nul(room)
    if len(room.strip()) > LONGEST_ROOM:
        words = f"Keep the name of the room to {LONGEST_ROOM} letters; it has {len(room.strip())}."
        raise Refused("long-room", words)
    if session is not None and session.course.person.practice_id != by.practice_id:
        raise Refused("elsewhere", "This session is not of your practice.")
    return put(device, room=room.strip(), session=session, at=at, by=by)


@transaction.atomic
def release_device(device: Device, *, at: datetime, by: User) -> DevicePlace:
    """Take a device away from where it stood: what it tells from now on waits as nobody's."""
    mine(device, by)
    return put(device, room="", session=None, at=at, by=by)


def put(
    device: Device, *, room: str, session: Session | None, at: datetime, by: User
) -> DevicePlace:
    row = DevicePlace.objects.create(device=device, room=room, session=session, at=at, by=by)
    where = f"session:{session.pk}" if session else room
    person = session.course.person if session else None
    audit.record(by, "place device", person=person, about=f"device:{device.pk}", where=where)
    return row


def practice_of(by: User) -> int:
    if by.practice_id is None:
        raise Refused("no-practice", "You belong to no practice.")
    return by.practice_id


def mine(device: Device, by: User) -> None:
    """Refuse whoever may not look after devices, or not after this one; hold it meanwhile."""
    access.refuse_others(by, DEED)
    held = Device.objects.select_for_update(no_key=True).filter(pk=device.pk)
    if not held.filter(practice_id=practice_of(by)).exists():
        raise Refused("elsewhere", "This device is not of your practice.")


@transaction.atomic
def know_bluetooth(identity: str, name: str, *, at: datetime, by: User) -> Device:
    """The device that a tablet in the room is paired with; registered when it is first heard."""
    access.refuse_others(by, "run sessions")
    refuse_nul(name)
    known = Device.objects.filter(identity=identity).first()
    if known is None:
        label = name.strip()[:60] or "Bluetooth device"
        known = Device.objects.create(
            practice_id=practice_of(by), label=label, kind="other", identity=identity, at=at, by=by
        )
        DeviceKey.objects.create(device=known, at=at, by=by)
        audit.record(by, "register device", about=f"device:{known.pk}", identity=identity)
    if known.practice_id != by.practice_id:
        raise Refused("elsewhere", "This device is not of your practice.")
    return known


@transaction.atomic
def note_refusals(counted: Mapping[tuple[str, str], int], *, at: datetime) -> None:
    """Write down how often messages were refused, by (identity, words); no deed of a person."""
    named = {identity for identity, _ in counted if identity}
    known = {each.identity: each for each in Device.objects.filter(identity__in=named)}
    DeviceRefusal.objects.bulk_create(
        DeviceRefusal(
            device=known.get(identity), identity=identity[:64], words=words[:300], count=n, at=at
        )
        for (identity, words), n in counted.items()
    )
