"""Rows that come in order code by code are laid end to end, the same whatever the parts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from kapstone.registry import cdm, tables
from kapstone.registry.presorted import Presorted


def rows(first: int, last: int, concept: int = 7) -> dict[str, object]:
    ids = np.arange(first, last)
    return {
        "observation_id": ids + concept * 1_000_000,
        "person_id": ids,
        "observation_concept_id": concept,
        "observation_source_value": f"code {concept}",
        "observation_date": np.full(len(ids), np.datetime64("2024-01-02")),
        "observation_type_concept_id": 32865,
    }


def read(folder: Path) -> list[tuple[int, int]]:
    found = pq.read_table(cdm.file_of(folder, "observation"))
    ids = found["observation_concept_id"].to_pylist(), found["person_id"].to_pylist()
    return list(zip(*ids, strict=True))


def test_codes_lie_one_behind_the_other_and_parts_leave_no_trace(tmp_path: Path) -> None:
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    many = cdm.ROWS_OF_A_GROUP + 5
    with Presorted(whole) as writer:
        writer.write("observation", rows(0, many, 9))
        writer.write("observation", rows(0, 3, 7))
    with Presorted(parts) as writer:
        writer.write("observation", rows(0, 10, 9))
        writer.write("observation", rows(0, 3, 7))
        writer.write("observation", rows(10, many, 9))
    assert read(whole)[:4] == [(7, 0), (7, 1), (7, 2), (9, 0)]
    assert read(whole) == sorted(read(whole))
    assert len(read(whole)) == many + 3
    for name in tables():
        one, other = (cdm.file_of(each, name).read_bytes() for each in (whole, parts))
        assert one == other


def test_it_is_what_the_sorting_writer_leaves(tmp_path: Path) -> None:
    with Presorted(tmp_path / "one") as writer:
        writer.write("observation", rows(0, 50))
    with cdm.Writer(tmp_path / "other") as sorting:
        spread = {
            name: [value] * 50 if isinstance(value, (int, str)) else value
            for name, value in rows(0, 50).items()
        }
        sorting.write("observation", spread)
    one, other = (
        pq.read_table(cdm.file_of(tmp_path / each, "observation")) for each in ("one", "other")
    )
    assert one.equals(other.cast(one.schema))


def test_rows_of_one_code_share_the_same(tmp_path: Path) -> None:
    with (
        pytest.raises(cdm.NotOfTheModel, match="differ in what they share"),
        Presorted(tmp_path) as writer,
    ):
        writer.write("observation", rows(0, 3))
        writer.write("observation", rows(3, 6) | {"observation_type_concept_id": 1})
    assert list(tmp_path.iterdir()) == []


def test_a_column_that_the_model_has_not_is_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(cdm.NotOfTheModel, match="no such column: mood"),
        Presorted(tmp_path) as writer,
    ):
        writer.write("observation", rows(0, 3) | {"mood": np.arange(3)})
