"""`kapstone screen`: a record or a table in, the screening as JSON out."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from screening.people import NOW, healthy

from kapstone.cli import main
from kapstone.screening import vocabulary

NOW_WRITTEN = NOW.isoformat()


def table(**otherwise: Any) -> dict[str, Any]:
    facts = {name: one.value for name, one in healthy(**otherwise).items()}
    return {"facts": facts, "medicines": [], "now": NOW_WRITTEN}


def bundle(*resources: dict[str, Any]) -> dict[str, Any]:
    who = {"resourceType": "Patient", "id": "ade", "birthDate": "1980-02-29"}
    entries = [{"resource": one} for one in (who, *resources)]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


@pytest.fixture
def screened(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Any:
    """Run the command on a file with this content; gives exit code, output and complaint."""

    def run(content: str | dict[str, Any], *more: str, name: str = "in.json") -> Any:
        path = tmp_path / name
        text = content if isinstance(content, str) else json.dumps(content)
        path.write_text(text, encoding="utf-8")
        before = [] if "--batch" not in more else ["--batch"]
        options = [one for one in more if one != "--batch"]
        code = main(["screen", *before, str(path), *options])
        out, err = capfdbinary.readouterr()
        return code, out.decode(), err.decode()

    return run


def told(screened: Any, content: str | dict[str, Any], *more: str, **also: Any) -> dict[str, Any]:
    code, out, err = screened(content, *more, **also)
    assert (code, err) == (0, "")
    found: dict[str, Any] = json.loads(out)
    return found


def test_the_keys_are_those_that_other_systems_rely_on(screened: Any) -> None:
    found = told(screened, table(aneurysm=True))
    assert {
        *("decision", "decision_by_domain", "findings", "missing", "medicines"),
        *("what_would_change", "ask_next", "suggested", "not_weighed", "digest", "at"),
    } <= {*found}
    assert found["decision"] == "stop"
    assert found["decision_by_domain"]["cardiac"] == "stop"
    (finding,) = found["findings"]
    assert (finding["id"], finding["domain"], finding["action"]) == (
        *("SCR-CAR-01", "cardiac"),
        "stop",
    )
    assert finding["because"] == [
        {"fact": "aneurysm", "value": True, "from": "clinician", "at": NOW_WRITTEN, "words": None}
    ]
    assert finding["sources"]


@pytest.mark.parametrize(
    ("otherwise", "decision"),
    [
        ({}, "clear"),
        ({"migraine_with_aura": True}, "note"),
        ({"vestibular_disorder": True}, "oversight"),
        ({"porphyria": True}, "review"),
        ({"aneurysm": True}, "stop"),
    ],
)
def test_a_table_is_decided(screened: Any, otherwise: dict[str, Any], decision: str) -> None:
    assert told(screened, table(**otherwise))["decision"] == decision


def test_nothing_known_is_incomplete_and_says_what_matters(screened: Any) -> None:
    found = told(screened, {})
    assert found["decision"] == "incomplete"
    assert found["medicines"] is None
    by_fact = {one["fact"]: one for one in found["missing"]}
    assert "SCR-CAR-01" in by_fact["aneurysm"]["rules"]
    assert by_fact["aneurysm"]["matters"]
    assert by_fact["aneurysm"]["reason"] == "missing"
    assert found["ask_next"]


def test_after_a_stop_that_nobody_may_override_what_is_missing_matters_no_more(
    screened: Any,
) -> None:
    found = told(screened, {"chest_pain_recent": True})
    assert found["decision"] == "stop"
    assert not any(one["matters"] for one in found["missing"])


def test_after_a_stop_that_two_may_override_only_a_graver_one_matters(screened: Any) -> None:
    found = told(screened, {"aneurysm": True})
    matters = {one["fact"] for one in found["missing"] if one["matters"]}
    assert "chest_pain_recent" in matters
    assert "arteriovenous_malformation" not in matters


def test_a_medicine_that_is_not_recognised_is_named(screened: Any) -> None:
    found = told(screened, table() | {"medicines": ["Sertralin 50 mg", "Camila 28 Day Pack"]})
    first, second = found["medicines"]
    assert (first["recognised"], "sertraline" in first["suggestions"]) == (False, True)
    assert second["recognised"] and second["ingredients"]
    assert found["decision"] == "incomplete"


TOML = """
age_years = 45
medicines = ["lithium"]

