"""A SNOMED CT code counts only when it was seen with its term: a wrong one is another diagnosis."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from screening.people import NOW

from kapstone.screening.diagnoses import SNOMED, Recorded, by_snomed, said

HERE = Path(__file__).parent
SEEN: list[dict[str, Any]] = tomllib.loads((HERE / "seen_codes.toml").read_text())["seen"]


def recorded(code: str) -> Recorded:
    return Recorded(
        text="As written", codes=((SNOMED, code),), status="active", onset=NOW, seen=NOW
    )


def test_every_code_was_seen_once_with_its_term() -> None:
    assert sorted(one["code"] for one in SEEN) == sorted(by_snomed())
    assert all(one["term"] and one["where"] for one in SEEN)


@pytest.mark.parametrize("seen", SEEN, ids=lambda one: f"{one['code']} {one['term']}")
def test_a_code_answers_or_raises_what_its_term_says(seen: dict[str, Any]) -> None:
    found = said(recorded(seen["code"]), NOW)
    named = {name for name, _ in found.answers} | {one.fact for one in found.suggested}
    assert named - {"days_since_heart_event"} == {*seen["facts"]}
