"""What a device has told: figures of vital signs, when, and whom it says it measures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from hashlib import sha256

from kapstone.devices.rows import listening

# What a person has to settle before such a reading is taken; kept with it among its notes.
TWICE = (
    "The device told its time without a zone, in the hour that comes twice when clocks go back: "
    "it may be an hour older than it says here."
)
NEVER = (
    "The device told its time without a zone, in the hour that is left out when the clocks go "
    "forward: nobody can tell when this was."
)
UNPLACED = frozenset({TWICE, NEVER})


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceTime:
    """A device's own clock, as it wrote it; without a zone when it told none."""

    wall: datetime

    def placed(self, zone: tzinfo, *, received: datetime) -> tuple[datetime, str]:
        """The moment it means, and why that is in doubt; no doubt is empty.

        `zone` is where the device stands, used only when it told none. Of an hour that came twice
        it is the nearer to when it was `received`, and in no doubt while the other lies ahead.
        """
        if self.wall.tzinfo:
            return self.wall, ""
        first, second = (
            self.wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)
        )
        # Apart only where the clocks change: the later one first where the hour was left out.
        if second < first:
            return first, NEVER
        if first < second <= received + timedelta(seconds=listening().skew_s):
            return second, TWICE
        return first, ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientTold:
    """Whom the device says it measures: what somebody typed into it, once. None is not told."""

    numbers: tuple[str, ...] = ()
    family: str | None = None
    given: str | None = None
    born: date | None = None

    @property
    def words(self) -> str:
        """In one line, as a person checks it; empty when nothing was told."""
        name = " ".join(filter(None, (self.given, self.family)))
        born = self.born.isoformat() if self.born else ""
        return ", ".join(filter(None, (name, born, *self.numbers)))


NOBODY_TOLD = PatientTold()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceReading:
    """Signs that one device measured at one time, by sign id, in the units of the room.

    `notes` are what a person has to know of them: a figure not taken, a unit converted.
    """

    device: str
    taken: DeviceTime | None
    signs: Mapping[str, float]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceMessage:
    """One message of a device; without readings when it told nothing that is kept here."""

    control_id: str
    sent: DeviceTime | None
    readings: tuple[DeviceReading, ...]
    patient: PatientTold = NOBODY_TOLD


def fingerprint(message: DeviceMessage, reading: DeviceReading) -> str:
    """The same for a reading that is sent again, another for every other one.

    A control id alone would not do: a monitor that was switched off counts from one again.
    """
    when = reading.taken or message.sent
    parts = (
        message.control_id,
        reading.device,
        when.wall.isoformat() if when else "",
        *(f"{sign}={value!r}" for sign, value in sorted(reading.signs.items())),
    )
    return sha256("\0".join(parts).encode()).hexdigest()[:32]


class NotUnderstood(ValueError):
    """A message that is refused: what is wrong, where (`segment`, `field`), and what to do.

    `code` is of HL7 table 0357. `rejected` when sending it again could never help (AR), else it
    is an error in what it says (AE).
    """

    def __init__(
        self, words: str, *, code: int = 102, segment: str = "MSH", field: int = 0
    ) -> None:
        place = f"{segment}-{field}" if field else segment
        super().__init__(f"{place}: {words}")
        self.words, self.code, self.segment, self.field = words, code, segment, field

    @property
    def rejected(self) -> bool:
        return self.code in {200, 201, 202, 203}
