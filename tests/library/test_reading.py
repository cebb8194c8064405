"""How many years of school each page asks of its reader.

Three formulas, the whole page, nothing left out: titles, lists and the words of the field count as
they stand. An item of a list counts as a sentence, which makes lists look easy. The formulas count
lengths and know nothing of meaning; that every word of the field is explained is a test of its own.
"""

from __future__ import annotations

import pytest
import textstat

from kapstone import library
from kapstone.library import Article

# Sixth grade: the formula says 6 point something.
HARDEST = 6.9
FORMULAS = (
    textstat.flesch_kincaid_grade,
    textstat.gunning_fog,
    textstat.coleman_liau_index,
)
PAGES = tuple(library.articles().values())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.id)
def test_a_page_is_written_for_the_sixth_grade(page: Article) -> None:
    grades = {formula.__name__: formula(page.text) for formula in FORMULAS}
    assert {name: grade for name, grade in grades.items() if grade > HARDEST} == {}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.id)
def test_a_long_paragraph_is_not_hidden_by_short_ones(page: Article) -> None:
    """Each piece of a page by itself; a paragraph has fewer words, so it may ask a little more."""
    long = {
        piece.id: grade
        for piece in page.piece
        if piece.words and (grade := textstat.flesch_kincaid_grade(piece.words)) > HARDEST + 1
    }
    assert long == {}


def test_the_words_that_explain_are_no_harder_than_the_pages() -> None:
    text = "\n".join(row.words for row in library.rows.meanings().values())
    assert textstat.flesch_kincaid_grade(text) <= HARDEST


def test_a_text_from_a_journal_is_found_too_hard() -> None:
    hard = (
        "Administration of subanaesthetic racemic ketamine precipitates transient psychotomimetic "
        "and haemodynamic alterations necessitating continuous multiparametric surveillance."
    )
    assert all(formula(hard) > HARDEST for formula in FORMULAS)
