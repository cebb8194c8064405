"""What usually happened: of those treated, how many were measured, and the middle of their change.

It describes those who were measured; it compares them with nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb
from statistics import median

from kapstone.instruments import Instrument
from kapstone.outcomes.change import difference, response

# Two-sided: the middle lies outside the interval in at most one such list of twenty.
OUTSIDE = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Typical:
    """Before and after of a group. None stands for too few to say, or for what nobody can say.

    `treated` and `measured` are None below the fewest that may be told; `median` is after - before
    in points, `low` to `high` its interval; of `judged`, whose start left room, `responded` did.
    """

    treated: int | None
    measured: int | None
    median: float | None = None
    low: float | None = None
    high: float | None = None
    judged: int | None = None
    responded: int | None = None

    @property
    def missing(self) -> int | None:
        both = self.treated is not None and self.measured is not None
        return (self.treated or 0) - (self.measured or 0) if both else None


def typical(
    pairs: Sequence[tuple[float, float]], of: Instrument, *, treated: int, fewest: int
) -> Typical:
    """The usual change of these (before, after) pairs.

    A count of 1 to `fewest` - 1 is not told, nor one that leaves so few besides it [CMS-CELL]: a
    nought is told, it is nobody.
    """
    measured = len(pairs)
    known = Typical(treated=told(treated, fewest), measured=told(measured, fewest))
    if not measured or measured < fewest:
        return known
    changes = sorted(difference(*pair) or 0.0 for pair in pairs)
    low, high = interval(changes)
    said = [each for pair in pairs if (each := response(*pair, of)) is not None]
    yes, no = sum(said), len(said) - sum(said)
    open_ = len(said) >= fewest and told(yes, fewest) is not None and told(no, fewest) is not None
    return Typical(
        treated=known.treated,
        measured=known.measured,
        median=median(changes),
        low=low,
        high=high,
        judged=len(said) if open_ else None,
        responded=yes if open_ else None,
    )


def told(count: int, fewest: int) -> int | None:
    return None if 0 < count < fewest else count


def interval(ordered: Sequence[float]) -> tuple[float | None, float | None]:
    """Between which two of the sorted values the middle lies with 95 % or more [conover-1999].

    From order statistics, without an assumption on how they spread; None below six values, where
    even the whole list is not enough.
    """
    rank = rank_of(len(ordered))
    return (ordered[rank - 1], ordered[-rank]) if rank else (None, None)


def rank_of(count: int) -> int:
    """The largest r for which fewer than r of `count` tosses are heads in at most 2.5 %; or 0."""
    below, rank = 0.0, 0
    while rank < count:
        below += comb(count, rank) / 2**count
        if below > OUTSIDE / 2:
            return rank
        rank += 1
    return rank
