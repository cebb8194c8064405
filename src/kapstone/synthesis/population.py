"""Very many synthetic people, in blocks that need not know of each other.

Each block has its own stream of chance, from the seed and its number: the same people come out
whatever is written at once, and the first thousand of a million are the thousand of a thousand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from kapstone.synthesis import harms, vitals
from kapstone.synthesis.model import (
    Counts,
    Flags,
    Latent,
    Reals,
    draw,
    gad7,
    integrating,
    phq9,
    some,
    suicide_item,
)
from kapstone.synthesis.observing import (
    STRESS_SLOPE,
    USUAL_SLOPE,
    chances,
    clinic_effects,
    intercepts,
)
from kapstone.synthesis.practices import Habits, effects, habits
from kapstone.synthesis.presets import Preset, preset, without_integration_effect
from kapstone.synthesis.sheets import HIGHEST_ANSWER, PHQ9_ITEMS

Dates = NDArray[np.datetime64]
Loss = Literal["chance", "usual", "stress"]
Cut = TypeVar("Cut")

BLOCK = 1_000
# Scores after the last dose, in days; those before each later dose come on top.
FOLLOW_UP_DAYS = (7, 14, 21, 28, 42, 56, 70, 90, 120, 150, 180)
GAD7_AFTER_DAYS = (7, 28, 56, 90, 180)
# Where first doses lie: four years from the first of January 2021.
FIRST_DAY, SPREAD_DAYS = np.datetime64("2021-01-01", "D"), 4 * 365
BASELINE_WITHIN_DAYS = 14
# How much the log-odds of keeping integration go with each SD less of the two scores before it,
# and the mean and SD that those are measured by. Assumptions, strong enough to mislead.
CONFOUNDED_SLOPE = 0.8
BASELINE_AROUND, COURSE_END_AROUND = (16.0, 5.0), (10.0, 6.0)
# Age and weight are described, not calibrated: mean, SD, lowest, highest.
WEIGHT_KG = (78.0, 16.0, 45.0, 150.0)
AGES = (18, 85)
LOSSES: dict[Loss, float] = {"chance": 0.0, "usual": USUAL_SLOPE, "stress": STRESS_SLOPE}
WHY_MISSING = ("measured", "chance", "doing", "clinic", "stopped")
PILOT, PILOT_SEED = 20_000, 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be made: the care, its habits, and what an analysis has to get over.

    `confounded` lets people with lower scores keep integration more often; `loss` is how being
    measured goes with the score.
    """

    preset: Preset
    habits: Habits
    seed: int
    integrated: float
    confounded: bool = False
    loss: Loss = "usual"

    @property
    def course_days(self) -> Reals:
        """The days of the scores that stand before each dose but the first."""
        return np.array(self.preset.dose_days[1:])

    @property
    def follow_up_days(self) -> Reals:
        """The days of the scores after the course, since the first dose."""
        return self.preset.dose_days[-1] + np.array(FOLLOW_UP_DAYS, dtype=np.float64)

    @property
    def gad7_days(self) -> Reals:
        """The days of the GAD-7 after the course, since the first dose."""
        return self.preset.dose_days[-1] + np.array(GAD7_AFTER_DAYS, dtype=np.float64)

    @property
    def score_days(self) -> Reals:
        """Every day of a PHQ-9 after the first one."""
        return np.concatenate([self.course_days, self.follow_up_days])


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One dose of everybody: pressures in mmHg, and the charted effect or -1 (of `effects`)."""

    rest_systolic: Counts
    rest_diastolic: Counts
    peak_systolic: Counts
    peak_diastolic: Counts
    charted: Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What a person brings: birth, sex, kilograms."""

    birth_year: Counts
    female: Flags
    weight_kg: Reals


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """One block of people, with what nobody would know of them.

    Totals are (n, score days) as if everybody were measured; `missing` (n, score days) indexes
    `WHY_MISSING`, 0 where it was measured. `stop_reason` is of `harms.STOP_REASONS`, -1 for none.
    """

    number: Counts
    clinic: Counts
    first_dose: Dates
    baseline_before_days: Counts
    body: Body
    latent: Latent
    doses_taken: Counts
    stop_reason: Counts
    phq9: Counts
    gad7: Counts
    item_nine: Counts
    first_item_nine: Counts
    missing: Counts
    integration_kept: Counts
    sessions: tuple[Session, ...]

    def __len__(self) -> int:
        return len(self.number)


