"""The launcher speaks plainly when it cannot go on, and does no work twice."""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

TOOLS = Path(__file__).parents[1] / "tools"


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The launcher's environment module, at work in an empty folder with two small locks."""
    monkeypatch.syspath_prepend(str(TOOLS))
    module = importlib.reload(importlib.import_module("environment"))
    places = {
        "ROOT": tmp_path,
        "ENV": tmp_path / ".venv",
        "BOOT": tmp_path / ".boot",
        "STAMP": tmp_path / ".venv/kapstone.stamp",
        "LOCKS": tmp_path / "requirements",
    }
    for name, place in places.items():
        monkeypatch.setattr(module, name, place)
    (tmp_path / "requirements").mkdir()
    for kind in ("run", "dev"):
        (tmp_path / f"requirements/{kind}.txt").write_text(f"# {kind}\n", encoding="utf-8")
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/python").symlink_to(sys.executable)
    return module


def launch(
    *words: str, folder: Path = TOOLS.parent, **more: str
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(folder / "tools/launch.py"), *words]
    return subprocess.run(
        command, env=os.environ | more, check=False, capture_output=True, text=True
    )


def test_what_is_found_is_told_to_the_tests_and_what_is_not_is_said(
    house: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    recipes = importlib.reload(importlib.import_module("recipes"))
    house.STAMP.write_text(house.stamp("dev"), encoding="utf-8")
    # The environment's Python stands in for pytest: it shows what it was given.
    asked = "#!/bin/sh\necho browser=$KAPSTONE_CHROMIUM server=$KAPSTONE_TEST_POSTGRES. >told\n"
    (house.ENV / "bin/python").unlink()
    (house.ENV / "bin/python").write_text(f"{asked}exit 3\n", encoding="utf-8")
    (house.ENV / "bin/python").chmod(0o755)
    monkeypatch.setenv("KAPSTONE_CHROMIUM", "/bin/sh")
    monkeypatch.setenv("KAPSTONE_TEST_POSTGRES", "postgresql://nobody@127.0.0.1:1/none")
    assert recipes.recipe_test([]) == 3
    assert (house.ROOT / "told").read_text(encoding="utf-8") == "browser=/bin/sh server=.\n"
    said = capsys.readouterr().out
    assert "left out the PostgreSQL tests" in said
    assert "browser tests" not in said


def test_a_word_that_is_no_recipe_shows_the_recipes() -> None:
    done = launch("dance")
    assert done.returncode == 2
    assert "run|test|bench|check|fix|docs|lock" in done.stdout


def test_an_environment_made_from_this_lock_is_ready(house: ModuleType) -> None:
    house.STAMP.write_text(house.stamp("run"), encoding="utf-8")
    assert house.is_ready("run")
    assert not house.is_ready("dev")


def test_the_environment_for_tests_serves_to_run_too(house: ModuleType) -> None:
    house.STAMP.write_text(house.stamp("dev"), encoding="utf-8")
    assert house.is_ready("run")
    assert house.is_ready("dev")


def test_a_changed_lock_makes_the_environment_anew(house: ModuleType) -> None:
    house.STAMP.write_text(house.stamp("run"), encoding="utf-8")
    (house.LOCKS / "run.txt").write_text("# another\n", encoding="utf-8")
    assert not house.is_ready("run")


def test_an_environment_without_its_python_is_not_ready(house: ModuleType) -> None:
    house.STAMP.write_text(house.stamp("run"), encoding="utf-8")
    (house.ENV / "bin/python").unlink()
    assert not house.is_ready("run")


def test_a_moved_folder_makes_the_environment_anew(
    house: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.STAMP.write_text(house.stamp("run"), encoding="utf-8")
    monkeypatch.setattr(house, "ROOT", house.ROOT / "elsewhere")
    assert not house.is_ready("run")


def test_what_slows_or_mixes_environments_is_dropped(
    house: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    monkeypatch.setenv("KAPSTONE_HOSTS", "kap.example.org")
    assert not {"PYTHONDONTWRITEBYTECODE", "PYTHONPATH"} & set(house.variables())
    assert house.variables()["KAPSTONE_HOSTS"] == "kap.example.org"


def test_without_a_network_it_says_what_to_do_and_leaves_no_stamp(tmp_path: Path) -> None:
    for name in ("tools", "requirements"):
        shutil.copytree(TOOLS.parent / name, tmp_path / name)
    # An address that refuses at once stands in for a network that is not there.
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9", "UV_DEFAULT_INDEX": "http://127.0.0.1:9"}
    alone = {"PIP_NO_CACHE_DIR": "1", "UV_CACHE_DIR": str(tmp_path / "cache"), "PIP_RETRIES": "0"}
    done = launch("run", folder=tmp_path, PIP_CONFIG_FILE=os.devnull, **nowhere, **alone)
    assert done.returncode == 1
    assert "No network?" in done.stderr
    assert not (tmp_path / ".venv/kapstone.stamp").exists()


def test_the_command_is_there_in_a_folder_with_a_space(house: ModuleType, tmp_path: Path) -> None:
    (house.ENV / "lib/python3.11/site-packages").mkdir(parents=True)
    house.link_the_project()
    linked = (house.ENV / "lib/python3.11/site-packages/kapstone.pth").read_text(encoding="utf-8")
    assert linked == f"{tmp_path / 'src'}\n"
    assert os.access(house.ENV / "bin/kapstone", os.X_OK)
