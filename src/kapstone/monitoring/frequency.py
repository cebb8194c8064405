"""How often and how much so far, beside the practice's limits, before any dose is typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from kapstone.monitoring.order_rows import OrderRow, order_rows
from kapstone.monitoring.orders import check_order
from kapstone.monitoring.past_doses import PastDose, hours_between, within
from kapstone.monitoring.typed_order import Level, Order, Phase

# A dose of esketamine's label, so that of its row only the count can speak.
A_DOSE = Decimal(28)
WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Frequency:
    """One limit of frequency: the figure with this session counted, and what the row says of it.

    `level` is "ok" inside, "open" while something is not known, "warn" where a reason is asked
    for, "block" where nothing can be signed.
    """

    id: str
    title: str
    value: str
    limits: str
    level: Literal[Level, "ok"]
    sources: tuple[str, ...]


def frequencies(
    route: str,
    *,
    history: Sequence[PastDose] | None,
    phase: Phase | None,
    sessions_since_review: int | None,
    now: datetime,
) -> tuple[Frequency, ...]:
    """Every limit of frequency of the route, in the order of its file [DCK-06, DCK-08 to DCK-12].

    The levels are those of `check_order`; `history` None means that earlier doses are not known.
    Days are those of the zone of `now`.
    """
    order = Order(
        route=route, dose_mg=A_DOSE, phase=phase, sessions_since_review=sessions_since_review
    )
    found = check_order(order, history=history, first=None, now=now)
    levels = {each.id: each.level for each in reversed(found)}
    past = None if history is None else [dose for dose in history if dose.at <= now]
    return tuple(
        Frequency(
            id=row.id,
            title=title,
            value=_value(row, order, past, now),
            limits=limits,
            level=levels.get(row.id, "ok"),
            sources=row.sources,
        )
        for row in order_rows()
        if (title := _title(row))
        and (limits := _limits(row, phase))
        and (row.routes is None or route in row.routes)
    )


def mg_within(history: Sequence[PastDose] | None, days: int, *, now: datetime) -> Decimal | None:
    """Milligrams of the doses in so many days; None when one of them is not known."""
    if history is None:
        return None
    amounts = [dose.dose_mg for dose in within(history, days, now=now)]
    known = [mg for mg in amounts if mg is not None]
    return sum(known, start=Decimal(0)) if len(known) == len(amounts) else None


def _title(row: OrderRow) -> str:
    """The title of a row about frequency; empty for every other."""
    if row.kind == "esketamine":
        return f"Esketamine sessions in {WEEK} days"
    return row.title if row.kind in {"count", "interval", "review"} else ""


def _value(row: OrderRow, order: Order, past: list[PastDose] | None, now: datetime) -> str:
    if row.kind == "review":
        given = order.sessions_since_review
        return "not known" if given is None else str(given)
    if past is None:
        return "not known"
    if row.kind == "interval":
        of_route = [dose.at for dose in past if row.routes and dose.route in row.routes]
        # Whole hours that have passed: 71.9 is not yet the 72 of a limit.
        return f"{int(hours_between(max(of_route), now))}" if of_route else "none before"
    days = row.days or WEEK
    only = order.route if row.kind == "esketamine" else None
    counted = [dose for dose in within(past, days, now=now) if only in {None, dose.route}]
    return f"{len(counted) + 1} with this one"


def _limits(row: OrderRow, phase: Phase | None) -> str:
    """The figures of the row in words, those of maintenance where it is or may be that."""
    if row.kind == "esketamine":
        return f"stop above {row.sessions_7_days}"
    warn = row.warn if phase == "course" else row.warn_maintenance or row.warn
    block = row.block_maintenance or row.block if phase == "maintenance" else row.block
    side = {"interval": "below", "review": "from"}.get(row.kind, "above")
    said = (("a reason", warn), ("stop", block))
    return ", ".join(f"{what} {side} {figure:f}" for what, figure in said if figure is not None)
