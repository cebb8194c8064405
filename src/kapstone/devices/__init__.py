"""Devices at the bedside: what a monitor, a cuff or an oximeter tells, and whether it can be read.

It reads and says what it could not read. It keeps nothing, judges nothing, and believes nobody.
"""

from __future__ import annotations

from kapstone.devices.acknowledging import accepted, has_header, refused
from kapstone.devices.bluetooth import decode
from kapstone.devices.clocks import Timing, is_fresh, settle
from kapstone.devices.figures import Figure, Unread, figure_of, settled
from kapstone.devices.mllp import Frame, Unframer, framed
from kapstone.devices.naming import Match, Whose, compare
from kapstone.devices.observations import read_message
from kapstone.devices.rows import Listening, characteristics, listening
from kapstone.devices.values import (
    NOBODY_TOLD,
    UNPLACED,
    DeviceMessage,
    DeviceReading,
    DeviceTime,
    NotUnderstood,
    PatientTold,
    fingerprint,
)

__all__ = [
    "NOBODY_TOLD",
    "UNPLACED",
    "DeviceMessage",
    "DeviceReading",
    "DeviceTime",
    "Figure",
    "Frame",
    "Listening",
    "Match",
    "NotUnderstood",
    "PatientTold",
    "Timing",
    "Unframer",
    "Unread",
    "Whose",
    "accepted",
    "characteristics",
    "compare",
    "decode",
    "figure_of",
    "fingerprint",
    "framed",
    "has_header",
    "is_fresh",
    "listening",
    "read_message",
    "refused",
    "settle",
    "settled",
]
