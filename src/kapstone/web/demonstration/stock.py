"""The demonstration's cabinet: deliveries, each dose out of a lot, witnessed waste, counts."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from kapstone.web.accounts.models import User
from kapstone.web.accounts.roles import PRESCRIBER, SESSION_MONITOR, THERAPIST
from kapstone.web.records import register as stock
from kapstone.web.records.actions import counting, dosing, register
from kapstone.web.records.models import Holding, Session

PRODUCTS: dict[str, dict[str, Any]] = {
    "iv": {
        "form": "vial",
        "product": "Ketamine 50 mg/mL, 10 mL",
        "unit_mg": Decimal(500),
        "units": 4,
        "kind": "infusion",
    },
    "im": {
        "form": "vial",
        "product": "Ketamine 100 mg/mL, 5 mL",
        "unit_mg": Decimal(500),
        "units": 3,
        "kind": "injection",
        "site": "left deltoid",
    },
    "lozenge_clinic": {
        "form": "lozenge",
        "product": "Ketamine lozenge 100 mg",
        "unit_mg": Decimal(100),
        "units": 20,
        "kind": "lozenge",
        "hold_min": 12,
        "spat": True,
    },
}
GIVEN = ("kind", "site", "hold_min", "spat")
SUPPLIER = {
    "party": "Harbor Medical Supply",
    "address": "12 Quay Street, Harbor",
    "dea_number": "RH0000000",
}
REGISTRATION = {
    "registered_name": "Harbor Light Practice",
    "address": "3 Lighthouse Road, Harbor",
    "dea_number": "FH0000000",
    "near_days": 60,
}
LASTS = timedelta(days=540)
# Drawn up to the next ten; what is over is wasted before a witness.
DRAWN_TO_MG = Decimal(10)
COUNTED_DAYS = timedelta(days=10)
STILL_OPEN = timedelta(hours=3)


@dataclass(slots=True)
class Cabinet:
    """What the practice keeps, from its first delivery to `now`."""

    staff: dict[str, User]
    now: datetime
    lots: int = 0
    counted: set[date] = field(default_factory=set)

    def holding(self, role: str, but: User | None = None) -> User:
        return next(each for each in self.staff.values() if each.has_role(role) and each != but)

    def settle(self, at: datetime) -> None:
        """The prescriber signs for the register, and a first count writes that it is empty."""
        signs, nurse = self.holding(PRESCRIBER), self.holding(SESSION_MONITOR)
        told = REGISTRATION | {"answerer": signs}
        register.settle(told, name=signs.name, at=at, by=signs)
        counting.count_stock(
            {}, purpose="inventory", moment="opening", second=nurse, at=at, by=signs
        )

    def give(self, session: Session, route: str, at: datetime, by: User) -> None:
        """The ordered dose out of a lot; the rest is wasted, or open when it was just given."""
        product = PRODUCTS.get(route)
        order = session.order_set.newest()
        if product is None or order is None:
            return
        practice = session.course.person.practice
        self.count_of_day(practice, at)
        lot = self.lot_for(product, practice, order.dose_mg, at=at, by=by)
        told = {name: product[name] for name in GIVEN if name in product}
        drawn = math.ceil(order.dose_mg / DRAWN_TO_MG) * DRAWN_TO_MG
        only_just = self.now - at < STILL_OPEN
        taken = drawn if route == "im" or (route == "iv" and only_just) else None
        dose = dosing.Given(mg=order.dose_mg, holding=lot, taken_mg=taken, **told)
        dosing.give_dose(session, dose, at=at, by=by)
        if not only_just:
            account_for(session, witness=self.holding(THERAPIST, by), at=at, by=by)

    def lot_for(
        self, product: dict[str, Any], practice: Any, mg: Decimal, *, at: datetime, by: User
    ) -> Holding:
        """The lot in use, or a new delivery when there is too little of it."""
        for each in stock.lots(practice, now=at):
            fits = each.row.product == product["product"] and not each.expired
            if fits and each.balance.mg - each.balance.out_mg > mg * 2:
                return each.row
        self.lots += 1
        label = {name: product[name] for name in ("form", "product", "unit_mg")}
        label |= {"lot": f"HL{self.lots:03}", "expires_on": (at + LASTS).date()}
        label |= SUPPLIER | {"invoice": f"I-{1000 + self.lots}"}
        line = register.receive(label, units=product["units"], at=at, by=by)
        return line.holding

    def count_of_day(self, practice: Any, at: datetime) -> None:
        """In the last days every shift began with a count that agrees."""
        day = at.astimezone(practice.zone).date()
        if day in self.counted or self.now - at > COUNTED_DAYS:
            return
        self.counted.add(day)
        self.count(practice, at - timedelta(minutes=20), fewer=0)

    def count(self, practice: Any, at: datetime, *, fewer: int) -> None:
        """Count what is there, one unit of the first lot fewer where that is asked for."""
        counted = {
            each.row.pk: (each.balance.units, each.balance.open_mg)
            for each in stock.lots(practice, now=at)
        }
        first = next((key for key, (units, _) in counted.items() if units >= fewer), None)
        if first is not None:
            counted[first] = (counted[first][0] - fewer, counted[first][1])
        nurse, second = self.holding(SESSION_MONITOR), self.holding(THERAPIST)
        counting.count_stock(counted, second=second, took_s=38, at=at, by=nurse)


def account_for(session: Session, *, witness: User, at: datetime, by: User) -> None:
    """Waste whatever of the dose is still out."""
    for lot, out in stock.out_with(session):
        dosing.waste_rest(session, lot, mg=out, witness=witness, at=at, by=by)
