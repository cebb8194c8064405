"""The running balance of one lot: sealed units, milligrams, and what is out with a session."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

NONE = Decimal(0)


def said(mg: Decimal) -> str:
    """Milligrams without needless noughts: `466 mg`, `12.5 mg`."""
    return f"{mg.normalize():f} mg"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one line of the register changes; a correction is the difference it makes.

    `units` are sealed units in the cabinet, `mg` all that the practice holds of the lot, and
    `out_mg` the part of it that was taken to a session and is not yet accounted for.
    """

    units: int = 0
    mg: Decimal = NONE
    out_mg: Decimal = NONE

    def __neg__(self) -> Change:
        return Change(units=-self.units, mg=-self.mg, out_mg=-self.out_mg)

    def __add__(self, other: Change) -> Change:
        return Change(
            units=self.units + other.units,
            mg=self.mg + other.mg,
            out_mg=self.out_mg + other.out_mg,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What is at hand of one lot whose units hold `unit_mg` each."""

    unit_mg: Decimal
    units: int = 0
    mg: Decimal = NONE
    out_mg: Decimal = NONE

    @property
    def open_mg(self) -> Decimal:
        """What lies in the cabinet in opened units."""
        return self.mg - self.out_mg - self.units * self.unit_mg

    def after(self, change: Change) -> Balance:
        """The balance with one more line; whether it can be is asked of `fault`."""
        return Balance(
            unit_mg=self.unit_mg,
            units=self.units + change.units,
            mg=self.mg + change.mg,
            out_mg=self.out_mg + change.out_mg,
        )

    @property
    def fault(self) -> str:
        """Why there can be no such balance, in words; empty when there can."""
        if self.units < 0:
            return f"{-self.units} sealed fewer than none"
        if self.out_mg < 0:
            return f"{said(-self.out_mg)} more than was out"
        if self.open_mg < 0:
            return f"{said(-self.open_mg)} more than there is"
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A line with the balance that was written beside it."""

    number: int
    change: Change
    after: Balance


def walk(unit_mg: Decimal, steps: Iterable[Step]) -> str:
    """Walk a lot's lines in order; the first place where they do not add up, or nothing."""
    balance = Balance(unit_mg=unit_mg)
    for expected, step in enumerate(steps, start=1):
        balance = balance.after(step.change)
        if step.number != expected:
            return f"line {expected} is missing"
        if balance != step.after:
            return f"line {expected} does not follow from the one before it"
        if balance.fault:
            return f"line {expected}: {balance.fault}"
    return ""


def kept_together(changes: Iterable[Change]) -> Change:
    """All of these lines as one."""
    return sum(changes, start=Change())
