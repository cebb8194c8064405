"""One to three compartments around the blood, in closed form: sums of exponentials, no solver."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from kapstone.pharmacokinetics.matrices import Array
from kapstone.pharmacokinetics.systems import Input, System

MOST_PLACES = 3


def is_mammillary(system: System, central: int) -> bool:
    """Whether all exchange with the central place alone, and everything comes in there."""
    count = len(system.moves)
    apart = [place for place in range(count) if place != central]
    between = system.moves[np.ix_(apart, apart)].any(axis=-1)
    shared = all(each.over_min.size == 1 for each in system.inputs)
    direct = all(each.place == central for each in system.inputs)
    return (
        count <= MOST_PLACES
        and shared
        and direct
        and not (between & ~np.eye(len(apart), dtype=bool)).any()
    )


@dataclass(frozen=True, slots=True)
class Modes:
    """The paces (modes, people), and the part of an amount at the centre that leaves at each."""

    paces: Array
    parts: Array

    def left_of(self, given: Input, whole: Array, start: float, end: float) -> Array | float:
        """What came in between two times and is left at the second, at each pace.

        `whole` is what a mg a minute during all of it leaves.
        """
        if is_push(given):
            since = end - given.at_min
            came = start <= given.at_min < end
            return self.parts * given.mg * np.exp(-self.paces * since) if came else 0.0
        over = float(given.over_min[0])
        begun, ended = max(start, given.at_min), min(end, given.at_min + over)
        if (begun, ended) == (start, end):
            return whole * (given.mg / over)
        if ended <= begun:
            return 0.0
        flowed: Array = -np.expm1(-self.paces * (ended - begun)) * np.exp(
            -self.paces * (end - ended)
        )
        return np.asarray(self.parts * (given.mg / over) / self.paces * flowed)


def is_push(given: Input) -> bool:
    return not given.over_min.any()


def modes(system: System, central: int) -> Modes:
    apart = [place for place in range(len(system.moves)) if place != central]
    back = -system.moves[apart, apart]
    out = -system.moves[central, central]
    crossing = system.moves[apart, central] * system.moves[central, apart]
    paces = roots(out, back, crossing)
    parts = np.ones_like(paces)
    for i, pace in enumerate(paces):
        for one in back:
            parts[i] *= one - pace
        for j, other in enumerate(paces):
            if j != i:
                parts[i] /= other - pace
    return Modes(paces, parts)


def roots(out: Array, back: Array, crossing: Array) -> Array:
    """The paces of one, two or three places: real and positive in every such system."""
    if len(back) == 0:
        return out[None]
    if len(back) == 1:
        half, product = (out + back[0]) / 2, out * back[0] - crossing[0]
        large = half + np.sqrt(half**2 - product)
        return np.stack([large, product / large])
    a2 = out + back[0] + back[1]
    a1 = out * (back[0] + back[1]) + back[0] * back[1] - crossing[0] - crossing[1]
    a0 = out * back[0] * back[1] - crossing[0] * back[1] - crossing[1] * back[0]
    return cubic(a2, a1, a0)


def cubic(a2: Array, a1: Array, a0: Array) -> Array:
    """The three real roots of x^3 - a2 x^2 + a1 x - a0, by the cosine of a third of an angle.

    The smallest is taken from the product of all, which does not lose digits when it is far below.
    """
    p = a1 - a2**2 / 3
    q = a1 * a2 / 3 - 2 * a2**3 / 27 - a0
    r = np.sqrt(-p / 3)
    third = np.arccos(np.clip(-q / (2 * r**3), -1, 1)) / 3
    large, middle, small = (a2 / 3 + 2 * r * np.cos(third + 2 * np.pi * k / 3) for k in (0, 2, 1))
    return np.stack([large, middle, a0 / (large * middle) + 0 * small])


def amounts(system: System, central: int, times_min: Array) -> Iterator[Array]:
    """The amount at the centre in mg (people,) at each of the times, which do not go back."""
    found = modes(system, central)
    state = np.zeros_like(found.paces)
    now = min([float(times_min[0]), *(each.at_min for each in system.inputs)])
    kept: dict[float, tuple[Array, Array]] = {}
    for until in map(float, times_min):
        step = round(until - now, 9)
        if step > 0:
            if step not in kept:
                gone = -np.expm1(-found.paces * step)
                kept[step] = np.exp(-found.paces * step), found.parts * gone / found.paces
            stays, whole = kept[step]
            state *= stays
            for each in system.inputs:
                state += found.left_of(each, whole, now, until)
        now = until
        pushed = sum(each.mg for each in system.inputs if is_push(each) and each.at_min == now)
        yield state.sum(axis=0) + pushed
