"""`kapstone synthesize`: the tables of invented people, and the truth beside them."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from kapstone.cli import main
from kapstone.cli import synthesis as command
from kapstone.registry import cdm, table, tables
from kapstone.synthesis import population


def made(folder: Path, *words: str, preset: str = "iv-community", people: int = 2_500) -> Path:
    asked = ["synthesize", "--preset", preset, "--people", str(people), "--to", str(folder)]
    assert main([*asked, *words]) == 0
    return folder


def bytes_of(folder: Path) -> dict[str, str]:
    files = sorted(folder.iterdir())
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def ask(folder: Path, question: str) -> list[tuple[object, ...]]:
    """One question of the tables in a folder, each under its own name."""
    with duckdb.connect() as connection:
        for name in cdm.there(folder):
            file = cdm.file_of(folder, name)
            connection.execute(f"CREATE VIEW {name} AS FROM '{file}'")
        connection.execute(f"CREATE VIEW truth AS FROM '{folder / 'truth.parquet'}'")
        return connection.execute(question).fetchall()


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("practice"))


def test_every_table_of_the_model_is_there_with_its_columns(practice: Path) -> None:
    assert set(cdm.there(practice)) == set(tables())
    for name in tables():
        assert pq.read_schema(cdm.file_of(practice, name)).equals(cdm.schema(name)), name


def test_every_id_is_there_once_and_every_person_is_known(practice: Path) -> None:
    for name, of in tables().items():
        rows = ask(practice, f"FROM {name} SELECT count(*)")[0][0]
        if of.key:
            assert ask(practice, f"FROM {name} SELECT count(DISTINCT {of.key})") == [(rows,)]
        if "person_id" in of.names and name != "person":
            lost = f"FROM {name} ANTI JOIN person USING (person_id) SELECT count(*)"
            assert ask(practice, lost) == [(0,)]
    assert ask(practice, "SELECT count(*) FROM truth SEMI JOIN person USING (person_id)") == [
        (2_500,)
    ]


def test_rows_lie_in_the_order_of_the_model(practice: Path) -> None:
    for name in tables():
        rows = pq.read_table(cdm.file_of(practice, name), columns=list(table(name).sorted))
        keys = list(zip(*(rows[each].to_pylist() for each in rows.column_names), strict=True))
        assert keys == sorted(keys), name


def test_every_row_of_a_dose_points_to_a_visit_that_is_there(practice: Path) -> None:
    for name in ("drug_exposure", "procedure_occurrence", "measurement"):
        lost = (
            f"FROM (FROM {name} WHERE visit_occurrence_id IS NOT NULL) ANTI JOIN visit_occurrence "
            "USING (person_id, visit_occurrence_id) SELECT count(*)"
        )
        assert ask(practice, lost) == [(0,)]


def test_doses_and_meetings_are_those_of_the_truth(practice: Path) -> None:
    doses = (
        "SELECT count(*) FROM truth t JOIN (SELECT person_id, count(*) n FROM drug_exposure "
        "GROUP BY 1) d USING (person_id) WHERE t.doses_taken <> d.n"
    )
    assert ask(practice, doses) == [(0,)]
    kept = (
        "SELECT t.integrated, min(coalesce(n, 0)), max(coalesce(n, 0)) FROM truth t LEFT JOIN "
        "(SELECT person_id, count(*) n FROM procedure_occurrence GROUP BY 1) USING (person_id) "
        "GROUP BY 1 ORDER BY 1"
    )
    assert ask(practice, kept) == [(False, 0, 2), (True, 3, 6)]


def test_the_quality_of_the_tables_is_only_short_of_concepts(
    practice: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What has no concept id keeps its word; everything else passes the dashboard's checks."""
    main(["registry", "quality", str(practice)])
    told = "".join(capsys.readouterr())
    kinds = ("fatal: ", "convention: ", "characterization: ")
    failed = [line for line in told.splitlines() if line.startswith(kinds)]
    assert failed
    assert "checks" in told
    assert [line for line in failed if not line.startswith("convention: ")] == []


