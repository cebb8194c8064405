"""The vocabulary refuses rows that would mislead, and says facts in words."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError
from screening.people import given

from kapstone.knowledge import KnowledgeError
from kapstone.screening import MEDICINES, Fact, FactError, describe, fact, vocabulary
from kapstone.screening.conditions import Value
from kapstone.screening.rules import Interaction, When, interactions, refuse_doubles
from kapstone.screening.vocabulary import short

ROW: dict[str, Any] = {
    "id": "x",
    "domain": "cardiac",
    "kind": "yes_no",
    "ask": "X",
    "from": ["clinician"],
    "sources": ["S01"],
}


def test_a_sound_row_is_taken() -> None:
    assert Fact.model_validate(ROW).from_ == ("clinician",)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "choice"},
        {"kind": "number"},
        {"unit": "mmHg", "plausible": [1, 2]},
        {"whole": True},
        {"from": []},
        {"derived_from": ["aneurysm"]},
        {"ask_person": "Do you have x?"},
        {"domain": "astral"},
        {"colour": "red"},
    ],
)
def test_a_row_that_contradicts_itself_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Fact.model_validate({**ROW, **wrong})


@pytest.mark.parametrize("lines", [{}, {"any": ("a",), "all": ("b",)}])
def test_a_rule_gives_either_any_or_all(lines: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="either any or all"):
        When(**lines)


def test_routes_without_what_holds_otherwise_are_refused() -> None:
    row = interactions()[0].model_dump()
    with pytest.raises(ValidationError, match="belong together"):
        Interaction.model_validate({**row, "routes": ["oral"]})


def test_an_id_given_twice_is_refused() -> None:
    with pytest.raises(KnowledgeError, match="given twice: b"):
        refuse_doubles("file", ["a", "b", "b"])


def test_a_fact_nobody_defined_has_no_row() -> None:
    with pytest.raises(FactError, match="no such fact: aneurism"):
        fact("aneurism")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("systolic_bp_mmhg", 148, "Systolic blood pressure 148 mmHg"),
        ("bilirubin_times_uln", 1.25, "Bilirubin 1.25 x ULN"),
        ("phq9_item9", 1, "PHQ-9 item 9 1 point"),
        ("phq9_item9", 2, "PHQ-9 item 9 2 points"),
        ("pregnant", True, "Pregnant: yes"),
        ("pregnant", False, "Pregnant: no"),
        ("child_pugh", "b", "Liver disease: Child-Pugh B"),
        (MEDICINES, "Xanax", "Medicines: Xanax"),
    ],
)
def test_a_given_fact_has_words(name: str, value: Value, words: str) -> None:
    assert describe(name, given(value)) == words


def test_every_fact_is_called_by_a_few_words() -> None:
    long = {row.id: name for row in vocabulary().values() if len(name := short(row)) > 60}
    assert long == {}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("heart_event_ever", "Heart event or stroke, ever: yes"),
        ("bp_symptoms", "Pressure symptoms now: yes"),
        ("home_session_planned", "Home session planned: yes"),
        ("liver_panel_on_file", "Liver panel on file: yes"),
        ("cssrs_behaviour_lifetime", "C-SSRS behaviour, lifetime: yes"),
    ],
)
def test_a_fact_of_many_parts_is_not_called_by_its_first(name: str, words: str) -> None:
    assert describe(name, given(value=True)) == words


def test_no_two_facts_are_called_the_same() -> None:
    names = [short(row) for row in vocabulary().values()]
    assert [one for one in names if names.count(one) > 1] == []


def test_what_a_person_is_asked_is_a_question() -> None:
    asked = [row.ask_person for row in vocabulary().values() if row.ask_person is not None]
    assert len(asked) >= 60
    assert [text for text in asked if not text.endswith("?")] == []
