"""Side effects: what is charted, what people say when asked, and who stops because of it.

Charted and asked-for rates differ by a factor of ten (S54: 59 of 2,532 treatments; trials: 20 to
27 % of people per effect and course). Never pool the two.
"""

from __future__ import annotations

import numpy as np

from kapstone.synthesis.model import Counts, Flags

CHARTED_PER_SESSION = 59 / 2532
FRAILTY_VARIANCE = 0.3
ASKED_PER_COURSE = {"dissociation": 0.27, "dizziness": 0.23, "nausea": 0.20}
STOP_SHARE = 0.007
STOP_REASONS = (
    "distress",
    "nausea",
    "bladder",
    "mania",
    "psychosis",
    "breathing",
    "seizure",
)
_STOP_WEIGHTS = np.array([33, 6, 3, 2, 1, 1, 1]) / 47


def charted(n: int, sessions: int, rng: np.random.Generator) -> Flags:
    """Whether a side effect is charted, shape (n, sessions); some people are more prone (gamma)."""
    frailty = rng.gamma(1 / FRAILTY_VARIANCE, FRAILTY_VARIANCE, n)
    chance = np.minimum(CHARTED_PER_SESSION * frailty, 1.0)
    return np.asarray(rng.random((n, sessions)) < chance[:, None])


def asked(n: int, rng: np.random.Generator) -> dict[str, Flags]:
    """For each effect that people are asked about, who had it during the course."""
    return {effect: rng.random(n) < share for effect, share in ASKED_PER_COURSE.items()}


def stopped(n: int, rng: np.random.Generator) -> Counts:
    """Index into `STOP_REASONS` for those who stop for a side effect, -1 for all others."""
    reason = rng.choice(len(STOP_REASONS), size=n, p=_STOP_WEIGHTS)
    return np.where(rng.random(n) < STOP_SHARE, reason, -1).astype(np.int64)
