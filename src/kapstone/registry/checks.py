"""What is asked of a registry's quality: OHDSI's types of check, and the rows they are asked of."""

from __future__ import annotations

from functools import cache
from typing import Literal

from kapstone.knowledge import Knowledge, rows

FILE = "registry/checks.toml"


class Check(Knowledge):
    """A type of check; `threshold` is the percentage of rows that may fail it."""

    id: str
    level: Literal["TABLE", "FIELD", "CONCEPT"]
    context: str
    category: str
    subcategory: str = ""
    severity: Literal["fatal", "convention", "characterization"]
    threshold: float
    words: str
    sources: tuple[str, ...]


class Range(Knowledge):
    """What a field can be, or that field of one concept; None is no limit."""

    id: str
    table: str
    field: str
    concept: int = 0
    low: float | None = None
    high: float | None = None
    basis: str = ""
    sources: tuple[str, ...]


class Units(Knowledge):
    """The units that a measurement can be in."""

    id: str
    concept: int
    units: tuple[int, ...]
    sources: tuple[str, ...]


class OfGender(Knowledge):
    """A condition that only people of one gender can have."""

    id: str
    concept: int
    gender: int
    sources: tuple[str, ...]


class Complete(Knowledge):
    """The percentage of people who may be without a row of the table `id`."""

    id: str
    threshold: float
    sources: tuple[str, ...]


@cache
def checks() -> dict[str, Check]:
    return {row.id: row for row in rows(FILE, "check", Check)}


@cache
def ranges() -> tuple[Range, ...]:
    return tuple(rows(FILE, "range", Range))


@cache
def units() -> tuple[Units, ...]:
    return tuple(rows(FILE, "unit", Units))


@cache
def genders() -> tuple[OfGender, ...]:
    return tuple(rows(FILE, "gender", OfGender))


@cache
def completeness() -> dict[str, float]:
    return {row.id: row.threshold for row in rows(FILE, "complete", Complete)}
