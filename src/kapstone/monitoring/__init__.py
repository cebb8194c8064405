"""The live session: what each reading means, when the next is due, and fit to go home or not.

It records and compares. It is not a patient monitor, and it never proposes a dose.
"""

from __future__ import annotations

from kapstone.knowledge.dose_day import Check, Route, checklist, route_named, routes
from kapstone.monitoring.dosing import Range, per_kg, place, reference_ranges
from kapstone.monitoring.leaving import (
    Criterion,
    Leaving,
    criteria,
    may_leave,
    overlong,
    ready_to_leave,
)
from kapstone.monitoring.order_rows import asks_concentration
from kapstone.monitoring.orders import Order, OrderCheck, PastDose, check_order
from kapstone.monitoring.presence import Gap, Presence, Room, alone
from kapstone.monitoring.readings import Reading, implausible, resting_values
from kapstone.monitoring.rows import (
    Sign,
    alone_limit,
    limits,
    marks,
    severities,
    side_effects,
    signs,
)
from kapstone.monitoring.schedule import check_times, has_closer, needs_closer, next_check
from kapstone.monitoring.scores import DischargeScore, score_discharge, tools
from kapstone.monitoring.watch import Crossed, Watch, compare, watch

__all__ = [
    "Check",
    "Criterion",
    "Crossed",
    "DischargeScore",
    "Gap",
    "Leaving",
    "Order",
    "OrderCheck",
    "PastDose",
    "Presence",
    "Range",
    "Reading",
    "Room",
    "Route",
    "Sign",
    "Watch",
    "alone",
    "alone_limit",
    "asks_concentration",
    "check_order",
    "check_times",
    "checklist",
    "compare",
    "criteria",
    "has_closer",
    "implausible",
    "limits",
    "marks",
    "may_leave",
    "needs_closer",
    "next_check",
    "overlong",
    "per_kg",
    "place",
    "ready_to_leave",
    "reference_ranges",
    "resting_values",
    "route_named",
    "routes",
    "score_discharge",
    "severities",
    "side_effects",
    "signs",
    "tools",
    "watch",
]
