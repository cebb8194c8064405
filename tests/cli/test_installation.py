"""The commands of an installation, each in a process of its own as a practice would run them."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from kapstone.web import safety

PASSWORD = "correct horse battery\n"
SETUP = ("setup", "--practice", "Ash Lane", "--name", "A. Owner", "--email")
NEEDS_A_DATABASE = [
    ("check",),
    ("verify-audit",),
    ("import", "record.json", "--by", "a@example.org"),
    ("work", "--once"),
    ("backup",),
    ("new-notes-key",),
]


def kapstone(
    *words: str, data: Path, typed: str = PASSWORD, **more: str
) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "KAPSTONE_DATA": str(data), **more}
    environment.pop("KAPSTONE_SECRET_KEY", None)
    return subprocess.run(
        [sys.executable, "-m", "kapstone.cli", *words],
        env=environment,
        input=typed,
        capture_output=True,
        text=True,
        check=False,
        umask=0o022,
    )


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("all") / "practice"
    done = kapstone(*SETUP, "owner@example.org", data=folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_passwords_are_kept_as_argon2(practice: Path) -> None:
    with sqlite3.connect(practice / "kapstone.sqlite3") as database:
        ((kept,),) = database.execute("SELECT password FROM accounts_user").fetchall()
    assert kept.startswith("argon2$argon2id$")


@pytest.mark.parametrize("words", NEEDS_A_DATABASE, ids=lambda words: words[0])
def test_without_a_database_it_says_so_and_makes_nothing(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    done = kapstone(*words, data=tmp_path / "mistyped")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "there is no database at" in done.stderr
    assert "KAPSTONE_DATA" in done.stderr
    assert not (tmp_path / "mistyped").exists()


def test_where_only_the_demonstration_lies_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "demo.sqlite3").touch()
    done = kapstone("screening", "changed", data=tmp_path)
    assert done.returncode == 1
    assert f"KAPSTONE_DATABASE=sqlite:///{tmp_path / 'demo.sqlite3'}" in done.stderr
    assert not (tmp_path / "kapstone.sqlite3").exists()


@pytest.mark.parametrize("words", [("check",), ("backup",)], ids=lambda words: words[0])
def test_a_database_that_is_behind_is_refused(words: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "kapstone.sqlite3").touch()
    done = kapstone(*words, data=tmp_path)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "kapstone serve" in done.stderr
    assert not (tmp_path / "backups").exists()


def test_a_database_that_cannot_be_reached_is_refused(tmp_path: Path) -> None:
    nowhere = "postgresql://nobody:secret@127.0.0.1:1/none"
    done = kapstone("verify-audit", data=tmp_path, KAPSTONE_DATABASE=nowhere)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "127.0.0.1" in done.stderr
    assert "secret" not in done.stderr


def test_an_owner_needs_an_address_that_mail_reaches(tmp_path: Path) -> None:
    done = kapstone(*SETUP, "notanemail", data=tmp_path)
    assert done.returncode == 1
    assert "notanemail is not an e-mail address" in done.stderr
    assert not (tmp_path / "kapstone.sqlite3").exists()


def test_a_password_that_is_refused_leaves_no_empty_practice(tmp_path: Path) -> None:
    done = kapstone(*SETUP, "owner@example.org", data=tmp_path, typed="short")
    assert done.returncode == 1
    assert "too short" in done.stderr
    assert not (tmp_path / "kapstone.sqlite3").exists()


@pytest.mark.django_db
def test_without_a_practice_nobody_has_a_second_factor_and_nothing_is_signed() -> None:
    for answer in (safety.second_factor(), safety.signed_settings()):
        assert answer.ok is False
        assert "kapstone setup" in answer.says


def test_only_the_owner_of_the_files_can_read_them(practice: Path) -> None:
    kapstone("backup", data=practice)
    (copy,) = (practice / "backups").glob("kapstone-*.sqlite3")
    assert [mode(practice), mode(practice / "backups")] == [0o700, 0o700]
    for file in (practice / "kapstone.sqlite3", practice / "secret-key", copy):
        assert mode(file) == 0o600, file


def test_files_that_others_could_read_are_shut(practice: Path) -> None:
    practice.chmod(0o755)
    (practice / "kapstone.sqlite3").chmod(0o644)
    said = kapstone("check", data=practice).stdout
    assert "ok      files" in said
    assert [mode(practice), mode(practice / "kapstone.sqlite3")] == [0o700, 0o600]


def test_what_is_not_known_does_not_count_as_holding(practice: Path) -> None:
    said = kapstone("check", data=practice).stdout
    unsure = sum(line.startswith("unsure") for line in said.splitlines())
    hold = sum(line.startswith("ok ") for line in said.splitlines())
    assert unsure
    assert f"{hold} of " in said
    assert f"; {unsure} could not be found out." in said


def test_a_copy_in_another_folder_is_known(practice: Path, tmp_path: Path) -> None:
    done = kapstone("backup", str(tmp_path / "usb stick"), data=practice)
    assert done.returncode == 0, done.stderr
    said = kapstone("check", data=practice).stdout
    assert "ok      backups" in said
    assert str(tmp_path / "usb stick") in said


def test_a_copy_that_cannot_be_written_is_no_copy(practice: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    done = kapstone("backup", str(tmp_path / "file"), data=practice)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "Copied" not in done.stdout


def test_a_copy_never_holds_the_key_of_the_notes(practice: Path, tmp_path: Path) -> None:
    made = kapstone("new-notes-key", data=practice)
    assert made.returncode == 0, made.stderr
    file = practice / "notes-key"
    assert mode(file) == 0o600
    key = file.read_text(encoding="utf-8").strip()
    done = kapstone("backup", str(tmp_path / "copies"), data=practice)
    assert "keep a copy of notes-key too" in done.stdout
    (copy,) = (tmp_path / "copies").iterdir()
    assert key.encode() not in copy.read_bytes()


def test_a_new_key_of_the_notes_stands_before_the_old_one(practice: Path) -> None:
    file = practice / "notes-key"
    kapstone("new-notes-key", data=practice)
    before = file.read_text(encoding="utf-8").split()
    done = kapstone("new-notes-key", data=practice)
    assert file.read_text(encoding="utf-8").split()[1:] == before
    assert not any(key in done.stdout for key in file.read_text(encoding="utf-8").split())


def test_keys_from_the_environment_are_not_written_to_a_file(tmp_path: Path) -> None:
    kapstone(*SETUP, "owner@example.org", data=tmp_path)
    key = Fernet.generate_key().decode()
    done = kapstone("new-notes-key", data=tmp_path, KAPSTONE_NOTES_KEY=key)
    assert done.returncode == 1
    assert "KAPSTONE_NOTES_KEY" in done.stderr
    assert not (tmp_path / "notes-key").exists()


def test_postgresql_is_backed_up_with_its_own_tools(tmp_path: Path, postgresql: str) -> None:
    done = kapstone(*SETUP, "owner@example.org", data=tmp_path, KAPSTONE_DATABASE=postgresql)
    assert done.returncode == 0, done.stderr
    done = kapstone("backup", data=tmp_path, KAPSTONE_DATABASE=postgresql)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "pg_dump" in done.stderr
