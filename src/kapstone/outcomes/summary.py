"""One person's scores of one instrument, in one sentence with its figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

from kapstone.instruments import Instrument
from kapstone.outcomes.change import (
    Reliable,
    deteriorated,
    gained,
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
    `before_dose` says which. `change` needs a later score than that. `now` is the last score,
    however long ago: say its day with it. `best` is the best score between the two, when it is
    better than both; `relapse` says whether `now` is reliably worse than it. `measured` visits
    have a total, `missing` have none. The `blank`s are the items that a total was prorated over.
    """

    start: float | None
    start_at: datetime | None
    start_blank: int
    before_dose: bool
    now: float | None
    now_at: datetime | None
    now_blank: int
    best: float | None
    best_at: datetime | None
    best_blank: int
    relapse: bool | None
    change: Reliable | None
    threshold: float | None
    response_since: datetime | None
    remission: bool | None
    measured: int
    missing: int
    words: str


def summary(
    scores: Scored,
    of: Instrument,
    *,
    first_dose: datetime | None = None,
    blank: Mapping[datetime, int] | None = None,
) -> Summary:
    """Summarise scores in any order; those without a total are counted as missing, never read as 0.

    `blank` says over how many items the total of a time was prorated; nothing said is none.
    Trap: without a score before the first dose nothing is said of change since the start. A score
    after a dose is not a start, and calling it one would hide what the medicine did. That a score
    is reliably worse than the best one can be told even so.
    """
    known = sorted((at, total) for at, total in scores if total is not None)
    start = baseline(known, first_dose)
    last = known[-1] if known else None
    pair = compared(start, last, of)
    best = best_between(known, start, of) if is_judged(of) else None
    told = Told(of=of, before_dose=first_dose is not None, blanks=blank or {})
    return Summary(
        start=start[1] if start else None,
        start_at=start[0] if start else None,
        start_blank=told.blank(start),
        before_dose=told.before_dose,
        now=last[1] if last else None,
        now_at=last[0] if last else None,
        now_blank=told.blank(last),
        best=best[1] if best else None,
        best_at=best[0] if best else None,
        best_blank=told.blank(best),
        relapse=fell_back(best, last, of),
        change=reliable_change(*pair, of) if pair else None,
        threshold=reliable_of(of),
        response_since=responding_since(known, pair[0], of) if pair else None,
        remission=remission(*pair, of) if pair else None,
        measured=len(known),
        missing=len(scores) - len(known),
        words=told.sentence(start, best, last, is_pair=pair is not None),
    )


def compared(start: Known | None, last: Known | None, of: Instrument) -> tuple[float, float] | None:
    """The two scores that a change is told of; None without a later one than the start."""
    if start is None or last is None or last[0] <= start[0] or not is_judged(of):
        return None
    return start[1], last[1]


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


def best_between(known: Sequence[Known], start: Known | None, of: Instrument) -> Known | None:
    """The best score after the start and before the last; None unless better than both ends.

    Of equal ones the latest. Without a start every score before the last is looked at.
    """
    if not known:
        return None
    ends = [known[-1], *([start] if start else [])]
    between = [each for each in known[:-1] if start is None or each[0] > start[0]]
    better = [e for e in between if all(gained(end[1], e[1], of) > 0 for end in ends)]
    return max(better, key=lambda each: (gained(0.0, each[1], of), each[0]), default=None)


def fell_back(best: Known | None, last: Known | None, of: Instrument) -> bool | None:
    """Whether the last score is reliably worse than the best; None where nobody can say."""
    if best is None or last is None or reliable_of(of) is None:
        return None
    return deteriorated(best[1], last[1], of)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Says scores of one instrument in the field's words, each with its day."""

    of: Instrument
    before_dose: bool
    blanks: Mapping[datetime, int]

    def sentence(
        self, start: Known | None, best: Known | None, last: Known | None, *, is_pair: bool
    ) -> str:
        of = self.of
        if last is None:
            return f"{of.short}: no complete answer yet"
        back = f" · {self.fall(best)}" if best and fell_back(best, last, of) else ""
        if start is None and not is_judged(of):
            return f"{of.short} · {self.dated(last)}"
        if start is None:
            alone = "no score before the first dose to compare with"
            return f"{of.short} · {self.dated(last)} · {alone}{back}"
        if not is_pair:
            return f"{of.short} · {self.dated(last)}"
        began = "before the first dose" if self.before_dose else "at first"
        line = f"{self.figure(start)} {began} ({day_words(start[0])}) → {self.dated(last)}"
        worth = meaning(reliable_of(of), reliable_change(start[1], last[1], of))
        return f"{of.short} · {line} · {worth}{back}"

    def fall(self, best: Known) -> str:
        return f"reliably worse than {self.dated(best)} (≥ {reliable_of(self.of):g})"

    def dated(self, one: Known) -> str:
        return f"{self.figure(one)} on {day_words(one[0])}"

    def blank(self, one: Known | None) -> int:
        return self.blanks.get(one[0], 0) if one else 0

    def figure(self, one: Known) -> str:
        blank = self.blank(one)
        return f"{one[1]:g} (prorated, {blank} blank)" if blank else f"{one[1]:g}"


def day_words(at: datetime) -> str:
    """A day with its year, in the zone that `at` is in: a score of three months ago is not now."""
    return f"{at.day} {at:%b %Y}"


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
