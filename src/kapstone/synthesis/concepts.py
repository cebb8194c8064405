"""What stands for what when a synthetic practice is written as OMOP tables."""

from __future__ import annotations

from functools import cache

from kapstone.knowledge import Knowledge, rows


class Concept(Knowledge):
    """An id of the standard vocabulary, 0 where none was seen, and the code it stands for."""

    id: str
    kind: str
    concept_id: int
    source_value: str
    named: str
    sources: tuple[str, ...]


@cache
def concepts() -> dict[str, Concept]:
    """Every concept by what it is here."""
    return {row.id: row for row in rows("synthesis/concepts.toml", "concept", Concept)}
