"""A signature is in the signer's own name, however they type it."""

from __future__ import annotations

import pytest

from kapstone.consent import same_name


@pytest.mark.parametrize(
    "typed",
    [
        "José O'Brien-Núñez",
        "jose obrien nunez",
        "  JOSÉ   O\u2019BRIEN NÚÑEZ ",
        "Jose\u0301 OBriennunez",
    ],
)
def test_case_spaces_accents_and_marks_do_not_count(typed: str) -> None:
    assert same_name(typed, "José O'Brien-Núñez")


@pytest.mark.parametrize("typed", ["José O'Brien", "José Núñez O'Brien", "J. O'Brien-Núñez", ""])
def test_another_name_is_another_name(typed: str) -> None:
    assert not same_name(typed, "José O'Brien-Núñez")


def test_a_vowel_sign_is_no_accent() -> None:
    assert not same_name("\u0930\u092e\u093e", "\u0930\u093e\u092e")
    assert same_name("\u0930\u092e\u093e", " \u0930\u092e\u093e ")
