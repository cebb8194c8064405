"""The two scores before going home: modified Aldrete, and PADSS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from kapstone.knowledge import Knowledge, KnowledgeError, rows

MOST = 2


class Item(Knowledge):
    """One item; `options` are its words for 0, 1 and 2. `counts_as` is a score never asked for."""

    id: str
    label: str
    options: tuple[str, str, str]
    counts_as: int | None = None


class Tool(Knowledge):
    """A discharge score in one named version, which is stored with the score."""

    id: str
    title: str
    version: str
    passes_at: int
    no_item_at_zero: bool
    items: tuple[Item, ...]
    basis: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DischargeScore:
    """A score: `total` is None while an item is missing, `passes` while it may go either way.

    `points` are those of each item, None where it was left out.
    """

    tool: str
    version: str
    total: int | None
    missing: tuple[str, ...]
    passes: bool | None
    points: Mapping[str, int | None] = field(default_factory=dict)


@cache
def tools() -> Mapping[str, Tool]:
    return {tool.id: tool for tool in rows("monitoring/discharge.toml", "tool", Tool)}


def score_discharge(tool: str, answers: Mapping[str, int | None]) -> DischargeScore:
    """Score `aldrete` or `padss` from 0, 1 or 2 for each item id [S93].

    A missing item gives no total. `passes` is already False once the rest cannot save it.
    Raises KnowledgeError for an unknown tool, ValueError for an unknown item or another number.
    """
    if tool not in tools():
        raise KnowledgeError(f"no such discharge score: {tool}; there are {', '.join(tools())}")
    row = tools()[tool]
    _refuse_strangers(row, answers)
    given = {
        item.id: answers.get(item.id) if item.counts_as is None else item.counts_as
        for item in row.items
    }
    missing = tuple(name for name, points in given.items() if points is None)
    known = [points for points in given.values() if points is not None]
    return DischargeScore(
        tool=row.id,
        version=row.version,
        total=None if missing else sum(known),
        missing=missing,
        passes=_passes(row, known, len(missing)),
        points=given,
    )


def _refuse_strangers(row: Tool, answers: Mapping[str, int | None]) -> None:
    asked = {item.id for item in row.items}
    for name, points in answers.items():
        if name not in asked:
            raise ValueError(f"{row.id}: no such item: {name}")
        if points is not None and points not in range(MOST + 1):
            raise ValueError(f"{row.id}: {name}: {points} is not 0, 1 or 2")


def _passes(row: Tool, known: list[int], missing: int) -> bool | None:
    best = sum(known) + MOST * missing
    if best < row.passes_at or (row.no_item_at_zero and 0 in known):
        return False
    return None if missing else True
