"""A registry on disk has OMOP's own tables, columns and types, sorted, or is not written."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kapstone.knowledge import KnowledgeError
from kapstone.registry import cdm, table, tables
from kapstone.registry.tables import column


def scores(**other: Any) -> dict[str, Any]:
    rows = {
        "observation_id": [1, 2, 3],
        "person_id": [7, 7, 2],
        "observation_concept_id": [3042932, 3042932, 3042932],
        "observation_date": [date(2026, 2, 1), date(2026, 1, 1), date(2026, 3, 1)],
        "observation_type_concept_id": [32865] * 3,
        "value_as_number": [8.0, 16.0, None],
        "observation_source_value": ["phq9"] * 3,
    }
    return rows | other


def written(folder: Path, **other: Any) -> pa.Table:
    with cdm.Writer(folder) as writer:
        writer.write("observation", scores(**other))
    return pq.read_table(cdm.file_of(folder, "observation"))


def test_columns_stand_as_the_ddl_has_them() -> None:
    assert table("observation").names[:4] == (
        "observation_id",
        "person_id",
        "observation_concept_id",
        "observation_date",
    )
    assert cdm.schema("episode_event").names == [
        "episode_id",
        "event_id",
        "episode_event_field_concept_id",
    ]
    assert cdm.schema("death").field("death_date").type == pa.date32()


def test_there_is_no_place_for_free_text_of_a_note() -> None:
    assert "note" not in tables()
    with pytest.raises(KnowledgeError, match="no such table: note"):
        cdm.schema("note")


def test_every_order_and_target_names_what_there_is() -> None:
    for row in tables().values():
        assert {*row.sorted, *([row.key] if row.key else [])} <= set(row.names), row.id
        assert {c.target for c in row.parts if c.target} <= {*tables(), "concept"}, row.id


def test_a_line_that_is_no_column_is_refused() -> None:
    with pytest.raises(KnowledgeError, match="not a column"):
        column("person_id whole number")


def test_rows_come_back_by_code_person_and_date(tmp_path: Path) -> None:
    back = written(tmp_path)
    assert back.column("person_id").to_pylist() == [2, 7, 7]
    assert back.column("value_as_number").to_pylist() == [None, 16.0, 8.0]
    assert back.schema.types == cdm.schema("observation").types


def test_every_table_is_there_and_nothing_else(tmp_path: Path) -> None:
    written(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(f"{n}.parquet" for n in tables())
    assert pq.read_table(cdm.file_of(tmp_path, "person")).schema.names == list(
        table("person").names
    )


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"person_id": [7, None, 2]}, "person_id: required"),
        ({"person": [1, 2, 3]}, "no such column: person"),
        ({"observation_source_value": ["x" * 51] * 3}, "longer than 50"),
        ({"observation_date": ["soon"] * 3}, "observation_date"),
    ],
)
def test_what_the_model_does_not_take_is_refused(
    tmp_path: Path, other: dict[str, Any], why: str
) -> None:
    with pytest.raises(cdm.NotOfTheModel, match=why):
        written(tmp_path, **other)


def test_a_failed_write_leaves_the_earlier_registry(tmp_path: Path) -> None:
    before = written(tmp_path)
    with pytest.raises(cdm.NotOfTheModel):
        written(tmp_path, person_id=[None, None, None])
    assert pq.read_table(cdm.file_of(tmp_path, "observation")).equals(before)
    assert not (tmp_path / cdm.SPOOL).exists()
