"""What a change between two scores of one instrument means; each rule as published with it."""

from __future__ import annotations

from math import sqrt
from typing import Literal

from kapstone.instruments import Instrument
from kapstone.instruments.definition import ChangeRule

Reliable = Literal["improved", "none", "deteriorated"]
Worsening = Literal["deterioration", "mcid_worsening"]

# Two-sided 95 %: one change in twenty this large is measurement error alone.
CERTAIN = 1.96


def rule_of(of: Instrument) -> ChangeRule:
    """The thresholds of change; raises LookupError when the instrument has none, such as C-SSRS."""
    if of.change is None:
        raise LookupError(f"{of.short} has no published thresholds of change")
    return of.change


def percent_change(before: float, after: float) -> float | None:
    """100 x (after - before) / before; None when `before` is 0, where it means nothing."""
    return None if before == 0 else 100 * (after - before) / before


def response(before: float, after: float, of: Instrument) -> bool | None:
    """Whether the score fell by the published share (PHQ-9, GAD-7: at least half, inclusive).

    None when the baseline was below caseness: half of almost nothing is noise.
    """
    rule = rule_of(of)
    if before < rule.caseness:
        return None
    return (before - after) / before >= rule.response_share


def remission(before: float, after: float, of: Instrument) -> bool | None:
    """Whether the score is now below the published line; None when it began below caseness."""
    rule = rule_of(of)
    return None if before < rule.caseness else after < rule.remission_below


def reliable_change(before: float, after: float, of: Instrument) -> Reliable:
    """Whether the change is at least the published reliable change, in points (inclusive).

    Uses the threshold that the instrument's file names with its source. Trap: a reliable change
    can still be too small to matter to the person, see `worsening` and the file's `mcid`.
    """
    gain = before - after
    reliable = rule_of(of).reliable
    if gain >= reliable:
        return "improved"
    return "deteriorated" if gain <= -reliable else "none"


def better_by_more_than_error(before: float, after: float, of: Instrument) -> bool:
    """Whether the score fell by the published reliable change or more."""
    return reliable_change(before, after, of) == "improved"


def deteriorated(before: float, after: float, of: Instrument) -> bool:
    """Reliable worsening, to be looked at before the next dose."""
    return reliable_change(before, after, of) == "deteriorated"


def worsening(before: float, after: float, of: Instrument) -> Worsening | None:
    """Reliable worsening; else worsening that a person notices (the MCID or more); else None."""
    if deteriorated(before, after, of):
        return "deterioration"
    return "mcid_worsening" if after - before >= rule_of(of).mcid else None


def reliable_points(*, sd: float, reliability: float) -> float:
    """The reliable change index in points: 1.96 x SD x sqrt(2) x sqrt(1 - r).

    Jacobson and Truax 1991, for a practice that has its own figures. Trap: r of retest gives a
    wider threshold than alpha, and the SD must be of people like these.
    Raises ValueError for r outside 0 to 1, or SD below 0.
    """
    if not 0 <= reliability <= 1 or sd < 0:
        raise ValueError(f"reliability {reliability:g} and SD {sd:g} are not a scale's figures")
    return CERTAIN * sd * sqrt(2) * sqrt(1 - reliability)


def change_in_errors(before: float, after: float, of: Instrument) -> float:
    """The change in units of its own error: (after - before) / (SEM x sqrt(2)).

    Jacobson and Truax 1991; SEM is the published one, else SD x sqrt(1 - retest). Trap: the file's
    `reliable`, which decides, may have been rounded by its source: 6 points of
    PHQ-9 are 1.7 errors, not 1.96.
    Raises LookupError when the instrument's file has no figures for it.
    """
    rule = rule_of(of)
    sem = rule.sem
    if sem is None and rule.sd is not None and rule.retest is not None:
        sem = rule.sd * sqrt(1 - rule.retest)
    if sem is None:
        raise LookupError(f"{of.short}: its file gives neither SEM nor SD with retest reliability")
    return (after - before) / (sem * sqrt(2))