[systolic_bp_mmhg]
value = 148
at = 2026-03-01T09:00:00Z
"""


@pytest.mark.parametrize("name", ["in.toml", "in.txt"])
def test_a_table_in_toml_says_the_same(screened: Any, name: str) -> None:
    found = told(screened, TOML, "--now", NOW_WRITTEN, name=name)
    assert "SCR-CAR-06" in {one["id"] for one in found["findings"]}


@pytest.mark.parametrize(("now", "rules"), [("2026-03-08", 1), ("2026-03-09", 0)])
def test_now_is_the_moment_for_which_facts_are_weighed(screened: Any, now: str, rules: int) -> None:
    found = told(screened, TOML, "--now", f"{now}T09:00:00Z", name="in.toml")
    assert [one["id"] for one in found["findings"]].count("SCR-CAR-06") == rules


def test_a_bundle_is_read(screened: Any) -> None:
    aneurysm = {
        "resourceType": "Condition",
        "subject": {"reference": "Patient/ade"},
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "233985008"}]},
    }
    words = {
        "resourceType": "Condition",
        "subject": {"reference": "Patient/ade"},
        "code": {"text": "Porphyria"},
    }
    gout = words | {"code": {"text": "Gout"}}
    found = told(screened, bundle(aneurysm, words, gout), "--now", NOW_WRITTEN)
    assert found["decision"] == "stop"
    assert [(one["fact"], one["value"]) for one in found["suggested"]] == [("porphyria", True)]
    assert [one["text"] for one in found["not_weighed"]] == ["Gout"]
    assert found["medicines"] is None


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ('{"systolic_bp": 120}', "systolic_bp: no such fact; near it are systolic_bp_mmhg"),
        ('{"age_years": 400}', "age_years: 400 years cannot be"),
        ('{"age_years": 1, "age_years": 2}', "'age_years' stands there twice"),
        ('{"age_years": NaN}', "NaN is no number"),
        ('{"age_years": ', "not JSON"),
        ("[1]", "no table and no Bundle"),
        ("", "is empty"),
        (" \n", "is empty"),
        ("age_years = ", "neither JSON nor TOML"),
        ('{"medicines": ["\\ud800"]}', "no text"),
        ('{"age_years": ' + "9" * 5000 + "}", "a number with thousands of digits"),
        ("[" * 100_000, "nested too deep"),
        ('{"resourceType": "Patient"}', "not a Bundle"),
        ('{"resourceType": "Bundle", "type": "collection", "entry": []}', "no Patient"),
    ],
    ids=lambda each: each[:30],
)
def test_what_cannot_be_read_says_so_in_one_line(
    screened: Any, content: str, complaint: str
) -> None:
    code, out, err = screened(content)
    assert (code, out) == (2, "")
    assert complaint in err
    assert err.count("\n") == 1


def test_a_file_that_is_not_there_is_not_readable(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["screen", str(tmp_path / "none.json")]) == 2
    assert "No such file" in capsys.readouterr().err


def test_a_time_without_a_zone_is_refused(screened: Any) -> None:
    code, _, err = screened(table(), "--now", "2026-03-02")
    assert code == 2
    assert "not a time with its zone" in err


def test_a_bad_line_of_a_batch_does_not_end_it(screened: Any) -> None:
    lines = [json.dumps(table()), "", '{"age": 4}', "{", json.dumps(table(aneurysm=True))]
    code, out, err = screened("\n".join(lines), "--batch", name="in.jsonl")
    assert (code, err) == (0, "")
    found = [json.loads(line) for line in out.splitlines()]
    assert [one.get("decision") for one in found] == ["clear", None, None, "stop"]
    assert [one.get("line") for one in found] == [1, 3, 4, 5]
    assert "age: no such fact" in found[1]["error"]
    assert found[0]["what_would_change"] is None


@pytest.mark.parametrize(
    "odd", ['{"\\ud800": true}', '{"facts": {"\\ud800": true}}', '{"medicines": ["\\ud800"]}']
)
def test_half_a_character_does_not_end_a_batch(screened: Any, odd: str) -> None:
    code, out, _ = screened(f"{odd}\n{json.dumps(table())}", "--batch", name="in.jsonl")
    found = [json.loads(line) for line in out.splitlines()]
    assert (code, [one.get("decision") for one in found]) == (0, [None, "clear"])
    assert found[0]["line"] == 1


def test_a_line_of_a_batch_is_json_and_no_other_table(screened: Any) -> None:
    """Each line of a TOML file is a table of its own, and would be another person."""
    code, out, _ = screened("age_years = 45\naneurysm = false", "--batch", name="in.jsonl")
    found = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [one["line"] for one in found] == [1, 2]
    assert all("not JSON" in one["error"] for one in found)


def test_a_batch_may_hold_bundles(screened: Any) -> None:
    lines = f"{json.dumps(bundle())}\n{json.dumps(table())}\n"
    _, out, _ = screened(lines, "--batch", "--now", NOW_WRITTEN, name="in.jsonl")
    found = [json.loads(line)["decision"] for line in out.splitlines()]
    assert found == ["incomplete", "clear"]


def test_the_vocabulary_lets_another_system_write_a_table(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    assert main(["screen", "--facts"]) == 0
    rows = {one["id"]: one for one in json.loads(capfdbinary.readouterr().out)["facts"]}
    assert {*rows} == {one.id for one in vocabulary().values() if one.from_}
    assert rows["systolic_bp_mmhg"]["unit"] == "mmHg"
    assert rows["seizures"]["choices"]["controlled"]
    assert (rows["phq9_item9"]["whole"], rows["bmi"]["whole"]) == (True, False)


def test_it_runs_from_the_standard_input_without_django_or_a_database() -> None:
    script = (
        "import sys; from kapstone.cli import main; code = main(['screen', '-']); "
        "sys.exit(99 if 'django' in sys.modules else code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        input=json.dumps(table(aneurysm=True)).encode(),
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["decision"] == "stop"


@pytest.mark.parametrize("arguments", [[], ["a", "--batch", "b"], ["a", "--facts"]])
def test_it_takes_one_thing_at_a_time(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["screen", *arguments])
    assert end.value.code == 2
