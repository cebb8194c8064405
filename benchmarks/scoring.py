"""Scoring, in the library: many sheets as arrays, one sheet as a person fills it in."""

from __future__ import annotations

import json
import random
import statistics
import time

import numpy as np

from kapstone.instruments import instrument, score
from kapstone.instruments.many import score_many

SHEETS, ONE_BY_ONE, SEED = 100_000, 2_000, 2026
PHQ9 = instrument("phq9")


def many() -> float:
    """Seconds for 100,000 sheets, one answer in fifty left blank."""
    rng = np.random.default_rng(SEED)
    sheets = rng.integers(0, 4, (SHEETS, len(PHQ9.item))).astype(float)
    sheets[rng.random(sheets.shape) < 0.02] = np.nan
    begun = time.perf_counter()
    score_many(PHQ9, sheets)
    return time.perf_counter() - begun


def one() -> float:
    """Milliseconds for one sheet with everything that is said of it."""
    chance = random.Random(SEED)  # noqa: S311
    asked = [item.id for item in PHQ9.item]
    spent = []
    for _ in range(ONE_BY_ONE):
        answers = {item: chance.randrange(4) for item in asked}
        begun = time.perf_counter()
        score(PHQ9, answers)
        spent.append(time.perf_counter() - begun)
    return statistics.median(spent) * 1000


print(
    json.dumps(
        {
            f"{SHEETS:,} PHQ-9 as arrays": f"{min(many() for _ in range(3)):.2f} s | 1 s",
            "one PHQ-9 with flags, median": f"{one():.2f} ms",
        }
    )
)
