"""What the commands of a registry need: its extra, its vocabulary, and plain words when not."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from kapstone.cli import application

INDENT = orjson.OPT_INDENT_2
EXTRA = frozenset({"duckdb", "ibis", "pyarrow"})
MISSING = (
    "the registry needs DuckDB, Ibis and Arrow, which are an extra: "
    'pip install "kapstone[registry]".'
)


def add_vocabulary(deed: Any) -> None:
    deed.add_argument(
        "--vocabulary", type=Path, metavar="DIR", help="Athena's CONCEPT.csv and VOCABULARY.csv"
    )


@contextmanager
def plainly() -> Iterator[None]:
    """Say in one line what is wrong with a folder, an engine, a file or a vocabulary."""
    try:
        from kapstone.registry import analyses, benchmarks, cdm, concepts, engines  # noqa: PLC0415
    except ImportError as missing:
        if missing.name and missing.name.split(".")[0] in EXTRA:
            application.refuse(MISSING)
        raise
    try:
        yield
    except (
        *(engines.NoEngine, engines.NoRegistry, concepts.NoVocabulary, cdm.NotOfTheModel),
        *(analyses.NoThresholds, benchmarks.NotGenuine, OSError),
    ) as fault:
        application.refuse(str(fault))


def vocabulary_of(given: argparse.Namespace) -> Any:
    from kapstone.registry.concepts import Vocabulary, read_vocabulary  # noqa: PLC0415

    return read_vocabulary(given.vocabulary) if given.vocabulary else Vocabulary()
