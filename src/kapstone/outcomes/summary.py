"""One person's scores of one instrument, in one sentence with its figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

from kapstone.instruments import Instrument
from kapstone.outcomes.change import (
    Reliable,
    reliable_change,
    reliable_of,
    remission,
    response,
)

Scored = Sequence[tuple[datetime, float | None]]
Known = tuple[datetime, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Where the score began and stands; a field is None while it is not known.

    `start` is the last score before the first dose; before any dose, the first score there is.
    `change` needs a later score than that. `measured` visits have a total, `missing` have none.
    """

    start: float | None
    start_at: datetime | None
    now: float | None
    now_at: datetime | None
    change: Reliable | None
    threshold: float | None
    response_since: datetime | None
    remission: bool | None
    measured: int
    missing: int
    words: str


def summary(scores: Scored, of: Instrument, *, first_dose: datetime | None = None) -> Summary:
    """Summarise scores in any order; those without a total are counted as missing, never read as 0.

    Trap: without a score before the first dose nothing is said of change. A score after a dose
    is not a start, and calling it one would hide what the medicine did.
    """
    known = sorted((at, total) for at, total in scores if total is not None)
    start = baseline(known, first_dose)
    last = known[-1] if known else None
    later = start is not None and last is not None and last[0] > start[0]
    pair = (start[1], last[1]) if start and last and later and is_judged(of) else None
    return Summary(
        start=start[1] if start else None,
        start_at=start[0] if start else None,
        now=last[1] if last else None,
        now_at=last[0] if last else None,
        change=reliable_change(*pair, of) if pair else None,
        threshold=reliable_of(of),
        response_since=responding_since(known, pair[0], of) if pair else None,
        remission=remission(*pair, of) if pair else None,
        measured=len(known),
        missing=len(scores) - len(known),
        words=sentence(of, start, last, pair),
    )


def is_judged(of: Instrument) -> bool:
    """Whether a change can mean anything: an experience is not graded."""
    return of.change is not None and not of.neutral


def baseline(known: Sequence[Known], first_dose: datetime | None) -> Known | None:
    if first_dose is None:
        return known[0] if known else None
    before = [each for each in known if each[0] <= first_dose]
    return before[-1] if before else None


def responding_since(known: Sequence[Known], start: float, of: Instrument) -> datetime | None:
    """Since when every score has been a response; None when the last one is not."""
    held = list(takewhile(lambda each: response(start, each[1], of), reversed(known)))
    return held[-1][0] if held else None


def sentence(
    of: Instrument, start: Known | None, last: Known | None, pair: tuple[float, float] | None
) -> str:
    if last is None:
        return f"{of.short}: no complete answer yet"
    if start is None:
        return f"{of.short} · {last[1]:g} now · no score before the first dose to compare with"
    if pair is None:
        return f"{of.short} · {last[1]:g}"
    line = f"{of.short} · {pair[0]:g} at the start → {pair[1]:g} now"
    return f"{line} · {meaning(reliable_of(of), reliable_change(*pair, of))}"


def meaning(threshold: float | None, change: Reliable | None) -> str:
    """What the change is worth, with the line it was held against."""
    if threshold is None or change is None:
        return "how much of this is measurement error is not known"
    words = {
        "improved": "better by more than measurement error",
        "deteriorated": "worse by more than measurement error",
        "none": "no change beyond measurement error",
    }
    return f"{words[change]} (≥ {threshold:g})"
