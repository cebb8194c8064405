"""What the answers of a questionnaire say besides their sum; what was not asked stays open."""

from __future__ import annotations

import pytest

from kapstone.screening import cssrs_facts, rises

METHOD, PLAN = "cssrs_method_month", "cssrs_plan_or_intent_month"
EVER, RECENT = "cssrs_behaviour_lifetime", "cssrs_behaviour_3_months"


def test_a_sheet_without_answers_says_nothing() -> None:
    assert cssrs_facts({}) == dict.fromkeys([METHOD, PLAN, EVER, RECENT])


def test_no_thoughts_of_suicide_answers_method_intent_and_plan_with_no() -> None:
    found = cssrs_facts({"thoughts": 0})
    assert (found[METHOD], found[PLAN]) == (False, False)
    assert (found[EVER], found[RECENT]) == (None, None)


def test_thoughts_alone_leave_method_intent_and_plan_open() -> None:
    found = cssrs_facts({"thoughts": 1})
    assert (found[METHOD], found[PLAN]) == (None, None)


@pytest.mark.parametrize(("value", "says"), [(0, False), (1, True)])
def test_the_method_is_what_was_marked(value: int, says: bool) -> None:
    assert cssrs_facts({"thoughts": 1, "method": value})[METHOD] is says


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ({"intent": 1}, True),
        ({"plan": 1}, True),
        ({"intent": 1, "plan": 0}, True),
        ({"intent": 0, "plan": 1}, True),
        ({"intent": 0, "plan": 0}, False),
        ({"intent": 0}, None),
        ({"plan": 0}, None),
    ],
)
def test_intent_or_plan_is_one_fact(answers: dict[str, float], says: bool | None) -> None:
    assert cssrs_facts({"thoughts": 1, **answers})[PLAN] is says


@pytest.mark.parametrize(
    ("answers", "ever", "recent"),
    [
        ({"behavior": 0}, False, False),
        ({"behavior": 1}, True, None),
        ({"behavior": 1, "behavior_recent": 0}, True, False),
        ({"behavior": 1, "behavior_recent": 1}, True, True),
        ({"behavior_recent": 1}, None, True),
    ],
)
def test_behaviour_in_three_months_is_asked_of_those_who_ever_did(
    answers: dict[str, float], ever: bool | None, recent: bool | None
) -> None:
    found = cssrs_facts(answers)
    assert (found[EVER], found[RECENT]) == (ever, recent)


@pytest.mark.parametrize(
    ("scores", "rise"),
    [([], []), ([0], [0]), ([2], [2]), ([1, 3, 3, 0], [1, 2, 0, -3])],
)
def test_a_score_rises_from_the_one_before_and_the_first_from_nothing(
    scores: list[float], rise: list[float]
) -> None:
    assert [*rises(scores)] == rise
