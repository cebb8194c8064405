"""What a synthetic practice is like beside its medicine: clinics, route, who is measured when."""

from __future__ import annotations

from functools import cache
from typing import Literal

import numpy as np

from kapstone.knowledge import Knowledge, rows
from kapstone.synthesis.model import Reals

FILE = "synthesis/practices.toml"


class Habits(Knowledge):
    """The habits that go with the preset of the same id; `seen` is what of them is published.

    `measured` are pairs of days since the last dose and the share measured then.
    """

    id: str
    seen: str
    sources: tuple[str, ...]
    basis: str
    route: Literal["iv", "im", "sl"]
    clinics: int
    dose_mg_per_kg: float
    age_mean: float
    age_sd: float
    female_share: float
    measured: tuple[tuple[float, float], ...]
    integration_planned: int
    integrated_share: float

    def share_measured(self, after_last: Reals) -> Reals:
        """The share of people measured so many days after the last dose."""
        days, shares = np.array(self.measured).T
        odds = np.interp(after_last, days, np.log(shares / (1 - shares)))
        return np.asarray(1 / (1 + np.exp(-odds)))


class Effect(Knowledge):
    """What a charted side effect is, and how often it is that one."""

    id: str
    share: float
    sources: tuple[str, ...]
    basis: str


@cache
def habits(preset: str) -> Habits:
    """The habits that go with a preset; LookupError when it has none."""
    found = {row.id: row for row in rows(FILE, "practice", Habits)}
    if preset not in found:
        raise LookupError(f"no habits of a practice for {preset}")
    return found[preset]


@cache
def effects() -> tuple[Effect, ...]:
    """What may be charted as a side effect."""
    return tuple(rows(FILE, "effect", Effect))
