"""Screening: is ketamine right for this person now, and if not, why not?"""

from __future__ import annotations

from kapstone.screening.asking import Lack, ask_next, lacks
from kapstone.screening.changes import Change, what_would_change, what_would_lift
from kapstone.screening.comparing import Difference, as_held, compare
from kapstone.screening.diagnoses import Recorded, Said, Suggestion, said
from kapstone.screening.judge import replay, screen, worked_out
from kapstone.screening.medicines import Recognised, confirmed, medicines, recognise
from kapstone.screening.outcome import Finding, Missing, Screening, Waiting
from kapstone.screening.picture import WorkedOut
from kapstone.screening.resting import Pressure, resting, without_overtaken
from kapstone.screening.rules import (
    Decision,
    Interaction,
    Rule,
    Ruleset,
    interactions,
    knowledge_digest,
    rules,
    ruleset,
)
from kapstone.screening.sheets import cssrs_facts, rises
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
from kapstone.screening.whole import read_knowledge

__all__ = [
    "MEDICINES",
    "Change",
    "Decision",
    "Difference",
    "Domain",
    "Fact",
    "FactError",
    "Facts",
    "Finding",
    "Given",
    "Interaction",
    "Lack",
    "Missing",
    "Pressure",
    "Reason",
    "Recognised",
    "Recorded",
    "Rule",
    "Ruleset",
    "Said",
    "Screening",
    "Suggestion",
    "Waiting",
    "WorkedOut",
    "as_held",
    "ask_next",
    "compare",
    "confirmed",
    "cssrs_facts",
    "describe",
    "expected",
    "fact",
    "interactions",
    "knowledge_digest",
    "lacks",
    "medicines",
    "plausible",
    "read_knowledge",
    "recognise",
    "replay",
    "resting",
    "rises",
    "rules",
    "ruleset",
    "said",
    "screen",
    "standing",
    "vocabulary",
    "what_would_change",
    "what_would_lift",
    "without_overtaken",
    "worked_out",
]
