"""An order as it is typed: what its checks compare."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from kapstone.monitoring.pump import PumpStep

Level = Literal["open", "warn", "block"]
Phase = Literal["course", "maintenance"]
Nasal = Literal["device", "compounded"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order as typed: `dose_mg` is mg of ketamine (or esketamine) base.

    `earlier_kg` is the last weight known before this one; None when there is none.

    `booster_mg` is None when unknown and 0 when there is none; `pump_steps` are empty for one
    even rate. None elsewhere is unknown, and a check that needs it stays open.
    """

    route: str
    dose_mg: Decimal
    weight_kg: float | None = None
    weight_at: datetime | None = None
    earlier_kg: float | None = None
    earlier_at: datetime | None = None
    over_min: float | None = None
    age: int | None = None
    booster_mg: Decimal | None = Decimal(0)
    booster_after_min: float | None = None
    concentration_mg_ml: Decimal | None = None
    diluted: bool | None = None
    pump_mg_ml: Decimal | None = None
    phase: Phase | None = None
    sessions_since_review: int | None = None
    pump_steps: tuple[PumpStep, ...] = ()
    hold_min: int | None = None
    spit: bool | None = None
    nasal: Nasal | None = None
