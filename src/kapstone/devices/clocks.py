"""When a reading was taken, by our clock, out of what the device's clock says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from kapstone.devices.rows import listening


@dataclass(frozen=True, slots=True)
class Timing:
    """`at` is when it counts as taken; `skew_s` how far the device's clock was ahead of ours.

    Below zero the clock is behind, or the message was long under way: nobody can tell which.
    None when the device told no time.
    """

    at: datetime
    skew_s: float | None

    @property
    def is_off(self) -> bool:
        return self.skew_s is not None and abs(self.skew_s) > listening().skew_s


def settle(taken: datetime | None, sent: datetime | None, received: datetime) -> Timing:
    """When a reading counts as taken; never later than it came, and rather too old than too new.

    A time to come cannot be: then only the age is believed that the device gives it itself.
    """
    told = taken or sent
    if told is None:
        return Timing(received, None)
    skew = ((sent or told) - received).total_seconds()
    if told <= received:
        return Timing(told, skew)
    age = (sent - taken) if sent and taken else timedelta()
    return Timing(received - max(age, timedelta()), skew)


def is_fresh(at: datetime, now: datetime) -> bool:
    """Whether a reading is new enough to be accepted with one tap."""
    return now - at <= timedelta(minutes=listening().fresh_min)
