"""What holds of the methods whatever the data."""

from __future__ import annotations

import tracemalloc
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kapstone.outcomes import asking
from kapstone.outcomes.arrays import two_sided
from kapstone.outcomes.censoring import turnbull
from kapstone.outcomes.competing import cumulative_incidence, gray
from kapstone.outcomes.control import funnel, g_chart, t_chart, u_chart
from kapstone.outcomes.hazards import cox
from kapstone.outcomes.proportions import e_value, exact, newcombe, odds_ratio, wilson
from kapstone.outcomes.repeated import mmrm
from kapstone.outcomes.survival import kaplan_meier, log_rank, mean_until
from kapstone.outcomes.weighting import inverse_probability

times = st.lists(st.integers(1, 30), min_size=3, max_size=40)
causes = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 2)), min_size=3, max_size=40)
counts = st.integers(1, 300).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))


@given(times)
def test_with_everybody_followed_the_curve_is_the_share_that_is_left(ends: list[int]) -> None:
    curve = kaplan_meier(ends, [True] * len(ends))
    assert curve.at([15]) == pytest.approx([np.mean(np.array(ends) > 15)])
    assert mean_until(curve, 10)[0] == pytest.approx(np.minimum(ends, 10).mean())


@given(causes)
def test_the_causes_and_those_free_of_all_are_everybody(ended: list[tuple[int, int]]) -> None:
    ends, which = np.array(ended, float).T
    last = float(ends.max())
    shares = [cumulative_incidence(ends, which, cause).at([last]) for cause in (1, 2)]
    free = kaplan_meier(ends, which > 0).at([last])
    assert sum(shares) + free == pytest.approx([1])


@given(causes)
def test_incidence_is_never_above_one_less_the_curve_of_one_cause(
    ended: list[tuple[int, int]],
) -> None:
    ends, which = np.array(ended, float).T
    last = float(ends.max())
    alone = 1 - kaplan_meier(ends, which == 1).at([last])
    assert cumulative_incidence(ends, which).at([last]) <= alone + 1e-12


@given(causes)
def test_without_a_second_cause_and_censoring_incidence_has_the_binomial_error(
    ended: list[tuple[int, int]],
) -> None:
    ends = np.array([each for each, _ in ended], float)
    found = cumulative_incidence(ends, np.ones_like(ends))
    share = np.mean(ends <= 15)
    if ends.max() > 15:
        error = np.sqrt(share * (1 - share) / len(ends))
        assert found.standard_error([15]) == pytest.approx([error], abs=1e-9)


@given(causes, st.randoms(use_true_random=False))
def test_the_names_of_groups_do_not_matter(ended: list[tuple[int, int]], chance: object) -> None:
    ends, which = np.array([*ended, (5, 1), (6, 1), (7, 0)], float).T
    groups = [index % 2 for index in range(len(ends))]
    named = ["b" if each else "a" for each in groups]
    other = ["a" if each else "b" for each in groups]
    assert gray(ends, which, named).chi2 == pytest.approx(gray(ends, which, other).chi2)
    tests = [log_rank(ends, which == 1, each).chi2 for each in (named, other)]
    assert tests[0] == pytest.approx(tests[1])


@given(times)
def test_events_seen_on_the_day_come_to_the_plain_shares(ends: list[int]) -> None:
    found = turnbull(ends, ends)
    values, how_often = np.unique(ends, return_counts=True)
    assert found.upper.tolist() == values.tolist()
    assert found.mass == pytest.approx(how_often / len(ends), abs=1e-6)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 9)), min_size=1, max_size=25))
def test_the_masses_lie_where_somebody_had_it_and_add_up(seen: list[tuple[int, int]]) -> None:
    found = turnbull([low for low, _ in seen], [low + wide for low, wide in seen])
    assert found.mass.sum() == pytest.approx(1)
    assert all(one <= two for one, two in pairwise(found.upper))
    least, most = found.bounds_at(10)
    assert 0 - 1e-9 <= least <= most <= 1 + 1e-9


@given(counts)
def test_the_exact_interval_holds_the_share_and_is_no_narrower_than_wilsons_middle(
    seen: tuple[int, int],
) -> None:
    found = exact(*seen)
    assert 0 <= found.lower <= found.value <= found.upper <= 1
    inner = wilson(*seen)
    assert found.lower - 1e-12 <= inner.value <= found.upper + 1e-12


@given(counts, counts)
def test_two_groups_turned_round_give_the_difference_turned_round(
    one: tuple[int, int], two: tuple[int, int]
) -> None:
    found, turned = newcombe(*one, *two), newcombe(*two, *one)
    assert found.value == pytest.approx(-turned.value)
    assert found.lower == pytest.approx(-turned.upper)
    assert -1 <= found.lower <= found.upper <= 1


