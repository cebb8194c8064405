"""The model gives back the published figures it was fitted to, at n = 20,000 (in-sample)."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from kapstone.synthesis.model import Counts, Flags, Latent, draw, expected_phq9, phq9, state
from kapstone.synthesis.observing import STRESS_SLOPE, observed
from kapstone.synthesis.presets import preset, without_integration_effect
from kapstone.synthesis.vitals import people, session, signs

N = 20_000


@cache
def cohort(id: str, integrated: float = 0.0) -> Latent:
    return draw(preset(id), N, np.random.default_rng(31), integrated=integrated)


@cache
def totals(id: str, day: float, integrated: float = 0.0) -> Counts:
    return phq9(cohort(id, integrated), day, np.random.default_rng(int(day * 10)))


def effect(before: Counts, after: Counts) -> float:
    pooled = np.sqrt((before.var(ddof=1) + after.var(ddof=1)) / 2)
    return float((before.mean() - after.mean()) / pooled)


def percent(flags: Flags) -> float:
    return float(100 * flags.mean())


def figures(id: str, day: float) -> dict[str, float]:
    before, after = cohort(id).baseline, totals(id, day)
    return {
        "response %": percent(after <= before / 2),
        "remission %": percent(after < 5),
        "worse %": percent(after > before),
        "worse by 5 %": percent(after - before >= 5),
        "d": effect(before, after),
        "mean": float(after.mean()),
        "sd": float(after.std(ddof=1)),
    }


# The day of the score: 22 days after the last infusion (window 14-31), a week after the last
# lozenge, the last recorded visit.
SCORES = [
    ("iv-community", 39.5, "response %", 53.6, 4.5),
    ("iv-community", 39.5, "remission %", 28.9, 4.0),
    ("iv-community", 39.5, "worse %", 8.4, 2.5),
    ("iv-community", 39.5, "d", 1.5, 0.1),
    ("sl-home", 28, "response %", 62.8, 3.0),
    ("sl-home", 28, "remission %", 32.6, 3.0),
    ("sl-home", 28, "worse by 5 %", 0.9, 0.8),
    ("sl-home", 28, "d", 1.61, 0.1),
    ("im-ehr", 28, "mean", 10.8, 0.4),
    ("im-ehr", 28, "sd", 5.9, 0.4),
]


@pytest.mark.parametrize(("id", "day", "figure", "target", "within"), SCORES)
def test_scores_recover_their_target(
    id: str, day: float, figure: str, target: float, within: float
) -> None:
    assert figures(id, day)[figure] == pytest.approx(target, abs=within)


def test_the_record_preset_starts_where_the_record_did() -> None:
    first = cohort("im-ehr").baseline
    assert first.mean() == pytest.approx(16.3, abs=0.4)
    assert first.std(ddof=1) == pytest.approx(6.7, abs=0.4)


@pytest.mark.parametrize(("klass", "target"), [(0, 79.3), (1, 9.3), (2, 11.4)])
def test_the_home_preset_has_the_published_classes(klass: int, target: float) -> None:
    assert percent(cohort("sl-home").klass == klass) == pytest.approx(target, abs=1.5)


def test_the_first_infusion_brings_response_within_a_day() -> None:
    after = totals("iv-community", 1.0)
    assert percent(after <= cohort("iv-community").baseline / 2) == pytest.approx(27, abs=5)


def test_the_first_response_comes_after_two_infusions_where_the_source_says_three() -> None:
    """A known near miss (phillips-2019), kept so that a change of the model shows it."""
    of = cohort("iv-community")
    doses = np.array([totals("iv-community", 3.5 * dose - 0.01) for dose in range(1, 7)])
    responds = doses <= of.baseline / 2
    first = responds.argmax(axis=0)[responds.any(axis=0)] + 1
    assert np.median(first) == 2


def kept(id: str, after_last: float, visits: list[int]) -> dict[int, float]:
    """Share of responders without reliable loss (over half of the first score and 5 points up)."""
    of = cohort(id)
    start = of.preset.dose_days[-1] + after_last
    at_response = totals(id, start)
    holds = at_response <= of.baseline / 2
    responders, left = holds.sum(), {}
    for visit in visits:
        score = totals(id, start + visit)
        holds = holds & ~((score > of.baseline / 2) & (score - at_response >= 5))
        left[visit] = float(holds.sum() / responders)
    return left


@pytest.mark.parametrize(("days", "target", "within"), [(28, 0.8, 0.05), (56, 0.6, 0.06)])
def test_response_without_more_care_lasts_as_published(
    days: int, target: float, within: float
) -> None:
    left = kept("iv-community", 7, list(range(7, 63, 7)))
    assert left[days] == pytest.approx(target, abs=within)


@pytest.mark.parametrize(("days", "target"), [(28, 0.81), (90, 0.75), (180, 0.655)])
def test_response_with_care_that_goes_on_lasts_as_published(days: int, target: float) -> None:
    left = kept("iv-continuing-care", 3, [7, 14, 28, 60, 90, 120, 180])
    assert left[days] == pytest.approx(target, abs=0.05)


def completers(after_end: int, share: float) -> tuple[Counts, Counts, float]:
    """First and later scores of those measured; everyone has integration, as in the source."""
    day = preset("kap").dose_days[-1] + after_end
    before, after = cohort("kap", 1.0).baseline, totals("kap", day, 1.0)
    seen = observed(after, share, np.random.default_rng(after_end))
    return before[seen], after[seen], percent(seen)


# Tolerances widened by two standard errors: at 5 % observed only 1,000 people remain.
@pytest.mark.parametrize(
    ("after_end", "share", "d", "d_within", "cases"),
    [(90, 0.18, 0.805, 0.06 + 0.04, 40), (180, 0.05, 0.67, 0.07 + 0.08, 33)],
)
def test_completers_of_psychotherapy_recover_their_targets(
    after_end: int, share: float, d: float, d_within: float, cases: float
) -> None:
    before, after, seen = completers(after_end, share)
    fewer_cases = 100 * (1 - (after >= 10).mean() / (before >= 10).mean())
    assert seen == pytest.approx(100 * share, abs=1)
    assert effect(before, after) == pytest.approx(d, abs=d_within)
    assert fewer_cases == pytest.approx(cases, abs=5 + 3)


def test_known_limit_too_few_completers_change_by_five_points() -> None:
    """The source says 50 to 75 % at three months; the model gives about 45 %."""
    before, after, _ = completers(90, 0.18)
    assert percent(before - after >= 5) == pytest.approx(44.5, abs=3)


def test_loss_that_follows_the_score_flatters_the_completers() -> None:
    day = preset("kap").dose_days[-1] + 90
    before, after = cohort("kap", 1.0).baseline, totals("kap", day, 1.0)
    seen = observed(after, 0.18, np.random.default_rng(1), slope=STRESS_SLOPE)
    responded = after <= before / 2
    assert percent(responded[seen]) > percent(responded) + 6


def test_pressure_rises_as_published() -> None:
    rng = np.random.default_rng(5)
    of = people(N, rng)
    once = session(of, rng)
    rise = signs(once, 40, rng).systolic_bp - signs(once, 0, rng).systolic_bp
    assert rise.mean() == pytest.approx(16, abs=0.5)
    assert rise.std(ddof=1) == pytest.approx(11.2, abs=0.5)


def test_severe_pressure_is_as_rare_as_published() -> None:
    """At least 180 or 120 mmHg at the peak; 2,342 infusions of 138 people are 17 each."""
    rng = np.random.default_rng(6)
    of = people(N, rng)
    peaks = [signs(session(of, rng), 40, rng) for _ in range(17)]
    severe = np.array([(p.systolic_bp >= 180) | (p.diastolic_bp >= 120) for p in peaks])
    assert percent(severe) == pytest.approx(0.98, abs=0.5)
    assert percent(np.asarray(severe.any(axis=0))) == pytest.approx(12.3, abs=5)


def test_the_null_preset_gives_integration_no_effect() -> None:
    null = without_integration_effect(preset("iv-community"))
    with_effect, without = (
        draw(of, N, np.random.default_rng(8), integrated=0.5)
        for of in (preset("iv-community"), null)
    )
    ratios = [
        float(
            np.median(of.relapse_days[of.integrated]) / np.median(of.relapse_days[~of.integrated])
        )
        for of in (with_effect, without)
    ]
    assert ratios[0] == pytest.approx(0.6 ** (-1 / 1.2), rel=0.06)
    assert ratios[1] == pytest.approx(1.0, rel=0.06)


def test_the_score_is_the_truth_plus_scatter() -> None:
    of = cohort("iv-community")
    error = totals("iv-community", 14.0) - expected_phq9(of, 14.0)
    assert abs(error.mean()) < 0.2
    assert state(of, 14.0).max() <= 1
