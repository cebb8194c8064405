"""Totals against the published bands, cases worked by hand, and laws."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kapstone.instruments import Instrument, instrument, score, screen_positive

PHQ9, PHQ2, GAD7 = instrument("phq9"), instrument("phq2"), instrument("gad7")
SUMS = [PHQ9, PHQ2, GAD7]


def ids(of: Instrument) -> list[str]:
    return [item.id for item in of.item if item.scored]


def adding_up_to(of: Instrument, total: int, blank: int = 0) -> dict[str, int]:
    """A sheet with this total whose last `blank` questions are not answered."""
    asked = ids(of)[: len(ids(of)) - blank]
    return {item: min(3, max(0, total - 3 * place)) for place, item in enumerate(asked)}


sheets = st.sampled_from(SUMS).flatmap(
    lambda of: st.tuples(
        st.just(of), st.fixed_dictionaries({}, optional={i: st.integers(0, 3) for i in ids(of)})
    )
)


@pytest.mark.parametrize(
    ("total", "band"),
    [
        (0, "minimal"),
        (4, "minimal"),
        (5, "mild"),
        (9, "mild"),
        (10, "moderate"),
        (14, "moderate"),
        (15, "moderately severe"),
        (19, "moderately severe"),
        (20, "severe"),
        (27, "severe"),
    ],
)
def test_phq9_bands_as_kroenke_2001(total: int, band: str) -> None:
    result = score(PHQ9, adding_up_to(PHQ9, total))
    assert (result.total, result.band) == (total, band)


@pytest.mark.parametrize(
    ("total", "band"),
    [
        (0, "minimal"),
        (4, "minimal"),
        (5, "mild"),
        (9, "mild"),
        (10, "moderate"),
        (14, "moderate"),
        (15, "severe"),
        (21, "severe"),
    ],
)
def test_gad7_bands_as_spitzer_2006(total: int, band: str) -> None:
    result = score(GAD7, adding_up_to(GAD7, total))
    assert (result.total, result.band) == (total, band)


@pytest.mark.parametrize(
    ("of", "total", "positive"),
    [
        (PHQ9, 9, False),
        (PHQ9, 10, True),
        (GAD7, 9, False),
        (GAD7, 10, True),
        (PHQ2, 2, False),
        (PHQ2, 3, True),
    ],
)
def test_a_screen_is_positive_from_its_cut_on(of: Instrument, total: int, positive: bool) -> None:
    assert screen_positive(of, adding_up_to(of, total)) is positive


@pytest.mark.parametrize(
    ("answers", "positive"),
    [
        ({"interest": 3}, True),
        ({"interest": 2}, None),
        ({"interest": 0}, None),
        ({}, None),
    ],
)
def test_a_screen_with_blanks_is_decided_only_when_they_cannot_change_it(
    answers: dict[str, int], positive: bool | None
) -> None:
    """PHQ-2, cut 3: a 3 decides alone, while 0 with a blank may be anything from 0 to 3."""
    assert screen_positive(PHQ2, answers) is positive


def test_blanks_that_cannot_reach_the_cut_leave_a_screen_negative() -> None:
    """GAD-7 with three blanks: 0 + 3 x 3 = 9 at most, under 10; with one point more it is open."""
    assert screen_positive(GAD7, adding_up_to(GAD7, 0, blank=3)) is False
    assert screen_positive(GAD7, adding_up_to(GAD7, 1, blank=3)) is None


def test_only_a_short_screen_has_its_flag_without_a_total() -> None:
    """PHQ-9 with four blanks has no total and so no flag, though five answers reach its cut."""
    answers = {item.id: 2 for item in PHQ9.item[:5]}
    assert "screen_positive" not in score(PHQ9, answers).flags
    assert screen_positive(PHQ9, answers) is True
    assert "screen_positive" in score(PHQ2, {"interest": 3}).flags


def test_a_questionnaire_without_a_cut_is_no_screen() -> None:
    with pytest.raises(LookupError, match="C-SSRS screener has no published cut"):
        screen_positive(instrument("cssrs-screener"), {})


@pytest.mark.parametrize(
    ("of", "answered", "blank", "total"),
    [
        (PHQ9, 14, 2, 18),  # 14 x 9/7 = 18
        (PHQ9, 4, 1, 5),  # 4 x 9/8 = 4.5, half up; round() would give 4
        (PHQ9, 12, 1, 14),  # 13.5
        (GAD7, 9, 1, 11),  # 9 x 7/6 = 10.5, half up; round() would give 10
        (GAD7, 5, 2, 7),  # 5 x 7/5 = 7
    ],
)
def test_one_or_two_blanks_are_filled_by_the_mean_of_the_rest(
    of: Instrument, answered: int, blank: int, total: int
) -> None:
    """Worked by hand: sum x items / answered, rounded half up, as the PHQ manual has it."""
    result = score(of, adding_up_to(of, answered, blank))
    assert (result.total, result.prorated, result.complete) == (total, True, False)
    assert len(result.missing) == blank


@pytest.mark.parametrize("of", [PHQ9, GAD7], ids=["phq9", "gad7"])
def test_three_blanks_leave_no_total(of: Instrument) -> None:
    result = score(of, adding_up_to(of, 9, blank=3))
    assert (result.total, result.band, result.prorated) == (None, None, False)
    assert result.missing == tuple(ids(of)[-3:])


def test_the_phq2_is_never_prorated() -> None:
    assert score(PHQ2, {"interest": 3}).total is None


def test_an_empty_sheet_has_no_total() -> None:
    assert [score(of, {}).total for of in SUMS] == [None, None, None]


def test_how_difficult_it_was_is_kept_and_not_counted() -> None:
    answers = adding_up_to(PHQ9, 11)
    assert score(PHQ9, answers | {"difficulty": 3}) == score(PHQ9, answers)


def test_a_value_that_is_no_answer_is_not_scored() -> None:
    with pytest.raises(ValueError, match="PHQ-9, mood: 4 is not an answer"):
        score(PHQ9, {"mood": 4})


def test_a_score_says_by_which_version_of_which_file_it_was_made() -> None:
    result = score(PHQ9, adding_up_to(PHQ9, 11))
    assert result.version == PHQ9.version
    assert len(result.digest) == 64
    assert result.digest != score(GAD7, adding_up_to(GAD7, 11)).digest


@given(sheets)
def test_too_many_blanks_leave_no_total_and_fewer_do(
    sheet: tuple[Instrument, dict[str, int]],
) -> None:
    of, answers = sheet
    result = score(of, answers)
    assert (result.total is None) == (len(result.missing) > of.score.most_missing)
    if of.score.bands:
        assert (result.band is None) == (result.total is None)
    assert set(result.missing) == set(ids(of)) - set(answers)


@given(sheets)
def test_a_total_stays_in_the_published_range(sheet: tuple[Instrument, dict[str, int]]) -> None:
    of, answers = sheet
    total = score(of, answers).total
    assume(total is not None)
    assert of.score.range is not None
    assert total is not None
    assert of.score.range[0] <= total <= of.score.range[1]


@given(sheets, st.randoms(use_true_random=False))
def test_the_same_answers_in_other_places_give_the_same_total(
    sheet: tuple[Instrument, dict[str, int]], rng: Random
) -> None:
    of, answers = sheet
    values = list(answers.values())
    rng.shuffle(values)
    assert score(of, dict(zip(answers, values, strict=True))).total == score(of, answers).total


@given(sheets, st.data())
def test_a_graver_answer_never_lowers_the_total(
    sheet: tuple[Instrument, dict[str, int]], data: st.DataObject
) -> None:
    of, answers = sheet
    before = score(of, answers).total
    assume(before is not None and min(answers.values()) < 3)
    item = data.draw(st.sampled_from([item for item, value in answers.items() if value < 3]))
    after = score(of, answers | {item: answers[item] + 1}).total
    assert before is not None
    assert after is not None
    assert after >= before
