"""The outcome model: who answers to the medicine, how far, how fast, and for how long.

A person has a first score B, a latent class, a reach F (the share of B that can go), a gain g per
dose and a time T that the change holds after the last dose. The state S runs from 0 (nothing
changed) to 1 (all that can change has); the expected score is B * (1 - F * S).

Known limits. The figures behind the presets were the targets of the fit. `kap` gives 45 % of
completers a change of five points at three months; the source says 50 to 75 %. The median dose
number of the first response comes out as 2 among responders; the source says 3. Nobody has
published a hazard ratio for integration: 0.60 is an assumption, and the null preset has 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kapstone.synthesis.presets import Preset

Reals = NDArray[np.float64]
Counts = NDArray[np.int64]
Flags = NDArray[np.bool_]

PHQ9_RANGE = (0, 27)
GAD7_RANGE = (0, 21)
# Where the severity (points of PHQ-9, with a personal and a passing part) turns into each answer of
# the suicide item, and the spread of both parts. An assumption: no source gives item-level figures.
SUICIDE_ITEM_CUTS = (17.0, 22.0, 26.0)
SUICIDE_ITEM_PERSON_SD = 4.0
SUICIDE_ITEM_OCCASION_SD = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Latent:
    """The truth about `n` people, one array entry each; scores in points, times in days."""

    preset: Preset
    baseline: Counts
    gad_baseline: Counts
    klass: Counts
    reach: Reals
    gad_reach: Reals
    gain: Reals
    relapse_days: Reals
    suicide_tendency: Reals
    integrated: Flags
    maintained: Flags

    def __len__(self) -> int:
        return len(self.baseline)


def draw(
    preset: Preset,
    n: int,
    rng: np.random.Generator,
    *,
    integrated: float = 0.0,
    maintained: float = 0.0,
) -> Latent:
    """Draw `n` people; `integrated` and `maintained` are the shares who have that care.

    Both act only on how long the change holds, by their hazard ratios (maintenance: Daly 2019).
    """
    baseline_z = _truncated(preset, n, rng)
    baseline = np.rint(preset.baseline_mean + preset.baseline_sd * baseline_z).astype(np.int64)
    klass = rng.choice(3, size=n, p=_weights(preset))
    reach, gad_reach = _reaches(preset, klass, rng)
    is_integrated, is_maintained = rng.random(n) < integrated, rng.random(n) < maintained
    return Latent(
        preset=preset,
        baseline=baseline,
        gad_baseline=_gad_baseline(preset, baseline_z, rng),
        klass=klass,
        reach=reach,
        gad_reach=gad_reach,
        gain=_gains(preset, klass, rng),
        relapse_days=_relapse_days(preset, is_integrated, is_maintained, rng),
        suicide_tendency=rng.normal(0, SUICIDE_ITEM_PERSON_SD, n),
        integrated=is_integrated,
        maintained=is_maintained,
    )


def pick(latent: Latent, which: int) -> Latent:
    """One person out of many, as a Latent of length one."""
    return some(latent, slice(which, which + 1))


def some(latent: Latent, which: slice | Flags) -> Latent:
    """Some of the people, in their order."""
    arrays = {field.name: getattr(latent, field.name) for field in fields(latent)}
    chosen = {name: each[which] for name, each in arrays.items() if name != "preset"}
    return Latent(preset=latent.preset, **chosen)


def integrating(latent: Latent, integrated: Flags, rng: np.random.Generator) -> Latent:
    """The same people with that integration, and how long the change holds drawn anew for it."""
    days = _relapse_days(latent.preset, integrated, latent.maintained, rng)
    return replace(latent, integrated=integrated, relapse_days=days)


def hazard(latent: Latent) -> Reals:
    """By how much the hazard of relapse is multiplied for each person; 1 without any such care."""
    return _hazard(latent.preset, latent.integrated, latent.maintained)


def state(latent: Latent, days: ArrayLike, *, dose_days: Sequence[float] | None = None) -> Reals:
    """S at `days` since the first dose: shape (n,) for one day, (n, m) for m days.

    `dose_days` are the induction doses in order, the preset's own when not given. Maintenance
    doses are not among them: they act through the hazard of relapse.
    """
    preset = latent.preset
    doses = preset.dose_days if dose_days is None else tuple(dose_days)
    day = np.atleast_1d(np.asarray(days, dtype=np.float64))[None, :]
    held = np.zeros((len(latent), day.shape[1]))
    for number, dose in enumerate(doses):
        wait = dose - doses[number - 1] if number else 0.0
        onset = -np.expm1(-np.maximum(day - dose, 0.0) * 24 / preset.onset_hours)
        kept = held * np.exp(-preset.leak_per_day * wait)
        held = np.where(day > dose, kept + (1 - kept) * latent.gain[:, None] * onset, held)
    held = held * _leak_since_last(preset, doses, day) * _hold(latent, day - doses[-1])
    return held[:, 0] if np.ndim(days) == 0 else held


def phq9(
    latent: Latent,
    days: ArrayLike,
    rng: np.random.Generator,
    *,
    dose_days: Sequence[float] | None = None,
) -> Counts:
    """PHQ-9 totals at `days` since the first dose; on or before day 0 exactly the first score."""
    severity = expected_phq9(latent, days, dose_days=dose_days)
    return _scores(
        severity, latent.baseline, days, latent.preset.scatter, limits=PHQ9_RANGE, rng=rng
    )


def gad7(
    latent: Latent,
    days: ArrayLike,
    rng: np.random.Generator,
    *,
    dose_days: Sequence[float] | None = None,
) -> Counts:
    """GAD-7 totals: the same state, its own first score, a reach correlated with that of PHQ-9."""
    changed = latent.gad_reach * np.transpose(state(latent, days, dose_days=dose_days))
    severity = np.transpose(latent.gad_baseline * (1 - changed))
    return _scores(
        severity, latent.gad_baseline, days, latent.preset.scatter, limits=GAD7_RANGE, rng=rng
    )


def expected_phq9(
    latent: Latent, days: ArrayLike, *, dose_days: Sequence[float] | None = None
) -> Reals:
    """The PHQ-9 before scatter and rounding, in points: the truth an analysis should find."""
    changed = latent.reach * np.transpose(state(latent, days, dose_days=dose_days))
    return np.transpose(latent.baseline * (1 - changed))


def suicide_item(latent: Latent, severity: Reals, rng: np.random.Generator) -> Counts:
    """The ninth answer of PHQ-9, 0 to 3, by ordinal cuts of the severity in points; shape (n,)."""
    felt = severity + latent.suicide_tendency
    felt = felt + rng.normal(0, SUICIDE_ITEM_OCCASION_SD, len(latent))
    return np.searchsorted(np.array(SUICIDE_ITEM_CUTS), felt, side="right").astype(np.int64)


def _truncated(preset: Preset, n: int, rng: np.random.Generator) -> Reals:
    low, high = preset.baseline_range
    edges = (np.array([low - 0.49, high + 0.49]) - preset.baseline_mean) / preset.baseline_sd
    z = rng.normal(size=n)
    while (outside := (z < edges[0]) | (z > edges[1])).any():
        z[outside] = rng.normal(size=int(outside.sum()))
    return z


def _weights(preset: Preset) -> Reals:
    weights = np.array([reply.weight for reply in preset.classes])
    return np.asarray(weights / weights.sum())


def _reaches(preset: Preset, klass: Counts, rng: np.random.Generator) -> tuple[Reals, Reals]:
    mean = np.array([reply.reach_mean for reply in preset.classes])[klass]
    sd = np.array([reply.reach_sd for reply in preset.classes])[klass]
    own, other = rng.normal(size=(2, len(klass)))
    shared = preset.gad_correlation
    gad = shared * own + np.sqrt(1 - shared**2) * other
    return np.clip(mean + sd * own, -0.6, 0.99), np.clip(mean + sd * gad, -0.6, 0.99)


def _gains(preset: Preset, klass: Counts, rng: np.random.Generator) -> Reals:
    mean = np.array([reply.gain for reply in preset.classes])[klass]
    return rng.beta(mean * preset.gain_concentration, (1 - mean) * preset.gain_concentration)


def _gad_baseline(preset: Preset, phq_z: Reals, rng: np.random.Generator) -> Counts:
    shared = preset.gad_correlation
    z = shared * phq_z + np.sqrt(1 - shared**2) * rng.normal(size=len(phq_z))
    points = np.rint(preset.gad_baseline_mean + preset.gad_baseline_sd * z)
    return np.asarray(np.clip(points, *GAD7_RANGE), dtype=np.int64)


def _relapse_days(
    preset: Preset, integrated: Flags, maintained: Flags, rng: np.random.Generator
) -> Reals:
    n = len(integrated)
    hazard = _hazard(preset, integrated, maintained)
    scale_days = preset.relapse_scale_weeks * 7
    late = scale_days * (rng.exponential(size=n) / hazard) ** (1 / preset.relapse_shape)
    early = rng.exponential(preset.early_relapse_days, n)
    is_early = rng.random(n) < preset.early_relapse_share
    return np.where(is_early, np.minimum(late, early), late)


def _hazard(preset: Preset, integrated: Flags, maintained: Flags) -> Reals:
    by_integration = np.where(integrated, preset.integration_hazard, 1.0)
    return by_integration * np.where(maintained, preset.maintenance_hazard, 1.0)


def _leak_since_last(preset: Preset, doses: Sequence[float], day: Reals) -> Reals:
    """What is kept since the last dose taken, while more doses are to come."""
    taken = np.array([[max((d for d in doses if d < x), default=x) for x in day[0]]])
    in_course = day <= doses[-1]
    return np.where(in_course, np.exp(-preset.leak_per_day * (day - taken)), 1.0)


def _hold(latent: Latent, since_last: Reals) -> Reals:
    preset = latent.preset
    lost_for = np.maximum(since_last - latent.relapse_days[:, None], 0.0)
    fading = preset.residual + (1 - preset.residual) * 2 ** (-lost_for / preset.loss_half_life_days)
    return np.where(lost_for > 0, fading, 1.0)


def _scores(
    severity: Reals,
    baseline: Counts,
    days: ArrayLike,
    scatter: float,
    *,
    limits: tuple[int, int],
    rng: np.random.Generator,
) -> Counts:
    noisy = np.clip(np.rint(severity + rng.normal(0, scatter, severity.shape)), *limits)
    first = baseline if np.ndim(days) == 0 else baseline[:, None]
    return np.where(np.asarray(days) <= 0, first, noisy).astype(np.int64)