def plan(
    id: str,
    *,
    seed: int,
    null: bool = False,
    confounded: bool = False,
    integrated: float | None = None,
    loss: Loss = "usual",
) -> Plan:
    """The plan of a preset by its id; with `null` integration changes nothing.

    LookupError for an unknown preset; ValueError where the share is none, or where nobody could be
    compared because all have integration, or none.
    """
    care, own = preset(id), habits(id)
    share = own.integrated_share if integrated is None else integrated
    if not 0 <= share <= 1:
        raise ValueError(f"share with integration: {share:g} is not between 0 and 1")
    if confounded and share in {0, 1}:
        raise ValueError(f"{id}: all or none have integration, so nothing confounds; give a share")
    return Plan(
        preset=without_integration_effect(care) if null else care,
        habits=own,
        seed=seed,
        integrated=share,
        confounded=confounded,
        loss=loss,
    )


def blocks(of: Plan, people: int) -> Iterator[People]:
    """`people` people, a block at a time, the last one cut to the number."""
    for number in range(-(-people // BLOCK)):
        yield cut(block(of, number), people - number * BLOCK)


def block(of: Plan, number: int) -> People:
    """All people of one block, by its number from 0."""
    rng, n = np.random.default_rng([of.seed, 1, number]), BLOCK
    clinic = rng.integers(of.habits.clinics, size=n)
    latent, stop = draw(of.preset, n, rng), harms.stopped(n, rng)
    taken = np.where(stop >= 0, rng.integers(1, of.preset.doses, size=n), of.preset.doses)
    course = scores(latent, of.course_days, taken, rng)
    latent = integrating(latent, keeps_integration(of, latent, course, taken, rng), rng)
    totals = np.concatenate([course, scores(latent, of.follow_up_days, taken, rng)], axis=1)
    nine = np.stack([suicide_item(latent, each, rng) for each in totals.T], axis=1)
    first_nine = suicide_item(latent, latent.baseline.astype(float), rng)
    return People(
        number=np.arange(n) + number * BLOCK + 1,
        clinic=clinic,
        first_dose=FIRST_DAY + rng.integers(SPREAD_DAYS, size=n),
        baseline_before_days=rng.integers(BASELINE_WITHIN_DAYS + 1, size=n),
        body=body(of.habits, n, rng),
        latent=latent,
        doses_taken=taken,
        stop_reason=stop,
        phq9=totals,
        gad7=scores(latent, of.gad7_days, taken, rng, gad7),
        item_nine=possible(nine, totals),
        first_item_nine=possible(first_nine, latent.baseline),
        missing=missing(of, totals, taken, clinic, rng),
        integration_kept=meetings_kept(of.habits.integration_planned, latent.integrated, rng),
        sessions=tuple(sessions(of, rng)),
    )


def cut(value: Cut, most: int) -> Cut:
    """The first `most` people of a block, or of any part of it."""
    if isinstance(value, np.ndarray):
        return value[:most]  # type: ignore[return-value]
    if isinstance(value, tuple):
        return tuple(cut(each, most) for each in value)  # type: ignore[return-value]
    if is_dataclass(value) and not isinstance(value, type):
        parts: dict[str, Any] = {f.name: getattr(value, f.name) for f in fields(value)}
        return type(value)(**{name: cut(part, most) for name, part in parts.items()})
    return value


def scores(
    latent: Latent,
    days: Reals,
    taken: Counts,
    rng: np.random.Generator,
    score: Callable[..., Counts] = phq9,
) -> Counts:
    """Totals at `days` since the first dose, (n, days), of people who took so many doses."""
    found, doses = score(latent, days, rng), latent.preset.dose_days
    for number in range(1, len(doses)):
        fewer = taken == number
        if fewer.any():
            found[fewer] = score(some(latent, fewer), days, rng, dose_days=doses[:number])
    return found


def keeps_integration(
    of: Plan, latent: Latent, course: Counts, taken: Counts, rng: np.random.Generator
) -> Flags:
    """Who keeps integration: by chance, or where confounded by what both scores before it say."""
    if not of.confounded:
        return rng.random(len(latent)) < of.integrated
    seen = last_seen(latent.baseline, course, taken)
    ill = standard(latent.baseline, BASELINE_AROUND) + standard(seen, COURSE_END_AROUND)
    odds = np.log(of.integrated / (1 - of.integrated)) - CONFOUNDED_SLOPE * ill
    return np.asarray(rng.random(len(latent)) < 1 / (1 + np.exp(-odds)))


def last_seen(baseline: Counts, course: Counts, taken: Counts) -> Counts:
    """The last PHQ-9 of the course, before the last dose taken; shape (n,)."""
    every = np.concatenate([baseline[:, None], course], axis=1)
    return np.take_along_axis(every, taken[:, None] - 1, axis=1)[:, 0]


def standard(points: Counts, around: tuple[float, float]) -> Reals:
    return np.asarray((points - around[0]) / around[1])


def possible(ninth: Counts, totals: Counts) -> Counts:
    """The ninth answers that their totals allow; a total of 26 needs at least a 2."""
    lowest = np.maximum(totals - HIGHEST_ANSWER * (len(PHQ9_ITEMS) - 1), 0)
    return np.asarray(np.clip(ninth, lowest, np.minimum(totals, HIGHEST_ANSWER)))


def missing(
    of: Plan, totals: Counts, taken: Counts, clinic: Counts, rng: np.random.Generator
) -> Counts:
    """Why a score is missing, (n, score days), of `WHY_MISSING`; during the course none is.

    One draw decides: who would have been measured if scores did not matter is missing for them.
    """
    courses = len(of.course_days)
    after, found = totals[:, courses:], np.zeros_like(totals)
    shares = of.habits.share_measured(np.array(FOLLOW_UP_DAYS, dtype=np.float64))
    base, slope = pilot_intercepts(of.preset.id, of.integrated, of.loss), LOSSES[of.loss]
    by_clinic = clinic_effects(of.habits.clinics, np.random.default_rng([of.seed, 0]))[clinic]
    drawn = rng.random(after.shape)
    reached = drawn < chances(after, base, slope=slope, clinic=by_clinic)
    own = np.where(drawn < chances(after, base, slope=slope), 3, 2)
    found[:, courses:] = np.where(reached, 0, np.where(drawn < shares, own, 1))
    never = np.arange(1, courses + 1)[None, :] >= taken[:, None]
    found[:, :courses] = np.where(never, 4, 0)
    return found


@cache
def pilot_intercepts(id: str, integrated: float, loss: Loss) -> Reals:
    """The log-odds per visit that meet the shares measured, from people drawn for nothing else.

    Solved once and for all seeds, so that who is measured does not hang on who else is there.
    """
    of = plan(id, seed=PILOT_SEED, integrated=integrated, loss=loss)
    rng = np.random.default_rng(PILOT_SEED)
    totals = phq9(draw(of.preset, PILOT, rng, integrated=integrated), of.follow_up_days, rng)
    shares = of.habits.share_measured(np.array(FOLLOW_UP_DAYS, dtype=np.float64))
    return intercepts(totals, shares, slope=LOSSES[loss])


def meetings_kept(planned: int, integrated: Flags, rng: np.random.Generator) -> Counts:
    """How many integration meetings were kept: at least half of those planned, or fewer."""
    half = -(-planned // 2)
    many = rng.integers(half, planned + 1, size=len(integrated))
    few = rng.integers(0, half, size=len(integrated))
    return np.where(integrated, many, few).astype(np.int64)


def body(of: Habits, n: int, rng: np.random.Generator) -> Body:
    mean, sd, low, high = WEIGHT_KG
    age = np.clip(rng.normal(of.age_mean, of.age_sd, n), *AGES)
    year = int(FIRST_DAY.astype("datetime64[Y]").astype(int)) + 1970
    return Body(
        birth_year=(year - np.rint(age)).astype(np.int64),
        female=rng.random(n) < of.female_share,
        weight_kg=np.clip(np.round(rng.normal(mean, sd, n)), low, high),
    )


def sessions(of: Plan, rng: np.random.Generator) -> Iterator[Session]:
    """Each planned dose, with its pressures at rest and at the peak of the route."""
    people, peak = vitals.people(BLOCK, rng), vitals.PEAK_MIN[of.habits.route]
    charted = harms.charted(BLOCK, of.preset.doses, rng)
    weights = np.array([row.share for row in effects()])
    for number in range(of.preset.doses):
        today = vitals.session(people, rng)
        rest, high = (vitals.signs(today, at, rng, peak_min=peak) for at in (0.0, peak))
        what = rng.choice(len(weights), size=BLOCK, p=weights / weights.sum())
        yield Session(
            rest_systolic=rest.systolic_bp,
            rest_diastolic=rest.diastolic_bp,
            peak_systolic=high.systolic_bp,
            peak_diastolic=high.diastolic_bp,
            charted=np.where(charted[:, number], what, -1).astype(np.int64),
        )
