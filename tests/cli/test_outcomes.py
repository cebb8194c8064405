"""`kapstone outcomes`: a line of numbers for each line of a question."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kapstone.cli import main


def answers(asked: list[object], folder: Path, capsys: pytest.CaptureFixture[str]) -> list[Any]:
    file = folder / "asked.jsonl"
    file.write_text(
        "\n".join(each if isinstance(each, str) else json.dumps(each) for each in asked)
    )
    assert main(["outcomes", "--batch", str(file)]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_each_line_is_answered_and_a_bad_one_stops_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    km = {"quantity": "km", "times": [6, 6, 9, 12], "events": [1, 1, 0, 1], "at": [6]}
    first, second, third, fourth = answers(
        [km, "{", {"quantity": "km"}, {"quantity": "e_value", "ratio": 2}], tmp_path, capsys
    )
    assert first["survival"] == [0.5]
    assert (second["error"], second["line"]) == ("invalid_json", 2)
    assert (third["error"], third["message"]) == ("not_answerable", "km needs times, events")
    assert fourth["value"] == pytest.approx(2 + 2**0.5)


def test_the_forms_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["outcomes", "--list"]) == 0
    forms = json.loads(capsys.readouterr().out)["forms"]
    assert {"km", "turnbull", "cif", "gray", "mmrm", "response"} <= {f["quantity"] for f in forms}


def test_a_file_that_is_not_there_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["outcomes", "--batch", str(tmp_path / "none.jsonl")]) == 2
    assert "none.jsonl" in capsys.readouterr().err
