"""The gate of a second dose that was ordered in advance: its minute, and what is left of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class BoosterGate:
    """Whether more may be given now: yes, no, or None while the minute of the first is not known.

    `from_at` is when its time has come, `left_mg` what of it is not given yet.
    """

    opens: bool | None
    says: str
    from_at: datetime | None
    left_mg: Decimal


def booster_gate(
    *,
    booster_mg: Decimal | None,
    after_min: int | None,
    first_at: datetime | None,
    given_mg: Decimal,
    now: datetime,
) -> BoosterGate:
    """Where an ordered second dose stands; `given_mg` is what was given of it already.

    Shut when none was ordered, before its minute after the first dose, and once it is all given.
    """
    left = max(Decimal(0), (booster_mg or Decimal(0)) - given_mg)
    from_at = (
        None if first_at is None or after_min is None else first_at + timedelta(minutes=after_min)
    )
    opens, says = _verdict(booster_mg, left, from_at, now)
    return BoosterGate(opens=opens, says=says, from_at=from_at, left_mg=left)


def _verdict(
    booster_mg: Decimal | None, left: Decimal, from_at: datetime | None, now: datetime
) -> tuple[bool | None, str]:
    if not booster_mg:
        return False, "No second dose was ordered"
    if not left:
        return False, "All of the second dose that was ordered is given"
    if from_at is None:
        return None, "The minute of the first dose is not known"
    if now < from_at:
        minutes = -((now - from_at) // timedelta(minutes=1))
        return False, f"Not yet: {minutes} min to go"
    return True, "Its time has come"
