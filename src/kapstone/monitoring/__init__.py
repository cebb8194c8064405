"""The live session: what each reading means, when the next is due, and fit to go home or not.

It records and compares. It is not a patient monitor, and it never proposes a dose.
"""

from __future__ import annotations

from kapstone.knowledge.dose_day import Check, Route, checklist, route_named, routes
from kapstone.monitoring.boosters import BoosterGate, booster_gate
from kapstone.monitoring.charted import Contradiction, contradictions
from kapstone.monitoring.dosing import Range, per_kg, place, reference_ranges
from kapstone.monitoring.earlier import Earlier, Pressure, Rise, highest_pressures, look_back
from kapstone.monitoring.emergencies import Emergency, emergencies, named_in
from kapstone.monitoring.frequency import Frequency, frequencies, mg_within
from kapstone.monitoring.going_home import advice
from kapstone.monitoring.laxer import laxer
from kapstone.monitoring.leaving import (
    Criterion,
    CriterionRow,
    Leaving,
    criteria,
    may_leave,
    overlong,
    ready_to_leave,
    stay_after_min,
    stay_since,
    stays,
    stays_until,
)
from kapstone.monitoring.order_parts import OrderPart, order_part
from kapstone.monitoring.order_rows import asks_concentration
from kapstone.monitoring.orders import OrderCheck, check_order, check_rate
from kapstone.monitoring.past_doses import PastDose, within
from kapstone.monitoring.presence import Gap, Presence, Room, alone
from kapstone.monitoring.pump import (
    Infusion,
    PumpSet,
    PumpStep,
    ends_after_pause,
    ends_at,
    rate_at,
    went_in,
)
from kapstone.monitoring.readings import Reading, implausible, impossible, resting_values
from kapstone.monitoring.rows import (
    Limit,
    Mark,
    Sign,
    alone_limit,
    limits,
    marks,
    severities,
    side_effects,
    signs,
)
from kapstone.monitoring.schedule import (
    Schedule,
    begins_again,
    check_times,
    has_closer,
    needs_closer,
    next_check,
    schedules,
)
from kapstone.monitoring.scores import DischargeScore, score_discharge, tools
from kapstone.monitoring.settling import called, doubts, figures_of, settled
from kapstone.monitoring.timing import (
    minutes_said,
    time_doubts,
    timed,
    times_called,
    times_of,
)
from kapstone.monitoring.typed_order import Nasal, Order
from kapstone.monitoring.watch import Crossed, Watch, compare, watch
from kapstone.monitoring.windows import NearBaseline, near_baseline, windows

__all__ = [
    "BoosterGate",
    "Check",
    "Contradiction",
    "Criterion",
    "CriterionRow",
    "Crossed",
    "DischargeScore",
    "Earlier",
    "Emergency",
    "Frequency",
    "Gap",
    "Infusion",
    "Leaving",
    "Limit",
    "Mark",
    "Nasal",
    "NearBaseline",
    "Order",
    "OrderCheck",
    "OrderPart",
    "PastDose",
    "Presence",
    "Pressure",
    "PumpSet",
    "PumpStep",
    "Range",
    "Reading",
    "Rise",
    "Room",
    "Route",
    "Schedule",
    "Sign",
    "Watch",
    "advice",
    "alone",
    "alone_limit",
    "asks_concentration",
    "begins_again",
    "booster_gate",
    "called",
    "check_order",
    "check_rate",
    "check_times",
    "checklist",
    "compare",
    "contradictions",
    "criteria",
    "doubts",
    "emergencies",
    "ends_after_pause",
    "ends_at",
    "figures_of",
    "frequencies",
    "has_closer",
    "highest_pressures",
    "implausible",
    "impossible",
    "laxer",
    "limits",
    "look_back",
    "marks",
    "may_leave",
    "mg_within",
    "minutes_said",
    "named_in",
    "near_baseline",
    "needs_closer",
    "next_check",
    "order_part",
    "overlong",
    "per_kg",
    "place",
    "rate_at",
    "ready_to_leave",
    "reference_ranges",
    "resting_values",
    "route_named",
    "routes",
    "schedules",
    "score_discharge",
    "settled",
    "severities",
    "side_effects",
    "signs",
    "stay_after_min",
    "stay_since",
    "stays",
    "stays_until",
    "time_doubts",
    "timed",
    "times_called",
    "times_of",
    "tools",
    "watch",
    "went_in",
    "windows",
    "within",
]
