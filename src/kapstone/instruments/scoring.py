"""Scoring: what answers add up to, and when they do not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Literal

from kapstone.instruments.answering import Answers, asked, check
from kapstone.instruments.definition import Instrument, Item
from kapstone.knowledge import digest

LEVELS = ("none", "low", "moderate", "high")
Risk = Literal["none", "si_positive", "si_urgent"]
RISK_OF_LEVEL: dict[str, Risk] = {
    "none": "none",
    "low": "si_positive",
    "moderate": "si_positive",
    "high": "si_urgent",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A total with its band, or the items that keep it from being one.

    `prorated` says that a few blanks were filled by the mean of the others, as the instrument
    allows; `complete` that nothing was blank. For C-SSRS there is no total: the level is the band,
    and a floor while something is missing.
    """

    total: float | None
    band: str | None
    missing: tuple[str, ...]
    complete: bool
    prorated: bool
    version: str
    digest: str


def score(of: Instrument, answers: Answers) -> Score:
    """Score a sheet; missing is missing, never zero.

    Raises ValueError for a value that is no answer, LookupError for an item that is not asked.
    """
    for item, value in answers.items():
        if refused := check(of, item, value):
            raise ValueError(refused.words)
    counted = [item for item in asked(of, answers) if item.scored]
    missing = tuple(item.id for item in counted if item.id not in answers)
    given = [answers[item.id] for item in counted if item.id in answers]
    total = cssrs_total(answers) if of.score.method == "cssrs_level" else sum_of(of, given, missing)
    return Score(
        total=total if of.score.method == "sum" else None,
        band=band_of(of, total),
        missing=missing,
        complete=not missing,
        prorated=bool(missing) and total is not None and of.score.method == "sum",
        version=of.version,
        digest=digest((f"instruments/{of.id}.toml",)),
    )


def sum_of(of: Instrument, given: list[float], missing: tuple[str, ...]) -> float | None:
    """The sum, prorated half-up when few enough are missing; else None."""
    if len(missing) > of.score.most_missing or not given:
        return None
    items = len(given) + len(missing)
    return half_up(sum(map(Fraction, given), Fraction(0)) * items / len(given))


def screen_positive(of: Instrument, answers: Answers) -> bool | None:
    """Whether the total reaches the published cut; None while the blanks could decide it.

    Without a total, blanks are tried at their least and at their most. Raises LookupError when the
    questionnaire has no cut.
    """
    cut = of.score.screen_from
    if cut is None:
        raise LookupError(f"{of.short} has no published cut")
    result = score(of, answers)
    if result.total is not None:
        return result.total >= cut
    scored = [item for item in of.item if item.scored]
    least = sum(answers.get(item.id, 0) for item in scored)
    most = sum(answers.get(item.id, top_of(of, item)) for item in scored)
    if least >= cut:
        return True
    return False if most < cut else None


def top_of(of: Instrument, item: Item) -> int:
    return max(choice.value for choice in of.choices_of(item))


def half_up(value: Fraction) -> float:
    """Rounded as the manuals do; Python's own `round` would send 2.5 to 2."""
    return float(floor(value + Fraction(1, 2)))


def band_of(of: Instrument, total: float | None) -> str | None:
    if total is None:
        return None
    return [band.name for band in of.score.bands if band.from_ <= total][-1]


def cssrs_total(answers: Answers) -> float | None:
    level = cssrs_level(answers)
    return None if level is None else float(LEVELS.index(level))


def cssrs_level(answers: Mapping[str, float]) -> str | None:
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
