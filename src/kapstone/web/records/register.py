"""The register as it stands: balances by lot, what is out with whom, what is open and due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Subquery, Sum

from kapstone import register
from kapstone.web.accounts.models import Practice, User
from kapstone.web.records.models import (
    Discrepancy,
    Holding,
    RegisterEntry,
    RegisterSettings,
    Session,
    StockCount,
)

NONE = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """A lot with its balance; `near` is None while the practice has not said how near that is."""

    row: Holding
    balance: register.Balance
    expired: bool
    near: bool | None

    @property
    def at_hand(self) -> str:
        kind = self.row.kind
        opened = self.balance.open_mg
        return register.counted(self.balance.units, opened, one=kind.one, many=kind.many)


def keeps_one(practice: Practice) -> bool:
    """Whether the practice has ever received anything."""
    return Holding.objects.filter(practice=practice).exists()


def today_of(practice: Practice, now: datetime) -> date:
    return now.astimezone(practice.zone).date()


def last_line(holding: Holding) -> RegisterEntry | None:
    found: RegisterEntry | None = holding.registerentry_set.order_by("-number").first()
    return found


def balance_of(holding: Holding) -> register.Balance:
    """The balance after the last line of a lot."""
    last = last_line(holding)
    return last.after(holding.unit_mg) if last else register.Balance(unit_mg=holding.unit_mg)


def lots(practice: Practice, *, now: datetime, empty: bool = False) -> list[Lot]:
    """The lots of a practice, what ends soonest first; those with nothing left when asked."""
    lines = RegisterEntry.objects.filter(holding=OuterRef("pk")).order_by("-number")
    columns = ("after_units", "after_mg", "after_out_mg")
    rows: Any = Holding.objects.filter(practice=practice).annotate(
        **{name: Subquery(lines.values(name)[:1]) for name in columns}
    )
    near_days = RegisterSettings.objects.now(practice).near_days
    today = today_of(practice, now)
    found = [lot(row, near_days, today) for row in rows.order_by("product", "expires_on", "pk")]
    return [each for each in found if empty or each.balance.mg]


def lot(row: Any, near_days: int | None, today: date) -> Lot:
    balance = register.Balance(
        unit_mg=row.unit_mg,
        units=row.after_units or 0,
        mg=row.after_mg or NONE,
        out_mg=row.after_out_mg or NONE,
    )
    return Lot(
        row=row,
        balance=balance,
        expired=register.expired(row.expires_on, today),
        near=register.near_expiry(row.expires_on, today, near_days),
    )


def by_product(found: Iterable[Lot]) -> list[dict[str, Any]]:
    """The lots under their product, with the milligrams of all of them."""
    groups: dict[tuple[str, str], list[Lot]] = {}
    for each in found:
        groups.setdefault((each.row.product, each.row.form), []).append(each)
    return [
        {
            "product": of[0].row.product,
            "kind": of[0].row.kind,
            "lots": of,
            "mg": sum((each.balance.mg for each in of), start=NONE),
            "units": sum(each.balance.units for each in of),
        }
        for of in groups.values()
    ]


def out_of(session: Session) -> dict[int, Decimal]:
    """What the session has out and not accounted for, in mg by lot."""
    lines = RegisterEntry.objects.filter(session=session).values("holding")
    sums = lines.annotate(out=Sum("out_mg")).order_by("holding")
    return {row["holding"]: row["out"] for row in sums if row["out"]}


def wasted_of(session: Session, holding: Holding) -> Decimal:
    """What the session has wasted of a lot, corrections counted, in mg."""
    lines = RegisterEntry.objects.filter(session=session, holding=holding, kind="waste")
    return -(lines.aggregate(mg=Sum("mg"))["mg"] or NONE)


def out_with(session: Session) -> list[tuple[Holding, Decimal]]:
    """The same with the lots themselves."""
    found = out_of(session)
    rows = Holding.objects.filter(pk__in=found).order_by("pk")
    return [(row, found[row.pk]) for row in rows]


def gives(practice: Practice, route: str, *, now: datetime) -> list[Lot]:
    """The lots that may be given by this route today."""
    return [
        each
        for each in lots(practice, now=now)
        if register.fits(each.row.form, route) and not each.expired
    ]


def last_count(practice: Practice, *purposes: str) -> StockCount | None:
    rows = StockCount.objects.filter(practice=practice)
    rows = rows.filter(purpose__in=purposes) if purposes else rows
    found: StockCount | None = rows.select_related("by", "second").order_by("-at", "-pk").first()
    return found


def inventory_due(practice: Practice) -> date | None:
    """By when the next inventory is due; None before the first."""
    last = last_count(practice, "inventory")
    return register.inventory_due_on(today_of(practice, last.at)) if last else None


def open_discrepancies(user: User) -> Any:
    rows = Discrepancy.objects.visible_to(user).open()
    return rows.select_related("holding", "answerer", "session__course__person").order_by("at")


def fault_of(holding: Holding) -> str:
    """The first line of a lot that does not add up; nothing when all of them do."""
    rows = holding.registerentry_set.order_by("number")
    steps = (
        register.Step(number=row.number, change=row.change, after=row.after(holding.unit_mg))
        for row in rows
    )
    return register.walk(holding.unit_mg, steps)
