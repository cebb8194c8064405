"""How often ketamine was given where it was studied, and what a controlled-drug register holds."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Self

from pydantic import model_validator

from kapstone.knowledge import Knowledge, rows
from kapstone.screening.rules import refuse_doubles

LIMITS = "screening/limits.toml"


class Sourced(Knowledge):
    """A row that names its sources, or is the practice's own setting (DEFAULT)."""

    id: str
    sources: tuple[str, ...]
    basis: str
    confidence: str

    @model_validator(mode="after")
    def has_a_source(self) -> Self:
        if not self.sources and self.basis != "DEFAULT":
            raise ValueError("give a source, or basis DEFAULT")
        return self


class Reference(Sourced):
    """A figure to read beside an order; `kept` says where the practice sees to it."""

    statement: str
    value: str
    kept: str | None = None


class Entry(Sourced):
    """One entry that a controlled-drug register holds; unknown to hold after `valid_to`."""

    log: str
    field: str
    note: str
    valid_to: date | None = None


@cache
def limits() -> tuple[Reference, ...]:
    """Every reference figure, in file order."""
    found = tuple(rows(LIMITS, "limit", Reference))
    refuse_doubles(LIMITS, [row.id for row in found])
    return found


@cache
def register() -> tuple[Entry, ...]:
    """What the controlled-drug register holds, in file order."""
    found = tuple(rows(LIMITS, "register", Entry))
    refuse_doubles(LIMITS, [row.id for row in found])
    return found
