"""Change against the published thresholds, both sides of each, and the formula by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapstone.instruments import Instrument, instrument
from kapstone.outcomes import (
    better_by_more_than_error,
    change_in_errors,
    deteriorated,
    direction,
    percent_change,
    reliable_change,
    reliable_of,
    reliable_points,
    remission,
    response,
    worsening,
)

PHQ9, GAD7, CSSRS = instrument("phq9"), instrument("gad7"), instrument("cssrs-since")
totals = st.integers(0, 27)


@pytest.mark.parametrize(
    ("before", "after", "answer"),
    [(20, 10, True), (20, 11, False), (21, 10, True), (21, 11, False), (10, 5, True), (9, 0, None)],
)
def test_a_response_is_half_or_more_of_a_score_that_was_a_case(
    before: int, after: int, answer: bool | None
) -> None:
    assert response(before, after, PHQ9) is answer


@pytest.mark.parametrize(
    ("before", "after", "answer"), [(10, 4, True), (10, 5, False), (9, 4, None), (0, 0, None)]
)
def test_remission_is_under_five_from_a_score_that_was_a_case(
    before: int, after: int, answer: bool | None
) -> None:
    assert remission(before, after, PHQ9) is answer


@pytest.mark.parametrize(
    ("after", "change"),
    [(9, "improved"), (10, "none"), (15, "none"), (20, "none"), (21, "deteriorated")],
)
def test_phq9_changes_reliably_by_six_points(after: int, change: str) -> None:
    """NHS Talking Therapies: 6 points, either way."""
    assert reliable_change(15, after, PHQ9) == change


@pytest.mark.parametrize(
    ("after", "change"), [(8, "improved"), (9, "none"), (15, "none"), (16, "deteriorated")]
)
def test_gad7_changes_reliably_by_four_points(after: int, change: str) -> None:
    assert reliable_change(12, after, GAD7) == change


@pytest.mark.parametrize(
    ("rise", "word"),
    [(0, None), (4, None), (5, "mcid_worsening"), (6, "deterioration"), (-6, None)],
)
def test_worsening_has_two_grades(rise: int, word: str | None) -> None:
    """PHQ-9: noticed from 5 points on (Lowe 2004), reliable from 6 on."""
    assert worsening(12, 12 + rise, PHQ9) == word


@pytest.mark.parametrize(
    ("before", "after", "percent"), [(20, 10, -50), (10, 15, 50), (12, 12, 0), (0, 6, None)]
)
def test_percent_change_of_nothing_is_not_known(
    before: int, after: int, percent: float | None
) -> None:
    assert percent_change(before, after) == percent


@pytest.mark.parametrize(
    ("sd", "reliability", "points"),
    [
        (4.7, 0.92, 3.68),  # GAD-7 by alpha: 1.96 x 4.7 x 1.41421 x 0.28284
        (4.7, 0.83, 5.37),  # GAD-7 by retest: 1.96 x 4.7 x 1.41421 x 0.41231
        (2.5, 0.0, 6.93),  # PHQ-9: the SEM of Lowe 2004 is already SD x sqrt(1 - r)
        (10.0, 1.0, 0.0),
    ],
)
def test_the_reliable_change_index_by_hand(sd: float, reliability: float, points: float) -> None:
    assert reliable_points(sd=sd, reliability=reliability) == pytest.approx(points, abs=0.005)


@pytest.mark.parametrize(("sd", "reliability"), [(-1, 0.8), (5, 1.01), (5, -0.01)])
def test_figures_that_no_scale_has_are_refused(sd: float, reliability: float) -> None:
    with pytest.raises(ValueError, match="are not a scale's figures"):
        reliable_points(sd=sd, reliability=reliability)


def test_a_change_in_units_of_its_error_by_hand() -> None:
    """PHQ-9: 12 points over 2.5 x sqrt(2) = 3.536; GAD-7: 4 over 4.7 x sqrt(0.17) x sqrt(2)."""
    assert change_in_errors(21, 9, PHQ9) == pytest.approx(-3.394, abs=0.001)
    assert change_in_errors(12, 8, GAD7) == pytest.approx(-1.460, abs=0.001)


def test_what_the_files_say_of_the_formula_is_what_it_gives() -> None:
    gad7, phq9 = GAD7.change, PHQ9.change
    assert gad7 is not None
    assert phq9 is not None
    assert gad7.sd is not None
    assert gad7.alpha is not None
    assert gad7.retest is not None
    by_alpha = reliable_points(sd=gad7.sd, reliability=gad7.alpha)
    by_retest = reliable_points(sd=gad7.sd, reliability=gad7.retest)
    assert f"{by_alpha:.1f} (alpha) or {by_retest:.1f} (retest)" in gad7.basis
    points = 1.96 / abs(change_in_errors(0, 1, PHQ9))
    assert f"would give {points:.1f}" in phq9.basis


@pytest.mark.parametrize("ask", [response, remission, reliable_change, worsening])
def test_a_risk_level_has_no_thresholds_of_change(ask: object) -> None:
    assert callable(ask)
    with pytest.raises(LookupError, match="C-SSRS since last contact has no published thresholds"):
        ask(3, 1, CSSRS)


def test_without_figures_in_its_file_a_scale_has_no_unit_of_error() -> None:
    assert GAD7.change is not None
    without = GAD7.model_copy(update={"change": GAD7.change.model_copy(update={"sd": None})})
    with pytest.raises(LookupError, match="GAD-7: its file gives neither SEM nor SD"):
        change_in_errors(12, 8, without)


@given(totals, totals)
def test_better_one_way_is_worse_the_other_way(before: int, after: int) -> None:
    assert better_by_more_than_error(before, after, PHQ9) == deteriorated(after, before, PHQ9)


@given(totals, totals, totals)
def test_a_lower_score_is_never_a_lesser_response(before: int, one: int, two: int) -> None:
    low, high = sorted((one, two))
    assert bool(response(before, low, PHQ9)) >= bool(response(before, high, PHQ9))
    assert bool(remission(before, low, PHQ9)) >= bool(remission(before, high, PHQ9))


def made(**changed: object) -> Instrument:
    """PHQ-9 with another rule of change."""
    assert PHQ9.change is not None
    return PHQ9.model_copy(update={"change": PHQ9.change.model_copy(update=changed)})


HIGHER = made(better="higher", reliable=10.0, mcid=8.0)


@pytest.mark.parametrize(
    ("after", "change"),
    [(30, "improved"), (29, "none"), (20, "none"), (11, "none"), (10, "deteriorated")],
)
def test_where_higher_is_better_a_fall_is_worse(after: int, change: str) -> None:
    assert reliable_change(20, after, HIGHER) == change


@pytest.mark.parametrize(
    ("after", "word"), [(20, None), (13, None), (12, "mcid_worsening"), (10, "deterioration")]
)
def test_worsening_follows_the_direction(after: int, word: str | None) -> None:
    assert worsening(20, after, HIGHER) == word


def test_without_a_threshold_a_change_is_not_known() -> None:
    nothing = made(reliable=None, mcid=None)
    assert reliable_change(20, 2, nothing) is None
    assert worsening(2, 20, nothing) is None


def test_what_is_lived_through_has_no_better_way() -> None:
    lived = PHQ9.model_copy(update={"neutral": True})
    assert (direction(lived), reliable_of(lived)) == (None, None)
    assert (direction(PHQ9), direction(HIGHER)) == ("lower", "higher")
    assert direction(instrument("phq2")) == "lower"
    assert direction(CSSRS) is None
