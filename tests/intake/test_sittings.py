"""The sittings as data: short, sourced, and leaning only on what was asked before."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from kapstone.intake import Sitting, question, sitting_of, sittings
from kapstone.intake.conditions import parse
from kapstone.intake.questions import Question, trouble
from kapstone.knowledge import read

QUESTIONS = [question for sitting in sittings() for question in sitting.question]
RISK_WORDS = ("suicid", "kill yourself", "hurting someone", "end your life")


@pytest.mark.parametrize("sitting", sittings(), ids=lambda sitting: sitting.id)
def test_a_sitting_takes_three_minutes_at_most(sitting: Sitting) -> None:
    assert sitting.seconds <= 180


def test_the_sittings_of_the_brief_come_in_their_order() -> None:
    named = [
        "about_you",
        "your_health",
        "heart_and_body",
        "mind_and_mood",
        "medicines",
        "substances",
        "treatments_tried",
        "support_and_safety",
        "goals",
    ]
    ids = [sitting.id for sitting in sittings()]
    assert [name for name in ids if name in named] == named


def test_every_source_is_in_the_list_of_sources() -> None:
    known = {row["id"] for row in read("sources.toml")["source"]}
    assert {source for one in QUESTIONS for source in one.sources} <= known


def test_no_fact_is_asked_twice() -> None:
    facts = [one.fact for one in QUESTIONS if one.fact]
    assert len(facts) == len(set(facts))


def test_a_fact_can_always_be_answered_with_not_sure() -> None:
    kinds = {one.kind for one in QUESTIONS if one.fact}
    assert kinds <= {"yes_no_unsure", "choice", "number"}


@pytest.mark.parametrize(
    "fact",
    [
        "aneurysm",
        "heart_event_ever",
        "hypertension_diagnosed",
        "brain_bleed_ever",
        "seizures",
        "biliary_disease",
        "cystitis_history",
        "pregnant",
        "breastfeeding",
        "psychotic_disorder_ever",
        "bipolar_type",
        "stimulant_use_30_days",
        "ketamine_use_disorder",
        "ketamine_allergy",
        "escort_named",
        "partner_violence",
    ],
)
def test_what_can_stop_a_treatment_is_asked(fact: str) -> None:
    assert fact in {one.fact for one in QUESTIONS}


def test_no_suicide_question_is_asked_where_nobody_is_there_to_respond() -> None:
    asked = " ".join(f"{one.ask} {one.help}" for one in QUESTIONS).lower()
    assert not any(word in asked for word in RISK_WORDS)


@pytest.mark.parametrize("name", ["partner_violence", "stimulant_use_30_days", "pregnant"])
def test_what_could_harm_if_seen_is_private(name: str) -> None:
    assert question(name).private


def test_a_question_knows_its_sitting() -> None:
    assert sitting_of(question("allergies")).id == "medicines"


def test_a_question_that_does_not_exist_is_named() -> None:
    with pytest.raises(LookupError, match="no such question: shoe_size"):
        question("shoe_size")


def gated(show_if: str) -> Question:
    made = {"id": "x", "kind": "text", "ask": "?", "show_if": show_if, "sources": ["S17"]}
    return Question.model_validate(made)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("later", "not asked before it"),
        ("pronouns", "does not fit pronouns"),
        ("diabetes is yes", "does not fit diabetes"),
        ("pronouns is xyz", "has no option xyz"),
        ("concerns has xyz", "has no option xyz"),
        ("diabetes >= 3", "does not fit diabetes"),
    ],
)
def test_a_gate_that_cannot_work_is_found_on_reading(line: str, problem: str) -> None:
    earlier = {one.id: one for one in QUESTIONS}
    assert problem in str(trouble(gated(line), earlier))


def test_a_gate_that_works_is_not_complained_about() -> None:
    earlier = {one.id: one for one in QUESTIONS}
    lines = ["diabetes", "not diabetes", "pronouns is she", "concerns has pain", "age_years >= 65"]
    assert [trouble(gated(line), earlier) for line in lines] == [None] * 5


@pytest.mark.parametrize("line", ["", "a b", "a > 3", "a is", "not a is b"])
def test_a_line_of_another_form_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="not a condition"):
        parse(line)


@pytest.mark.parametrize(
    ("also", "problem"),
    [
        ({"kind": "choice"}, "options are for choice and many"),
        ({"options": [{"id": "a", "text": "A"}]}, "options are for choice and many"),
        ({"kind": "list"}, "columns are for a list"),
        ({"kind": "number"}, "a plausible range is for a number"),
        ({"sources": ()}, "give a source, or basis DEFAULT"),
    ],
)
def test_a_question_that_cannot_be_asked_is_found_on_reading(
    also: dict[str, object], problem: str
) -> None:
    raw = {"id": "x", "kind": "text", "ask": "?", "sources": ["S17"]}
    with pytest.raises(ValidationError, match=problem):
        Question.model_validate({**raw, **also})


def test_an_id_is_used_once() -> None:
    first = QUESTIONS[0]
    assert trouble(first, {first.id: first}) == "the id is taken"
