"""Each page says what it rests on, what nobody knows, and explains its words."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

from kapstone import knowledge, library, pathway
from kapstone.knowledge import KnowledgeError
from kapstone.library import rows
from kapstone.library.rows import Article, Piece

PAGES = tuple(library.articles().values())
every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.id)
# Numbers to call stand in one place (knowledge/risk/helplines.toml), and doses in none.
A_NUMBER_TO_CALL = re.compile(r"\b(988|911|999|112|116)\b")
A_DOSE = re.compile(r"\b\d[\d.]*\s*(mg|milligram|ml|microgram)", re.I)
PROMISES = re.compile(r"\b(cures?|guaranteed?|miracle|will help you|you will feel better)\b", re.I)
MOST_WORDS_OF_A_SUMMARY = 20


def test_every_file_stands_on_one_shelf() -> None:
    listed = [name for shelf in library.shelves() for name in shelf.articles]
    files = {path.name for path in rows.files_of_articles()}
    assert {f"{name}.toml" for name in listed} == files
    assert len(PAGES) == len(listed) >= 25


@every_page
def test_a_page_says_what_is_not_known_and_when_it_was_looked_at(page: Article) -> None:
    assert page.not_known
    assert page.reviewed_on == date(2026, 11, 22)
    assert len(page.summary.split()) <= MOST_WORDS_OF_A_SUMMARY


@every_page
def test_a_page_begins_with_a_heading_and_numbers_no_piece_twice(page: Article) -> None:
    assert page.piece[0].heading
    ids = [piece.id for piece in page.piece]
    assert len(ids) == len(set(ids))


@every_page
def test_a_page_holds_no_dose_no_number_to_call_and_no_promise(page: Article) -> None:
    for never in (A_DOSE, A_NUMBER_TO_CALL, PROMISES):
        assert never.findall(page.text) == []


@every_page
def test_a_page_explains_every_word_of_the_field_that_it_uses(page: Article) -> None:
    used = {
        row.id
        for row in rows.meanings().values()
        for form in row.forms
        if re.search(rf"\b{re.escape(form)}\b", page.text, re.I)
    }
    assert used == set(page.meanings)


@every_page
def test_every_source_of_a_page_can_be_looked_up(page: Article) -> None:
    found = library.sources_of(page.sources)
    assert [each.id for each in found] == list(page.sources)
    assert all(each.citation and each.access for each in found)


def test_a_step_of_the_library_is_a_step_of_the_road() -> None:
    road = pathway.next_steps(pathway.CourseFacts(), now=datetime(2026, 11, 3, 9, tzinfo=UTC))
    assert {step.id for step in road if step.on_road} | {"ending"} == set(library.steps())


def test_a_piece_without_a_source_is_refused() -> None:
    with pytest.raises(ValueError, match="no source"):
        Piece(id="x", words="Ketamine helps.")


def test_a_piece_is_words_or_a_list() -> None:
    with pytest.raises(ValueError, match="not both"):
        Piece(id="x", words="One.", items=("Two.",), sources=("S01",))
    with pytest.raises(ValueError, match="not both"):
        Piece(id="x", sources=("S01",))


def test_a_page_that_names_what_nobody_knows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    text = knowledge.text_of("library/pain.toml").replace('"S59"', '"S999"')
    monkeypatch.setattr(rows, "text_of", lambda path: text)
    with pytest.raises(KnowledgeError, match="source S999"):
        rows.read_article("pain")


def test_there_is_no_page_of_a_name_that_is_not_there() -> None:
    with pytest.raises(LookupError, match="nowhere"):
        library.article("nowhere")


def test_a_changed_page_has_another_digest() -> None:
    assert library.digest_of("pain") == library.digest_of("pain") != library.digest_of("ptsd")


def test_each_step_has_something_to_read() -> None:
    assert [step for step in library.steps() if not library.for_step(step)] == []


def test_what_found_nothing_and_what_harms_is_said() -> None:
    """The trials without a gain, and the harms, stand on the pages where people look for them."""
    assert {"karma-dep-2", "lii-2023", "S58", "loo-2023"} <= set(
        library.article("research").sources
    )
    assert "karma-dep-2" in library.article("depression").sources
    assert "S58" in library.article("ptsd").sources
    harms = library.article("side-effects").text + library.article("bladder-liver-craving").text
    for harm in ("bladder", "liver", "blood pressure", "suicide", "breathing", "misused"):
        assert harm in harms.casefold()
