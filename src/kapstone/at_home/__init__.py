"""A session at home: what must hold before a release or a second dose, the counts, who looks.

It knows no register and no chart; times and facts come in as arguments.
"""

from __future__ import annotations

from kapstone.at_home.boosters import BoosterFacts, Confirmed, booster_conditions
from kapstone.at_home.check_ins import CheckIn, CheckInSaid, check_ins
from kapstone.at_home.counting import Count, after, before
from kapstone.at_home.looks import Look, Standing, standing, watch_ends
from kapstone.at_home.release import (
    Condition,
    Criteria,
    LastCount,
    Pressure,
    ReleaseFacts,
    Sitter,
    all_hold,
    conditions,
)
from kapstone.at_home.rows import (
    Answer,
    Booster,
    CheckInRow,
    Sight,
    Watch,
    advice,
    answers,
    booster,
    check_in_rows,
    duties,
    if_outside,
    pressure_row,
    sight_named,
    sights,
    watch,
)

__all__ = [
    "Answer",
    "Booster",
    "BoosterFacts",
    "CheckIn",
    "CheckInRow",
    "CheckInSaid",
    "Condition",
    "Confirmed",
    "Count",
    "Criteria",
    "LastCount",
    "Look",
    "Pressure",
    "ReleaseFacts",
    "Sight",
    "Sitter",
    "Standing",
    "Watch",
    "advice",
    "after",
    "all_hold",
    "answers",
    "before",
    "booster",
    "booster_conditions",
    "check_in_rows",
    "check_ins",
    "conditions",
    "duties",
    "if_outside",
    "pressure_row",
    "sight_named",
    "sights",
    "standing",
    "watch",
    "watch_ends",
]
