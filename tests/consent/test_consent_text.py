"""The consent text: complete, sourced, routed, and readable."""

from __future__ import annotations

import re
from collections.abc import Iterable
from statistics import mean

import pytest
from pydantic import ValidationError

from kapstone.consent import Document, document, read_back_questions, version
from kapstone.consent.read_back import Question, all_questions
from kapstone.consent.text import (
    ElementRow,
    Sourced,
    meanings,
    renewal_row,
    routes,
    sections,
    trouble,
)
from kapstone.knowledge import read

ELEMENTS = [element for section in sections() for element in section.element]
OPTIONAL_TRACKS = {"CON-32", "CON-34"}


def ids(route: str | None, tracks: Iterable[str] = ()) -> set[str]:
    shown = document(route=route, practice="Harbor", tracks=tracks)
    return {element.id for section in shown.sections for element in section.elements}


def syllables(word: str) -> int:
    """A rough count: groups of vowels, less a silent final e."""
    letters = re.sub(r"[^a-z]", "", word.lower())
    groups = len(re.findall(r"[aeiouy]+", letters))
    silent = letters.endswith("e") and not letters.endswith(("le", "ee")) and groups > 1
    return max(1, groups - silent)


def grade(text: str) -> float:
    """Flesch-Kincaid grade: 0.39 words a sentence + 11.8 syllables a word - 15.59."""
    words = re.findall(r"[A-Za-z0-9][\w'-]*", text)
    sentences = len(re.findall(r"[.!?:](?:\s|$)", text)) or 1
    return 0.39 * len(words) / sentences + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def test_the_scorer_agrees_with_sentences_of_known_grade() -> None:
    assert grade("The cat sat on the mat.") == pytest.approx(-1.45, abs=0.01)
    hard = "Institutional psychiatric administration necessitates comprehensive documentation."
    assert grade(hard) > 20


@pytest.mark.parametrize("element", ELEMENTS, ids=lambda element: element.id)
def test_no_element_needs_more_than_ten_years_of_school(element: ElementRow) -> None:
    assert grade(element.words) <= 10


def test_the_whole_reads_at_eighth_grade_or_below() -> None:
    assert mean(grade(element.words) for element in ELEMENTS) <= 8.0


@pytest.mark.parametrize("question", all_questions(), ids=lambda question: question.id)
def test_what_is_explained_after_a_wrong_answer_is_as_plain(question: Question) -> None:
    assert grade(question.why) <= 10


def test_every_element_of_the_evidence_is_there() -> None:
    assert {element.id[:6] for element in ELEMENTS} == {f"CON-{n:02}" for n in range(1, 45)}


def test_every_source_is_in_the_list_of_sources() -> None:
    known = {row["id"] for row in read("sources.toml")["source"]}
    every: list[Sourced] = [*ELEMENTS, *all_questions(), *meanings().values(), renewal_row()]
    assert {source for row in every for source in row.sources} <= known


@pytest.mark.parametrize("route", sorted(routes()))
def test_each_route_is_told_its_status_its_procedure_and_every_common_element(route: str) -> None:
    shown = ids(route)
    everyone = {e.id for e in ELEMENTS if not e.applies_to and e.track is None}
    assert everyone <= shown
    assert len([name for name in shown if name.startswith("CON-01")]) == 1
    assert len([name for name in shown if name.startswith("CON-06")]) == 1


def test_the_home_rules_are_for_home_only() -> None:
    assert "CON-16" in ids("lozenge_home")
    assert "CON-16" not in ids("lozenge_clinic")


def test_a_swallowed_dose_is_told_as_one_and_as_compounded() -> None:
    shown = ids("oral")
    assert {"CON-01", "CON-02", "CON-06-PO"} <= shown
    assert shown.isdisjoint({"CON-06-SL", "CON-16"})


def test_an_open_route_hides_nothing() -> None:
    assert ids(None) == {element.id for element in ELEMENTS} - OPTIONAL_TRACKS


def test_couples_and_trauma_words_are_for_those_tracks() -> None:
    assert OPTIONAL_TRACKS.isdisjoint(ids("iv"))
    assert ids("iv", tracks={"couples", "trauma"}) >= OPTIONAL_TRACKS


def test_touch_recording_and_data_use_are_each_a_choice_of_their_own() -> None:
    choices = {element.id for element in document(route="iv", practice="Harbor").choices}
    assert {"CON-22", "CON-24A", "CON-24V", "CON-27", "CON-28", "CON-30"} <= choices


def test_a_route_or_track_that_does_not_exist_is_named() -> None:
    with pytest.raises(ValueError, match="no such route: patch; there are esketamine"):
        document(route="patch", practice="Harbor")
    with pytest.raises(ValueError, match="no such track: chess"):
        document(route="iv", practice="Harbor", tracks={"chess"})


def test_the_practice_is_named_and_no_blank_is_left() -> None:
    words = str(document(route="iv", practice="Harbor {x} House").to_data())
    assert "Harbor {x} House uses software" in words
    assert "{practice}" not in words


def test_the_same_words_have_the_same_digest_and_other_words_another() -> None:
    one, same = (document(route="iv", practice="Harbor") for _ in range(2))
    assert one.digest == same.digest
    assert one.digest != document(route="im", practice="Harbor").digest
    assert one.digest != document(route="iv", practice="Harbour").digest


def test_a_document_carries_the_current_version() -> None:
    assert document(route="iv", practice="Harbor").version == version() == "2026.1"


def test_a_stored_document_comes_back_word_for_word() -> None:
    before = document(route="lozenge_home", practice="Harbor")
    assert Document.from_data(before.to_data()) == before


def test_a_stored_document_with_one_word_changed_is_refused() -> None:
    data = document(route="iv", practice="Harbor").to_data()
    data["sections"][0]["elements"][0]["words"] += " Not."
    with pytest.raises(ValueError, match="do not fit its digest"):
        Document.from_data(data)


def test_each_read_back_question_is_about_an_element_that_route_reads() -> None:
    for route in routes():
        told = {name[:6] for name in ids(route)}
        assert {question.element for question in read_back_questions(route)} <= told


def row(**also: object) -> ElementRow:
    raw = {"id": "CON-99", "group": "x", "title": "x", "words": "x", "sources": ("S01",)}
    return ElementRow.model_validate({**raw, **also})


def test_a_row_for_a_route_or_track_that_does_not_exist_is_found_on_reading() -> None:
    assert trouble(row(applies_to=("iv",), track="couples")) is None
    assert trouble(row(applies_to=("iv", "patch"))) == "no such route: patch"
    assert trouble(row(track="chess")) == "no such track: chess"


def test_words_without_a_source_are_marked_as_the_practices_own() -> None:
    assert row(sources=(), basis="DEFAULT").basis == "DEFAULT"
    with pytest.raises(ValidationError, match="give a source, or basis DEFAULT"):
        row(sources=())


def test_a_right_answer_is_one_that_can_be_chosen() -> None:
    raw = all_questions()[0].model_dump()
    with pytest.raises(ValidationError, match="sideways is not among the options"):
        Question.model_validate({**raw, "right": "sideways"})
