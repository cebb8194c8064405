"""What chance alone does: limits around practices' shares, and charts of harms over time.

A point outside asks for a look at how it came about. It is no verdict, and no league table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np
from numpy.typing import NDArray

from kapstone.outcomes.arrays import Array, Numbers, numbers, refuse_length, refuse_where

SIGMAS = 3.0
# The power by which times between rare events look like a bell. Source: Nelson 1994.
NELSON = 3.6
# Two points' moving range over one standard deviation.
D2 = 1.128


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """A chart's middle and its limits at each point, (points,); NaN where there is no lower one."""

    values: Array
    centre: float
    lower: Array
    upper: Array

    @property
    def outside(self) -> NDArray[np.bool_]:
        return (self.values < self.lower) | (self.values > self.upper)


def funnel(share: float, sizes: Sequence[int], tails: Numbers) -> Array:
    """The share below which a practice of each size falls with each chance; (sizes, tails).

    Binomial, exact, drawn straight between the two nearest counts. Raises ValueError. Source:
    Spiegelhalter 2005, 10.1002/sim.1970.
    """
    from scipy.stats import binom  # noqa: PLC0415

    n, p = whole("sizes", sizes), numbers("tails", tails)
    refuse_where("tails", (p <= 0) | (p >= 1), p, "lies not between 0 and 1")
    if not 0 < share < 1:
        raise ValueError(f"share {share:g}: between 0 and 1")
    count = binom.ppf(p[None], n[:, None], share)
    above, at = (binom.cdf(count - less, n[:, None], share) for less in (0, 1))
    part = (above - p) / (above - at)
    return np.asarray(np.clip((count - part) / n[:, None], 0.0, 1.0))


def whole(name: str, given: Numbers) -> Array:
    found = numbers(name, given)
    refuse_where(name, (found < 1) | (found != np.floor(found)), found, "is no whole count above 0")
    return found


def counted(events: Numbers, of: Array) -> Array:
    found = numbers("events", events)
    refuse_length("events", found, len(of))
    refuse_where("events", (found < 0) | (found != np.floor(found)), found, "is no whole count")
    return found


def p_chart(events: Sequence[int], sizes: Sequence[int], *, centre: float | None = None) -> Control:
    """Shares such as sessions with a harm, with limits three standard errors from the whole.

    `centre` is the share of an earlier, settled time; without it that of all points. Raises
    ValueError. Source: Shewhart 1931; Montgomery, Statistical Quality Control.
    """
    n = whole("sizes", sizes)
    had = counted(events, n)
    refuse_where("events", had > n, had, "is more than its sessions")
    middle = float(had.sum() / n.sum()) if centre is None else centre
    wide = SIGMAS * np.sqrt(middle * (1 - middle) / n)
    lower, upper = np.maximum(middle - wide, 0), np.minimum(middle + wide, 1)
    return Control(values=had / n, centre=middle, lower=lower, upper=upper)


def u_chart(events: Sequence[int], amounts: Numbers, *, centre: float | None = None) -> Control:
    """Events per amount of care, such as harms per 100 sessions: more than one may fall on one."""
    per = numbers("amounts", amounts)
    refuse_where("amounts", per <= 0, per, "is not above 0")
    had = counted(events, per)
    middle = float(had.sum() / per.sum()) if centre is None else centre
    wide = SIGMAS * np.sqrt(middle / per)
    return Control(
        values=had / per, centre=middle, lower=np.maximum(middle - wide, 0), upper=middle + wide
    )


def g_chart(between: Sequence[int]) -> Control:
    """Sessions between rare harms; a point above is better than chance, many small ones worse.

    Limits from the geometric distribution. Source: Benneyan 2001.
    """
    found = counted(between, np.ones(len(between)))
    middle = float(found.mean())
    wide = SIGMAS * sqrt(middle * (middle + 1))
    flat = np.ones_like(found)
    return Control(
        values=found,
        centre=middle,
        lower=flat * max(middle - wide, 0),
        upper=flat * (middle + wide),
    )


def t_chart(days: Numbers) -> Control:
    """Days between rare harms, by Nelson's power; limits are turned back to days.

    Raises ValueError for a day that is not above 0, or for fewer than two. Source: Nelson 1994.
    """
    found = numbers("days", days)
    refuse_where("days", found <= 0, found, "is not above 0")
    if len(found) < 2:
        raise ValueError("days: two at least are needed for a limit")
    bent = found ** (1 / NELSON)
    middle, wide = float(bent.mean()), SIGMAS * float(np.abs(np.diff(bent)).mean()) / D2
    flat = np.ones_like(found)
    return Control(
        values=found,
        centre=middle**NELSON,
        lower=flat * max(middle - wide, 0.0) ** NELSON,
        upper=flat * (middle + wide) ** NELSON,
    )


def none_in(sessions: int, level: float = 0.95) -> float:
    """The rate that no event in so many sessions still allows, one-sided: the rule of three."""
    if sessions < 1:
        raise ValueError(f"{sessions:g} sessions: at least 1")
    return 1 - exp(log(1 - level) / sessions)
