"""One person's scores in one sentence; nothing is said that the scores do not say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapstone.instruments import instrument
from kapstone.outcomes import summary

PHQ9, CSSRS = instrument("phq9"), instrument("cssrs-since")
START = datetime(2026, 9, 28, tzinfo=UTC)
DOSE = START + timedelta(days=15)


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def test_a_course_in_one_sentence() -> None:
    scores = [(day(0), 22.0), (day(14), 21.0), (day(20), 12.0), (day(27), 10.0), (day(34), 9.0)]
    found = summary(scores, PHQ9, first_dose=DOSE)
    assert (found.start, found.start_at, found.now, found.now_at) == (21, day(14), 9, day(34))
    assert (found.change, found.threshold, found.remission) == ("improved", 6, False)
    assert found.response_since == day(27)
    assert found.words == (
        "PHQ-9 · 21 before the first dose (12 Oct 2026) → 9 on 1 Nov 2026 · "
        "better by more than measurement error (≥ 6)"
    )


@pytest.mark.parametrize(
    ("now", "meaning"),
    [
        (20.0, "worse by more than measurement error (≥ 6)"),
        (19.0, "no change beyond measurement error (≥ 6)"),
        (9.0, "no change beyond measurement error (≥ 6)"),
        (8.0, "better by more than measurement error (≥ 6)"),
    ],
)
def test_the_words_change_at_the_threshold(now: float, meaning: str) -> None:
    assert summary([(day(0), 14.0), (day(30), now)], PHQ9).words.endswith(meaning)


def test_no_score_is_said_to_be_no_score() -> None:
    found = summary([(day(0), None), (day(7), None)], PHQ9, first_dose=DOSE)
    assert (found.start, found.now, found.change, found.remission) == (None, None, None, None)
    assert (found.measured, found.missing) == (0, 2)
    assert found.words == "PHQ-9: no complete answer yet"


def test_without_a_score_before_the_first_dose_no_change_is_told() -> None:
    """The first score after a dose is no start: the medicine has been there already."""
    found = summary([(day(20), 18.0), (day(40), 8.0)], PHQ9, first_dose=DOSE)
    assert (found.start, found.now, found.change, found.response_since) == (None, 8, None, None)
    assert found.words == (
        "PHQ-9 · 8 on 7 Nov 2026 · no score before the first dose to compare with"
    )


def test_scores_before_the_medicine_show_no_change_yet() -> None:
    found = summary([(day(0), 22.0), (day(14), 15.0)], PHQ9, first_dose=DOSE)
    assert (found.start, found.now, found.change) == (15, 15, None)
    assert found.words == "PHQ-9 · 15 on 12 Oct 2026"


def test_a_score_at_the_very_dose_is_still_before_it() -> None:
    assert summary([(DOSE, 15.0), (day(30), 9.0)], PHQ9, first_dose=DOSE).start == 15


def test_missing_visits_are_counted_and_left_out() -> None:
    found = summary([(day(0), 20.0), (day(30), None), (day(60), 8.0)], PHQ9)
    assert (found.measured, found.missing, found.now) == (2, 1, 8)


def test_a_response_that_was_lost_is_not_a_response() -> None:
    scores = [(day(0), 20.0), (day(30), 8.0), (day(60), 14.0)]
    assert summary(scores, PHQ9).response_since is None


def test_a_response_counts_from_when_it_held() -> None:
    scores = [(day(0), 20.0), (day(20), 9.0), (day(30), 14.0), (day(40), 10.0), (day(50), 8.0)]
    assert summary(scores, PHQ9).response_since == day(40)


def test_a_response_below_caseness_is_not_known() -> None:
    found = summary([(day(0), 9.0), (day(30), 2.0)], PHQ9)
    assert (found.response_since, found.remission, found.change) == (None, None, "improved")


def test_an_instrument_without_thresholds_tells_its_last_score_only() -> None:
    found = summary([(day(0), 3.0), (day(9), 1.0)], CSSRS)
    assert (found.threshold, found.change, found.words) == (
        None,
        None,
        "C-SSRS since last contact · 1 on 7 Oct 2026",
    )


@given(st.permutations([(day(0), 20.0), (day(9), None), (day(20), 9.0), (day(30), 7.0)]))
def test_the_order_of_the_scores_does_not_matter(
    scores: list[tuple[datetime, float | None]],
) -> None:
    ordered = sorted(scores, key=lambda score: score[0])
    assert summary(scores, PHQ9) == summary(ordered, PHQ9)


def relapse(*totals: float | None) -> tuple[float | None, bool | None]:
    """One score every 20 days, the first of them before the first dose."""
    scores = [(day(20 * n), total) for n, total in enumerate(totals)]
    found = summary(scores, PHQ9, first_dose=DOSE)
    return found.best, found.relapse


@pytest.mark.parametrize(
    ("totals", "found"),
    [
        ((13.0, 0.0, 11.0), (0, True)),
        ((13.0, 5.0, 11.0), (5, True)),
        ((13.0, 6.0, 11.0), (6, False)),
        ((20.0, 2.0, 12.0), (2, True)),
        ((13.0, 4.0, 0.0, 11.0), (0, True)),
        ((13.0, None, 11.0), (None, None)),
        ((13.0, 14.0, 20.0), (None, None)),
        ((13.0, 0.0), (None, None)),
        ((13.0,), (None, None)),
        ((None,), (None, None)),
    ],
)
def test_a_relapse_is_told_from_the_best_score_since_the_start(
    totals: tuple[float | None, ...], found: tuple[float | None, bool | None]
) -> None:
    assert relapse(*totals) == found


def test_a_relapse_stands_in_the_words_beside_the_change_since_the_start() -> None:
    found = summary([(day(0), 13.0), (day(30), 0.0), (day(60), 11.0)], PHQ9, first_dose=DOSE)
    assert (found.change, found.best_at) == ("none", day(30))
    assert found.words.endswith(
        "11 on 27 Nov 2026 · no change beyond measurement error (≥ 6) · "
        "reliably worse than 0 on 28 Oct 2026 (≥ 6)"
    )


def test_a_relapse_is_told_without_a_start_as_well() -> None:
    found = summary([(day(20), 2.0), (day(40), 18.0)], PHQ9, first_dose=DOSE)
    assert (found.change, found.relapse) == (None, True)
    assert found.words.endswith("compare with · reliably worse than 2 on 18 Oct 2026 (≥ 6)")


def test_of_two_equal_bests_the_later_counts() -> None:
    scores = [(day(0), 13.0), (day(20), 1.0), (day(30), 1.0), (day(40), 9.0)]
    assert summary(scores, PHQ9).best_at == day(30)


def test_where_higher_is_better_a_relapse_is_a_fall() -> None:
    assert PHQ9.change is not None
    higher = PHQ9.model_copy(update={"change": PHQ9.change.model_copy(update={"better": "higher"})})
    scores = [(day(0), 5.0), (day(20), 25.0), (day(40), 10.0)]
    assert (summary(scores, higher).best, summary(scores, higher).relapse) == (25, True)


def test_without_a_published_change_nobody_says_whether_it_is_a_relapse() -> None:
    assert PHQ9.change is not None
    vague = PHQ9.model_copy(update={"change": PHQ9.change.model_copy(update={"reliable": None})})
    scores = [(day(0), 13.0), (day(20), 0.0), (day(40), 11.0)]
    assert summary(scores, vague).relapse is None
    assert "worse" not in summary(scores, vague).words


def test_a_prorated_score_is_said_to_be_one() -> None:
    scores = [(day(0), 13.0), (day(30), 11.0)]
    found = summary(scores, PHQ9, first_dose=DOSE, blank={day(30): 1})
    assert (found.start_blank, found.now_blank) == (0, 1)
    assert "→ 11 (prorated, 1 blank) on 28 Oct 2026" in found.words
