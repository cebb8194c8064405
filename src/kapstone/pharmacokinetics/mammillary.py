"""One to three compartments around the blood, in closed form: sums of exponentials, no solver."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np

from kapstone.pharmacokinetics.matrices import Array
from kapstone.pharmacokinetics.systems import Input, System

MOST_PLACES = 3
# So many steps are taken at once; more would leave the processor's own memory.
BLOCK = 8
# Steps that differ by less than this many digits of a minute are one.
STEP_DIGITS = 12


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


def amounts(system: System, central: int, times_min: Array) -> Array:
    """The amount at the centre in mg, (times, people), at times that do not go back.

    Between two minutes at which an input begins or ends it draws near to a settled level.
    """
    found = modes(system, central)
    out = np.empty((len(times_min), found.paces.shape[-1]))
    decay = Decay(found.paces)
    there = np.zeros_like(found.paces)
    for start, end in pairwise([*edges(system.inputs, times_min), np.inf]):
        there += found.parts * pushed(system.inputs, start)
        settled = found.parts * coming_in(system.inputs, start) / found.paces
        rows = slice(*np.searchsorted(times_min, [start, end]))
        decay.along(there - settled, times_min[rows] - start, out[rows])
        if settled.any():
            out[rows] += settled.sum(axis=0)
        there = settled + (there - settled) * np.exp(-found.paces * (end - start))
    return out


def edges(inputs: Sequence[Input], times_min: Array) -> list[float]:
    """The first time, and every minute at which an input begins or ends."""
    ends = {each.at_min + float(each.over_min[0]) for each in inputs}
    return sorted({float(times_min[0]), *(each.at_min for each in inputs)} | ends)


def pushed(inputs: Sequence[Input], minute: float) -> Array:
    """What comes in at once at this minute, in mg; (people,) or (1,)."""
    at_once = (each.mg for each in inputs if not each.over_min.any() and each.at_min == minute)
    return sum(at_once, np.zeros(1))


def coming_in(inputs: Sequence[Input], minute: float) -> Array:
    """What comes in evenly from this minute on, in mg/min; (people,) or (1,)."""
    flows = (each for each in inputs if each.at_min <= minute < each.at_min + each.over_min[0])
    return sum((each.mg / each.over_min[0] for each in flows), np.zeros(1))


class Decay:
    """What is left of each mode at its pace, for many times in few passes over the people.

    Times a step apart share the powers of that step, a block of them at once: no exponential is
    taken for each time.
    """

    def __init__(self, paces: Array) -> None:
        self.paces = paces
        self.kept: dict[float, Array] = {}

    def after_steps(self, step: float, count: int) -> Array:
        """What is left after one step, two, and so on: (count, modes, people)."""
        kept = self.kept.get(step)
        if kept is None or len(kept) < count:
            once = np.exp(-self.paces * step)
            kept = np.multiply.accumulate(np.broadcast_to(once, (count, *once.shape)))
            self.kept[step] = kept
        return kept[:count]

    def along(self, there: Array, since_min: Array, out: Array) -> None:
        """Write what is left of all modes together, (times, people), into `out`."""
        row = 0
        steps = np.diff(since_min, prepend=0.0).round(STEP_DIGITS)
        for step, times in groupby(steps.tolist()):
            for count in blocks(len(list(times))):
                left = self.after_steps(step, count)
                np.einsum("kmn,mn->kn", left, there, out=out[row : row + count])
                there = there * left[-1]
                row += count


def blocks(count: int) -> Iterator[int]:
    """A count in blocks, the last of them what remains."""
    for done in range(0, count, BLOCK):
        yield min(BLOCK, count - done)
