"""Screening: is ketamine right for this person now, and if not, why not?"""

from __future__ import annotations

from kapstone.screening.changes import Change, what_would_change, what_would_lift
from kapstone.screening.judge import screen
from kapstone.screening.medicines import Recognised, recognise
from kapstone.screening.outcome import Finding, Missing, Screening, Waiting
from kapstone.screening.rules import (
    Decision,
    Interaction,
    Rule,
    interactions,
    knowledge_digest,
    rules,
)
from kapstone.screening.vocabulary import (
    MEDICINES,
    Domain,
    Fact,
    FactError,
    Facts,
    Given,
    Reason,
    describe,
    expected,
    fact,
    plausible,
    standing,
    vocabulary,
)

__all__ = [
    "MEDICINES",
    "Change",
    "Decision",
    "Domain",
    "Fact",
    "FactError",
    "Facts",
    "Finding",
    "Given",
    "Interaction",
    "Missing",
    "Reason",
    "Recognised",
    "Rule",
    "Screening",
    "Waiting",
    "describe",
    "expected",
    "fact",
    "interactions",
    "knowledge_digest",
    "plausible",
    "recognise",
    "rules",
    "screen",
    "standing",
    "vocabulary",
    "what_would_change",
    "what_would_lift",
]
