"""When people are typically near how they were before: a range from the sources, no forecast.

It knows the route and when the medicine was given; it does not know this person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Literal, Self

from pydantic import model_validator

from kapstone.knowledge import Knowledge, KnowledgeError, rows
from kapstone.knowledge.dose_day import route_named, routes


class Window(Knowledge):
    """The usual minutes of a route, from the end of the infusion or from what was given last.

    `never_before_min` counts from the first dose.
    """

    id: str
    route: str
    since: Literal["end", "last_dose"]
    after_min: tuple[int, int]
    never_before_min: int | None = None
    evidence: tuple[str, ...]
    words: str
    basis: str
    sources: tuple[str, ...]

    @model_validator(mode="after")
    def runs_forward(self) -> Self:
        low, high = self.after_min
        if not 0 < low <= high:
            raise ValueError("from some minute to a later one")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class NearBaseline:
    """From when to when people are typically near how they were, and the row that says so."""

    earliest: datetime
    latest: datetime
    words: str
    source: str


@cache
def windows() -> Mapping[str, Window]:
    """The windows by route, some routes none; raises KnowledgeError for a route not there."""
    found = {row.route: row for row in rows("monitoring/windows.toml", "window", Window)}
    if unknown := found.keys() - routes().keys():
        raise KnowledgeError(f"windows.toml: no such route: {unknown}")
    for row in found.values():
        if (row.since == "end") != routes()[row.route].infused:
            raise KnowledgeError(f"windows.toml: {row.id}: only an infusion counts from its end")
    return found


def near_baseline(
    route: str, *, first_at: datetime | None, given_until: datetime | None
) -> NearBaseline | None:
    """The usual window after a giving that began and ended at these times.

    `given_until` is the end of an infusion, as planned while it runs, or the last dose. None where
    the route has no row, or where a time it counts from is not known.
    """
    row = windows().get(route_named(route).id)
    if row is None or given_until is None:
        return None
    low, high = (given_until + timedelta(minutes=minutes) for minutes in row.after_min)
    if row.never_before_min is not None:
        if first_at is None:
            return None
        least = first_at + timedelta(minutes=row.never_before_min)
        low, high = max(low, least), max(high, least)
    source = f"{row.id} · {', '.join(row.sources)}"
    return NearBaseline(earliest=low, latest=high, words=row.words, source=source)
