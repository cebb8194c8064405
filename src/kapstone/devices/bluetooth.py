"""What the bytes of a Bluetooth device mean: pressure, saturation, heart rate.

The browser hands the bytes over as they came, so that they are read in one place. Figures are
IEEE 11073 short floats. Sources: GATT-BLS, GATT-PLXS, GATT-HRS.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from kapstone.devices.figures import Figure, Unread, figure_of, settled
from kapstone.devices.rows import characteristics
from kapstone.devices.values import DeviceMessage, DeviceReading, DeviceTime, NotUnderstood

SYSTOLIC, DIASTOLIC, PULSE, SATURATION = "150021", "150022", "149546", "150456"
# Not a number, not at this resolution, both infinities, and one that is reserved.
NO_FIGURE = {0x07FF, 0x0800, 0x07FE, 0x0802, 0x0801}
MOST_BYTES = 64
# Bits of a status, and what they say of the measurement.
CUFF = {
    0: "The body moved.",
    1: "The cuff was too loose.",
    2: "The pulse was irregular.",
    5: "The cuff or the arm was not in place.",
}
OXIMETER = {
    6: "An early estimate.",
    10: "A figure for demonstration.",
    11: "A figure for testing.",
    14: "The device doubts this figure.",
    15: "The device calls this figure invalid.",
}
# What no room may take for the person's.
INVALID = {10, 11, 15}


class Reader:
    """Takes one field after another off the bytes; raises NotUnderstood when they end too soon."""

    def __init__(self, raw: bytes) -> None:
        self.raw, self.at = raw, 0

    def take(self, shape: str) -> int:
        size = struct.calcsize(f"<{shape}")
        if self.at + size > len(self.raw):
            raise NotUnderstood(f"the bytes end in the middle, after {len(self.raw)}")
        (found,) = struct.unpack_from(f"<{shape}", self.raw, self.at)
        self.at += size
        return int(found)

    def figure(self) -> float | None:
        return short_float(self.take("H"))

    def time(self) -> DeviceTime | None:
        """Date and time of the device's own clock; None when it does not know it."""
        year, month, day = self.take("H"), self.take("B"), self.take("B")
        hour, minute, second = self.take("B"), self.take("B"), self.take("B")
        try:
            wall = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001  # it has no zone
        except ValueError:
            return None
        return DeviceTime(wall=wall) if 1970 <= year < 2200 else None


def short_float(bits: int) -> float | None:
    """An IEEE 11073 SFLOAT: a signed mantissa of 12 bits, a signed power of ten of four."""
    if bits in NO_FIGURE:
        return None
    mantissa, power = bits & 0x0FFF, bits >> 12
    mantissa -= 0x1000 if mantissa >= 0x0800 else 0
    power -= 0x10 if power >= 0x8 else 0
    value = float(mantissa) * 10.0**power
    return round(value, 8) if math.isfinite(value) else None


Found = Iterator[Figure | Unread | DeviceTime | None]


def cuff(raw: Reader) -> Found:
    flags = raw.take("B")
    unit = "kPa" if flags & 1 else "mmHg"
    yield figure_of((SYSTOLIC,), raw.figure(), unit)
    yield figure_of((DIASTOLIC,), raw.figure(), unit)
    raw.figure()  # the mean, which the room does not write down
    if flags & 2:
        yield raw.time()
    if flags & 4:
        yield figure_of((PULSE,), raw.figure(), "/min")
    if flags & 8:
        raw.take("B")  # which of its users the cuff believes it is
    if flags & 16:
        yield from remarks(raw.take("H"), CUFF)


def spot_check(raw: Reader) -> Found:
    flags = raw.take("B")
    figures = saturation(raw)
    if flags & 1:
        time, was_never_set = raw.time(), flags & 16
        yield None if was_never_set else time
    yield from judged(figures, raw.take("H") if flags & 2 else 0)


def continuous(raw: Reader) -> Found:
    flags = raw.take("B")
    figures = saturation(raw)
    for faster_or_slower in (1, 2):
        if flags & faster_or_slower:
            saturation(raw)
    yield from judged(figures, raw.take("H") if flags & 4 else 0)


def heart_rate(raw: Reader) -> Found:
    flags = raw.take("B")
    value = raw.take("H" if flags & 1 else "B")
    has_lost_skin = flags & 0b110 == 0b100
    yield figure_of((PULSE,), None if has_lost_skin else float(value), "/min", said="no contact")


def saturation(raw: Reader) -> list[Figure | Unread | None]:
    return [
        figure_of((SATURATION,), raw.figure(), "%"),
        figure_of((PULSE,), raw.figure(), "/min"),
    ]


def judged(figures: list[Figure | Unread | None], status: int) -> Found:
    """The figures, unless the device itself says that they are none."""
    if not any(status >> bit & 1 for bit in INVALID):
        yield from figures
    yield from remarks(status, OXIMETER)


def remarks(status: int, words: Mapping[int, str]) -> Iterator[Unread]:
    return (Unread(said) for bit, said in words.items() if status >> bit & 1)


DECODERS: Mapping[str, Callable[[Reader], Found]] = {
    "2a35": cuff,
    "2a5e": spot_check,
    "2a5f": continuous,
    "2a37": heart_rate,
}


def decode(characteristic: str, raw: bytes, *, device: str, control_id: str) -> DeviceMessage:
    """One notification of a device; `characteristic` is its assigned number, such as `2a35`.

    Raises NotUnderstood for a characteristic that is not read, or bytes that are not of its form.
    """
    if characteristic not in characteristics():
        raise NotUnderstood(f"characteristic {characteristic[:40]!r} is not read here", code=103)
    if len(raw) > MOST_BYTES:
        raise NotUnderstood(f"more than {MOST_BYTES} bytes")
    found = [each for each in DECODERS[characteristic](Reader(raw)) if each is not None]
    signs, notes = settled(each for each in found if isinstance(each, Figure | Unread))
    taken = next((each for each in found if isinstance(each, DeviceTime)), None)
    reading = DeviceReading(device=device, taken=taken, signs=signs, notes=notes)
    return DeviceMessage(control_id=control_id, sent=None, readings=(reading,))
