"""Writes and opens a registry: one Parquet file for each OMOP table, sorted, in bounded memory.

A batch is spooled as it comes. When all are there DuckDB sorts each table by code, person and date,
on disk beyond its memory, since a query of one code then reads a small part of the file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kapstone.registry.eras import ERAS, join_eras
from kapstone.registry.settings import bounds, quoted
from kapstone.registry.tables import Column, Table, table, tables

ROWS_OF_A_GROUP = 122_880
SPOOL = ".unsorted"


class NotOfTheModel(ValueError):
    """Rows that OMOP's tables do not take; says which table, which column and why."""


def arrow_type(column: Column) -> pa.DataType:
    """How Arrow holds it: ids of rows and people in 64 bits, concepts and counts in 32."""
    if column.kind == "integer":
        is_row = column.name.endswith("_id") and not column.name.endswith("_concept_id")
        return pa.int64() if is_row else pa.int32()
    kinds = {"numeric": pa.float64(), "date": pa.date32(), "timestamp": pa.timestamp("us")}
    return kinds.get(column.kind, pa.string())


def schema(name: str) -> pa.Schema:
    """The columns of an OMOP table in the order of the model; required ones are not nullable."""
    return pa.schema(
        [pa.field(c.name, arrow_type(c), nullable=not c.required) for c in table(name).parts]
    )


def file_of(folder: Path, name: str) -> Path:
    """Where a table lies: `FOLDER/measurement.parquet`."""
    return folder / f"{table(name).id}.parquet"


def shaped(name: str, columns: Mapping[str, Any]) -> pa.RecordBatch:
    """Columns as a batch of the table; one that is not given is null.

    Raises NotOfTheModel for a column that the table has not, a required one that is missing or has
    nulls, a text that is too long, or a value of another type.
    """
    if unknown := set(columns) - set(table(name).names):
        raise NotOfTheModel(f"{name}: no such column: {', '.join(sorted(unknown))}")
    length = max((len(values) for values in columns.values()), default=0)
    arrays = [
        shaped_column(name, part, columns.get(part.name), length) for part in table(name).parts
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema(name))


def shaped_column(name: str, part: Column, values: Any, length: int) -> pa.Array:
    try:
        made = pa.nulls(length, arrow_type(part)) if values is None else as_array(part, values)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as fault:
        raise NotOfTheModel(f"{name}.{part.name}: {fault}") from fault
    if part.required and made.null_count:
        raise NotOfTheModel(f"{name}.{part.name}: required, but {made.null_count} rows lack it")
    longest = pc.max(pc.utf8_length(made)).as_py() if part.length else None
    if part.length and longest and longest > part.length:
        raise NotOfTheModel(f"{name}.{part.name}: longer than {part.length} characters")
    return made


def as_array(part: Column, values: Any) -> pa.Array:
    """One array of the column's own type, from an array, a chunked one or any sequence."""
    wanted = arrow_type(part)
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    if isinstance(values, pa.Array):
        return values.cast(wanted)
    return pa.array(values, type=wanted, from_pandas=True)


class Writer:
    """Takes rows table by table and leaves a sorted registry in `folder` when it closes.

    `with Writer(folder) as writer: writer.write("observation", {"person_id": [1], ...})`. Arrays of
    numpy, of Arrow and lists serve; `memory_mb` bounds what sorting takes. A table without rows is
    written too, empty. When the block fails nothing of an earlier registry is touched.
    """

    def __init__(self, folder: Path, *, memory_mb: int = 1_000) -> None:
        self.folder = folder
        self.memory_mb = memory_mb
        self.counts = dict.fromkeys(tables(), 0)
        self.spool = folder / SPOOL
        self.open: dict[str, pq.ParquetWriter] = {}

    def __enter__(self) -> Self:
        self.spool.mkdir(parents=True, exist_ok=True)
        for left in self.spool.iterdir():
            left.unlink()
        return self

    def write(self, name: str, columns: Mapping[str, Any]) -> None:
        """Add rows to a table; see `shaped` for what is refused."""
        batch = shaped(name, columns)
        if name not in self.open:
            self.open[name] = pq.ParquetWriter(
                self.spool / f"{name}.parquet", schema(name), compression="zstd"
            )
        self.open[name].write_batch(batch)
        self.counts[name] += batch.num_rows

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for writer in self.open.values():
            writer.close()
        if fault is None:
            self.settle()
        for left in self.spool.iterdir():
            left.unlink()
        self.spool.rmdir()

    def settle(self) -> None:
        """Sort what was spooled into its place; a file is replaced only by a whole one."""
        for name, of in ERAS.items():
            if of in self.open and name not in self.open:
                join_eras(self.spool / f"{of}.parquet", name, self.spool, self.memory_mb)
        for name in tables():
            if (self.spool / f"{name}.parquet").exists():
                sort_into(self.spool / f"{name}.parquet", table(name), self.memory_mb)
            else:
                pq.write_table(schema(name).empty_table(), self.spool / f"{name}.sorted")
        for name in tables():
            (self.spool / f"{name}.sorted").replace(file_of(self.folder, name))


def sort_into(spooled: Path, of: Table, memory_mb: int) -> None:
    """Write the spooled rows of a table beside it, sorted; beyond `memory_mb` on disk."""
    connection = duckdb.connect(config=bounds(memory_mb, spooled.parent / "spill"))
    wanted = spooled.with_suffix(".sorted")
    by = ", ".join(f'"{name}"' for name in of.sorted)
    with connection:
        connection.execute(
            f"COPY (SELECT * FROM read_parquet($spooled) ORDER BY {by}) TO '{quoted(wanted)}' "  # noqa: S608
            f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROWS_OF_A_GROUP})",
            {"spooled": str(spooled)},
        )
    spooled.unlink()


def there(folder: Path) -> Sequence[str]:
    """The tables that a folder has a file of."""
    return [name for name in tables() if file_of(folder, name).is_file()]
