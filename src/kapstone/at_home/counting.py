"""Lozenges at home, counted before and after: what should be there, and what is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Count:
    """What somebody counted, in whole lozenges, beside what should be there.

    `expected` None: not known, so that nobody can say whether it agrees.
    """

    expected: int | None
    counted: int

    @property
    def agrees(self) -> bool | None:
        return None if self.expected is None else self.counted == self.expected

    @property
    def says(self) -> str:
        """Such as "Counted 1, should be 2: 1 too few."."""
        if self.expected is None:
            return f"Counted {self.counted}; not known how many there should be."
        if self.counted == self.expected:
            return f"Counted {self.counted}, as it should be."
        more = self.counted > self.expected
        by = abs(self.counted - self.expected)
        few = "too many" if more else "too few"
        return f"Counted {self.counted}, should be {self.expected}: {by} {few}."


def before(counted: int, *, left: int | None, released: int) -> Count:
    """Before the medicine: what was left the last time, and what was released since."""
    return Count(None if left is None else left + released, counted)


def after(counted: int, *, had: int | None, taken: int | None) -> Count:
    """After the medicine: what was there before, less what the person said they took."""
    expected = None if had is None or taken is None else max(0, had - taken)
    return Count(expected, counted)
