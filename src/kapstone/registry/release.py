"""A research release: what the Safe Harbor list leaves, days since the first dose, no small cells.

Only what the knowledge file lists is taken. The manifest says what was asked, with hashes of the
question and of every file, and what stayed behind.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

import duckdb
import orjson
import pyarrow as pa

from kapstone.knowledge import Knowledge, rows
from kapstone.registry import cdm
from kapstone.registry.concepts import concepts
from kapstone.registry.engines import NoRegistry
from kapstone.registry.report import FEWEST
from kapstone.registry.settings import bounds, quoted

FILE = "registry/release.toml"
MANIFEST = "manifest.json"
OLDEST = 90
PEOPLE = """
CREATE TABLE people AS
SELECT p.person_id, known.released, gender_concept_id,
       min(drug_exposure_start_date) AS first,
       least(year(min(drug_exposure_start_date)) - any_value(year_of_birth), {oldest}) AS age
FROM read_parquet('{person}') p JOIN known USING (person_id)
JOIN read_parquet('{dose}') USING (person_id)
WHERE drug_concept_id IN ({drugs}) OR drug_source_value IN ('ketamine', 'esketamine')
GROUP BY ALL"""
# Ages are told by the year where enough people share it with their gender, else by the decade.
GROUPED = """
SELECT released AS person_id,
  CASE WHEN of_decade >= {fewest} THEN gender_concept_id END AS gender_concept_id,
  CASE WHEN of_year >= {fewest} THEN age
       WHEN of_decade >= {fewest} THEN age - age % 10 END AS age_at_first_dose,
  of_year >= {fewest} AS age_in_years
