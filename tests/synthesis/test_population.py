"""Very many people: the same ones whatever is drawn at once, lost for the reason that is told."""

from __future__ import annotations

import tracemalloc
from dataclasses import fields
from functools import cache
from typing import Any

import numpy as np
import pytest

from kapstone import instruments, outcomes
from kapstone.synthesis import harms, population, truth
from kapstone.synthesis.population import BLOCK, People, Plan, Session, blocks, plan
from kapstone.synthesis.practices import effects, habits
from kapstone.synthesis.presets import presets

PHQ9 = instruments.instrument("phq9")


def parts(of: People) -> list[np.ndarray]:
    """Every array of a block, in one order."""
    inner: list[Any] = [of, of.body, of.latent, *of.sessions]
    told = [getattr(each, field.name) for each in inner for field in fields(each)]
    return [each for each in told if isinstance(each, np.ndarray)]


@cache
def many(people: int, **wishes: object) -> tuple[Plan, list[People], truth.Tally]:
    made = plan(str(wishes.pop("id", "iv-community")), seed=5, **wishes)  # type: ignore[arg-type]
    tally, drawn = truth.Tally(made), list(blocks(made, people))
    for each in drawn:
        tally.add(each)
    return made, drawn, tally


def joined(drawn: list[People], name: str) -> np.ndarray:
    return np.concatenate([getattr(each, name) for each in drawn])


def test_the_same_seed_gives_the_same_people_in_every_array() -> None:
    made = plan("kap", seed=9)
    (one,), (other,) = list(blocks(made, 300)), list(blocks(plan("kap", seed=9), 300))
    assert all(np.array_equal(a, b) for a, b in zip(parts(one), parts(other), strict=True))
    (third,) = blocks(plan("kap", seed=10), 300)
    assert not np.array_equal(one.phq9, third.phq9)


def test_more_people_leave_the_first_ones_as_they_were() -> None:
    made = plan("sl-home", seed=9)
    few, more = list(blocks(made, 1_300)), list(blocks(made, 2_500))
    assert [len(each) for each in few] == [BLOCK, 300]
    assert [len(each) for each in more] == [BLOCK, BLOCK, 500]
    assert np.array_equal(few[1].phq9, more[1].phq9[:300])
    assert np.array_equal(few[1].number, np.arange(1_001, 1_301))


@pytest.mark.parametrize("id", presets())
def test_every_preset_makes_a_practice_that_is_possible(id: str) -> None:
    (of,) = blocks(plan(id, seed=2), BLOCK)
    assert of.phq9.min() >= 0
    assert of.phq9.max() <= 27
    assert ((of.item_nine >= np.maximum(of.phq9 - 24, 0)) & (of.item_nine <= of.phq9)).all()
    assert of.clinic.max() < habits(id).clinics
    assert len(of.sessions) == of.latent.preset.doses
    assert (of.doses_taken[of.stop_reason < 0] == len(of.sessions)).all()
    assert (of.doses_taken[of.stop_reason >= 0] < len(of.sessions)).all()
    planned = habits(id).integration_planned
    assert (of.integration_kept[of.latent.integrated] * 2 >= planned).all()
    assert (of.integration_kept[~of.latent.integrated] * 2 < planned).all()


def test_people_who_stop_early_gain_less() -> None:
    _, drawn, _ = many(20_000)
    dropped = joined(drawn, "doses_taken") == 1
    change = np.concatenate([each.latent.baseline - each.phq9[:, 5] for each in drawn])
    assert dropped.sum() > 15
    assert change[dropped].mean() < change[~dropped].mean() - 1


@pytest.mark.parametrize(("days", "share"), [(90, 0.18), (180, 0.05)])
def test_as_many_are_measured_as_in_the_source(days: int, share: float) -> None:
    _, drawn, _ = many(20_000, id="kap")
    place = 3 + population.FOLLOW_UP_DAYS.index(days)
    seen = joined(drawn, "missing")[:, place] == 0
    assert seen.mean() == pytest.approx(share, abs=0.01)


@pytest.mark.parametrize(("loss", "sign"), [("chance", 0), ("usual", 1), ("stress", 1)])
def test_who_is_lost_hangs_on_the_score_only_where_the_plan_says_so(loss: str, sign: int) -> None:
    _, drawn, _ = many(20_000, loss=loss)
    seen, totals = joined(drawn, "missing")[:, -1] == 0, joined(drawn, "phq9")[:, -1]
    apart = totals[~seen].mean() - totals[seen].mean()
    # Two standard errors of a difference of means, at these numbers.
    assert apart > 0.5 if sign else abs(apart) < 0.25


def test_each_missing_score_has_its_reason() -> None:
    made, drawn, _ = many(20_000, loss="stress")
    why = joined(drawn, "missing")
    during, later = why[:, :5], why[:, 5:]
    assert set(np.unique(during)) == {0, 4}
    assert set(np.unique(later)) == {0, 1, 2, 3}
    totals = joined(drawn, "phq9")[:, 5:]
    # Whoever is lost for how they were doing was doing worse than who is lost by chance.
    assert totals[later == 2].mean() > totals[later == 1].mean() + 2
    calm = np.concatenate(
        [each.missing for each in blocks(plan("sl-home", seed=1, loss="chance"), 2_000)]
    )
    assert 2 not in calm
    assert made.habits.clinics == 178


def test_lost_is_whoever_has_no_last_score() -> None:
    made, drawn, _ = many(20_000)
    for of in drawn[:3]:
        told = truth.of_each(of, made)
        assert np.array_equal(told["lost"], of.missing[:, -1] != 0)
        assert set(told["lost_why"][told["lost"]]) <= {"chance", "doing", "clinic", "stopped"}
        assert (told["last_measured_day"][~told["lost"]] == made.score_days[-1]).all()
        assert (told["hazard_ratio"] == np.where(told["integrated"], 0.6, 1.0)).all()


