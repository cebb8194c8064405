"""The tables and columns of OMOP CDM 5.4, as the knowledge file has them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property

from kapstone.knowledge import Knowledge, KnowledgeError, rows

FILE = "registry/cdm.toml"
COLUMN = re.compile(
    r"(?P<name>\w+) (?P<kind>integer|numeric|date|timestamp|text|varchar\((?P<length>\d+)\))"
    r"(?P<required> not null)?"
    r"(?: -> (?P<target>\w+)(?: (?P<domain>[A-Z][\w ]*))?(?:/(?P<group>\w+))?)?"
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column as the model's DDL has it; `target` is the table that it points to.

    `domain` and `group` are what the vocabulary says its concept is of, or empty. `length` is the
    longest text in characters; None where there is no limit.
    """

    name: str
    kind: str
    required: bool
    length: int | None
    target: str
    domain: str
    group: str


class Table(Knowledge):
    """A table of the model; `key` is the column that tells its rows apart, empty without one."""

    id: str
    key: str = ""
    sorted: tuple[str, ...]
    columns: tuple[str, ...]
    sources: tuple[str, ...]

    @cached_property
    def parts(self) -> tuple[Column, ...]:
        return tuple(column(text) for text in self.columns)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(part.name for part in self.parts)


def column(text: str) -> Column:
    """Read one column's line; raises KnowledgeError when it is not one."""
    found = COLUMN.fullmatch(text)
    if found is None:
        raise KnowledgeError(f"{FILE}: not a column: {text}")
    return Column(
        name=found["name"],
        kind=found["kind"].split("(")[0],
        required=bool(found["required"]),
        length=int(found["length"]) if found["length"] else None,
        target=found["target"] or "",
        domain=found["domain"] or "",
        group=found["group"] or "",
    )


@cache
def tables() -> dict[str, Table]:
    """Every table that a registry has, by its name in the model."""
    return {row.id: row for row in rows(FILE, "table", Table)}


def table(name: str) -> Table:
    """The table of that name; raises KnowledgeError naming those there are."""
    if name not in tables():
        raise KnowledgeError(f"no such table: {name}; there are {', '.join(tables())}")
    return tables()[name]
