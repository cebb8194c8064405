"""Questionnaires: what is asked, what an answer may be, what it adds up to, when it is due."""

from __future__ import annotations

from kapstone.instruments.answering import Refused, asked, check, next_item, risk, risk_at_finish
from kapstone.instruments.definition import (
    Choice,
    Instrument,
    Item,
    instrument,
    instruments,
    licence_text,
)
from kapstone.instruments.schedule import Due, due
from kapstone.instruments.scoring import (
    RISK_OF_LEVEL,
    Score,
    cssrs_level,
    level_risk,
    score,
    screen_positive,
)

__all__ = [
    "RISK_OF_LEVEL",
    "Choice",
    "Due",
    "Instrument",
    "Item",
    "Refused",
    "Score",
    "asked",
    "check",
    "cssrs_level",
    "due",
    "instrument",
    "instruments",
    "level_risk",
    "licence_text",
    "next_item",
    "risk",
    "risk_at_finish",
    "score",
    "screen_positive",
]
