"""The model gives back the published figures it was fitted to, at n = 20,000 (in-sample)."""

from __future__ import annotations

import numpy as np
import pytest

from kapstone.knowledge import read
from kapstone.synthesis.model import draw, expected_phq9, phq9, state
from kapstone.synthesis.observing import STRESS_SLOPE, observed
from kapstone.synthesis.presets import preset, presets, without_integration_effect
from kapstone.synthesis.targets import PEOPLE, Target, Trial, achieved, percent, targets

# Read off the papers a second time, apart from the file, so that a slip in it shows.
PUBLISHED = {
    "iv-community-response": 53.6,
    "iv-community-remission": 28.9,
    "iv-community-worse": 8.4,
    "iv-community-effect": 1.5,
    "iv-community-kept-28": 0.8,
    "iv-community-kept-56": 0.6,
    "iv-community-first-response-dose": 3,
    "iv-community-first-day-response": 27,
    "sl-home-response": 62.8,
    "sl-home-remission": 32.6,
    "sl-home-worse-by-5": 0.9,
    "sl-home-effect": 1.61,
    "sl-home-class-rapid": 79.3,
    "sl-home-class-delayed": 9.3,
    "sl-home-class-none": 11.4,
    "im-ehr-first-mean": 16.3,
    "im-ehr-first-sd": 6.7,
    "im-ehr-last-mean": 10.8,
    "im-ehr-last-sd": 5.9,
    "iv-continuing-care-kept-28": 0.81,
    "iv-continuing-care-kept-90": 0.75,
    "iv-continuing-care-kept-180": 0.655,
    "kap-effect-90": 0.805,
    "kap-effect-180": 0.67,
    "kap-fewer-cases-90": 40,
    "kap-fewer-cases-180": 33,
    "kap-measured-90": 18,
    "kap-measured-180": 5,
    "kap-better-by-5-90": 50,
    "iv-community-pressure-rise": 16,
    "iv-community-pressure-rise-sd": 11.2,
    "iv-community-severe-infusions": 0.98,
    "iv-community-severe-people": 12.3,
}


def test_every_published_figure_is_in_the_file_as_printed() -> None:
    assert {row.id: row.published for row in targets()} == PUBLISHED
    known = {
        row["id"]
        for path in ("sources.toml", "synthesis/sources.toml")
        for row in read(path)["source"]
    }
    assert {source for row in targets() for source in row.sources} <= known
    assert {row.preset for row in targets()} == set(presets())


@pytest.mark.parametrize("row", [r for r in targets() if not r.missed], ids=lambda r: r.id)
def test_the_model_recovers_its_target(row: Target) -> None:
    assert row.holds(achieved(row)), f"{achieved(row):.3f}, published {row.published:g}"


def test_a_tolerance_has_two_sides() -> None:
    row = next(each for each in targets() if each.id == "iv-community-response")
    assert row.holds(53.6 + 4.5)
    assert row.holds(53.6 - 4.5)
    assert not row.holds(53.6 + 4.51)
    assert not row.holds(53.6 - 4.51)


def test_the_first_response_comes_after_two_infusions_where_the_source_says_three() -> None:
    """A known near miss (phillips-2019), kept so that a change of the model shows it."""
    assert Trial("iv-community").figures()["first-response-dose"] == 2


def test_known_limit_too_few_completers_change_by_five_points() -> None:
    """The source says 50 to 75 % at three months; the model gives about 45 %, and says so."""
    (row,) = (each for each in targets() if each.missed)
    assert row.id == "kap-better-by-5-90"
    assert not row.holds(achieved(row))
    assert achieved(row) == pytest.approx(44.5, abs=3)


def test_loss_that_follows_the_score_flatters_the_completers() -> None:
    trial = Trial("kap")
    after = trial.at(trial.end + 90)
    seen = observed(after, 0.18, np.random.default_rng(1), slope=STRESS_SLOPE)
    responded = after <= trial.of.baseline / 2
    assert percent(responded[seen]) > percent(responded) + 6


def test_the_null_preset_gives_integration_no_effect() -> None:
    null = without_integration_effect(preset("iv-community"))
    with_effect, without = (
        draw(of, PEOPLE, np.random.default_rng(8), integrated=0.5)
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
    of = draw(preset("iv-community"), PEOPLE, np.random.default_rng(31))
    error = phq9(of, 14.0, np.random.default_rng(140)) - expected_phq9(of, 14.0)
    assert abs(error.mean()) < 0.2
    assert state(of, 14.0).max() <= 1
