"""Lists of numbers as they come in, checked once: each refusal names the entry and why."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Numbers = Sequence[float] | Array


def numbers(name: str, given: Numbers) -> Array:
    """Finite numbers, at least one; raises ValueError."""
    try:
        found = np.asarray(given, dtype=float)
    except (TypeError, ValueError) as fault:
        raise ValueError(f"{name}: a list of numbers") from fault
    if found.ndim != 1 or not found.size:
        raise ValueError(f"{name}: a list of at least one number")
    refuse_where(name, ~np.isfinite(found), found, "is no number")
    return found


def refuse_where(name: str, bad: NDArray[np.bool_], found: Array, words: str) -> None:
    """Raise ValueError for the first entry that is bad, counted from 1."""
    if bad.any():
        place = int(np.flatnonzero(bad)[0])
        raise ValueError(f"{name}: entry {place + 1}, {found[place]:g}, {words}")


def durations(given: Numbers, name: str = "times") -> Array:
    """Times from the start, none of them before it; raises ValueError."""
    found = numbers(name, given)
    refuse_where(name, found < 0, found, "lies before the start")
    return found


def flags(given: Numbers, count: int, name: str = "events") -> Array:
    """0 and 1, one for each of `count`; raises ValueError."""
    found = numbers(name, given)
    refuse_length(name, found, count)
    refuse_where(name, ~np.isin(found, (0, 1)), found, "is neither 0 (no) nor 1 (yes)")
    return found


def refuse_length(name: str, found: Array, count: int) -> None:
    if len(found) != count:
        raise ValueError(f"{name}: {len(found)} of them, where {count} are needed")


def columns(name: str, given: Sequence[Sequence[float]] | Array, count: int) -> Array:
    """A row of numbers for each of `count` people, (people, columns); raises ValueError."""
    try:
        found = np.asarray(given, dtype=float)
    except (TypeError, ValueError) as fault:
        raise ValueError(f"{name}: a row of as many numbers for each person") from fault
    if found.ndim == 1:
        found = found[:, None]
    if found.ndim != 2 or len(found) != count or not found.size:
        raise ValueError(f"{name}: {len(found)} rows, where {count} are needed")
    if not np.isfinite(found).all():
        row = int(np.flatnonzero(~np.isfinite(found).all(axis=1))[0])
        raise ValueError(f"{name}: row {row + 1} has an entry that is no number")
    return found


def two_sided(level: float) -> float:
    """How many standard errors an interval of this level reaches to each side."""
    from scipy.special import ndtri  # noqa: PLC0415

    if not 0 < level < 1:
        raise ValueError(f"level {level:g}: between 0 and 1, such as 0.95")
    return float(ndtri((1 + level) / 2))


def is_number(value: object) -> bool:
    """Whether it was written as a number; yes and no are none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)
