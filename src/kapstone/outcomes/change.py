"""What a change between two scores of one instrument means; each rule as published with it."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Literal

from kapstone.instruments import ChangeRule, Instrument

Reliable = Literal["improved", "none", "deteriorated"]
Worsening = Literal["deterioration", "mcid_worsening"]
Direction = Literal["lower", "higher"]

# Two-sided 95 %: one change in twenty this large is measurement error alone.
CERTAIN = 1.96


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Everything that a change between two scores says; None where nobody can say.

    `delta` is after - before, in points, whichever direction is better.
    """

    before: float | None
    after: float | None
    delta: float | None
    percent: float | None
    response: bool | None
    remission: bool | None
    reliable: Reliable | None
    mcid_met: bool | None
    clinically_significant: bool | None
    worsening: Worsening | None
    better: Literal["lower", "higher"]


def change(before: float | None, after: float | None, of: Instrument) -> Change:
    """The change from `before` to `after`; without both nothing is said of it.

    Raises LookupError when the instrument has no thresholds of change.
    """
    rule = rule_of(of)
    both = None if before is None or after is None else (before, after)
    return Change(
        before=before,
        after=after,
        delta=difference(before, after),
        percent=both and percent_change(*both),
        response=both and response(*both, of),
        remission=both and remission(*both, of),
        reliable=both and reliable_change(*both, of),
        mcid_met=both and mcid_met(*both, of),
        clinically_significant=both and clinically_significant(*both, of),
        worsening=both and worsening(*both, of),
        better=rule.better,
    )


def difference(before: float | None, after: float | None) -> float | None:
    """after - before, in points; None without both."""
    return None if before is None or after is None else after - before


def rule_of(of: Instrument) -> ChangeRule:
    """The thresholds of change; raises LookupError when the instrument has none, such as C-SSRS."""
    if of.change is None:
        raise LookupError(f"{of.short} has no published thresholds of change")
    return of.change


def direction(of: Instrument) -> Direction | None:
    """Which way is better; None where no way is, or where nobody has published one.

    What was lived through in a session (`neutral`) is described and never graded. A screen with a
    cut and no rule of change is worse upwards.
    """
    if of.neutral:
        return None
    if of.change is not None:
        return of.change.better
    return None if of.score.screen_from is None else "lower"


def reliable_of(of: Instrument) -> float | None:
    """The published reliable change in points; None where there is none to go by."""
    return None if of.change is None or of.neutral else of.change.reliable


def gained(before: float, after: float, of: Instrument) -> float:
    """By how many points it went the better way; below 0 it went the worse."""
    return before - after if rule_of(of).better == "lower" else after - before


def percent_change(before: float, after: float) -> float | None:
    """100 x (after - before) / before; None when `before` is 0, where it means nothing."""
    return None if before == 0 else 100 * (after - before) / before


def was_a_case(before: float, of: Instrument) -> bool:
    """Whether the baseline left room to respond; half of almost nothing is noise."""
    caseness = rule_of(of).caseness
    return caseness is None or caseness.holds(before)


def response(before: float, after: float, of: Instrument) -> bool | None:
    """Whether it got better by the published share or number of points, inclusive.

    None when the baseline was no case, or when no such threshold was published.
    """
    # Asked a million times for a page of ten thousand people, so the rule is looked up once.
    rule = rule_of(of)
    if rule.caseness is not None and not rule.caseness.holds(before):
        return None
    gain = before - after if rule.better == "lower" else after - before
    if rule.response_points is not None:
        return gain >= rule.response_points
    return (
        None
        if rule.response_share is None or before == 0
        else (gain / before >= rule.response_share)
    )


def remission(before: float, after: float, of: Instrument) -> bool | None:
    """Whether the score is now beyond the published line; None when it began below caseness."""
    rule = rule_of(of)
    if rule.remission is None or not was_a_case(before, of):
        return None
    return rule.remission.holds(after)


def reliable_change(before: float, after: float, of: Instrument) -> Reliable | None:
    """Whether the change is at least the published reliable change, in points (inclusive).

    Uses the threshold that the instrument's file names with its source; None without one. Trap: a
    reliable change can still be too small to matter to the person, see `worsening` and `mcid`.
    """
    gain, reliable = gained(before, after, of), rule_of(of).reliable
    if reliable is None:
        return None
    if gain >= reliable:
        return "improved"
    return "deteriorated" if gain <= -reliable else "none"


def mcid_met(before: float, after: float, of: Instrument) -> bool | None:
    """Whether it changed, either way, by what a person notices; None where nobody measured that."""
    mcid = rule_of(of).mcid
    return None if mcid is None else abs(after - before) >= mcid


def clinically_significant(before: float, after: float, of: Instrument) -> bool | None:
    """Whether it got reliably better and ended where people without the illness are."""
    end = rule_of(of).end_state
    if end is None:
        return None
    return better_by_more_than_error(before, after, of) and end.holds(after)


def better_by_more_than_error(before: float, after: float, of: Instrument) -> bool:
    """Whether the score got better by the published reliable change or more."""
    return reliable_change(before, after, of) == "improved"


def deteriorated(before: float, after: float, of: Instrument) -> bool:
    """Reliable worsening, to be looked at before the next dose."""
    return reliable_change(before, after, of) == "deteriorated"


def worsening(before: float, after: float, of: Instrument) -> Worsening | None:
    """Reliable worsening; else worsening that a person notices (the MCID or more); else None."""
    if deteriorated(before, after, of):
        return "deterioration"
    mcid = rule_of(of).mcid
    noticed = mcid is not None and gained(before, after, of) <= -mcid
    return "mcid_worsening" if noticed else None


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
