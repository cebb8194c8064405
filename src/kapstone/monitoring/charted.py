"""Where a discharge score says more than the readings that were charted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Literal

from kapstone.knowledge import Knowledge, rows
from kapstone.monitoring.readings import Figure, Reading, latest
from kapstone.monitoring.rows import signs
from kapstone.monitoring.scores import MOST, DischargeScore, Item, tools


class ChartedRow(Knowledge):
    """What a charted figure says of one item of a score: the points that it still allows.

    `one` and `two` are in the unit of the sign, or in percent of its resting value.
    """

    id: str
    item: str
    sign: str
    reach: Literal["value", "least", "from_rest", "share_of_rest"]
    one: float
    two: float
    basis: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """An item that was given more points than the last charted figure allows."""

    item: str
    says: str
    at: datetime


@cache
def charted_rows() -> tuple[ChartedRow, ...]:
    return tuple(rows("monitoring/discharge.toml", "charted", ChartedRow))


def contradictions(
    score: DischargeScore, readings: Sequence[Reading], resting: Mapping[str, float]
) -> tuple[Contradiction, ...]:
    """Each item whose points the last charted figure speaks against, however old that is.

    An item left out, a sign never taken and a resting value that is not known contradict nothing.
    """
    items = {item.id: item for item in tools()[score.tool].items}
    found = [
        _contradiction(row, items[row.item], score, latest(readings, row.sign), resting)
        for row in charted_rows()
        if row.item in items
    ]
    return tuple(each for each in found if each is not None)


def _contradiction(
    row: ChartedRow,
    item: Item,
    score: DischargeScore,
    last: Figure | None,
    resting: Mapping[str, float],
) -> Contradiction | None:
    points, rest = score.points.get(item.id), resting.get(row.sign)
    allowed = None if last is None else _allowed(row, last.value, rest)
    if last is None or points is None or allowed is None or points <= allowed:
        return None
    sign = signs()[row.sign]
    beside = f", {rest:g} at rest" if row.reach in {"from_rest", "share_of_rest"} else ""
    charted = f"{sign.short} {last.value:g} {sign.unit}{beside}"
    says = f"{item.label} {points}, \u201c{item.options[points]}\u201d, but {charted}"
    return Contradiction(item=item.id, says=says, at=last.at)


def _allowed(row: ChartedRow, value: float, rest: float | None) -> int | None:
    """The most points by that figure; None while the resting value it is held against is unknown.

    >>> row = next(each for each in charted_rows() if each.id == "DIS-ALD-5-OXYGEN")
    >>> [_allowed(row, value, None) for value in (89, 90, 92, 93)]
    [0, 1, 1, 2]
    """
    if row.reach == "value":
        return MOST if value > row.two else int(value >= row.one)
    if row.reach == "least":
        return int(value >= row.one) + int(value >= row.two)
    if not rest:
        return None
    away = abs(value - rest)
    # 100 times first: 20 % of 130 is 26, and 26 away is still within it.
    share = 100 * away / rest if row.reach == "share_of_rest" else away
    return int(share <= row.one) + int(share <= row.two)
