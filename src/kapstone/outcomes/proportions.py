"""Shares with honest intervals: exact ones, differences between two groups, and odds."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, hypot, log, sqrt

from kapstone.outcomes.arrays import two_sided


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A figure between its bounds."""

    value: float
    lower: float
    upper: float


def refuse_counts(had: int, of: int) -> None:
    if not (float(had).is_integer() and float(of).is_integer() and 0 <= had <= of and of > 0):
        raise ValueError(f"{had:g} of {of:g}: whole counts, the first at most the second, above 0")


def exact(had: int, of: int, *, level: float = 0.95, sides: int = 2) -> Estimate:
    """A share with Clopper and Pearson's interval, which covers the truth at least that often.

    With `sides` 1 each bound alone holds at `level`: the upper one after no event at all is the
    rule of three. Raises ValueError. Source: Clopper & Pearson 1934.
    """
    from scipy.special import betaincinv  # noqa: PLC0415

    refuse_counts(had, of)
    two_sided(level)
    tail = (1 - level) / sides
    lower = 0.0 if had == 0 else float(betaincinv(had, of - had + 1, tail))
    upper = 1.0 if had == of else float(betaincinv(had + 1, of - had, 1 - tail))
    return Estimate(value=had / of, lower=lower, upper=upper)


def wilson(had: int, of: int, *, level: float = 0.95) -> Estimate:
    """A share with Wilson's interval, which is near the level on average. Source: Wilson 1927."""
    refuse_counts(had, of)
    z, share = two_sided(level), had / of
    middle = (share + z**2 / (2 * of)) / (1 + z**2 / of)
    wide = z * sqrt(share * (1 - share) / of + z**2 / (4 * of**2)) / (1 + z**2 / of)
    return Estimate(value=share, lower=max(middle - wide, 0.0), upper=min(middle + wide, 1.0))


def newcombe(had: int, of: int, had_other: int, of_other: int, *, level: float = 0.95) -> Estimate:
    """The first share less the second, by Newcombe's hybrid of two Wilson intervals.

    Never beyond -1 or 1, and right for small groups. Raises ValueError. Source: Newcombe 1998,
    method 10.
    """
    one, two = wilson(had, of, level=level), wilson(had_other, of_other, level=level)
    apart = one.value - two.value
    return Estimate(
        value=apart,
        lower=max(apart - hypot(one.value - one.lower, two.upper - two.value), -1.0),
        upper=min(apart + hypot(one.upper - one.value, two.value - two.lower), 1.0),
    )


def odds_ratio(
    had: int, of: int, had_other: int, of_other: int, *, level: float = 0.95
) -> Estimate | None:
    """The ratio of odds with Woolf's interval; None where a cell is empty: no ratio is finite.

    Far from the ratio of shares where the event is frequent. Source: Woolf 1955.
    """
    refuse_counts(had, of)
    refuse_counts(had_other, of_other)
    cells = (had, of - had, had_other, of_other - had_other)
    if not all(cells):
        return None
    middle = log(cells[0] / cells[1]) - log(cells[2] / cells[3])
    wide = two_sided(level) * sqrt(sum(1 / each for each in cells))
    return Estimate(value=exp(middle), lower=exp(middle - wide), upper=exp(middle + wide))


def e_value(ratio: float) -> float:
    """How strong a hidden cause would have to be with both sides to explain a risk ratio away.

    On the scale of the risk ratio; 1 needs none. Raises ValueError. Source: VanderWeele 2017.
    """
    if not ratio > 0:
        raise ValueError(f"a risk ratio of {ratio:g}: above 0")
    above = max(ratio, 1 / ratio)
    return above + sqrt(above * (above - 1))
