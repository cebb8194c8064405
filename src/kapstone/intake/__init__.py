"""Intake: what a person is asked, in short sittings, and where they stopped."""

from __future__ import annotations

from kapstone.intake.answers import Answer, Refused, check
from kapstone.intake.conditions import Answers, Value
from kapstone.intake.questions import Question, Sitting, question, sitting_of, sittings
from kapstone.intake.road import Progress, applies, facts, next_question, progress

__all__ = [
    "Answer",
    "Answers",
    "Progress",
    "Question",
    "Refused",
    "Sitting",
    "Value",
    "applies",
    "check",
    "facts",
    "next_question",
    "progress",
    "question",
    "sitting_of",
    "sittings",
]
