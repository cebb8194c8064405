"""C-SSRS triage as Columbia's own (Posner 2011; cssrs.columbia.edu)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapstone.instruments import RISK_OF_LEVEL, cssrs_level, instrument, score

SCREENER, SINCE = instrument("cssrs-screener"), instrument("cssrs-since")
ITEMS = [item.id for item in SCREENER.item]
RANK = {None: -1, "none": 0, "low": 1, "moderate": 2, "high": 3}
NOTHING = {"wish_dead": 0, "thoughts": 0, "behavior": 0}
THOUGHTS = NOTHING | {"thoughts": 1, "method": 0, "intent": 0, "plan": 0}

whole_sheets = st.fixed_dictionaries({item: st.integers(0, 1) for item in ITEMS})


@pytest.mark.parametrize(
    ("answers", "level"),
    [
        (NOTHING, "none"),
        (NOTHING | {"wish_dead": 1}, "low"),
        (THOUGHTS, "low"),
        (THOUGHTS | {"method": 1}, "moderate"),
        (THOUGHTS | {"intent": 1}, "high"),
        (THOUGHTS | {"plan": 1}, "high"),
        (NOTHING | {"behavior": 1, "behavior_recent": 0}, "moderate"),
        (NOTHING | {"behavior": 1, "behavior_recent": 1}, "high"),
    ],
)
def test_the_level_is_that_of_the_gravest_yes(answers: dict[str, int], level: str) -> None:
    result = score(SCREENER, answers)
    assert (result.band, result.complete, result.missing) == (level, True, ())


def test_there_is_no_total() -> None:
    result = score(SCREENER, THOUGHTS | {"plan": 1})
    assert (result.total, result.prorated) == (None, False)


def test_behavior_of_unknown_time_counts_as_recent() -> None:
    result = score(SCREENER, NOTHING | {"behavior": 1})
    assert (result.band, result.missing) == ("high", ("behavior_recent",))


def test_behavior_since_last_contact_is_recent() -> None:
    result = score(SINCE, NOTHING | {"behavior": 1})
    assert (result.band, result.complete) == ("high", True)


@pytest.mark.parametrize("blank", ["wish_dead", "thoughts", "behavior"])
def test_a_blank_is_never_a_no(blank: str) -> None:
    answers = {item: value for item, value in NOTHING.items() if item != blank}
    result = score(SCREENER, answers)
    assert result.band is None
    assert blank in result.missing


def test_nothing_answered_is_no_level() -> None:
    assert score(SCREENER, {}).band is None


def test_what_follows_thoughts_is_missing_when_it_was_not_asked() -> None:
    result = score(SCREENER, NOTHING | {"thoughts": 1})
    assert (result.band, result.missing) == ("low", ("method", "intent", "plan"))


def test_a_plan_once_told_counts_when_the_question_before_it_is_taken_back() -> None:
    assert cssrs_level(THOUGHTS | {"plan": 1} | {"thoughts": 0}) == "high"


@given(whole_sheets, st.sampled_from(ITEMS))
def test_one_more_yes_never_lowers_the_level(answers: dict[str, int], item: str) -> None:
    assert RANK[cssrs_level(answers | {item: 1})] >= RANK[cssrs_level(answers)]


@given(whole_sheets, st.sets(st.sampled_from(ITEMS[:-1])))
def test_with_blanks_the_level_is_a_floor(answers: dict[str, int], blank: set[str]) -> None:
    left = {item: value for item, value in answers.items() if item not in blank}
    assert RANK[cssrs_level(left)] <= RANK[cssrs_level(answers)]


def test_every_level_says_what_kind_of_notice_it_is() -> None:
    assert {band.name: RISK_OF_LEVEL[band.name] for band in SCREENER.score.bands} == {
        "none": "none",
        "low": "si_positive",
        "moderate": "si_positive",
        "high": "si_urgent",
    }
