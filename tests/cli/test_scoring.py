"""`kapstone score` and `kapstone questionnaire`: the words that other systems read."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kapstone.cli import main
from kapstone.fhir import responses
from kapstone.fhir.definitions import definition
from kapstone.instruments import Instrument, instrument

Capture = pytest.CaptureFixture[str]


def run(capsys: Capture, *words: str) -> tuple[int, dict[str, Any]]:
    code = main([*words])
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return code, found


def scored(capsys: Capture, *words: str) -> dict[str, Any]:
    code, found = run(capsys, "score", *words)
    assert code == 0
    return found


def test_a_sheet_with_a_baseline_has_its_score_and_its_change(capsys: Capture) -> None:
    """By hand: 13 over 8 items is 14.6, half-up 15; from 24 that is -9 and -37.5 %."""
    now, before = "[3,2,3,1,null,2,1,0,1]", "[3,3,3,3,3,3,2,2,2]"
    found = scored(capsys, "phq9", "--answers", now, "--baseline", before)
    assert found | {"flags": set(found["flags"])} == {
        "instrument": "PHQ-9",
        "version": "1999",
        "score": 15,
        "severity": "moderately-severe",
        "scorable": True,
        "prorated": True,
        "flags": {"prorated", "si_positive", "screen_positive"},
        "missing": ["appetite"],
        "baseline_score": 24,
        "delta": -9,
        "percent_change": -37.5,
        "response": False,
        "remission": False,
        "reliable_change": "improved",
        "mcid_met": True,
        "clinically_significant": None,
        "direction": "lower_is_better",
    }


def test_worsening_is_a_flag(capsys: Capture) -> None:
    worse = scored(
        capsys, "PHQ-9", "--answers", "[2,2,2,2,2,2,2,2,0]", "--baseline", "[1,1,1,1,1,1,2,2,0]"
    )
    assert (worse["delta"], worse["reliable_change"]) == (6, "deteriorated")
    assert "deterioration" in worse["flags"]
    a_bit = scored(
        capsys, "PHQ-9", "--answers", "[2,2,2,2,2,1,2,2,0]", "--baseline", "[1,1,1,1,1,1,2,2,0]"
    )
    assert (a_bit["delta"], a_bit["reliable_change"]) == (5, "none")
    assert "mcid_worsening" in a_bit["flags"]


def test_a_level_of_risk_is_no_severity(capsys: Capture) -> None:
    found = scored(capsys, "C-SSRS-Screener", "--answers", "[1,1,0,null,0,1,null]")
    assert (found["risk_level"], found["score"], found["severity"]) == ("high", None, None)
    assert {"incomplete", "risk_item_missing", "si_urgent"} <= set(found["flags"])


def test_a_screen_of_few_items_is_bounded_by_its_blanks(capsys: Capture) -> None:
    found = scored(capsys, "PHQ-2", "--answers", "[2,null]")
    assert (found["score"], found["score_min"], found["score_max"]) == (None, 2, 5)
    assert "screen_indeterminate" in found["flags"]


def test_risk_is_seen_where_nothing_can_be_scored(capsys: Capture) -> None:
    found = scored(capsys, "PHQ-9", "--answers", json.dumps([None] * 8 + [2]))
    assert (found["score"], found["scorable"]) == (None, False)
    assert {"si_urgent", "si_positive", "not_scorable"} <= set(found["flags"])


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("PHQ-9", "--answers", "[1, 2]"), "wrong_item_count"),
        (("PHQ-9", "--answers", "[0,0,0,0,0,0,0,0,4]"), "invalid_response"),
        (("PHQ-9", "--answers", "[0,0,0,0,0,0,0,0,true]"), "invalid_response"),
        (("PHQ-9", "--answers", '[0,0,0,0,0,0,0,0,"1"]'), "invalid_response"),
        (("PHQ-9", "--answers", "[0,0,0,0,0,0,0,0,0.5]"), "invalid_response"),
        (("PHQ-9", "--answers", '"000000000"'), "invalid_response"),
        (("PHQ-9", "--answers", "[0,"), "invalid_json"),
        (("PHQ-9", "--answers", "[NaN]"), "invalid_json"),
        (("PHQ-9", "--answers", "[" * 100_000), "invalid_json"),
        (("PHQ-9", "--answers", "[0,0,0,0,0,0,0,0,0]", "--baseline", "[0]"), "wrong_item_count"),
        (("PHQ-9", "--answers", "[0]", "--context", "sex"), "invalid_context"),
        (("PHQ-99", "--answers", "[0]"), "unknown_instrument"),
        (("PHQ-9",), "usage"),
        ((), "usage"),
        (("--batch", "no-such-file"), "unreadable"),
        (("PHQ-9", "--batch", "no-such-file"), "usage"),
        (("PHQ-9", "--response", "no-such-file"), "unreadable"),
    ],
)
def test_what_cannot_be_scored_is_an_error_and_never_a_guess(
    capsys: Capture, words: tuple[str, ...], error: str
) -> None:
    code, found = run(capsys, "score", *words)
    assert (code, found["error"]) == (2, error)
    assert "score" not in found


def test_a_batch_answers_each_line_and_goes_on_after_a_bad_one(
    capsys: Capture, tmp_path: Path
) -> None:
    lines = [
        {"instrument": "PHQ-2", "responses": [3, 3]},
        {"instrument": "PHQ-2", "responses": [3]},
        ["no object"],
        {"instrument": "GAD-7", "responses": [1] * 7, "baseline_responses": [3] * 7},
        {"instrument": "PHQ-2", "responses": [0, 1], "context": 5},
    ]
    file = tmp_path / "sheets.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)) + "\n\n{", encoding="utf-8")
    assert main(["score", "--batch", str(file)]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [each.get("score") for each in found] == [6, None, None, 7, None, None]
    assert [each.get("error") for each in found] == [
        None,
        "wrong_item_count",
        "invalid_sheet",
        None,
        "invalid_context",
        "invalid_json",
    ]
    assert [each.get("line") for each in found] == [None, 2, 3, None, 5, 7]
    assert found[3]["delta"] == -14


def test_a_line_that_says_one_thing_twice_is_refused(capsys: Capture, tmp_path: Path) -> None:
    line = '{"instrument": "PHQ-2", "responses": [3, 3], "responses": [0, 0]}'
    (tmp_path / "b").write_text(line)
    assert main(["score", "--batch", str(tmp_path / "b")]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["error"] == "invalid_json"
    assert "'responses' stands there twice" in found["message"]


def test_a_fhir_response_scores_as_its_answers(capsys: Capture, tmp_path: Path) -> None:
    of = instrument("gad7")
    answers = {item.id: 2 for item in of.item}
    at = datetime(2026, 11, 2, tzinfo=UTC)
    file = tmp_path / "response.json"
    file.write_text(json.dumps(responses.response(of, answers, at=at, subject="Patient/1")))
    assert scored(capsys, "GAD-7", "--response", str(file))["score"] == 14
    file.write_text("[]")
    code, found = run(capsys, "score", "GAD-7", "--response", str(file))
    assert (code, found["error"]) == (2, "invalid_response")


def test_the_questionnaires_are_listed_with_what_may_be_shown(capsys: Capture) -> None:
    found = {each["instrument"]: each for each in scored(capsys, "--list")["instruments"]}
    assert found["PHQ-9"] == {
        "instrument": "PHQ-9",
        "id": "phq9",
        "title": "Patient Health Questionnaire-9",
        "items": 10,
        "answers": 9,
        "tier": "A",
        "text": True,
    }


def test_a_questionnaire_is_printed_as_fhir_and_reads_back(capsys: Capture) -> None:
    code, whole = run(capsys, "questionnaire", "ISI", "--definition")
    assert (code, Instrument.model_validate(whole)) == (0, instrument("isi"))
    code, found = run(capsys, "questionnaire", "PHQ-9")
    assert code == 0
    assert definition(found) == instrument("phq9")
    assert run(capsys, "questionnaire", "PHQ-99")[1]["error"] == "unknown_instrument"


@pytest.mark.parametrize(
    ("said", "meant"), [("PHQ", "PHQ-2 or PHQ-9"), ("PC-PTSD", "PC-PTSD-5"), ("GAD 8", "GAD-7")]
)
def test_a_name_that_is_none_is_told_those_near_it(capsys: Capture, said: str, meant: str) -> None:
    _, found = run(capsys, "score", said, "--answers", "[]")
    assert meant in found["message"]


@pytest.mark.parametrize(
    ("context", "ignored"),
    [
        ("sex=Male", None),
        ("sx=male", ["context sx=male"]),
        ("sex=bloke", ["context sex=bloke"]),
        ("phase=post_dose", None),
    ],
)
def test_context_that_is_not_known_is_named(
    capsys: Capture, context: str, ignored: list[str] | None
) -> None:
    found = scored(capsys, "PHQ-2", "--answers", "[1, 1]", "--context", context)
    assert found.get("ignored") == ignored


def test_context_that_is_not_known_in_a_line_is_named_with_its_keys(
    capsys: Capture, tmp_path: Path
) -> None:
    line = {"instrument": "PHQ-2", "responses": [1, 1], "odd": 1, "context": {"sx": "male"}}
    (tmp_path / "b").write_text(json.dumps(line))
    found = run(capsys, "score", "--batch", str(tmp_path / "b"))[1]
    assert found["ignored"] == ["odd", "context sx=male"]


def test_a_key_that_is_not_known_is_named(capsys: Capture, tmp_path: Path) -> None:
    file = tmp_path / "sheets.jsonl"
    line = {"instrument": "PHQ-2", "responses": [1, 1], "baseline": [3, 3], "note": "x"}
    file.write_text(json.dumps(line))
    found = run(capsys, "score", "--batch", str(file))[1]
    assert (found["score"], found["ignored"]) == (2, ["baseline"])


def test_a_true_is_named_as_it_was_written(capsys: Capture) -> None:
    _, found = run(capsys, "score", "PHQ-2", "--answers", "[true, 0]")
    assert "true is not an answer" in found["message"]


def test_half_a_character_does_not_end_a_batch(capsys: Capture, tmp_path: Path) -> None:
    file = tmp_path / "sheets.jsonl"
    file.write_text('{"instrument": "\\ud800", "responses": []}\n')
    found = run(capsys, "score", "--batch", str(file))[1]
    assert (found["error"], found["line"]) == ("unknown_instrument", 1)
