"""Every questionnaire against its published lines, and sheets worked by hand; one row a case.

In the files "blank" is an answer that was not given, or a number that is not known.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from kapstone.cli.scoring import answered
from kapstone.cli.streams import NotReadable
from kapstone.instruments import called, instruments

Case = dict[str, Any]

CASES: list[Case] = [
    case
    for path in sorted(Path(__file__).parent.glob("cases_*.toml"))
    for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]
]
# Proved in modules of their own.
ELSEWHERE = {"phq9", "phq2", "gad7", "cssrs-screener", "cssrs-since"}


def known(value: Any) -> Any:
    """The value as the program has it, where the file says blank."""
    if isinstance(value, list):
        return [known(each) for each in value]
    if isinstance(value, dict):
        return {key: known(each) for key, each in value.items()}
    return None if value == "blank" else value


def told(case: Case) -> Case:
    sheet = {"instrument": case["instrument"], "context": case.get("context")}
    sheet["responses"] = known(case["responses"])
    sheet["baseline_responses"] = known(case.get("baseline_responses"))
    try:
        return answered(sheet)
    except NotReadable as fault:
        return {"error": fault.error}


def alike(value: Any, expected: Any) -> bool:
    if isinstance(expected, dict):
        return all(alike(value.get(key, "not told"), each) for key, each in expected.items())
    if isinstance(expected, float):
        return bool(value == pytest.approx(expected, abs=0.001))
    return bool(value == expected and isinstance(value, bool) == isinstance(expected, bool))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['instrument']}: {case['note']}")
def test_a_sheet_comes_to_what_its_source_says(case: Case) -> None:
    found = told(case)
    expected = known(case.get("expected", {}))
    shown = {key: found.get(key, "not told") for key in expected}
    assert {k: v for k, v in shown.items() if not alike(v, expected[k])} == {}, expected
    assert set(case.get("flags", [])) - set(found.get("flags", [])) == set()
    assert set(case.get("flags_absent", [])) & set(found.get("flags", [])) == set()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['instrument']}: {case['note']}")
def test_a_case_claims_something_and_says_where_it_is_from(case: Case) -> None:
    assert case.get("expected") or case.get("flags") or case.get("flags_absent")
    assert case["source"]


def test_every_questionnaire_has_a_case() -> None:
    proved = {called(case["instrument"]).id for case in CASES}
    assert {of.id for of in instruments()} - proved - ELSEWHERE == set()
