"""Vital signs through a session: pressure rises to a peak and falls away (S30, 2,342 infusions)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kapstone.synthesis.model import Counts, Reals

# mean, spread between people, spread between sessions of one person; mmHg or beats per minute
SYSTOLIC_REST = (121.0, 10.0, 7.0)
DIASTOLIC_REST = (77.0, 8.0, 5.0)
SYSTOLIC_RISE = (16.0, 7.9, 7.9)
DIASTOLIC_RISE = (11.0, 6.0, 6.0)
HEART_RATE_REST = (74.0, 8.0, 4.0)
HEART_RATE_RISE = (6.0, 3.0, 3.0)
FADE_MIN = 30.0
# The two pressures are drawn apart; one in 300 would otherwise have them the wrong way round.
NARROWEST_PULSE_PRESSURE = 15.0
# The IV peak is published; the others follow the time course of the route, an assumption.
PEAK_MIN = {"iv": 40.0, "im": 20.0, "sl": 45.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Resting:
    """Rest values and peak rises of `n` people or sessions; mmHg, beats per minute."""

    systolic: Reals
    diastolic: Reals
    heart_rate: Reals
    systolic_rise: Reals
    diastolic_rise: Reals
    heart_rate_rise: Reals


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """One reading of `n` sessions; mmHg, beats and breaths per minute, percent, MOAA/S 0 to 5."""

    systolic_bp: Counts
    diastolic_bp: Counts
    heart_rate: Counts
    oxygen_saturation: Counts
    respiratory_rate: Counts
    moaas: Counts


def people(n: int, rng: np.random.Generator) -> Resting:
    """The lasting part of each person: what their sessions vary around."""
    return _resting([rng.normal(mean, between, n) for mean, between, _ in _SPREADS])


def session(of: Resting, rng: np.random.Generator) -> Resting:
    """One session of each person."""
    n = len(of.systolic)
    within = [rng.normal(0, spread, n) for _, _, spread in _SPREADS]
    lasting = (
        of.systolic,
        of.diastolic,
        of.heart_rate,
        of.systolic_rise,
        of.diastolic_rise,
        of.heart_rate_rise,
    )
    return _resting([value + change for value, change in zip(lasting, within, strict=True)])


def rise_share(at_min: float, *, peak_min: float = 40.0) -> float:
    """The share of the peak rise present at `at_min`: linear up to the peak, then exponential."""
    if at_min <= 0:
        return 0.0
    if at_min <= peak_min:
        return at_min / peak_min
    return float(np.exp(-(at_min - peak_min) / FADE_MIN))


def signs(of: Resting, at_min: float, rng: np.random.Generator, *, peak_min: float = 40.0) -> Signs:
    """The readings at `at_min` minutes after the start; at or before 0 those at rest.

    Saturation, breathing and alertness are plausible rather than calibrated: no source gives them.
    """
    n, share = len(of.systolic), rise_share(at_min, peak_min=peak_min)
    calm = rng.normal(0, 1, (4, n))
    alert = 5 - np.rint(np.clip(share * 1.4 + 0.4 * calm[3] * share, 0, 3))
    systolic = of.systolic + share * of.systolic_rise
    diastolic = of.diastolic + share * of.diastolic_rise
    return Signs(
        systolic_bp=_whole(systolic),
        diastolic_bp=_whole(np.minimum(diastolic, systolic - NARROWEST_PULSE_PRESSURE)),
        heart_rate=_whole(of.heart_rate + share * of.heart_rate_rise + 2 * calm[0]),
        oxygen_saturation=_whole(np.clip(97.8 - 1.0 * share + 0.8 * calm[1], 93, 100)),
        respiratory_rate=_whole(np.clip(15 - 1.0 * share + 1.3 * calm[2], 10, 22)),
        moaas=_whole(alert),
    )


_SPREADS = (
    SYSTOLIC_REST,
    DIASTOLIC_REST,
    HEART_RATE_REST,
    SYSTOLIC_RISE,
    DIASTOLIC_RISE,
    HEART_RATE_RISE,
)


def _resting(six: list[Reals]) -> Resting:
    return Resting(
        systolic=six[0],
        diastolic=six[1],
        heart_rate=six[2],
        systolic_rise=six[3],
        diastolic_rise=six[4],
        heart_rate_rise=six[5],
    )


def _whole(x: Reals) -> Counts:
    return np.rint(x).astype(np.int64)
