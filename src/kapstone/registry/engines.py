"""Opens a registry for Ibis: on DuckDB within set memory, or unchanged on the Spark a site has."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import ibis
from ibis.expr.types import Table

from kapstone.registry import cdm
from kapstone.registry.settings import bounds

Engine = Literal["duckdb", "spark"]
SPARK_MISSING = (
    "Spark is not installed here. It is an extra of Kapstone, `kapstone[spark]`, and needs "
    "Java 17; --engine duckdb gives the same answers without it."
)


class NoEngine(RuntimeError):
    """An engine that is not there; says what to install."""


class NoRegistry(ValueError):
    """A folder that is no registry; says which table it lacks."""


@dataclass(frozen=True)
class Lying(Mapping[str, Table]):
    """The tables of a folder, each opened when it is first asked for."""

    folder: Path
    connection: Any
    opened: dict[str, Table] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Table:
        if name not in self.opened:
            file = cdm.file_of(self.folder, name)
            if not file.is_file():
                raise KeyError(name)
            self.opened[name] = self.connection.read_parquet(str(file), table_name=name)
        return self.opened[name]

    def __iter__(self) -> Iterator[str]:
        return iter(cdm.there(self.folder))

    def __len__(self) -> int:
        return len(cdm.there(self.folder))


@dataclass(frozen=True, slots=True)
class Opened:
    """A registry that can be asked: its tables by their names in the model."""

    engine: Engine
    version: str
    tables: Mapping[str, Table]
    connection: Any

    def rows(self, asked: Table) -> list[dict[str, Any]]:
        """The rows of an answer."""
        if self.engine != "duckdb":
            return list(asked.to_pyarrow().to_pylist())
        # Without the round by which Ibis loads a library of frames that nobody here needs.
        found = self.connection.raw_sql(self.connection.compile(asked))
        return list(found.to_arrow_table().to_pylist())

    def keep(self, name: str, asked: Table) -> Table:
        """What was asked, worked out once for several questions; Spark works it out for each."""
        if self.engine != "duckdb":
            return asked
        # In its own words: Ibis 12 cannot drop a table with the SQL writer that it is locked to.
        asking = self.connection.compile(asked)
        self.connection.raw_sql(f"CREATE OR REPLACE TEMP TABLE kept_{name} AS {asking}")
        return self.connection.table(f"kept_{name}")


@contextmanager
def opened(
    folder: Path, engine: Engine = "duckdb", *, memory_mb: int = 1_500, threads: int | None = None
) -> Iterator[Opened]:
    """Open the folder for questions; `memory_mb` bounds what an engine holds, the rest is on disk.

    Raises NoRegistry for a folder without tables, NoEngine when the engine is not installed.
    """
    if not cdm.there(folder):
        raise NoRegistry(f"{folder}: no registry is there: no person.parquet")
    with TemporaryDirectory(prefix="kapstone-registry-") as spill:
        start = on_duckdb if engine == "duckdb" else on_spark
        connection, version = start(Path(spill), memory_mb, threads or os.cpu_count() or 1)
        try:
            yield Opened(engine, version, Lying(folder, connection), connection)
        finally:
            connection.disconnect()


def on_duckdb(spill: Path, memory_mb: int, threads: int) -> tuple[Any, str]:
    import duckdb  # noqa: PLC0415

    return ibis.duckdb.connect(threads=threads, **bounds(memory_mb, spill)), duckdb.__version__


def on_spark(spill: Path, memory_mb: int, threads: int) -> tuple[Any, str]:
    """A Spark of this process, or the site's own where SPARK_REMOTE or its settings name one."""
    try:
        from pyspark.sql import SparkSession  # noqa: PLC0415
    except ImportError as missing:
        raise NoEngine(SPARK_MISSING) from missing
    building = (
        SparkSession.builder.appName("kapstone registry")
        .master(os.environ.get("SPARK_MASTER", f"local[{threads}]"))
        .config("spark.ui.enabled", "false")
        .config("spark.driver.memory", f"{memory_mb}m")
        .config("spark.local.dir", str(spill))
        .config("spark.sql.shuffle.partitions", str(4 * threads))
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.log.level", "ERROR")
    )
    session = building.getOrCreate()
    return ibis.pyspark.connect(session), session.version
