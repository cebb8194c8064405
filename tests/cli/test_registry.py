"""`kapstone registry`, as somebody types it; two practices laid beside each other."""

from __future__ import annotations

import builtins
import stat
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest
from registry import made

from kapstone.cli import main
from kapstone.registry.checks import checks


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return made.registry(tmp_path / "registry", made.many(200))


def test_a_report_says_n_and_loss(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["registry", "report", str(folder)]) == 0
    told = capsys.readouterr().out
    assert "lost" in told
    assert "Responders seen again: 105" in told
    assert main(["registry", "report", str(folder), "--json"]) == 0
    read = orjson.loads(capsys.readouterr().out)
    assert (read["engine"], read["treated"]) == ("duckdb", 200)
    assert all(week["n"] + week["missing"] == read["eligible"] for week in read["weeks"])


def test_quality_leaves_its_json_and_fails_by_its_exit(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "quality.json"
    assert main(["registry", "quality", str(folder), "--json", str(file)]) == 1
    told = orjson.loads(file.read_bytes())
    assert {each["checkName"] for each in told["CheckResults"]} <= set(checks())
    assert told["Overview"]["countOverallFailed"] > 0
    assert "race_concept_id" in capsys.readouterr().err


def test_a_release_is_written_once(folder: Path, tmp_path: Path) -> None:
    words = ["registry", "release", str(folder), "--to", str(tmp_path / "out")]
    secret = tmp_path / "secret.key"
    assert main([*words, "--secret", str(secret)]) == 0
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    with pytest.raises(SystemExit) as stopped:
        main([*words, "--secret", str(secret)])
    assert stopped.value.code == 1


def test_two_practices_compare(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = []
    for seed, name in ((1, "Ash Lane"), (2, "Far Field")):
        of = made.registry(tmp_path / name, made.many(200, seed))
        files.append(tmp_path / f"{seed}.json")
        words = ["registry", "aggregate", str(of), "--to", str(files[-1]), "--practice", name]
        assert main([*words, "--key", str(tmp_path / f"{seed}.pem")]) == 0
    capsys.readouterr()
    assert main(["registry", "compare", *map(str, files)]) == 0
    told = orjson.loads(capsys.readouterr().out)
    assert [each["practice"] for each in told["practices"]] == ["Ash Lane", "Far Field"]
    assert told["weeks"][0]["n"] > 0
    files[0].write_bytes(files[0].read_bytes().replace(b"Ash Lane", b"Elm Lane"))
    with pytest.raises(SystemExit) as stopped:
        main(["registry", "compare", *map(str, files)])
    assert stopped.value.code == 1
    assert "changed after it was signed" in capsys.readouterr().err


def without(monkeypatch: pytest.MonkeyPatch, gone: str) -> None:
    """As on a machine where it is not installed."""
    real = builtins.__import__

    def refusing(
        name: str,
        globals: Mapping[str, object] | None = None,
        locals: Mapping[str, object] | None = None,
        fromlist: Any = (),
        level: int = 0,
    ) -> Any:
        if name.split(".", maxsplit=1)[0] == gone:
            raise ModuleNotFoundError(f"No module named {gone!r}", name=gone)
        return real(name, globals, locals, fromlist, level)

    for loaded in [each for each in sys.modules if each.split(".")[0] == gone]:
        monkeypatch.delitem(sys.modules, loaded)
    monkeypatch.setattr(builtins, "__import__", refusing)


def test_without_spark_it_says_what_to_install(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    without(monkeypatch, "pyspark")
    with pytest.raises(SystemExit):
        main(["registry", "report", str(folder), "--engine", "spark"])
    assert "kapstone[spark]" in " ".join(capsys.readouterr().err.split())


def test_without_the_extra_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for loaded in [each for each in sys.modules if each.startswith("kapstone.registry")]:
        monkeypatch.delitem(sys.modules, loaded)
    without(monkeypatch, "duckdb")
    with pytest.raises(SystemExit):
        main(["registry", "report", "nowhere"])
    assert "kapstone[registry]" in capsys.readouterr().err


def test_a_folder_that_is_none_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["registry", "report", str(tmp_path)])
    assert stopped.value.code == 1
    assert "no registry is there" in capsys.readouterr().err
