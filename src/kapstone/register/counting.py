"""What was counted beside what the register says."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from kapstone.register.balance import NONE, Balance, said


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Counted less expected; what is out with a session is not in the cabinet to be counted."""

    units: int
    open_mg: Decimal

    def __bool__(self) -> bool:
        return bool(self.units or self.open_mg)

    def words(self, one: str, many: str) -> str:
        """`1 vial fewer and 20 mg more than the register says`; "agrees" without a difference."""
        parts = []
        if self.units:
            named = one if abs(self.units) == 1 else many
            parts.append(f"{abs(self.units)} {named} {'more' if self.units > 0 else 'fewer'}")
        if self.open_mg:
            more = "more" if self.open_mg > 0 else "less"
            parts.append(f"{said(abs(self.open_mg))} opened {more}")
        return f"{' and '.join(parts)} than the register says" if parts else "agrees"


def difference(balance: Balance, *, units: int, open_mg: Decimal) -> Difference:
    """How a count differs from the balance; nothing is moved by it."""
    return Difference(units=units - balance.units, open_mg=open_mg - balance.open_mg)


def counted(units: int, open_mg: Decimal, *, one: str, many: str) -> str:
    """`9 vials and 466 mg opened`."""
    sealed = f"{units} {one if units == 1 else many}"
    return sealed if open_mg == NONE else f"{sealed} and {said(open_mg)} opened"
