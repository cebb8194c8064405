"""`kapstone concentration`, as it is typed."""

from __future__ import annotations

import io
import json
import sys
from typing import Any

import pytest

from kapstone.cli import main
from kapstone.pharmacokinetics.dosing import MOST_MG

LINE = {
    "route": "iv",
    "drug": "racemic",
    "mg_per_kg": 0.5,
    "weight_kg": 70,
    "duration_min": 40,
    "analyte": "ketamine",
    "site": "venous",
    "metric": "c_at",
    "at_min": 60,
}
CURVE = ["--route", "iv", "--dose-mg", "35", "--duration-min", "40", "--weight-kg", "70"]


def asked(words: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = main(["concentration", *words])
    said = capsys.readouterr()
    return code, said.out, said.err


def batch(
    lines: list[Any], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> list[dict[str, Any]]:
    text = "\n".join(each if isinstance(each, str) else json.dumps(each) for each in lines)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    code, out, _ = asked(["--batch", "-", "--n", "200"], capsys)
    assert code == 0
    return [json.loads(line) for line in out.splitlines()]


def test_a_line_is_answered_with_its_band_and_sources(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (found,) = batch([LINE], capsys, monkeypatch)
    assert found["value"] == pytest.approx(106, abs=1)
    assert found["p05"] < found["value"] < found["p95"]
    assert (found["unit"], found["model"], found["site"]) == ("ng/mL", "otto-2021", "venous")
    assert "10.1007" not in found["sources"][0], "the work, in words"
    assert found["sources"][0].startswith("Otto ME")


def test_a_bad_line_is_an_error_and_the_rest_goes_on(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = ["{", [1], {**LINE, "weight_kg": 0}, {**LINE, "colour": "red", "id": "7"}]
    bad, shape, nobody, good = batch(lines, capsys, monkeypatch)
    assert (bad["error"], bad["line"]) == ("invalid_json", 1)
    assert shape["error"] == "out_of_scope"
    assert "a weight of 0 kg" in nobody["message"]
    assert "value" not in nobody
    assert good["ignored"] == ["colour"]


def test_the_same_question_has_the_same_answer(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = batch([LINE, LINE], capsys, monkeypatch)
    assert one == other


def test_a_curve_as_a_table_and_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    few = ["--times", "0:120:40", "--n", "200"]
    code, table, _ = asked([*CURVE, *few], capsys)
    assert code == 0
    assert table.startswith("# ketamine, ng/mL, venous, otto-2021\n")
    assert [line.split()[0] for line in table.splitlines()[-4:]] == ["0.0", "40.0", "80.0", "120.0"]
    _, out, _ = asked([*CURVE, *few, "--json"], capsys)
    told = json.loads(out)
    assert told["at_min"] == [0, 40, 80, 120]
    assert told["typical"][1] == pytest.approx(159.6, abs=0.1)
    assert told["p05"][1] < told["p50"][1] < told["p95"][1]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--dose-mg", "35"], "route"),
        ([*CURVE, "--weight-kg", "0"], "a weight of 0 kg"),
        ([*CURVE, "--weight-kg", "nan"], "--weight-kg nan: write a number"),
        ([*CURVE, "--dose-mg", "0"], "a dose of 0 mg"),
        ([*CURVE, "--age", "0"], "an age of 0 years"),
        ([*CURVE, "--spit"], "spitting out"),
        ([*CURVE, "--mg-per-kg", "0.5"], "give one of them"),
        ([*CURVE, "--times", "1-3"], "write FROM:TO:STEP"),
        ([*CURVE, "--times", "0:1:0"], "write FROM:TO:STEP"),
        ([*CURVE, "--times", "0:inf:1"], "up to 10000 times"),
        ([*CURVE, "--times", "0:1e9:1"], "up to 10000 times"),
        ([*CURVE, "--n", "0"], "between 1 and"),
        ([*CURVE, "--analyte", "r-ketamine", "--drug", "esketamine"], "does not have it"),
        (["--batch", "no-such-file"], "no-such-file"),
    ],
)
def test_what_cannot_be_read_is_said_on_both_streams(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = asked(words, capsys)
    assert code == 2
    assert message in json.loads(out)["message"]
    assert message in err


def test_a_push_is_not_told_while_it_mixes(capsys: pytest.CaptureFixture[str]) -> None:
    pushed = [*CURVE, "--duration-min", "0", "--times", "0:6:2", "--n", "20"]
    _, out, _ = asked([*pushed, "--json"], capsys)
    told = json.loads(out)
    assert [value is None for value in told["typical"]] == [True, True, True, False]
    _, table, _ = asked(pushed, capsys)
    assert table.splitlines()[-4].split() == ["0.0", "?", "?", "?", "?"]
    _, out, _ = asked([*pushed, "--json", "--analyte", "norketamine"], capsys)
    assert None not in json.loads(out)["typical"], "what the body makes of it does not mix"


def test_what_is_not_known_or_not_in_the_model_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    spray = ["--route", "oral", "--dose-mg", "35", "--times", "0:60:60", "--n", "20", "--json"]
    _, out, _ = asked(spray, capsys)
    assert "No weight was given; this is for 70 kg." in json.loads(out)["cautions"]
    _, out, _ = asked([*spray, "--weight-kg", "90", "--female", "--japanese"], capsys)
    said = json.loads(out)["cautions"]
    assert "Not in perez-ruixo-2021, and not reckoned with: weight_kg, female." in said
    _, out, _ = asked([*CURVE, "--times", "0:40:40", "--n", "20", "--json", "--female"], capsys)
    told = json.loads(out)
    assert told["typical"][1] == pytest.approx(154.0, abs=0.1)
    assert not any("reckoned" in each for each in told["cautions"])
    assert told["sources"][0].startswith("Otto ME")


@pytest.mark.parametrize("name", ["--dose-mg", "--weight-kg", "--n"])
def test_what_is_no_number_is_an_error_as_promised_and_no_usage(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = asked([*CURVE, name, "35mg"], capsys)
    assert code == 2
    told = json.loads(out)
    assert told["error"] == "usage"
    assert told["message"] == f"{name} 35mg: write a number alone, as 35, without a unit"
    assert "usage:" not in err


def test_a_dose_beyond_the_models_names_their_range(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = asked([*CURVE, "--dose-mg", "99999"], capsys)
    assert code == 2
    message = json.loads(out)["message"]
    assert f"more than 0 and at most {MOST_MG:g} mg" in message
    assert (
        f"{MOST_MG + 1:g} mg is beyond" in asked([*CURVE, "--dose-mg", str(MOST_MG + 1)], capsys)[1]
    )


def test_a_route_and_a_drug_in_capitals_are_understood(
    capsys: pytest.CaptureFixture[str],
) -> None:
    few = ["--json", "--n", "5", "--times", "0:60:30"]
    plain = asked([*CURVE, "--drug", "racemic", *few], capsys)
    loud = asked([*CURVE, "--route", "IV", "--drug", "Racemic", *few], capsys)
    assert plain[0] == 0
    assert loud == plain
