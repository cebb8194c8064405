"""Screening: is ketamine right for this person now, and if not, why not?"""

from __future__ import annotations

from kapstone.screening.changes import Change, what_would_change, what_would_lift
from kapstone.screening.diagnoses import Recorded, Said, Suggestion, said
from kapstone.screening.judge import screen
from kapstone.screening.medicines import Recognised, recognise
from kapstone.screening.outcome import Finding, Missing, Screening, Waiting
from kapstone.screening.resting import Pressure, resting, without_overtaken
from kapstone.screening.rules import (
    Decision,
    Interaction,
    Rule,
    interactions,
    knowledge_digest,
    rules,
)
from kapstone.screening.sheets import cssrs_facts
from kapstone.screening.vocabulary import (
    MEDICINES,
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
    "Fact",
    "FactError",
    "Facts",
    "Finding",
    "Given",
    "Interaction",
    "Missing",
    "Pressure",
    "Reason",
    "Recognised",
    "Recorded",
    "Rule",
    "Said",
    "Screening",
    "Suggestion",
    "Waiting",
    "cssrs_facts",
    "describe",
    "expected",
    "fact",
    "interactions",
    "knowledge_digest",
    "plausible",
    "recognise",
    "resting",
    "rules",
    "said",
    "screen",
    "standing",
    "vocabulary",
    "what_would_change",
    "what_would_lift",
    "without_overtaken",
]
