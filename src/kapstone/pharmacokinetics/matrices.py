"""Products, inverses and exponentials of many small matrices, the people on the last axis.

With the people last each step is an operation on long rows, which the processor does quickly;
the libraries' own products of small matrices are made one person at a time.
"""

from __future__ import annotations

from math import ceil, log2

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Pattern = NDArray[np.bool_]
TERMS = 9
# With nine terms and this norm what is left out is below 3e-13 of the result.
LARGEST_NORM = 0.25


def reach(a: Array) -> Pattern:
    """Which places an amount can come to from which, in any number of steps; (n, n)."""
    found: Pattern = (a != 0).any(axis=-1) | np.eye(len(a), dtype=bool)
    for middle in range(len(a)):
        found |= found[:, middle, None] & found[None, middle, :]
    return found


def times(a: Array, b: Array, pattern: Pattern) -> Array:
    """The product of (n, n, people) and (n, n, people) or (n, people); zeros of a are skipped."""
    out = np.zeros_like(b)
    for i, row in enumerate(pattern):
        for k in np.flatnonzero(row):
            out[i] += a[i, k] * b[k]
    return out


def exponential(a: Array, minutes: float | Array, pattern: Pattern | None = None) -> Array:
    """exp(a * minutes) for (n, n, people); `minutes` may differ between people."""
    pattern = reach(a) if pattern is None else pattern
    scaled = a * minutes
    norm = float(np.abs(scaled).sum(axis=1).max(initial=0.0))
    squarings = max(0, ceil(log2(norm / LARGEST_NORM))) if norm > 0 else 0
    scaled /= 2.0**squarings
    one = np.eye(len(a))[:, :, None]
    result = one + scaled / TERMS
    for term in range(TERMS - 1, 0, -1):
        result = one + times(scaled, result, pattern) / term
    for _ in range(squarings):
        result = times(result, result, pattern)
    return result


def inverse(a: Array) -> Array:
    """The inverse of each matrix of (n, n, people)."""
    inverted: Array = np.linalg.inv(np.moveaxis(a, -1, 0)).astype(float, copy=False)
    return np.moveaxis(inverted, 0, -1)
