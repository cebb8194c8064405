"""The data of this room: every row is sourced, no code means two things."""

from __future__ import annotations

from collections import Counter
from typing import Any, get_args

import pytest

from kapstone.fhir.codes import observations_read, signs
from kapstone.fhir.values import Sign
from kapstone.knowledge import read
from kapstone.units import known_unit

FILES = ["signs", "observations", "left_out", "versions"]


def all_rows(name: str) -> list[dict[str, Any]]:
    return [row for table in read(f"fhir/{name}.toml").values() for row in table]


@pytest.mark.parametrize("name", FILES)
def test_every_source_is_known(name: str) -> None:
    known = {row["id"] for row in all_rows("sources")}
    assert {source for row in all_rows(name) for source in row["sources"]} <= known
    assert all(row["sources"] for row in all_rows(name))


@pytest.mark.parametrize("name", FILES)
def test_no_id_stands_twice(name: str) -> None:
    assert [
        key for key, count in Counter(r["id"] for r in all_rows(name)).items() if count > 1
    ] == []


def test_no_code_means_two_things() -> None:
    rows = [*all_rows("signs"), *all_rows("observations")]
    written = [code for row in rows for code in row["loinc"]]
    assert len(written) == len(set(written)) == len(signs()) + len(observations_read())


def test_every_sign_has_a_row_with_a_known_unit() -> None:
    rows = {row.id: row for row in signs().values()}
    assert set(rows) == set(get_args(Sign))
    assert [row.id for row in rows.values() if known_unit(row.unit) != row.unit] == []
    assert [row.id for row in rows.values() if row.least >= row.most] == []


def loinc_check_digit(body: str) -> int:
    """Mod 10 (Luhn) over the digits before the hyphen, as the LOINC Users' Guide sets it."""
    doubled = "".join(str(int(digit) * 2) for digit in body[::-2])
    return -sum(map(int, doubled + body[-2::-2])) % 10


@pytest.mark.parametrize("code", sorted([*signs(), *observations_read()]))
def test_every_loinc_code_has_its_check_digit(code: str) -> None:
    body, digit = code.split("-")
    assert loinc_check_digit(body) == int(digit)
