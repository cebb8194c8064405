"""`kapstone import`: exit codes, words, and a chart that stays as it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from web.imports.records import BROKEN, NAMES, bundle, condition, sample

from kapstone import cli, fhir
from kapstone.web.accounts.models import User
from kapstone.web.records.models import Course, Entry, Person, RecordImport, Statement

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "record.json"


def run(file: Path, *also: str, by: str = "desk@example.org") -> int:
    return cli.main(["import", str(file), "--by", by, *also])


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_makes_one_new_person_however_often(name: str, desk: User, file: Path) -> None:
    file.write_bytes(sample(name))
    assert [run(file), run(file)] == [0, 0]
    assert Person.objects.count() == 1
    assert RecordImport.objects.count() == 1


def test_it_says_what_was_taken_and_that_it_was_there(
    file: Path, course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_bytes(bundle(condition()))
    run(file, "--person", "k-0001")
    assert "Ade Bello (K-0001): 1 conditions." in capsys.readouterr().out
    run(file, "--person", "K-0001")
    assert "already in the chart" in capsys.readouterr().out
    assert Statement.objects.count() == 1


@pytest.mark.parametrize("to", [(), ("--person", "K-0001")], ids=["new person", "chart"])
@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_file_changes_nothing(
    kind: str, to: tuple[str, ...], file: Path, course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    raw, reason = BROKEN[kind]
    file.write_bytes(raw)
    before = Entry.objects.count()
    assert run(file, *to) == 1
    said = capsys.readouterr().err
    assert reason in said
    assert "The chart is untouched." in said
    assert (Person.objects.count(), Entry.objects.count()) == (1, before)
    assert not RecordImport.objects.exists()


def test_a_file_over_the_limit_is_not_read(
    file: Path, course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    with file.open("wb") as sparse:
        sparse.truncate(fhir.MAX_BYTES + 1)
    assert run(file) == 1
    assert "more than 50 MB" in capsys.readouterr().err


def test_somebody_else_is_refused_until_the_word_is_given(
    file: Path, course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_bytes(bundle(condition(), birthDate="1970-01-01"))
    assert run(file, "--person", "K-0001") == 1
    assert "--same-person" in capsys.readouterr().err
    assert not Statement.objects.exists()
    assert run(file, "--person", "K-0001", "--same-person") == 0
    assert Statement.objects.get().person == course.person


@pytest.mark.parametrize(
    ("also", "by", "reason"),
    [
        (("--person", "K-0099"), "desk@example.org", "Nobody here has the number K-0099"),
        ((), "owen@example.org", "nobody here who may import"),
        ((), "ghost@example.org", "nobody here who may import"),
        (("--person", "K-0001"), "marsh@example.org", "file is about"),
    ],
    ids=["number", "role", "nobody", "other practice"],
)
@pytest.mark.usefixtures("course", "owen", "bo")
def test_who_and_whom_must_be_known(
    also: tuple[str, ...],
    by: str,
    reason: str,
    file: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The last one: K-0001 of another practice is another person, never Ade."""
    file.write_bytes(bundle(condition()))
    assert run(file, *also, by=by) == 1
    assert reason in capsys.readouterr().err
    assert not Statement.objects.exists()


def test_a_missing_file_is_named(
    tmp_path: Path, desk: User, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path / "none.json") == 1
    assert "none.json: No such file" in capsys.readouterr().err
