"""The triage of the Columbia scale: no total, but a level, and a floor while something is open."""

from __future__ import annotations

from typing import Literal

from kapstone.instruments.definition import Answers, Instrument

Risk = Literal["none", "si_positive", "si_urgent"]
LEVELS = ("none", "low", "moderate", "high")
RISK_OF_LEVEL: dict[str, Risk] = {
    "none": "none",
    "low": "si_positive",
    "moderate": "si_positive",
    "high": "si_urgent",
}


def cssrs_level(answers: Answers) -> str | None:
    """Triage as Columbia's own: intent, plan, or recent behaviour is high [posner-2011].

    Behaviour whose time is not known counts as recent: the safe side. A missing answer makes the
    level a floor. None when nothing was answered, or when what was asked cannot be called none.
    """
    if not answers:
        return None
    if any(answers.get(item) == 1 for item in ("intent", "plan", "behavior_recent")):
        return "high"
    if answers.get("behavior") == 1 and answers.get("behavior_recent") is None:
        return "high"
    if answers.get("method") == 1 or answers.get("behavior") == 1:
        return "moderate"
    if answers.get("wish_dead") == 1 or answers.get("thoughts") == 1:
        return "low"
    whole = {"wish_dead", "thoughts", "behavior"} <= set(answers)
    return "none" if whole else None


def level_risk(of: Instrument, answers: Answers) -> Risk | None:
    """What the level of a C-SSRS asks for; None without a level, or on another questionnaire."""
    if of.score.method != "cssrs_level":
        return None
    level = cssrs_level(answers)
    return None if level is None else RISK_OF_LEVEL[level]
