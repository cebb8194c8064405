"""A page is found by the beginnings of the words in it."""

from __future__ import annotations

import pytest

from kapstone import library


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("bladder", "bladder-liver-craving"),
        ("depressi", "depression"),
        ("EMDR", "ptsd"),
        ("lozenges", "session"),
        ("can I drive", "questions"),
        ("couples", "couples"),
    ],
)
def test_the_page_one_looks_for_comes_first(asked: str, first: str) -> None:
    assert library.by_full_text(asked)[0] == first


def test_every_word_has_to_be_there() -> None:
    assert library.by_full_text("ketamine zebra") == ()
    assert set(library.by_full_text("emdr eyes")) <= set(library.by_full_text("emdr"))


@pytest.mark.parametrize("asked", ["", "   ", "?!", "zebra", "'; --", '"', "*"])
def test_what_finds_nothing_finds_nothing_and_breaks_nothing(asked: str) -> None:
    assert library.by_full_text(asked) == ()


def test_accents_and_capitals_do_not_count() -> None:
    assert library.beginnings("Dépression  PTSD ptsd") == ("depression", "ptsd")


def test_a_plural_is_looked_for_as_one_and_a_short_word_as_it_is() -> None:
    assert library.beginnings("lozenges gas stress lots") == ("lozenge", "gas", "stress", "lots")


def test_no_more_than_eight_words_are_looked_for() -> None:
    assert len(library.beginnings("a b c d e f g h i j k")) == 8
