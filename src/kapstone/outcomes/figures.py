"""A figure of a page as it is shown, read aloud and taken away: its words, its table, its query."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kapstone.outcomes.proportions import Estimate

Value = str | int | float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One curve of a figure: over `x` what was found, with its bounds; None is not told.

    `kind` is points (with bars), line (points joined), step, limit or centre.
    """

    name: str
    x: tuple[float, ...]
    y: tuple[float | None, ...]
    low: tuple[float | None, ...] = ()
    high: tuple[float | None, ...] = ()
    kind: str = "points"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What was asked, what is known, of how many, and what it cannot show.

    `rows` are the figures as told; "hidden" stands for a count that could be somebody.
    """

    id: str
    title: str
    definition: str
    n: str
    cannot: str = ""
    head: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    lines: tuple[Line, ...] = ()
    axis: str = ""
    unit: str = "%"
    asked: Mapping[str, Any] = field(default_factory=dict)

    def as_csv(self, query: Mapping[str, Any]) -> str:
        """The table; its definition, n and query stand above it on lines that begin with #."""
        out = io.StringIO()
        for name, words in self.told(query).items():
            out.write(f"# {name}: {words}\n")
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(self.head)
        writer.writerows([["" if each is None else each for each in row] for row in self.rows])
        return out.getvalue()

    def as_data(self, query: Mapping[str, Any]) -> dict[str, Any]:
        """The same for a program; rows by the names of the columns."""
        rows = [dict(zip(self.head, row, strict=True)) for row in self.rows]
        return {**self.told(query), "rows": rows}

    def told(self, query: Mapping[str, Any]) -> dict[str, Any]:
        words = {"figure": self.title, "definition": self.definition, "n": self.n}
        return {**words, "cannot show": self.cannot, "query": {**query, **self.asked}}


def percent(share: float | None) -> Value:
    """A share as it is told: in whole percent, None for what is not known."""
    return None if share is None else round(100 * share)


def share_of(found: Estimate | None) -> Value:
    """The share itself in whole percent."""
    return percent(found.value) if found else None


def between(found: Estimate | None) -> str:
    """The bounds in percent, empty where there are none."""
    return "" if found is None else f"{percent(found.lower)} to {percent(found.upper)}"


def drawn(name: str, x: list[float], found: list[Estimate | None], kind: str = "points") -> Line:
    """Shares with their bounds as a line, in percent."""

    def part(which: str) -> tuple[float | None, ...]:
        return tuple(None if e is None else 100 * getattr(e, which) for e in found)

    return Line(
        name=name, x=tuple(x), y=part("value"), low=part("lower"), high=part("upper"), kind=kind
    )
