"""A score in the words that other systems read."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from kapstone.instruments.definition import Instrument
from kapstone.instruments.scoring import Score

Told = dict[str, Any]


def told(of: Instrument, score: Score) -> Told:
    """The names of the field's own vocabulary; what a questionnaire does not have is left out."""
    decimals = of.score.decimals
    found: Told = {
        "score": shown(score.total, decimals),
        "severity": severity(of, score),
        "scorable": score.scorable,
        "prorated": score.prorated,
        "flags": list(score.flags),
        "missing": list(score.missing),
    }
    if of.score.scale != 1:
        found["raw_score"] = shown(score.raw, None)
    if of.score.average:
        found["average"] = shown(score.average, 3)
    if of.score.method == "mean":
        found["mean"] = shown(score.total, decimals)
    if of.score.bounds:
        found |= {"score_min": shown(score.least, None), "score_max": shown(score.most, None)}
    if of.score.method == "cssrs_level":
        found["risk_level"] = score.band
    if of.part:
        found["subscores"] = {
            part.id: shown(score.parts[part.id], part.decimals) for part in of.part
        }
    return {**found, **score.verdicts}


def severity(of: Instrument, score: Score) -> str | None:
    """The band's code; a level of risk is no severity."""
    if score.band is None or of.score.method == "cssrs_level":
        return None
    return next(band.code for band in of.score.bands if band.name == score.band)


def shown(value: float | None, decimals: int | None) -> float | None:
    """A number rounded half-up for display; a whole one as a whole number."""
    if value is None:
        return None
    if decimals is not None:
        step = Decimal(1).scaleb(-decimals)
        value = float(Decimal(repr(value)).quantize(step, ROUND_HALF_UP))
    return int(value) if value == int(value) else value