def test_an_empty_cell_has_no_odds_ratio() -> None:
    assert odds_ratio(0, 10, 3, 10) is None


@given(st.floats(0.05, 20))
def test_the_e_value_is_the_same_for_a_ratio_and_its_inverse(ratio: float) -> None:
    assert e_value(ratio) == pytest.approx(e_value(1 / ratio))
    assert e_value(ratio) >= 1


@given(st.floats(0.05, 0.95), st.integers(5, 400))
def test_the_funnel_widens_with_its_tails(share: float, size: int) -> None:
    limits = funnel(share, [size], [0.001, 0.025, 0.5, 0.975, 0.999])[0]
    assert all(one <= two for one, two in pairwise(limits))
    assert limits[0] >= 0 and limits[-1] <= 1


def test_charts_of_rare_harms() -> None:
    """By hand: a mean of 20 sessions, 20 + 3 sqrt(20 x 21); days by the power of 1 / 3.6."""
    gaps = g_chart([10, 20, 30])
    assert (gaps.centre, gaps.lower[0]) == (20, 0)
    assert gaps.upper[0] == pytest.approx(20 + 3 * np.sqrt(420))
    days = t_chart([10, 10, 10])
    assert (days.centre, days.lower[0], days.upper[0]) == pytest.approx((10, 10, 10))
    per = u_chart([4, 0], [2, 2])
    assert (per.centre, per.upper[0]) == (1, pytest.approx(1 + 3 * np.sqrt(0.5)))


@given(st.integers(0, 2**32 - 1), st.floats(0.2, 5))
def test_a_covariate_in_other_units_has_its_coefficient_in_those(seed: int, unit: float) -> None:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=60)
    ends = rng.exponential(np.exp(-0.5 * x))
    plain, scaled = (cox(ends, np.ones(60), (x * by)[:, None]) for by in (1.0, unit))
    assert scaled.coefficients * unit == pytest.approx(plain.coefficients, rel=1e-6)
    assert scaled.log_likelihood == pytest.approx(plain.log_likelihood)


def test_the_truth_is_found_again() -> None:
    """With a seed: 4,000 people, a hazard ratio of 0.6, and a difference of 2 hidden by choice."""
    rng = np.random.default_rng(7)
    x = rng.integers(0, 2, 4000).astype(float)
    ends = rng.exponential(1 / (0.1 * 0.6**x))
    found = cox(np.minimum(ends, 12), [each <= 12 for each in ends], x[:, None])
    assert found.coefficients[0] == pytest.approx(np.log(0.6), abs=3 * found.standard_errors[0])
    ill = rng.normal(size=4000)
    treated = rng.random(4000) < 1 / (1 + np.exp(-ill))
    y = 2 * treated - 3 * ill + rng.normal(size=4000)
    weighed = inverse_probability(treated.astype(float), y, ill[:, None])
    assert weighed.crude < 0 < weighed.lower < 2 < weighed.upper


def test_repeated_measures_without_loss_are_the_differences_of_means() -> None:
    """Everybody measured at each visit: the estimates are those of the plain means."""
    rng = np.random.default_rng(3)
    y = rng.normal(size=(40, 3)) + rng.normal(size=(40, 1)) + np.array([0, -2, -4])
    arm = np.arange(40) % 2
    y[arm == 1, 2] -= 3
    rows = [
        {"who": who, "visit": visit, "y": float(y[who, visit]), "arm": "ab"[arm[who]]}
        for who in range(40)
        for visit in range(3)
    ]
    found = mmrm(
        rows, response="y", subject="who", visit="visit", terms=["arm", "visit", "arm:visit"]
    )
    told = {each.name: each for each in found.effects}
    means = np.array([y[arm == side].mean(axis=0) for side in (0, 1)])
    apart = means[1] - means[0]
    assert told["arm=b"].value == pytest.approx(apart[0], abs=1e-4)
    assert told["arm=b:visit=2"].value == pytest.approx(apart[2] - apart[0], abs=1e-4)
    assert told["arm=b"].df == pytest.approx(38, abs=0.01)
    off = y - means[arm]
    assert found.of_visits == pytest.approx(off.T @ off / 38, abs=1e-3)


