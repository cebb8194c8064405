"""A cohort of eight that can be reckoned by hand, and those who are not measured."""

from __future__ import annotations

import pytest

from kapstone.instruments import instrument
from kapstone.outcomes.cohort import Cohort, by_person, cohort

PHQ9 = instrument("phq9")
DAYS = (0, 7, 28, 56, 91)
EIGHT: dict[str, dict[float, float]] = {
    "1": dict(zip(DAYS, (20, 12, 8, 9, 14), strict=True)),
    "2": dict(zip(DAYS, (18, 9, 4, 3, 4), strict=True)),
    "3": {0: 15, 7: 14, 28: 13, 56: 12},
    "4": dict(zip(DAYS, (24, 20, 12, 18, 19), strict=True)),
    "5": {0: 10, 7: 4, 28: 6, 56: 4},
    "6": {0: 22, 7: 21, 56: 10, 91: 11},
    "7": {0: 12, 7: 13, 28: 18},
    "8": dict(zip(DAYS, (9, 2, 1, 1, 1), strict=True)),
}


@pytest.fixture
def eight() -> Cohort:
    return cohort(EIGHT, PHQ9)


def test_who_is_in_it(eight: Cohort) -> None:
    assert (eight.eligible, eight.below_caseness, eight.no_baseline) == (7, 1, 0)


def test_a_day_of_it(eight: Cohort) -> None:
    day = eight.at(28)
    assert (day.eligible, day.measured) == (7, 6)
    assert (day.response.yes, day.response.of, day.remission.yes, day.worse.yes) == (3, 6, 1, 1)
    assert day.mean_change == pytest.approx(-6.3333, abs=5e-5)
    assert day.response.observed is not None and day.response.as_missing is not None
    assert day.response.observed.value == 0.5
    assert day.response.as_missing.value == pytest.approx(0.4286, abs=5e-5)
    assert (day.response.lowest, day.response.highest) == (3 / 7, 4 / 7)


def test_half_the_score_is_a_response_and_no_loss(eight: Cohort) -> None:
    assert eight.ever().yes == 5
    assert eight.durability().people == ("1", "2", "4", "5", "6")


def test_how_long_it_lasts_by_the_reliable_rule(eight: Cohort) -> None:
    found = eight.durability()
    assert sorted(zip(found.days, found.lost, strict=True)) == [
        *((28, True), (35, False), (49, False), (63, True), (84, False)),
    ]
    assert found.curve is not None
    assert found.curve.at([28, 63]) == pytest.approx([0.8, 0.4])


def test_noise_taken_for_loss(eight: Cohort) -> None:
    curve = eight.durability(reliable=False).curve
    assert curve is not None
    assert curve.times[curve.events > 0].tolist() == [21, 28, 63]
    assert curve.at([21, 28, 63]) == pytest.approx([0.8, 0.6, 0.3])


def test_nobody_measured_is_not_nobody_better(eight: Cohort) -> None:
    day = eight.at(150)
    assert (day.measured, day.mean_change) == (0, None)
    assert day.response.observed is None and day.response.as_missing is None
    assert (day.response.lowest, day.response.highest) == (0, 1)


def test_a_baseline_is_not_too_old_and_not_after_the_dose() -> None:
    found = cohort({"a": {-15: 20, 7: 4}, "b": {-14: 20, 7: 4}, "c": {1: 20}}, PHQ9)
    assert [each.name for each in found.people] == ["b"]
    assert found.no_baseline == 2


def test_of_two_scores_in_the_window_the_nearest_counts() -> None:
    found = cohort({"a": {0: 20, 26: 20, 29: 4}, "b": {0: 20, 26: 4, 30: 20}}, PHQ9)
    assert found.at(28).response.yes == 1


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"day": 0, "score": 3}, "row 1 needs person"),
        ({"person": 1, "day": "x", "score": 3}, "row 1 needs person, day"),
    ],
)
def test_rows_that_cannot_be_read_are_named(row: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        by_person([row])


def test_two_scores_on_one_day_are_refused_and_a_blank_is_none() -> None:
    with pytest.raises(ValueError, match="row 2: person 1 has two on day 0"):
        by_person([{"person": 1, "day": 0, "score": 3}, {"person": 1, "day": 0, "score": 4}])
    assert by_person([{"person": 1, "day": 0, "score": None}]) == {"1": {}}