FROM (SELECT *, count(*) OVER (PARTITION BY gender_concept_id, age) AS of_year,
             count(*) OVER (PARTITION BY gender_concept_id, age // 10) AS of_decade FROM people)
ORDER BY person_id"""
EVENTS = """
SELECT released AS person_id, {day}, {columns} FROM read_parquet('{file}') e
JOIN people USING (person_id)
SEMI JOIN (SELECT {code} FROM read_parquet('{file}') JOIN people USING (person_id)
           GROUP BY ALL HAVING count(DISTINCT person_id) >= {fewest}) often
ON {same} ORDER BY ALL"""


class Released(Knowledge):
    """A table of the release: `day` are dates, `code` says what a row is of."""

    id: str
    day: tuple[str, ...]
    code: tuple[str, ...]
    columns: tuple[str, ...]
    sources: tuple[str, ...]


class Identifier(Knowledge):
    """A kind of identifier, and what becomes of it."""

    id: str
    done: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What was written: rows of each table, and how many rows stayed behind."""

    people: int
    rows: Mapping[str, int]
    stayed: Mapping[str, int]


@cache
def released() -> tuple[Released, ...]:
    return tuple(rows(FILE, "release", Released))


@cache
def identifiers() -> tuple[Identifier, ...]:
    return tuple(rows(FILE, "identifier", Identifier))


def hashed(person: int, secret: bytes) -> int:
    """The same number for the same person and secret, and no way back without the secret."""
    digest = hmac.digest(secret, str(person).encode(), "sha256")
    # Without the sign: 63 bits, so that two of a million people share one by a chance of 1 in 10^7.
    return int.from_bytes(digest[:8], "big") >> 1


def release(folder: Path, to: Path, *, secret: bytes, memory_mb: int = 1_500) -> Release:
    """Write the release of a registry into `to`, an empty folder or a new one.

    Raises NoRegistry for a folder that lacks its people or doses, ValueError for a secret of under
    32 bytes or a folder that holds something.
    """
    if len(secret) < 32:
        raise ValueError("the secret has to have 32 bytes or more")
    if not {"person", "drug_exposure"} <= set(cdm.there(folder)):
        raise NoRegistry(f"{folder}: person.parquet and drug_exposure.parquet have to be there")
    if to.exists() and any(to.iterdir()):
        raise ValueError(f"{to}: something lies there already")
    to.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(config=bounds(memory_mb, to / ".spill")) as connection:
        asked = people_known(connection, folder, secret)
        done = [*written(connection, folder, to)]
        count = one(connection, "SELECT count(*) FROM people")
    return settled(to, asked + [query for _, query, _, _ in done], done, count)


def people_known(connection: Any, folder: Path, secret: bytes) -> list[str]:
    """Make the table of those with a first dose; gives what was asked."""
    person = quoted(cdm.file_of(folder, "person"))
    ids = connection.execute(f"SELECT person_id FROM read_parquet('{person}')").fetchnumpy()  # noqa: S608
    numbers = ids["person_id"].tolist()
    hashes = [hashed(number, secret) for number in numbers]
    known = pa.table({"person_id": pa.array(numbers, pa.int64()), "released": hashes})
    connection.register("known", known)
    drugs = ", ".join(str(row.concept) for row in concepts().values() if row.domain == "Drug")
    dose = quoted(cdm.file_of(folder, "drug_exposure"))
    connection.execute(PEOPLE.format(person=person, dose=dose, drugs=drugs, oldest=OLDEST))
    return [PEOPLE]


def written(connection: Any, folder: Path, to: Path) -> Iterator[tuple[str, str, int, int]]:
    """Write each table: its name, what was asked, its rows, and those that stayed behind."""
    yield put(connection, to, "person", GROUPED.format(fewest=FEWEST), None)
    for table in (each for each in released() if each.id in cdm.there(folder)):
        file = quoted(cdm.file_of(folder, table.id))
        query = EVENTS.format(
            file=file,
            day=", ".join(f"{d} - first AS {d.removesuffix('_date')}_day" for d in table.day),
            columns=", ".join(f"e.{name}" for name in (*table.code, *table.columns)),
            code=", ".join(table.code),
            same=" AND ".join(f"e.{name} IS NOT DISTINCT FROM often.{name}" for name in table.code),
            fewest=FEWEST,
        )
        yield put(connection, to, table.id, query, file)


def put(
    connection: Any, to: Path, name: str, query: str, source: str | None
) -> tuple[str, str, int, int]:
    file = quoted(to / f"{name}.parquet")
    connection.execute(f"COPY ({query}) TO '{file}' (FORMAT parquet, COMPRESSION zstd)")
    count = one(connection, f"SELECT count(*) FROM '{file}'")  # noqa: S608
    all_of = one(connection, f"SELECT count(*) FROM '{source}'") if source else count  # noqa: S608
    # Where the files lie is nobody's business who reads the hash.
    told = query.replace(source, f"{name}.parquet") if source else query
    return name, told, count, all_of - count


def one(connection: Any, query: str) -> int:
    return int(connection.execute(query).fetchone()[0])


def settled(
    to: Path, asked: list[str], done: list[tuple[str, str, int, int]], people: int
) -> Release:
    found = Release(
        people=people,
        rows={name: count for name, _, count, _ in done},
        stayed={name: stayed for name, _, _, stayed in done if name != "person"},
    )
    manifest = {
        "form": "kapstone-release-1",
        "rule": "45 CFR 164.514(b)(2); dates as days since the first dose; no free text",
        "fewest": FEWEST,
        "identifiers": {each.id: each.done for each in identifiers()},
        "query_sha256": sha256("\n".join(asked).encode()).hexdigest(),
        "rows": found.rows,
        "rows_left_behind": {name: told(count) for name, count in found.stayed.items()},
        "data_sha256": {name: digest(to / f"{name}.parquet") for name in found.rows},
    }
    (to / MANIFEST).write_bytes(orjson.dumps(manifest, option=orjson.OPT_INDENT_2) + b"\n")
    return found


def told(count: int) -> int | str:
    """A small count could be somebody."""
    return f"fewer than {FEWEST}" if 0 < count < FEWEST else count


def digest(file: Path) -> str:
    with file.open("rb") as opened:
        return file_digest(opened, "sha256").hexdigest()
