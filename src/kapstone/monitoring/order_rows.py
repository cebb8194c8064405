"""The checks on a typed order, as rows: each kind carries the figures it needs."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Literal

from kapstone.knowledge import Knowledge, KnowledgeError, rows
from kapstone.knowledge.dose_day import routes

Kind = Literal[
    "mg_per_kg",
    "mg_per_kg_h",
    "total_mg_per_kg",
    "mg",
    "esketamine",
    "step",
    "low",
    "interval",
    "count",
    "review",
    "older",
    "concentration",
    "pump",
    "weight",
    "weight",
    "steps",
    "hold",
    "spit",
    "nasal",
]


class OrderRow(Knowledge):
    """A check; no `routes` means every route. Figures absent are not checked."""

    id: str
    title: str
    kind: Kind
    routes: tuple[str, ...] | None = None
    warn: Decimal | None = None
    warn_first: Decimal | None = None
    warn_maintenance: Decimal | None = None
    warn_mg_per_kg: Decimal | None = None
    warn_lozenge_mg: Decimal | None = None
    warn_esketamine_mg: Decimal | None = None
    block: Decimal | None = None
    block_first_home: Decimal | None = None
    block_maintenance: Decimal | None = None
    booster_least_min: int | None = None
    least_min: int | None = None
    most_min: int | None = None
    steps: tuple[Decimal, ...] = ()
    most_step_mg: Decimal | None = None
    sessions_7_days: int | None = None
    days: int | None = None
    from_years: int | None = None
    basis: str
    sources: tuple[str, ...]


@cache
def order_rows() -> tuple[OrderRow, ...]:
    found = tuple(rows("monitoring/order_checks.toml", "check", OrderRow))
    for row in found:
        if unknown := set(row.routes or ()) - set(routes()):
            raise KnowledgeError(f"order_checks.toml: {row.id}: no such route: {unknown}")
    return found


def asks_concentration(route: str) -> bool:
    """Whether an order for the route is checked against the strength of the vial [DCK-14]."""
    return any(
        row.kind == "concentration" and (row.routes is None or route in row.routes)
        for row in order_rows()
    )
