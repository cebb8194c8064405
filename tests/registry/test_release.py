"""A research release holds nobody's dates, places, numbers or words, and no small cells."""

from __future__ import annotations

import re
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import pyarrow.parquet as pq
import pytest
from registry import made

from kapstone.registry import table
from kapstone.registry.engines import NoRegistry
from kapstone.registry.release import Release, hashed, identifiers, release, released
from kapstone.registry.report import FEWEST

SECRET = b"a secret of this practice, kept apart"
RARE = "a rare thing"


def rare(number: int) -> dict[str, Any]:
    return {
        "condition_occurrence_id": number,
        "person_id": number,
        "condition_concept_id": 0,
        "condition_start_date": made.FIRST,
        "condition_type_concept_id": 32817,
        "condition_source_value": RARE if number == 1 else "common",
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Forty people, each with a first dose on another day; one rare diagnosis."""
    scores = made.many(40)
    doses = [made.dose(int(name), made.FIRST + timedelta(days=int(name))) for name in scores]
    ill = [rare(int(name)) for name in scores]
    return made.registry(
        tmp_path / "registry", scores, drug_exposure=doses, condition_occurrence=ill
    )


def read(folder: Path, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(folder / f"{name}.parquet").to_pylist()
    return found


@pytest.fixture
def done(folder: Path, tmp_path: Path) -> Release:
    return release(folder, tmp_path / "out", secret=SECRET)


def test_only_listed_columns_leave(done: Release, tmp_path: Path) -> None:
    out = tmp_path / "out"
    names = {path.stem for path in out.glob("*.parquet")}
    assert names == {"person", *(each.id for each in released())}
    for name in names:
        columns = set(pq.read_schema(out / f"{name}.parquet").names)
        assert not [c for c in columns if re.search("date|time|location|provider|care_site", c)]
        assert table(name).key not in columns - {"person_id"}
    assert "person_source_value" not in pq.read_schema(out / "person.parquet").names


def test_dates_are_days_since_the_first_dose(done: Release, folder: Path, tmp_path: Path) -> None:
    first = {int(n): made.FIRST + timedelta(days=int(n)) for n in made.many(40)}
    wanted = sorted(
        (hashed(row["person_id"], SECRET), (row["observation_date"] - first[row["person_id"]]).days)
        for row in read(folder, "observation")
    )
    rows = read(tmp_path / "out", "observation")
    assert sorted((row["person_id"], row["observation_day"]) for row in rows) == wanted
    assert {row["drug_exposure_start_day"] for row in read(tmp_path / "out", "drug_exposure")} == {
        0
    }


def test_a_code_of_one_person_stays_behind(done: Release, tmp_path: Path) -> None:
    said = {row["condition_source_value"] for row in read(tmp_path / "out", "condition_occurrence")}
    assert said == {"common"}
    assert done.stayed["condition_occurrence"] == 1
    manifest = orjson.loads((tmp_path / "out/manifest.json").read_bytes())
    assert manifest["rows_left_behind"]["condition_occurrence"] == f"fewer than {FEWEST}"


def test_a_person_who_is_alone_in_their_age_has_none(done: Release, tmp_path: Path) -> None:
    """The first person was born in 1930, everybody else in 1980."""
    people = {row["person_id"]: row for row in read(tmp_path / "out", "person")}
    alone = people[hashed(1, SECRET)]
    assert (alone["age_at_first_dose"], alone["gender_concept_id"]) == (None, None)
    assert {row["age_at_first_dose"] for key, row in people.items() if row is not alone} == {46}


def test_everybody_over_89_is_one_age(folder: Path, tmp_path: Path) -> None:
    old = [made.person(n) | {"year_of_birth": 1915 + n % 20} for n in range(1, 41)]
    doses = [made.dose(n) for n in range(1, 41)]
    made.registry(folder, made.many(40), person=old, drug_exposure=doses)
    release(folder, tmp_path / "old", secret=SECRET)
    assert {row["age_at_first_dose"] for row in read(tmp_path / "old", "person")} == {90}


def test_the_hash_needs_the_secret_and_stays_the_same(done: Release, tmp_path: Path) -> None:
    assert hashed(7, SECRET) == hashed(7, SECRET)
    assert hashed(7, SECRET) != hashed(7, b"the secret of another practice, as long")
    assert {row["person_id"] for row in read(tmp_path / "out", "person")} == {
        hashed(int(name), SECRET) for name in made.many(40)
    }


def test_the_manifest_has_the_hash_of_each_file(
    done: Release, folder: Path, tmp_path: Path
) -> None:
    manifest = orjson.loads((tmp_path / "out/manifest.json").read_bytes())
    for name, said in manifest["data_sha256"].items():
        assert sha256((tmp_path / f"out/{name}.parquet").read_bytes()).hexdigest() == said
    assert set(manifest["identifiers"]) == {each.id for each in identifiers()}
    release(folder, tmp_path / "again", secret=SECRET)
    again = orjson.loads((tmp_path / "again/manifest.json").read_bytes())
    assert again["query_sha256"] == manifest["query_sha256"]
    assert again["data_sha256"] == manifest["data_sha256"]


def test_what_cannot_be_released_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        release(folder, tmp_path / "out", secret=b"short")
    with pytest.raises(ValueError, match="lies there already"):
        release(folder, folder, secret=SECRET)
    with pytest.raises(NoRegistry):
        release(tmp_path / "nothing", tmp_path / "out", secret=SECRET)
