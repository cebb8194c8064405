from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kapstone.knowledge import read
from kapstone.synthesis.harms import STOP_REASONS, asked, charted, stopped
from kapstone.synthesis.model import draw, gad7, phq9, pick, state, suicide_item
from kapstone.synthesis.observing import clinic_effects, observed
from kapstone.synthesis.presets import preset, presets
from kapstone.synthesis.sheets import gad7_items, phq9_items
from kapstone.synthesis.vitals import people, rise_share, session, signs


def test_every_preset_names_sources_that_exist() -> None:
    known = {
        row["id"]
        for path in ("sources.toml", "synthesis/sources.toml")
        for row in read(path)["source"]
    }
    assert len(presets()) == 5
    assert {source for row in presets().values() for source in row.sources} <= known


def test_class_weights_are_shares_of_one() -> None:
    for row in presets().values():
        assert sum(reply.weight for reply in row.classes) == pytest.approx(1)


def test_an_unknown_preset_is_refused_by_name() -> None:
    with pytest.raises(LookupError, match="no such preset: oral; there are iv-community"):
        preset("oral")


@given(st.integers(0, 27), st.integers(0, 3), st.integers(0, 2**32 - 1))
@settings(max_examples=200)
def test_phq9_answers_add_up_to_the_total(total: int, ninth: int, seed: int) -> None:
    items = phq9_items(np.array([total]), np.array([ninth]), np.random.default_rng(seed))
    assert items.sum() == total
    assert items.min() >= 0
    assert items.max() <= 3


@given(st.integers(0, 21), st.integers(0, 2**32 - 1))
@settings(max_examples=100)
def test_gad7_answers_add_up_to_the_total(total: int, seed: int) -> None:
    items = gad7_items(np.array([total]), np.random.default_rng(seed))
    assert items.sum() == total
    assert items.max() <= 3


def test_the_suicide_item_is_kept_where_the_total_allows_it() -> None:
    items = phq9_items(np.array([9, 27, 0]), np.array([2, 0, 3]), np.random.default_rng(0))
    assert items[:, 8].tolist() == [2, 3, 0]


def test_the_suicide_item_rises_with_severity() -> None:
    rng = np.random.default_rng(2)
    of = draw(preset("kap"), 5_000, rng)
    means = [suicide_item(of, np.full(5_000, points), rng).mean() for points in (5.0, 15.0, 25.0)]
    assert means == sorted(means)
    assert means[0] < 0.05
    assert means[2] > 1


def test_nothing_has_changed_before_the_first_dose() -> None:
    of = draw(preset("kap"), 50, np.random.default_rng(3))
    assert (state(of, [-7.0, 0.0]) == 0).all()
    assert (phq9(of, 0, np.random.default_rng(1)) == of.baseline).all()


def test_many_days_at_once_agree_with_one_at_a_time() -> None:
    of = draw(preset("iv-community"), 200, np.random.default_rng(4))
    days = [0.0, 0.2, 3.5, 3.6, 17.5, 18.0, 40.0, 200.0]
    together = state(of, days)
    assert together.shape == (200, 8)
    for column, day in enumerate(days):
        assert np.allclose(together[:, column], state(of, day))


def test_the_state_never_leaves_its_range() -> None:
    of = draw(preset("iv-continuing-care"), 2_000, np.random.default_rng(4))
    every = state(of, np.linspace(-5, 400, 60))
    assert every.min() >= 0
    assert every.max() <= 1


def test_a_lost_response_fades_to_the_residual() -> None:
    of = draw(preset("iv-community"), 500, np.random.default_rng(4))
    end = of.preset.dose_days[-1]
    assert np.allclose(state(of, 5_000.0), state(of, end + 1e-9) * 0.25, rtol=0.1, atol=0.02)


def test_one_person_picked_out_keeps_their_truth() -> None:
    of = draw(preset("kap"), 30, np.random.default_rng(4))
    assert np.allclose(state(pick(of, 7), [10.0, 60.0]), state(of, [10.0, 60.0])[7:8])


def test_anxiety_moves_with_depression() -> None:
    of = draw(preset("kap"), 5_000, np.random.default_rng(4))
    later = gad7(of, 28.0, np.random.default_rng(5))
    change = (of.gad_baseline - later, of.baseline - phq9(of, 28.0, np.random.default_rng(6)))
    assert later.max() <= 21
    assert np.corrcoef(*change)[0, 1] > 0.5


def test_same_seed_same_people() -> None:
    first, second = (draw(preset("kap"), 100, np.random.default_rng(9)) for _ in range(2))
    assert (first.relapse_days == second.relapse_days).all()


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_share_of_none_or_all_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="not between 0 and 1"):
        observed(np.array([5, 9]), share, np.random.default_rng(0))


def test_side_effects_are_charted_as_often_as_published() -> None:
    flags = charted(50_000, 6, np.random.default_rng(1))
    assert flags.mean() == pytest.approx(59 / 2532, abs=0.001)


def test_some_people_have_more_side_effects_than_chance_gives() -> None:
    counts = charted(50_000, 20, np.random.default_rng(1)).sum(axis=1)
    assert counts.var() > counts.mean() * 1.05


def test_people_asked_report_ten_times_as_much() -> None:
    assert asked(20_000, np.random.default_rng(1))["nausea"].mean() == pytest.approx(0.2, abs=0.01)


def test_few_stop_for_a_side_effect_and_distress_leads() -> None:
    reasons = stopped(100_000, np.random.default_rng(1))
    assert (reasons >= 0).mean() == pytest.approx(0.007, abs=0.001)
    assert STOP_REASONS[np.bincount(reasons[reasons >= 0]).argmax()] == "distress"


@pytest.mark.parametrize(("at_min", "share"), [(0, 0), (20, 0.5), (40, 1), (70, np.exp(-1))])
def test_pressure_climbs_to_the_peak_and_falls(at_min: float, share: float) -> None:
    assert rise_share(at_min) == pytest.approx(share)


def test_signs_stay_plausible_for_everyone() -> None:
    rng = np.random.default_rng(3)
    once = session(people(5_000, rng), rng)
    for at_min in (0, 40, 100):
        read_off = signs(once, at_min, rng)
        assert (read_off.systolic_bp > read_off.diastolic_bp).all()
        assert read_off.oxygen_saturation.min() >= 93
        assert read_off.moaas.min() >= 2
        assert read_off.moaas.max() <= 5


def test_clinics_differ_in_whom_they_keep() -> None:
    rng = np.random.default_rng(1)
    effects = clinic_effects(400, rng)
    assert effects.std() == pytest.approx(0.15, abs=0.02)
    totals = np.full(400 * 200, 10)
    seen = observed(totals, 0.5, rng, clinic=np.repeat(effects * 10, 200)).reshape(400, 200)
    assert np.corrcoef(seen.mean(axis=1), effects)[0, 1] > 0.9