REFUSED = [
    ({"quantity": "km", "times": [1, -2], "events": [1, 1]}, "times: entry 2, -2"),
    ({"quantity": "km", "times": [1, 2], "events": [1]}, "events: 1 of them"),
    ({"quantity": "km", "times": [1, 2], "events": [1, 2]}, "entry 2, 2, is neither"),
    ({"quantity": "km", "times": [], "events": []}, "at least one number"),
    ({"quantity": "km", "times": [1, None], "events": [1, 1]}, "entry 2, nan, is no number"),
    ({"quantity": "km", "times": [1], "events": [1], "scale": "x"}, "scale x"),
    ({"quantity": "rmst", "times": [3], "events": [0], "until": 9}, "nobody was followed"),
    ({"quantity": "logrank", "times": [1, 2], "events": [1, 1], "groups": [1, 1]}, "all are in 1"),
    ({"quantity": "cox", "times": [1, 2], "events": [0, 0], "covariates": [1, 2]}, "nobody had"),
    (
        {"quantity": "cox", "times": [1, 2, 3, 4], "events": [1] * 4, "covariates": [4, 3, 2, 1]},
        "no finite ratio",
    ),
    ({"quantity": "cif", "times": [1], "causes": [0.5], "at": [1]}, "is none of 0"),
    ({"quantity": "turnbull", "lower": [3], "upper": [2]}, "lies before its lower end"),
    ({"quantity": "share", "events": 3, "n": 2}, "3 of 2: whole counts"),
    ({"quantity": "funnel", "p0": 1, "n": [20]}, "between 0 and 1"),
    ({"quantity": "p_chart", "events": [3], "n": [2]}, "more than its sessions"),
    ({"quantity": "response", "scores": [], "at": [1], "instrument": "MEQ-30"}, "thresholds"),
    (
        {"quantity": "mmrm", "rows": [{"s": 1, "v": 1, "y": 2}] * 2, "response": "y"}
        | {"subject": "s", "visit": "v", "terms": []},
        "1 has two at 1",
    ),
    (
        {"quantity": "ipw", "treated": [1, 1], "outcome": [1, 2], "covariates": [1, 2]},
        "all are in one group",
    ),
    ({"quantity": "km", "times": [1]}, "km needs events"),
    ({"quantity": "odds"}, "quantity: one of km"),
    ("km", "quantity: one of km"),
]


@pytest.mark.parametrize(("asked", "words"), REFUSED)
def test_what_cannot_be_answered_says_what_and_where(asked: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        asking.answer(asked)


def test_every_form_says_what_it_is_and_needs() -> None:
    told = asking.forms()
    assert {each["quantity"] for each in told} == set(asking.FORMS)
    assert all(each["what"] and each["needs"] for each in told)


def test_an_answer_is_plain_and_names_what_it_did_not_hear() -> None:
    asked = {"quantity": "km", "times": [1, 2], "events": [0, 0], "at": [3], "colour": "red"}
    found = asking.answer(asked)
    assert found["survival"] == [None]
    assert found["median"] is None
    assert found["ignored"] == ["colour"]


def test_the_hazard_model_takes_many_people_with_times_of_their_own() -> None:
    """One list of those at risk for each event was 1.6 GB here."""
    rng = np.random.default_rng(3)
    group = np.repeat([0.0, 1.0], 10_000)
    times = rng.exponential(size=20_000) / np.where(group == 1, 0.5, 1.0)
    tracemalloc.start()
    found = cox(times, np.ones(20_000), [[each] for each in group])
    highest = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    lower, upper = found.ratios()[0, 1:]
    assert lower < 0.5 < upper
    assert upper - lower < 0.04
    assert highest < 20e6


@given(st.integers(2, 60), st.integers(0, 2**32 - 1))
@settings(max_examples=40)
def test_of_right_censored_times_turnbull_is_kaplan_and_meier(people: int, seed: int) -> None:
    """The curve, and by Greenwood's its interval."""
    rng = np.random.default_rng(seed)
    times, had = rng.integers(1, 12, people).astype(float), rng.random(people) < 0.6
    if not had.any():
        return
    masses = turnbull(times, np.where(had, times, np.inf))
    curve = kaplan_meier(times, had.astype(float))
    for when in np.unique(times[had]):
        share = curve.at([when])[0]
        assert masses.bounds_at(when)[1] == pytest.approx(share, abs=1e-6)
        if 1e-6 < share < 1 - 1e-6:
            lower, upper = curve.interval([when])
            at_most = masses.bound(share, masses.upper <= when, -two_sided(0.95))
            at_least = masses.bound(share, masses.upper <= when, two_sided(0.95))
            assert (at_least, at_most) == pytest.approx((lower[0], upper[0]), abs=1e-4)


def test_an_interval_holds_what_cannot_be_told_too() -> None:
    """Between two visits the curve lies anywhere between its two ends."""
    masses = turnbull([0, 0, 0, 4, 4, 8], [4, 4, 8, 8, None, None])
    lower, upper = masses.interval(6)
    least, most = masses.bounds_at(6)
    assert least < most
    assert 0 <= lower < least
    assert most < upper <= 1
    assert masses.interval(0) == (1, 1)
