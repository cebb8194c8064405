"""Questionnaires: what is asked, what an answer may be, what it adds up to, when it is due."""

from __future__ import annotations

from kapstone.instruments.answering import (
    GRAVEST_FIRST,
    NotAnswers,
    Refused,
    asked,
    asks_of_suicide,
    check,
    in_order,
    left_open,
    next_item,
    risk,
    risk_at_finish,
)
from kapstone.instruments.brought import NotBrought, bring
from kapstone.instruments.columbia import RISK_OF_LEVEL, cssrs_level, level_risk
from kapstone.instruments.definition import Answers, ChangeRule, Choice, Cut, Instrument, Item
from kapstone.instruments.elsewhere import Elsewhere, elsewhere
from kapstone.instruments.findings import Context
from kapstone.instruments.layout import (
    Beside,
    Due,
    LaidOut,
    LeftOut,
    beside,
    laid_out,
    lay_out,
    minutes_together,
)
from kapstone.instruments.library import called, instrument, instruments, licence_text
from kapstone.instruments.moments import Asked, Dose, Plan, counted_from, is_of_schedule
from kapstone.instruments.schedule import TrackRow, asking
from kapstone.instruments.scoring import Score, score, screen_positive
from kapstone.instruments.telling import shown, told

__all__ = [
    "GRAVEST_FIRST",
    "RISK_OF_LEVEL",
    "Answers",
    "Asked",
    "Beside",
    "ChangeRule",
    "Choice",
    "Context",
    "Cut",
    "Dose",
    "Due",
    "Elsewhere",
    "Instrument",
    "Item",
    "LaidOut",
    "LeftOut",
    "NotAnswers",
    "NotBrought",
    "Plan",
    "Refused",
    "Score",
    "TrackRow",
    "asked",
    "asking",
    "asks_of_suicide",
    "beside",
    "bring",
    "called",
    "check",
    "counted_from",
    "cssrs_level",
    "elsewhere",
    "in_order",
    "instrument",
    "instruments",
    "is_of_schedule",
    "laid_out",
    "lay_out",
    "left_open",
    "level_risk",
    "licence_text",
    "minutes_together",
    "next_item",
    "risk",
    "risk_at_finish",
    "score",
    "screen_positive",
    "shown",
    "told",
]