def test_the_report_finds_the_truth_where_loss_is_by_chance(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The score 28 days after a course of 17.5 days lies in week 6."""
    folder = made(tmp_path / "chance", "--loss", "chance", people=10_000)
    told = json.loads((folder / "truth.json").read_bytes())["visits"][3]
    capsys.readouterr()
    assert main(["registry", "report", str(folder), "--instrument", "phq9"]) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    week = next(row for row in rows if row[:1] == ["6"])
    seen, response = int(week[1]), float(week[4].rstrip("%")) / 100
    assert seen == pytest.approx(10_000 * told["measured"], abs=2)
    assert response == pytest.approx(told["response"], abs=0.015)


def test_nothing_of_the_truth_stands_in_the_tables(practice: Path) -> None:
    secret = {"latent_class", "reach", "hazard_ratio", "holds_days"}
    for name in tables():
        assert not secret & set(pq.read_schema(cdm.file_of(practice, name)).names)


def test_the_truths_say_what_an_analysis_should_find(practice: Path) -> None:
    told = json.loads((practice / "truth.json").read_bytes())
    assert (told["preset"], told["people"], told["seed"]) == ("iv-community", 2_500, 1)
    assert told["hazard_ratio_of_integration"] == 0.6
    assert 0.4 < told["visits"][2]["response"] < 0.65
    assert set(told["durability"]["kept"]) == {"28", "56", "90", "180"}


def test_the_same_seed_gives_the_same_bytes_whatever_is_held_at_once(tmp_path: Path) -> None:
    one = bytes_of(made(tmp_path / "one"))
    assert bytes_of(made(tmp_path / "again")) == one
    plan, other = population.plan("iv-community", seed=1), tmp_path / "other"
    other.mkdir()
    assert list(command.written(plan, 2_500, other, at_once=1)) == [1_000, 2_000, 2_500]
    assert bytes_of(other) == one
    assert bytes_of(made(tmp_path / "seed", "--seed", "2")) != one


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--people", "0"], "at least 1"),
        (["--seed", "-1"], "at least 0"),
        (["--integrated", "1.2"], "between 0 and 1"),
        (["--preset", "kap", "--confounded"], "nothing confounds"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_written(
    words: list[str], why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "new"
    asked = ["synthesize", "--preset", "sl-home", "--people", "10", "--to", str(folder), *words]
    with pytest.raises(SystemExit) as left:
        main(asked)
    assert left.value.code == 1
    assert why in " ".join(capsys.readouterr().err.split())
    assert not folder.exists() or not any(folder.iterdir())


def test_a_folder_that_holds_something_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(SystemExit):
        main(["synthesize", "--preset", "kap", "--people", "10", "--to", str(tmp_path)])
    assert "not empty" in capsys.readouterr().err
    assert [file.name for file in tmp_path.iterdir()] == ["notes.txt"]


def test_null_and_confounded_are_kept_in_the_truth(tmp_path: Path) -> None:
    folder = made(tmp_path / "null", "--null", "--confounded", "--loss", "chance", people=200)
    told = json.loads((folder / "truth.json").read_bytes())
    assert told["hazard_ratio_of_integration"] == 1
    assert (told["confounded"], told["loss"]) == (True, "chance")


def test_many_more_people_need_little_more_memory(tmp_path: Path) -> None:
    """Peak of the whole process; five times the people are not half as much again."""
    peaks = []
    for people in (20_000, 100_000):
        words = [*["-m", "kapstone.cli", "synthesize", "--preset", "kap", "--people"], str(people)]
        line = (
            "import resource, runpy, sys; sys.argv = ['kapstone', *sys.argv[1:]]\n"
            "try: runpy.run_module('kapstone.cli', run_name='__main__')\n"
            "except SystemExit: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
        )
        done = subprocess.run(
            [sys.executable, "-c", line, *words[2:], "--to", str(tmp_path / str(people))],
            capture_output=True,
            text=True,
            check=True,
        )
        peaks.append(int(done.stdout.split()[-1]))
    assert peaks[1] < 1.5 * peaks[0]
