"""What an ORU^R01 of a bedside device says (IHE PCD-01), or why it cannot be read.

The figures come in OBX segments, each below the OBR that orders it; OBX-4 says which of them hang
together, OBX-18 which device measured. Sources: IHE-PCD-01, HL7-V2-6.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from kapstone.devices.figures import Figure, Unread, figure_of, settled
from kapstone.devices.grammar import Segment, segments
from kapstone.devices.rows import listening
from kapstone.devices.values import (
    NOBODY_TOLD,
    DeviceMessage,
    DeviceReading,
    DeviceTime,
    NotUnderstood,
    PatientTold,
)

TIME = re.compile(
    r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)(?P<hour>\d\d)(?P<minute>\d\d)"
    r"(?P<second>\d\d)?(?:\.(?P<part>\d{1,6}))?"
    r"(?:(?P<sign>[+-])(?P<hours>\d{2})(?P<minutes>\d{2}))?"
)
DATE = ("year", "month", "day", "hour", "minute")
# A device that lost its time begins anew in 1970 or 2000; a year beyond these is not a clock's.
LIKELY = range(1970, 2200)
NUMBER = re.compile(r"[+-]?\d{1,9}(\.\d{0,9})?|[+-]?\.\d{1,9}")
# HL7 table 0085. R (entered, not verified by a person) is what PCD-01 sends of a live figure.
TELLS = {
    "": "",
    "R": "",
    "F": "",
    "C": "The device corrects an earlier figure.",
    "P": "Preliminary.",
}


def read_message(raw: bytes) -> DeviceMessage:
    """What a message says; raises NotUnderstood when it cannot be read.

    Figures that are no vital sign of ours are passed over: a message of alerts or waves has no
    readings, and is no error.
    """
    header, *rest = segments(raw)
    control_id = header.text(10)[:199]
    refuse_others(header)
    if not control_id:
        raise NotUnderstood("no control id; send one that is new each time", code=101, field=10)
    return DeviceMessage(
        control_id=control_id,
        sent=time_of(header, 7),
        readings=tuple(readings(header, rest)),
        patient=patient_of(rest),
    )


def refuse_others(header: Segment) -> None:
    """Refuse what is no observation, is not meant in earnest, or is of another HL7."""
    if header.text(9, 1) != "ORU":
        words = f"{header.text(9)[:20]!r} is not taken here; send ORU^R01"
        raise NotUnderstood(words, code=200, field=9)
    if header.text(9, 2) != "R01":
        words = f"ORU^{header.text(9, 2)[:20]} is not taken here; send ORU^R01"
        raise NotUnderstood(words, code=201, field=9)
    if header.text(11) not in {"", "P"}:
        words = f"processing id {header.text(11)[:20]!r}: only P (production) is kept in a chart"
        raise NotUnderstood(words, code=202, field=11)
    if header.text(12) and not header.text(12).startswith("2."):
        words = f"version {header.text(12)[:20]!r} is not read; send HL7 2.3 to 2.8"
        raise NotUnderstood(words, code=203, field=12)


@dataclass(frozen=True, slots=True)
class Where:
    """Above an OBX: the device and the time that hold where it names none itself."""

    device: str
    time: DeviceTime | None


def readings(header: Segment, rest: Sequence[Segment]) -> Iterator[DeviceReading]:
    """The figures that one device took at one time, together."""
    found: dict[tuple[str, DeviceTime | None], list[Figure | Unread]] = {}
    above = Where(sender(header), time_of(header, 7))
    order = above
    for each in rest:
        if each.name == "OBR":
            order = above = Where(sender(header), time_of(each, 7) or time_of(header, 7))
        elif each.name == "OBX":
            here = Where(device_of(each) or above.device, time_of(each, 14) or order.time)
            # Only a device itself, not one of its figures, speaks for what stands below it.
            if each.text(11) == "X" and device_of(each):
                above = Where(here.device, order.time)
            figure = told(each)
            if figure:
                found.setdefault((here.device, here.time), []).append(figure)
    most = listening().readings
    if len(found) > most:
        # Each is kept with the whole message, as its evidence.
        raise NotUnderstood(f"more than {most} readings; send fewer at a time", code=100)
    for (device, taken), figures in found.items():
        signs, notes = settled(figures)
        yield DeviceReading(device=device, taken=taken, signs=signs, notes=notes)


def told(each: Segment) -> Figure | Unread | None:
    """The figure of one OBX; None when it is none of ours, or the device says it has none."""
    status = each.text(11)
    if status not in TELLS:
        return None
    # LOINC may stand second, as the other name of an MDC code.
    named = (each.text(3), each.text(3, 4))
    unit, said = each.text(6) or each.text(6, 2), value_of(each)
    return figure_of(named, number(said), unit, note=TELLS[status], said=said)


def value_of(each: Segment) -> str:
    """OBX-5 as it is written; of a structured number the figure, if it is not `above` one."""
    if each.text(2) == "SN" and each.text(5) in {"", "="}:
        return each.text(5, 2)
    return each.text(5)


def number(text: str) -> float | None:
    """A plain number; None for anything else, such as `---` of a sensor that fell off."""
    value = float(text) if NUMBER.fullmatch(text) else None
    return value if value is not None and math.isfinite(value) else None


def sender(header: Segment) -> str:
    """Who sent it, for a device that names itself nowhere else: its EUI-64, else its name."""
    return (header.text(3, 2) or header.text(3))[:64]


def device_of(each: Segment) -> str:
    """OBX-18: the device that measured, by its universal id where it has one."""
    return (each.text(18, 3) or each.text(18))[:64]


def time_of(each: Segment, field: int) -> DeviceTime | None:
    """A time to the minute at least, None for an empty field; NotUnderstood when it is no time."""
    text = each.text(field)
    if not text:
        return None
    try:
        return DeviceTime(wall=moment(text))
    except ValueError as error:
        words = f"{text[:30]!r} is no time; send YYYYMMDDHHMMSS+ZZZZ"
        raise NotUnderstood(words, segment=each.name, field=field) from error


def moment(text: str) -> datetime:
    found = TIME.fullmatch(text)
    if found is None:
        raise ValueError(text)
    year, month, date_, hour, minute = (int(found[name]) for name in DATE)
    if year not in LIKELY:
        raise ValueError(text)
    second, part = int(found["second"] or 0), int((found["part"] or "").ljust(6, "0"))
    wall = datetime(year, month, date_, hour, minute, second, part)  # noqa: DTZ001  # its own zone
    if found["sign"] is None:
        return wall
    ahead = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"]))
    return wall.replace(tzinfo=timezone(ahead if found["sign"] == "+" else -ahead))


def patient_of(rest: Sequence[Segment]) -> PatientTold:
    """Whom the message names in its PID; what cannot be read of it was not told."""
    pid = next((each for each in rest if each.name == "PID"), None)
    if pid is None:
        return NOBODY_TOLD
    numbers = tuple(parts[0][:60] for parts in pid.repeated(3) if parts[0])
    family, given = pid.text(5)[:100], pid.text(5, 2)[:100]
    return PatientTold(
        numbers=numbers, family=family or None, given=given or None, born=day(pid.text(7))
    )


def day(text: str) -> date | None:
    try:
        return datetime.strptime(text[:8], "%Y%m%d").date()  # noqa: DTZ007  # a day has no zone
    except ValueError:
        return None
