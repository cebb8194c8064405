"""Screening: is ketamine right for this person now, and if not, why not?"""

from __future__ import annotations

from kapstone.screening.asking import Lack, ask_next, enough, lacks
from kapstone.screening.changes import Change, what_would_change, what_would_lift
from kapstone.screening.comparing import Difference, as_held, compare
from kapstone.screening.diagnoses import Recorded, Said, Suggestion, said
from kapstone.screening.judge import replay, screen, worked_out
from kapstone.screening.medicines import Recognised, confirmed, medicines, recognise
from kapstone.screening.merging import EARLIEST, gravest, newest, without_overtaken
from kapstone.screening.outcome import Finding, Missing, Screening, Waiting
from kapstone.screening.outweighing import counted, graver, may_speak, same, stands_over
from kapstone.screening.picture import WorkedOut
from kapstone.screening.resting import Pressure, resting, upside_down
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
from kapstone.screening.sheets import Screener, cssrs, rises
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
    who_may_say,
)
from kapstone.screening.whole import read_knowledge

__all__ = [
    "EARLIEST",
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
    "Screener",
    "Screening",
    "Suggestion",
    "Waiting",
    "WorkedOut",
    "as_held",
    "ask_next",
    "compare",
    "confirmed",
    "counted",
    "cssrs",
    "describe",
    "enough",
    "expected",
    "fact",
    "graver",
    "gravest",
    "interactions",
    "knowledge_digest",
    "lacks",
    "may_speak",
    "medicines",
    "newest",
    "plausible",
    "read_knowledge",
    "recognise",
    "replay",
    "resting",
    "rises",
    "rules",
    "ruleset",
    "said",
    "same",
    "screen",
    "standing",
    "stands_over",
    "upside_down",
    "vocabulary",
    "what_would_change",
    "what_would_lift",
    "who_may_say",
    "without_overtaken",
    "worked_out",
]