def test_the_truths_count_what_is_there() -> None:
    made, drawn, tally = many(20_000)
    told = tally.truths()
    totals, first = joined(drawn, "phq9"), np.concatenate([e.latent.baseline for e in drawn])
    day = told["visits"][3]
    inside = first >= 10
    assert day["days_after_last_dose"] == 28
    assert day["day"] == made.preset.dose_days[-1] + 28
    assert day["response"] == pytest.approx(
        (2 * totals[inside, 8] <= first[inside]).mean(), abs=1e-5
    )
    assert day["remission"] == pytest.approx((totals[inside, 8] < 5).mean(), abs=1e-5)
    assert told["people"] == 20_000
    assert told["harms"]["charted_per_session"] == pytest.approx(59 / 2532, abs=0.001)
    assert sum(told["harms"]["stopped"].values()) == (joined(drawn, "stop_reason") >= 0).sum()
    assert told["hazard_ratio_of_integration"] == 0.6


def test_the_rules_are_those_of_the_questionnaire() -> None:
    rule = PHQ9.change
    assert rule is not None
    assert rule.caseness is not None
    assert rule.remission is not None
    assert rule.caseness.holds(truth.CASE_FROM)
    assert not rule.caseness.holds(truth.CASE_FROM - 1)
    assert rule.remission.holds(truth.REMISSION_BELOW - 1)
    assert not rule.remission.holds(truth.REMISSION_BELOW)
    assert rule.response_share == 0.5
    assert rule.mcid == truth.LOSS_POINTS


def test_what_lasts_is_told_as_the_room_of_outcomes_tells_it() -> None:
    """The same people through both: their own arrays, and rows of scores."""
    made, drawn, _ = many(20_000)
    of = drawn[0]
    seen = of.missing == 0
    own = truth.held(of, made.score_days, seen)
    scores = {
        str(person): {0.0: float(first)}
        | dict(zip(made.score_days[there].tolist(), totals[there].tolist(), strict=True))
        for person, (first, totals, there) in enumerate(
            zip(of.latent.baseline, of.phq9, seen, strict=True)
        )
    }
    theirs = outcomes.cohort(scores, PHQ9).durability()
    assert [str(each) for each in own.who] == list(theirs.people)
    assert own.days.tolist() == list(theirs.days)
    assert own.lost.tolist() == list(theirs.lost)


def test_confounding_needs_somebody_to_compare_with() -> None:
    with pytest.raises(ValueError, match="nothing confounds"):
        plan("kap", seed=1, confounded=True)
    with pytest.raises(ValueError, match="not between 0 and 1"):
        plan("kap", seed=1, integrated=1.5)
    with pytest.raises(LookupError, match="no such preset"):
        plan("oral", seed=1)
    with pytest.raises(LookupError, match="no habits"):
        habits("oral")


def test_in_the_null_integration_changes_nothing() -> None:
    made, drawn, tally = many(20_000, null=True)
    assert tally.truths()["hazard_ratio_of_integration"] == 1
    kept = np.concatenate([each.latent.integrated for each in drawn])
    holds = np.concatenate([each.latent.relapse_days for each in drawn])
    lost, flags = np.where(holds <= 180, 1.0, 0.0), kept[:, None].astype(float)
    ratio = outcomes.cox(np.minimum(holds, 180), lost, flags)
    assert ratio.ratios()[0, 0] == pytest.approx(1, abs=0.05)
    assert made.preset.integration_hazard == 1


def test_where_confounded_people_who_do_better_keep_more_meetings() -> None:
    _, drawn, _ = many(20_000, null=True, confounded=True)
    kept = np.concatenate([each.latent.integrated for each in drawn])
    first = np.concatenate([each.latent.baseline for each in drawn])
    assert 0.3 < kept.mean() < 0.8
    assert first[kept].mean() < first[~kept].mean() - 2
    plain = np.concatenate([each.latent.integrated for each in many(20_000)[1]])
    base = np.concatenate([each.latent.baseline for each in many(20_000)[1]])
    assert abs(base[plain].mean() - base[~plain].mean()) < 0.3


def test_memory_does_not_grow_with_the_people() -> None:
    def peak(people: int) -> int:
        made = plan("kap", seed=3)
        tally = truth.Tally(made)
        tracemalloc.start()
        for each in blocks(made, people):
            tally.add(each)
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    peak(BLOCK)
    assert peak(20 * BLOCK) < 1.2 * peak(4 * BLOCK)


def test_charted_effects_are_those_of_the_file() -> None:
    _, drawn, _ = many(20_000)
    charted = np.concatenate([session.charted for each in drawn for session in each.sessions])
    assert set(np.unique(charted)) == {-1, *range(len(effects()))}
    found = np.bincount(charted[charted >= 0]) / (charted >= 0).sum()
    assert found == pytest.approx([row.share for row in effects()], abs=0.03)
    assert isinstance(drawn[0].sessions[0], Session)
    assert len(harms.STOP_REASONS) == 7


def test_the_effect_of_integration_is_nought_in_the_null_and_grows_with_time() -> None:
    null = truth.effect_of_integration(plan("iv-community", seed=1, null=True).preset)
    assert {each["difference"] for each in null} == {0}
    there = truth.effect_of_integration(plan("iv-community", seed=1).preset)
    grown = [each["difference"] for each in there]
    assert grown[0] == pytest.approx(0, abs=0.03)
    assert grown[population.FOLLOW_UP_DAYS.index(90)] > 0.08
    for each in there:
        apart = each["response_if_all"] - each["response_if_none"]
        assert each["difference"] == pytest.approx(apart, abs=1e-4)
