"""An instrument's scale as every chart of it shows it: its bands, where they end, how grave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from kapstone.instruments import Instrument

Better = Literal["lower", "higher"]
# From the best band to the gravest; names of colours, which each drawing has in its own way.
SHADES = ("ok", "plain", "caution-light", "caution", "stop")
# Methods whose totals are whole numbers, so that a band ends half a point below the next.
WHOLE = frozenset({"sum", "domains"})


def total_bands(of: Instrument) -> list[tuple[float, str]]:
    """Where each band of the total begins; those of the average lie on another scale."""
    named = of.score.bands if of.score.bands_on == "total" else ()
    return [(band.from_, band.name) for band in named]


def step_of(of: Instrument) -> float:
    """The least difference of two totals; 0 where they are not whole numbers."""
    return 1.0 if of.score.method in WHOLE and of.score.scale == 1 else 0.0


def edges(starts: Sequence[float], low: float, high: float, step: float) -> list[float]:
    """The ends of the bands, from `low` to `high`: between two totals, so that none is on one."""
    return [low, *(start - step / 2 for start in starts[1:]), high]


def shades_of(count: int, better: Better | None) -> list[str]:
    """From the lowest band up: the worst has the gravest shade; without a better way, none."""
    if better is None:
        return ["plain"] * count
    shades = [SHADES[place * (len(SHADES) - 1) // max(count - 1, 1)] for place in range(count)]
    return shades if better == "lower" else shades[::-1]
