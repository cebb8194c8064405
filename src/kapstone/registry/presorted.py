"""Writes a registry from rows that come in order of person and date within each code.

Whoever makes rows code by code need not have them sorted again: each code is spooled apart, with
what all its rows share kept once, and the codes are laid end to end. The same rows give the same
bytes, in whatever parts they came.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from kapstone.registry.cdm import (
    ROWS_OF_A_GROUP,
    SPOOL,
    NotOfTheModel,
    arrow_type,
    as_array,
    file_of,
    schema,
    shaped,
)
from kapstone.registry.tables import Table, table, tables

Code = tuple[Any, ...]
LZ4 = pa.ipc.IpcWriteOptions(compression="lz4")


class Presorted:
    """Takes rows in their order and leaves a registry in `folder` when it closes.

    A column is an array, or one number or word that all rows have. Of the columns that sort a table
    those given as one value are its code. When the block fails nothing of an earlier registry is
    touched. Raises NotOfTheModel as `cdm.shaped` does.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.spool = folder / SPOOL
        self.shared: dict[tuple[str, Code], dict[str, Any]] = {}
        self.open: dict[tuple[str, Code], Any] = {}

    def __enter__(self) -> Self:
        self.spool.mkdir(parents=True, exist_ok=True)
        for left in self.spool.iterdir():
            left.unlink()
        return self

    def write(self, name: str, columns: Mapping[str, Any]) -> None:
        """Add rows to a table, behind those of the same code."""
        of, shared = table(name), {k: v for k, v in columns.items() if is_shared(v)}
        batch = spooled(of, {k: v for k, v in columns.items() if k not in shared})
        key = name, tuple(shared[each] for each in of.sorted if each in shared)
        if self.shared.setdefault(key, shared) != shared:
            raise NotOfTheModel(f"{name}: rows of one code differ in what they share")
        if key not in self.open:
            file = self.spool / f"{len(self.open)}.arrow"
            self.open[key] = pa.ipc.new_file(file, batch.schema, options=LZ4), file
        self.open[key][0].write_batch(batch)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for writer, _ in self.open.values():
            writer.close()
        if fault is None:
            with ThreadPoolExecutor(2) as both:
                list(both.map(self.settle, tables()))
            for name in tables():
                (self.spool / f"{name}.parquet").replace(file_of(self.folder, name))
        for left in self.spool.iterdir():
            left.unlink()
        self.spool.rmdir()

    def settle(self, name: str) -> None:
        """Lay the codes of a table end to end."""
        of, wanted = table(name), schema(name)
        with pq.ParquetWriter(
            self.spool / f"{name}.parquet",
            wanted,
            compression="zstd",
            use_dictionary=[part.name for part in of.parts if part.name not in counted(of)],
            column_encoding=dict.fromkeys(counted(of), "DELTA_BINARY_PACKED"),
        ) as writer:
            for code in sorted(code for held, code in self.open if held == name):
                for group in groups(self.open[name, code][1]):
                    columns = {column: group[column] for column in group.column_names}
                    rows = group.num_rows
                    same = self.shared[name, code].items()
                    columns |= {c: pa.repeat(typed(of, c, value), rows) for c, value in same}
                    writer.write_batch(shaped(name, columns), row_group_size=ROWS_OF_A_GROUP)


def is_shared(value: Any) -> bool:
    return isinstance(value, (int, str))


def spooled(of: Table, columns: Mapping[str, Any]) -> pa.RecordBatch:
    """The columns that differ from row to row, in the types of the model."""
    parts = {part.name: part for part in of.parts}
    if unknown := set(columns) - set(parts):
        raise NotOfTheModel(f"{of.id}: no such column: {', '.join(sorted(unknown))}")
    arrays = {name: as_array(parts[name], values) for name, values in columns.items()}
    return pa.RecordBatch.from_pydict(arrays)


def typed(of: Table, name: str, value: Any) -> pa.Scalar:
    (part,) = (part for part in of.parts if part.name == name)
    return pa.scalar(value, arrow_type(part))


def counted(of: Table) -> list[str]:
    """The ids of rows and people, which rise from row to row and repeat too seldom for a list."""
    return [
        part.name for part in of.parts if part.kind == "integer" and arrow_type(part) == pa.int64()
    ]


def groups(file: Path) -> Iterator[pa.Table]:
    """The rows of a code in groups of one size, whatever the parts were that they came in."""
    held: list[pa.RecordBatch] = []
    with pa.ipc.open_file(file) as read:
        for number in range(read.num_record_batches):
            held.append(read.get_batch(number))
            while sum(batch.num_rows for batch in held) >= ROWS_OF_A_GROUP:
                every = pa.Table.from_batches(held)
                yield every.slice(0, ROWS_OF_A_GROUP)
                held = every.slice(ROWS_OF_A_GROUP).to_batches()
    if held:
        yield pa.Table.from_batches(held)
