"""What a device or its gateway sends by HTTP: figures as JSON, or the bytes of Bluetooth."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.views.decorators.http import require_POST
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, field_validator

from kapstone import devices
from kapstone.web import clock
from kapstone.web.api.refusals import NotAnswered
from kapstone.web.api.views import for_machines
from kapstone.web.records import heard_devices
from kapstone.web.records.actions.bedside import Heard, take_device_readings
from kapstone.web.records.actions.devices import digest
from kapstone.web.records.heard_devices import HeardDevice

# Outside, no other zone could tell the same moment.
Moment = Annotated[
    AwareDatetime, Field(ge=datetime(1900, 1, 1, tzinfo=UTC), lt=datetime(2200, 1, 1, tzinfo=UTC))
]


class Sent(BaseModel):
    """Part of what a device sends; a word that is not known is refused, not passed over."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def refuse_nul(cls, told: object) -> object:
        """No database of ours can keep a NUL."""
        if isinstance(told, str) and "\0" in told:
            raise ValueError("the character U+0000 cannot be kept; leave it out")
        return told


class SentFigure(Sent):
    """One figure: a LOINC or MDC code, the value, and its unit in UCUM or MDC."""

    code: str = Field(max_length=20)
    value: float
    unit: str = Field(max_length=40)


class SentPatient(Sent):
    """Whom the device believes it measures."""

    number: str = Field(default="", max_length=60)
    family: str | None = Field(default=None, max_length=100)
    given: str | None = Field(default=None, max_length=100)
    born: date | None = None


class SentReading(Sent):
    """What a device told at one time: figures, or the bytes of one Bluetooth notification."""

    id: str = Field(min_length=1, max_length=199)
    taken_at: Moment | None = None
    sent_at: Moment | None = None
    figures: tuple[SentFigure, ...] = Field(default=(), max_length=40)
    characteristic: str = Field(default="", max_length=8)
    bytes: str = Field(default="", pattern=r"^([0-9a-fA-F]{2}){0,64}$")
    patient: SentPatient | None = None


@require_POST
@for_machines
def device_readings(request: HttpRequest) -> dict[str, Any]:
    """Keep what a device tells under its key; answered only when it is on the disk."""
    device = proved(request)
    raw = body_of(request)
    message = message_of(raw, device)
    (why_not,) = take_device_readings(
        [Heard(message=message, raw=raw, device=device)], at=clock.now()
    )
    if why_not is not None:
        raise NotAnswered(403, why_not.words)
    return {"kept": True, "notes": [note for each in message.readings for note in each.notes]}


def proved(request: HttpRequest) -> HeardDevice:
    """The device whose newest key this is."""
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise NotAnswered(401, "send the device's key as Authorization: Bearer")
    device = heard_devices.with_key(digest(key.strip()))
    if device is None:
        raise NotAnswered(401, "this key is not known, or was replaced or revoked")
    return device


def body_of(request: HttpRequest) -> bytes:
    most = devices.listening().message_bytes
    if not request.META.get("CONTENT_LENGTH"):
        raise NotAnswered(411, "the length of the body is not known; send Content-Length")
    raw = request.read(most + 1)
    if len(raw) > most:
        raise NotAnswered(413, f"the body has more than {most:,} bytes; send one reading")
    return raw


def message_of(raw: bytes, device: HeardDevice) -> devices.DeviceMessage:
    """What the body says, in the same values as every other way in."""
    try:
        sent = SentReading.model_validate_json(raw)
        if sent.characteristic:
            return notified(sent, device)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise NotAnswered(422, f"{where or 'the body'}: {first['msg']}") from error
    except devices.NotUnderstood as why:
        raise NotAnswered(422, f"bytes: {why.words}") from why
    signs, notes = devices.settled(figures(sent))
    reading = devices.DeviceReading(
        device=device.identity, taken=told(sent.taken_at), signs=signs, notes=notes
    )
    return devices.DeviceMessage(
        control_id=sent.id,
        sent=told(sent.sent_at),
        readings=(reading,),
        patient=patient(sent.patient),
    )


def notified(sent: SentReading, device: HeardDevice) -> devices.DeviceMessage:
    return devices.decode(
        sent.characteristic.lower().removeprefix("0x"),
        bytes.fromhex(sent.bytes),
        device=device.identity,
        control_id=sent.id,
    )


def figures(sent: SentReading) -> Iterator[devices.Figure | devices.Unread]:
    for each in sent.figures:
        found = devices.figure_of((each.code,), each.value, each.unit, said=f"{each.value:g}")
        if found is not None:
            yield found


def told(moment: AwareDatetime | None) -> devices.DeviceTime | None:
    return devices.DeviceTime(wall=moment) if moment else None


def patient(sent: SentPatient | None) -> devices.PatientTold:
    if sent is None:
        return devices.NOBODY_TOLD
    return devices.PatientTold(
        numbers=(sent.number,) if sent.number else (),
        family=sent.family or None,
        given=sent.given or None,
        born=sent.born,
    )
