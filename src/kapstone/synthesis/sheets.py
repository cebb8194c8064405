"""Item answers that add up to a given total, so that a synthetic sheet is a real sheet."""

from __future__ import annotations

import numpy as np

from kapstone.synthesis.model import Counts, Reals

PHQ9_ITEMS = (
    "interest",
    "mood",
    "sleep",
    "energy",
    "appetite",
    "failure",
    "concentration",
    "movement",
    "self_harm",
)
GAD7_ITEMS = ("nervous", "control", "worry", "relax", "restless", "irritable", "afraid")
HIGHEST_ANSWER = 3
# How readily each item is answered with points, in the order above: tiredness and sleep lead,
# slowed movement trails. An assumption; no source here gives item means.
_PHQ9_EASE = np.array([1.2, 1.2, 1.4, 1.6, 1.0, 1.1, 1.0, 0.5])
_GAD7_EASE = np.array([1.4, 1.2, 1.3, 1.2, 0.7, 1.0, 0.8])


def phq9_items(totals: Counts, suicide_item: Counts, rng: np.random.Generator) -> Counts:
    """Nine answers per person, shape (n, 9), in the order of `PHQ9_ITEMS`.

    The ninth is `suicide_item`, moved only where the total leaves no other way (a total of 26
    needs at least a 2, a total of 1 allows at most a 1).
    """
    lowest = np.maximum(totals - HIGHEST_ANSWER * len(_PHQ9_EASE), 0)
    ninth = np.clip(suicide_item, lowest, np.minimum(totals, HIGHEST_ANSWER))
    return np.column_stack([_spread(totals - ninth, _PHQ9_EASE, rng), ninth])


def gad7_items(totals: Counts, rng: np.random.Generator) -> Counts:
    """Seven answers per person, shape (n, 7), in the order of `GAD7_ITEMS`."""
    return _spread(totals, _GAD7_EASE, rng)


def _spread(points: Counts, ease: Reals, rng: np.random.Generator) -> Counts:
    """Deal each person's points over the items, at most three to an item.

    Each item offers three tokens; the tokens with the smallest exponential waiting times win.
    """
    rate = np.repeat(ease, HIGHEST_ANSWER)
    waiting = rng.exponential(size=(len(points), len(rate))) / rate
    won = waiting.argsort(axis=1).argsort(axis=1) < points[:, None]
    by_item = won.reshape(len(points), len(ease), HIGHEST_ANSWER)
    return np.asarray(by_item.sum(axis=2), dtype=np.int64)
