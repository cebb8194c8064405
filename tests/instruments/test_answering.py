"""One answer at a time: what is refused, what is asked next, what somebody must see at once."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapstone.instruments import Refused, check, instrument, next_item, risk, risk_at_finish

PHQ9, GAD7, SCREENER = map(instrument, ("phq9", "gad7", "cssrs-screener"))


def walk(answers: dict[str, int], of: str = "cssrs-screener") -> list[str]:
    """The questions that a person with these answers is asked, in order."""
    given: dict[str, int] = {}
    while item := next_item(instrument(of), given):
        given[item.id] = answers.get(item.id, 0)
    return list(given)


@pytest.mark.parametrize("value", [0, 1, 2, 3])
def test_a_choice_is_an_answer(value: int) -> None:
    assert check(PHQ9, "mood", value) is None


@pytest.mark.parametrize("value", [-1, 4, 1.5, math.nan, math.inf])
def test_what_is_not_a_choice_is_refused_and_never_bent_into_one(value: float) -> None:
    assert isinstance(check(PHQ9, "mood", value), Refused)


def test_a_refusal_says_what_may_be_chosen() -> None:
    assert check(SCREENER, "plan", 2) == Refused(
        "C-SSRS screener, plan: 2 is not an answer. Choose one of: 0 (No), 1 (Yes)."
    )


def test_a_question_with_choices_of_its_own_takes_those() -> None:
    refused = check(PHQ9, "difficulty", 4)
    assert refused is not None
    assert "3 (Extremely difficult)" in refused.words


def test_questions_come_in_the_order_of_the_form() -> None:
    assert walk({}, "gad7") == [item.id for item in GAD7.item]


def test_without_thoughts_of_suicide_the_screener_goes_on_to_behavior() -> None:
    assert walk({"wish_dead": 1}) == ["wish_dead", "thoughts", "behavior"]


def test_with_thoughts_of_suicide_method_intent_and_plan_are_asked() -> None:
    assert walk({"thoughts": 1}) == [
        "wish_dead",
        "thoughts",
        "method",
        "intent",
        "plan",
        "behavior",
    ]


def test_behavior_leads_to_the_question_when() -> None:
    assert walk({"behavior": 1})[-1] == "behavior_recent"


def test_since_last_contact_the_question_when_has_its_answer_already() -> None:
    assert walk({"behavior": 1}, "cssrs-since")[-1] == "behavior"


def test_a_question_whose_opening_answer_is_blank_is_not_hidden() -> None:
    item = next_item(SCREENER, {"wish_dead": 0, "method": 0, "intent": 0, "behavior": 0})
    assert item is not None
    assert item.id == "thoughts"
    assert risk_at_finish(SCREENER, {"wish_dead": 0, "thoughts": 1, "behavior": 0})


@pytest.mark.parametrize(
    ("value", "level"), [(0, None), (1, "si_positive"), (2, "si_urgent"), (3, "si_urgent")]
)
def test_item_9_of_the_phq9_is_seen_from_several_days_on(value: int, level: str | None) -> None:
    assert risk(PHQ9, "self_harm", value, {}) == level


@pytest.mark.parametrize("of", ["cssrs-screener", "cssrs-since"])
@pytest.mark.parametrize("item", ["intent", "plan"])
def test_intent_or_a_plan_is_urgent_at_the_answer(of: str, item: str) -> None:
    """Item 4 is high by Columbia's own triage, though a public FHIR project has it moderate."""
    assert risk(instrument(of), item, 1, {}) == "si_urgent"
    assert risk(instrument(of), item, 0, {}) is None


@pytest.mark.parametrize(
    ("of", "level"), [("cssrs-screener", "si_positive"), ("cssrs-since", "si_urgent")]
)
def test_behavior_since_last_contact_is_recent_and_so_urgent(of: str, level: str) -> None:
    assert risk(instrument(of), "behavior", 1, {}) == level


def test_recent_behavior_is_urgent() -> None:
    assert risk(SCREENER, "behavior_recent", 1, {"behavior": 1}) == "si_urgent"


@pytest.mark.parametrize("item", ["wish_dead", "thoughts", "method"])
def test_thoughts_alone_are_seen_and_not_urgent(item: str) -> None:
    assert risk(SCREENER, item, 1, {}) == "si_positive"


def test_a_question_about_something_else_points_to_no_risk() -> None:
    assert [risk(GAD7, item.id, 3, {}) for item in GAD7.item] == [None] * 7
    assert risk(PHQ9, "mood", 3, {}) is None


@given(st.dictionaries(st.sampled_from([item.id for item in PHQ9.item]), st.integers(0, 3)))
def test_risk_is_judged_whatever_else_was_answered(answers: dict[str, int]) -> None:
    assert risk(PHQ9, "self_harm", 2, answers) == "si_urgent"


@given(st.dictionaries(st.sampled_from([item.id for item in PHQ9.item]), st.integers(0, 3)))
def test_a_blank_item_9_is_a_flag_however_much_else_is_blank(answers: dict[str, int]) -> None:
    assert risk_at_finish(PHQ9, answers) == ("self_harm" not in answers)


def test_a_questionnaire_that_asks_nothing_of_suicide_has_no_such_flag() -> None:
    assert not risk_at_finish(GAD7, {})


def test_what_was_rightly_skipped_is_no_blank() -> None:
    assert not risk_at_finish(SCREENER, {"wish_dead": 0, "thoughts": 0, "behavior": 0})
    assert risk_at_finish(SCREENER, {"wish_dead": 0, "thoughts": 0, "behavior": 1})
