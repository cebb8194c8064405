"""What the answers of a questionnaire say besides their sum; what was not asked stays open."""

from __future__ import annotations

from datetime import timedelta

import pytest
from screening.people import NOW

from kapstone.screening import Screener, cssrs, rises
from kapstone.screening.sheets import cssrs_facts

METHOD, PLAN = "cssrs_method_month", "cssrs_plan_or_intent_month"
EVER, RECENT = "cssrs_behaviour_lifetime", "cssrs_behaviour_3_months"
WISH, THOUGHTS, LEVEL = "cssrs_wish_month", "cssrs_thoughts_month", "cssrs_level"


def test_a_sheet_without_answers_says_nothing() -> None:
    assert cssrs_facts({}) == dict.fromkeys([WISH, THOUGHTS, METHOD, PLAN, EVER, RECENT])


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
        ({"behavior_recent": 1}, True, True),
        ({"behavior_recent": 0}, None, False),
        ({"behavior": 0, "behavior_recent": 1}, True, True),
        ({"behavior": 0, "behavior_recent": None}, False, None),
    ],
)
def test_behaviour_in_three_months_is_asked_of_those_who_ever_did(
    answers: dict[str, float], ever: bool | None, recent: bool | None
) -> None:
    found = cssrs_facts(answers)
    assert (found[EVER], found[RECENT]) == (ever, recent)


@pytest.mark.parametrize("item", ["intent", "plan"])
def test_a_yes_stands_against_the_no_before_it(item: str) -> None:
    assert cssrs_facts({"thoughts": 0, item: 1})[PLAN] is True
    assert cssrs_facts({"thoughts": 0, "method": 1})[METHOD] is True


def test_an_answer_nobody_can_read_is_not_filled_by_the_no_before_it() -> None:
    found = cssrs_facts({"thoughts": 0, "method": None, "plan": None})
    assert (found[METHOD], found[PLAN]) == (None, None)


CALM = {"thoughts": 0, "behavior": 0}


def sheet(days_ago: int, **answers: float | None) -> Screener:
    return Screener(at=NOW - timedelta(days=days_ago), answers=answers, origin="import")


@pytest.mark.parametrize(
    ("later", "left"),
    [
        ({"thoughts": None}, {}),
        ({"thoughts": 1}, {THOUGHTS: True}),
        ({"thoughts": None, "behavior": 0}, {EVER: False, RECENT: False}),
        ({"behavior": 0}, dict.fromkeys([THOUGHTS, METHOD, PLAN, EVER, RECENT], False)),
        ({"level": 1}, {LEVEL: "low"}),
        ({"level": None}, {}),
        ({"ideation": 1}, {WISH: True}),
    ],
)
def test_a_later_yes_or_an_unread_answer_takes_back_an_older_no(
    later: dict[str, float | None], left: dict[str, bool]
) -> None:
    found = cssrs([sheet(1, **later), sheet(9, **CALM)])
    assert {name: each.value for name, each in found.items()} == left


def test_an_older_yes_stands_until_it_is_answered() -> None:
    older = sheet(9, thoughts=1, plan=1)
    assert cssrs([older, sheet(1, thoughts=None)])[PLAN].value is True
    assert cssrs([older, sheet(1, **CALM)])[PLAN].value is False


@pytest.mark.parametrize("item", ["wish_dead", "thoughts"])
@pytest.mark.parametrize(("value", "says"), [(0, False), (1, True), (None, None)])
def test_the_first_two_questions_are_facts_of_their_own(
    item: str, value: float | None, says: bool | None
) -> None:
    assert cssrs_facts({item: value})[{"wish_dead": WISH, "thoughts": THOUGHTS}[item]] is says


@pytest.mark.parametrize(
    ("gravest", "name"), [(1, WISH), (2, THOUGHTS), (3, METHOD), (4, PLAN), (5, PLAN)]
)
def test_the_gravest_ideation_answers_its_own_question_and_no_other(
    gravest: float, name: str
) -> None:
    """That it is the gravest says no to those above it; nobody was seen to ask them."""
    said = {fact: known for fact, known in cssrs_facts({"ideation": gravest}).items() if known}
    assert said == {name: True}
    assert cssrs_facts({"ideation": 5, "plan": 0})[PLAN] is True


@pytest.mark.parametrize(("level", "says"), [(1, "low"), (2, "moderate"), (3, "high")])
def test_a_level_is_kept_until_every_question_was_asked_again(level: float, says: str) -> None:
    given, whole = sheet(9, level=level), sheet(1, wish_dead=0, **CALM)
    assert cssrs([given])[LEVEL].value == says
    assert cssrs([given])[LEVEL].at == given.at
    assert cssrs([given, sheet(1, **CALM)])[LEVEL].value == says
    assert LEVEL not in cssrs([given, whole])
    assert cssrs([sheet(20, wish_dead=0, **CALM), given])[LEVEL].value == says
    assert cssrs([sheet(1, level=level, wish_dead=0, **CALM)])[LEVEL].value == says


@pytest.mark.parametrize(
    ("scores", "rise"),
    [([], []), ([0], [0]), ([2], [2]), ([1, 3, 3, 0], [1, 2, 0, -3])],
)
def test_a_score_rises_from_the_one_before_and_the_first_from_nothing(
    scores: list[float], rise: list[float]
) -> None:
    assert [*rises(scores)] == rise
