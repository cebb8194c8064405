"""What stands in the list of who looked: no deed by the name that the program gives it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import kapstone.web
from kapstone.web.portal.trail_words import WORDS, in_words

SEES = re.compile(r'"(see [a-z ]+)"')


def deeds_of_seeing() -> set[str]:
    folder = Path(kapstone.web.__file__).parent
    clinic = "\n".join(each.read_text(encoding="utf-8") for each in folder.glob("clinician/*.py"))
    recorded = re.findall(r"audit\.record\([^)]*", clinic)
    return {deed for call in recorded if "person=" in call for deed in SEES.findall(call)}


def test_every_look_at_a_person_has_plain_words() -> None:
    assert len(deeds_of_seeing()) > 10
    assert deeds_of_seeing() - {"see call list"} <= set(WORDS)


@pytest.mark.parametrize("deed", ["assign sheet", "see wishes", "session paused", "tell of notice"])
def test_a_deed_is_told_in_a_sentence(deed: str) -> None:
    assert deed not in str(in_words(deed))


def test_a_second_signature_is_told_as_the_first() -> None:
    assert in_words("countersign screening") == in_words("decide screening")
    assert in_words("give full copy") == in_words("see chart")
