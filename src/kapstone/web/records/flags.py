"""What a finished sheet says beyond its number, in words."""

from __future__ import annotations

from collections.abc import Mapping

from kapstone import instruments

# What the state of a sheet says stands in other words beside it: blanks, and no total.
OF_STATE = frozenset({"prorated", "not_assessed", "incomplete", "not_scorable"})
WORDS = {
    "deterioration": "worse: review before the next dose",
    "si_urgent": "suicide risk, urgent",
    "si_positive": "suicide risk",
    "risk_item_missing": "the question about suicide is blank",
    "screen_positive": "screen positive",
    "screen_indeterminate": "? screen: blanks could decide it",
    "ptsd_provisional_dsm5": "provisional PTSD (DSM-5)",
}


def in_words(of: instruments.Instrument, answers: Mapping[str, float]) -> list[str]:
    """The flags of these answers, such as "worse: review before the next dose".

    Of suicide risk the graver one alone.
    """
    flags = [*instruments.score(of, answers).flags]
    if "si_urgent" in flags:
        flags = [each for each in flags if each != "si_positive"]
    found = (WORDS.get(each, each.replace("_", " ")) for each in flags if each not in OF_STATE)
    return list(dict.fromkeys(found))
