"""Reference ranges from the sources, and where a typed dose stands beside them."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Literal

from kapstone.knowledge import Knowledge, KnowledgeError, rows
from kapstone.knowledge.dose_day import route_named, routes

Place = Literal["below", "inside", "above"]


class Range(Knowledge):
    """A dose range as its source gives it, in mg/kg or mg of ketamine base.

    `low` and `high` may be absent: some sources give words only. `comparator` rows are
    anesthesia, shown so that a ten-fold error is plain to see.
    """

    id: str
    route: str
    use: str
    low: Decimal | None = None
    high: Decimal | None = None
    per: Literal["mg/kg", "mg"] | None = None
    text: str | None = None
    administration: str
    bioavailability: str | None = None
    onset: str | None = None
    peak: str | None = None
    lasts: str | None = None
    course: str | None = None
    highest: str | None = None
    comparator: bool = False
    basis: str
    sources: tuple[str, ...]


@cache
def all_ranges() -> tuple[Range, ...]:
    found = tuple(rows("monitoring/dosing.toml", "range", Range))
    for row in found:
        if row.route not in routes():
            raise KnowledgeError(f"dosing.toml: {row.id}: no such route: {row.route}")
    return found


@cache
def reference_ranges(route: str) -> tuple[Range, ...]:
    """The ranges of a route in the order of the file, comparators last."""
    name = route_named(route).id
    return tuple(row for row in all_ranges() if row.route == name)


def place(dose_mg: Decimal, of: Range, *, weight_kg: float | None) -> Place | None:
    """Where a dose stands beside a range; None without figures, or without a needed weight."""
    dose = per_kg(dose_mg, weight_kg) if of.per == "mg/kg" else dose_mg
    if dose is None or of.per is None:
        return None
    if of.high is not None and dose > of.high:
        return "above"
    # A source that gives only its highest dose cannot say that a small one is usual.
    return None if of.low is None else "below" if dose < of.low else "inside"


def per_kg(dose_mg: Decimal, weight_kg: float | None) -> Decimal | None:
    """The dose in mg/kg, unrounded; None when the weight is not known."""
    return None if weight_kg is None else dose_mg / Decimal(str(weight_kg))
