"""Read-back: three answers, and an explanation for each thing missed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapstone.consent import check_read_back, read_back_questions
from kapstone.consent.text import routes

RIGHT = {question.id: question.right for question in read_back_questions("iv")}
ROUTES = st.sampled_from(sorted(routes()))


def test_the_four_of_the_evidence_are_asked_on_every_route() -> None:
    for route in routes():
        asked = {question.id for question in read_back_questions(route)}
        assert asked >= {"purpose", "risks", "stop", "driving"}
        assert len(asked) >= 6


def test_all_right_passes() -> None:
    found = check_read_back(RIGHT, route="iv")
    assert found.passed is True
    assert not found.wrong
    assert not found.missing


def test_a_wrong_answer_does_not_pass_and_is_explained() -> None:
    found = check_read_back({**RIGHT, "driving": "four_hours"}, route="iv")
    assert found.passed is False
    [(question, why)] = found.wrong
    assert question == "driving"
    assert "next day" in why


@pytest.mark.parametrize("answers", [{**RIGHT, "stop": None}, {}])
def test_a_missing_answer_is_unknown_not_wrong(answers: dict[str, str | None]) -> None:
    found = check_read_back(answers, route="iv")
    assert found.passed is None
    assert "stop" in found.missing
    assert found.wrong == ()


def test_wrong_outweighs_missing() -> None:
    assert check_read_back({"driving": "awake"}, route="iv").passed is False


def test_the_home_question_is_asked_at_home_only() -> None:
    assert "home" in check_read_back({}, route="lozenge_home").missing
    with pytest.raises(ValueError, match="no such question here: home"):
        check_read_back({"home": "wait"}, route="iv")


def test_an_option_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="question stop has no option maybe"):
        check_read_back({"stop": "maybe"}, route="iv")


@given(st.data(), ROUTES)
def test_every_question_lands_in_one_place(data: st.DataObject, route: str) -> None:
    asked = read_back_questions(route)
    answers = {
        question.id: data.draw(st.sampled_from([None, *(o.id for o in question.options)]))
        for question in asked
    }
    found = check_read_back(answers, route=route)
    landed = [*found.right, *(name for name, _ in found.wrong), *found.missing]
    assert sorted(landed) == sorted(question.id for question in asked)
    assert (found.passed is True) == (len(found.right) == len(asked))
