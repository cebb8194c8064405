"""What a monitor beside an invented person would show, minute by minute."""

from __future__ import annotations

import numpy as np

from kapstone.synthesis import vitals

SHOWN = ("systolic_bp", "diastolic_bp", "heart_rate", "oxygen_saturation", "respiratory_rate")


def shown(seed: int, at_min: float) -> dict[str, float]:
    """The figures on the screen `at_min` minutes after the start; one seed is one person.

    mmHg, beats and breaths per minute, percent.
    """
    person = vitals.people(1, np.random.default_rng(seed))
    today = vitals.session(person, np.random.default_rng([seed, 1]))
    moment = np.random.default_rng([seed, 2, round(at_min * 60)])
    found = vitals.signs(today, at_min, moment)
    return {name: float(getattr(found, name)[0]) for name in SHOWN}
