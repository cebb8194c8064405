"""Preparation: time runs forward, a safety plan shows its gaps."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from kapstone.intake import preparation
from kapstone.intake.preparation import Clock, Sourced, steps_not_begun
from kapstone.knowledge import read


def test_music_and_eye_shades_are_offered_with_a_way_to_say_no() -> None:
    offered = {one.id: {option.id for option in one.options} for one in preparation.comforts()}
    assert "silence" in offered["music"]
    assert "off" in offered["eye_shades"]


def test_body_and_mind_are_both_prepared() -> None:
    parts = {piece.part for piece in preparation.what_to_expect()}
    assert parts == {"before", "body", "mind", "after"}


@pytest.mark.parametrize(
    ("route", "strongest_min"),
    [
        *[("iv", (40, 60)), ("im", (10, 20)), ("esketamine", (20, 40))],
        *[("lozenge_home", (40, 60)), ("oral", (60, 60))],
    ],
)
def test_each_route_has_its_time(route: str, strongest_min: tuple[int, int]) -> None:
    assert preparation.clock(route).strongest_min == strongest_min


def test_a_route_without_a_clock_is_named() -> None:
    with pytest.raises(LookupError, match="no clock for route patch; there are iv"):
        preparation.clock("patch")


@pytest.mark.parametrize(("strongest", "gone"), [((10, 20), (5, 90)), ((20, 10), (45, 90))])
def test_a_clock_cannot_run_backward(strongest: tuple[int, int], gone: tuple[int, int]) -> None:
    raw = {"id": "x", "words": "", "sources": ()}
    with pytest.raises(ValidationError, match="in that order"):
        Clock.model_validate({**raw, "strongest_min": strongest, "mostly_gone_min": gone})


def test_the_safety_plan_has_the_six_steps_and_its_frame() -> None:
    assert [step.id for step in preparation.safety_plan().step] == [
        f"SUI-SP{n}" for n in range(1, 8)
    ]


def test_every_plan_carries_the_lines_that_answer_day_and_night() -> None:
    [professionals] = [s for s in preparation.safety_plan().step if s.id == "SUI-SP5"]
    assert any("988" in line for line in professionals.always)
    assert any("911" in line for line in professionals.always)


def test_the_plan_names_whose_form_it_follows() -> None:
    assert "Barbara Stanley and Gregory K. Brown" in preparation.safety_plan().licence


def test_an_empty_plan_has_every_step_open() -> None:
    assert len(steps_not_begun({})) == 7


def test_one_line_begins_a_step_and_a_blank_does_not() -> None:
    open_now = [step.id for step in steps_not_begun({"sign_1": "I stop sleeping", "alone_1": " "})]
    assert "SUI-SP1" not in open_now
    assert "SUI-SP2" in open_now


def test_who_and_when_without_what_does_not_begin_a_step() -> None:
    open_now = [step.id for step in steps_not_begun({"firearms_who": "My brother"})]
    assert "SUI-SP6" in open_now


def test_a_line_the_plan_does_not_have_is_named() -> None:
    with pytest.raises(ValueError, match="no such line: promise"):
        steps_not_begun({"promise": "yes"})


def test_an_intention_is_held_lightly() -> None:
    assert preparation.intentions_at_most() == 3
    assert len(preparation.intention_prompts()) >= 3
    assert "not a test" in preparation.intention_note().words


def test_every_source_is_in_the_list_of_sources() -> None:
    known = {row["id"] for row in read("sources.toml")["source"]}
    every: list[Sourced] = [
        *preparation.touch_areas(),
        *preparation.touch_rules(),
        *preparation.comforts(),
        *preparation.what_to_expect(),
        *preparation.clocks().values(),
        *preparation.intention_prompts(),
        preparation.intention_note(),
        *preparation.safety_plan().step,
    ]
    assert all(row.sources for row in every)
    assert {source for row in every for source in row.sources} <= known
