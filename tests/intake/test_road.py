"""The way through intake, walked by every kind of person."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapstone.intake import (
    Answer,
    Answers,
    Question,
    Value,
    applies,
    check,
    facts,
    next_question,
    progress,
    question,
    sittings,
)
from kapstone.intake.conditions import parse

EVERYTHING = sum(len(sitting.question) for sitting in sittings())


def some_answer(draw: st.DrawFn, one: Question) -> str | list[str]:
    tapped = ["yes", "no", "unsure"]
    samples: dict[str, list[str | list[str]]] = {
        "yes_no_unsure": [*tapped],
        "choice": [*(option.id for option in one.options), "unsure"],
        "many": ["unsure", [option.id for option in one.options], [o.id for o in one.options[:1]]],
        "number": ["unsure", "154 lb" if one.unit == "kg" else "5 ft 7 in"]
        if one.any_unit
        else ["unsure", "20"],
        "phone": ["555 010 2030"],
        "text": ["a few words"],
        "list": [["one", *[""] * (len(one.columns) - 1)]],
    }
    return draw(st.sampled_from(samples[one.kind]))


@st.composite
def walks(draw: st.DrawFn) -> list[dict[str, Value]]:
    """All states of one person's answers, from the first question to the last."""
    states: list[dict[str, Value]] = [{}]
    while (one := next_question(states[-1])) is not None:
        answer = check(one, some_answer(draw, one))
        assert isinstance(answer, Answer)
        states.append({**states[-1], answer.question: answer.value})
    return states


@given(walks())
def test_every_walk_ends_and_asks_nothing_twice(states: list[dict[str, Value]]) -> None:
    assert len(states) - 1 <= EVERYTHING
    assert progress(states[-1]).share == 1
    assert progress(states[-1]).stopped_at is None
    assert progress(states[-1]).minutes_left == 0


@given(walks())
def test_the_way_is_never_longer_than_it_was(states: list[dict[str, Value]]) -> None:
    found = [progress(state) for state in states]
    assert all(b.share > a.share for a, b in pairwise(found))
    assert all(b.minutes_left <= a.minutes_left for a, b in pairwise(found))


@given(walks())
def test_not_sure_reaches_the_screening_as_unknown(states: list[dict[str, Value]]) -> None:
    answers = states[-1]
    known = facts(answers)
    for name, value in answers.items():
        fact = question(name).fact
        if fact is not None:
            assert known[fact] is value


def test_a_person_stops_where_they_stopped() -> None:
    answers: Answers = {"preferred_name": "Ada"}
    found = progress(answers)
    assert found.stopped_at is question("pronouns")
    assert (found.answered, found.of) == (1, EVERYTHING)


def test_no_answer_and_not_sure_are_two_things() -> None:
    assert "aneurysm" not in facts({})
    assert facts({"aneurysm": None}) == {"aneurysm": None}
    assert facts({"aneurysm": False}) == {"aneurysm": False}


@pytest.mark.parametrize(("sex", "asked"), [("female", True), ("male", False), (None, True)])
def test_pregnancy_is_asked_unless_known_not_to_concern(sex: str | None, asked: bool) -> None:
    assert applies(question("pregnancy_possible"), {"sex_at_birth": sex}) is asked


def test_what_hangs_on_a_hidden_question_is_hidden() -> None:
    assert not applies(question("pregnant"), {"sex_at_birth": "male"})
    assert applies(question("pregnant"), {"sex_at_birth": "female", "pregnancy_possible": None})


def test_an_answer_hidden_by_a_change_of_mind_is_no_longer_a_fact() -> None:
    answers: dict[str, Value] = {"sex_at_birth": "female", "pregnancy_possible": True}
    assert facts(answers)["pregnancy_possible"] is True
    assert "pregnancy_possible" not in facts({**answers, "sex_at_birth": "male"})


def test_a_sitting_is_walked_on_its_own() -> None:
    found = progress({}, sitting="goals")
    assert found.stopped_at is question("goals")
    assert found.of == 6
    with pytest.raises(LookupError, match="no such sitting: tea"):
        next_question({}, sitting="tea")


def test_an_answer_to_no_question_is_an_error_not_a_fact() -> None:
    with pytest.raises(LookupError, match="no such question: shoe_size"):
        facts({"shoe_size": 43.0})


def test_an_answer_kept_as_json_still_opens_its_gate() -> None:
    assert applies(question("grounding_skills"), {"concerns": ["pain", "trauma"]})
    assert not applies(question("grounding_skills"), {"concerns": ["pain"]})


@pytest.mark.parametrize(
    ("line", "value", "holds"),
    [
        ("a", True, True),
        ("a", False, False),
        ("not a", False, True),
        ("not a", True, False),
        ("a is b", "b", True),
        ("a is b", "c", False),
        ("a has b", ["b"], True),
        ("a has b", ["c"], False),
        ("a >= 3", 3.0, True),
        ("a >= 3", 2.9, False),
        ("a", None, None),
        ("not a", None, None),
        ("a is b", None, None),
    ],
)
def test_a_condition_answers_yes_no_or_unknown(line: str, value: Value, holds: bool | None) -> None:
    assert parse(line).holds({"a": value}) is holds
