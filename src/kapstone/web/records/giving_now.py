"""What a running session shows of its medicine: the pump, the second dose, the shortest stay.

Arithmetic over what was ordered and charted; it measures nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from kapstone import monitoring
from kapstone.web.records import doses, order_words, session_facts
from kapstone.web.records.models import Order, Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Pump:
    """The pump by its last charted rate; `ends_at` None while it is paused or has stopped."""

    rate: str
    in_mg: str
    of_mg: str
    paused: bool
    ends_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GivingNow:
    """None of it before an order; `booster` None where none was ordered or it ended.

    `stays_until` None while what the stay counts from has not happened.
    """

    pump: Pump | None
    booster: monitoring.BoosterGate | None
    booster_name: str | None
    least_min: int
    since: str
    stays_until: datetime | None
    stay_source: str

    @property
    def may_go_on(self) -> bool:
        """Whether more may come: of a pump that was not stopped, or of a second dose."""
        runs = self.pump is not None and (self.pump.paused or self.pump.rate != "")
        return runs or self.booster is not None


def giving_now(session: Any, *, now: datetime) -> GivingNow | None:
    """How the medicine of a session stands at a moment, from its signed order."""
    order = session.order_set.newest()
    if order is None:
        return None
    stay = monitoring.stays()[order.route]
    since = monitoring.stay_since(anchors(session, order))
    # Once the medicine has ended nothing more of it is offered.
    offered = order.booster_mg and session.stopped_at is None
    gate = doses.gate_of(session, order, now=now) if offered else None
    return GivingNow(
        pump=pump(session_facts.giving(session), order, now),
        booster=gate,
        booster_name=monitoring.order_part(order.route).booster,
        least_min=stay.least_min,
        since=order_words.SINCE[stay.since],
        stays_until=None if since is None else since + timedelta(minutes=stay.least_min),
        stay_source=order_words.source(stay),
    )


def anchors(session: Any, order: Order) -> monitoring.Leaving:
    """Only the times that a stay counts from."""
    first, last = doses.first_and_last(session)
    return monitoring.Leaving(
        route=order.route,
        started_at=session.started_at,
        ended_at=session.stopped_at,
        first_dose_at=first,
        last_dose_at=last or session.stopped_at,
    )


def pump(giving: session_facts.Giving, order: Order, now: datetime) -> Pump | None:
    of = giving.infusion
    if of is None:
        return None
    last = of.sets[-1].mg_h if of.sets else None
    stands = last == 0 or of.stopped_at is not None
    return Pump(
        rate="" if stands else order_words.rate(monitoring.rate_at(of, now), order.pump_mg_ml),
        in_mg=order_words.amount(monitoring.went_in(of, now)),
        of_mg=order_words.amount(of.mg),
        paused=last == 0 and of.stopped_at is None,
        ends_at=None if stands else monitoring.ends_at(of),
    )


def strength_in_pump(session: Session) -> Decimal | None:
    """Milligrams in a millilitre of what the pump gives, as ordered; None where not said."""
    order = session.order_set.newest()
    return order.pump_mg_ml if order else None
