"""Every count of a page in one book with the sums between them, so that small ones are hidden once.

Two tables of one page that hide on their own would give each other's cells back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kapstone.outcomes.proportions import Estimate, exact
from kapstone.outcomes.suppression import Cell, Sum, hide

# A word, or a tuple of words and days.
Key = Any
# What stands in a table for a count that may not be told.
HIDDEN = "hidden"


@dataclass(slots=True)
class Ledger:
    """Counts by key; `sums` say which parts add up to which whole."""

    counts: dict[Key, int] = field(default_factory=dict)
    sums: list[tuple[tuple[Key, ...], Key]] = field(default_factory=list)

    def put(self, key: Key, count: int) -> None:
        """Write a count down; raises ValueError when another stands there."""
        if self.counts.setdefault(key, count) != count:
            raise ValueError(f"{key}: {count}, where {self.counts[key]} is written")

    def split(self, whole: Key, parts: Mapping[Key, int]) -> None:
        """The parts of a count that is written down already."""
        for key, count in parts.items():
            self.put(key, count)
        self.sums.append((tuple(parts), whole))

    def told(self, fewest: int) -> Told:
        """All counts with the small ones hidden, and what could give them back."""
        place = {key: number for number, key in enumerate(self.counts)}
        sums: list[Sum] = [
            (tuple(place[key] for key in parts), place[whole]) for parts, whole in self.sums
        ]
        cells = hide(list(self.counts.values()), sums, fewest=fewest)
        return Told(dict(zip(self.counts, cells, strict=True)), fewest)


@dataclass(frozen=True, slots=True)
class Told:
    """What may be told of the counts; None is hidden."""

    counts: Mapping[Key, Cell]
    fewest: int

    def count(self, key: Key) -> int | str:
        found = self.counts[key]
        return HIDDEN if found is None else found

    def share(self, yes: Key, of: Key) -> Estimate | None:
        """The share with its exact interval; None where a count of it is hidden or nobody is."""
        had, all_of = self.counts[yes], self.counts[of]
        return exact(had, all_of) if had is not None and all_of else None

    def most(self, had: Key, of: Key) -> float | None:
        """Of a hidden count the upper bound that the largest hidden one would have."""
        all_of = self.counts[of]
        return exact(min(self.fewest - 1, all_of), all_of).upper if all_of else None
