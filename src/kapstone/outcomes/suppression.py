"""Small cells hidden so that they stay hidden: no sum of what is told gives them back.

A count of 1 to `fewest` - 1 could be somebody [CMS-CELL]; a nought is nobody and is told. Where
sums are told, hiding the one small cell hides nothing, so others go with it until every small cell
could be anything from 1 to `fewest` - 1 for whoever reads the table and knows how it was made.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

Cell = int | None
# The places of the parts, and that of the whole they add up to.
Sum = tuple[tuple[int, ...], int]
Range = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Counts with their margins; None is a hidden one. `cells` are (rows, columns)."""

    cells: tuple[tuple[Cell, ...], ...]
    rows: tuple[Cell, ...]
    columns: tuple[Cell, ...]
    total: Cell


def hide(counts: Sequence[int], sums: Sequence[Sum], *, fewest: int) -> tuple[Cell, ...]:
    """The counts with None where one may not be told, all of `sums` being known to the reader.

    Of those that could be hidden beside a small one the smallest goes, a part before a whole, a
    nought last. Raises ValueError for a count below 0 or a sum that does not add up.
    Source: Cox 1980 for complementary suppression; Fischetti & Salazar 2000 for the audit.
    """
    refuse(counts, sums)
    small = [place for place, count in enumerate(counts) if 0 < count < fewest]
    hidden = set(small)
    while open_ := [at for at in small if known(at, counts, sums, hidden, fewest)]:
        for at in open_:
            while known(at, counts, sums, hidden, fewest):
                hidden.add(beside(at, counts, sums, hidden))
    return tuple(None if place in hidden else count for place, count in enumerate(counts))


def hide_row(counts: Sequence[int], *, fewest: int) -> tuple[tuple[Cell, ...], Cell]:
    """The parts and their sum, (cells,) and one more; None is hidden."""
    parts = tuple(range(len(counts)))
    *cells, total = hide([*counts, sum(counts)], [(parts, len(counts))], fewest=fewest)
    return tuple(cells), total


def hide_table(rows: Sequence[Sequence[int]], *, fewest: int) -> Table:
    """Counts (rows, columns) with the margins of both; raises ValueError for a ragged table."""
    high, wide = len(rows), len(rows[0]) if rows else 0
    if not wide or any(len(row) != wide for row in rows):
        raise ValueError("rows: as many columns in each, at least one")
    whole = np.zeros((high + 1, wide + 1), int)
    whole[:high, :wide] = rows
    whole[high] = whole[:high].sum(axis=0)
    whole[:, wide] = whole[:, :wide].sum(axis=1)
    places = np.arange(whole.size).reshape(whole.shape)
    lines = [*places, *places.T]
    sums = [(tuple(map(int, line[:-1])), int(line[-1])) for line in lines]
    told = hide([int(each) for each in whole.ravel()], sums, fewest=fewest)
    lined = [told[at : at + wide + 1] for at in range(0, len(told), wide + 1)]
    return Table(
        cells=tuple(line[:-1] for line in lined[:-1]),
        rows=tuple(line[-1] for line in lined[:-1]),
        columns=lined[-1][:-1],
        total=lined[-1][-1],
    )


def refuse(counts: Sequence[int], sums: Sequence[Sum]) -> None:
    if bad := [count for count in counts if count < 0]:
        raise ValueError(f"counts: {bad[0]} is below 0")
    for parts, whole in sums:
        added = sum(counts[part] for part in parts)
        if added != counts[whole]:
            raise ValueError(f"sums: the parts of {counts[whole]} add up to {added}")


def known(
    at: int, counts: Sequence[int], sums: Sequence[Sum], hidden: set[int], fewest: int
) -> bool:
    """Whether a reader could tell this cell more closely than 1 to `fewest` - 1.

    The reader knows that a nought is told, so that a hidden cell is 1 or more: that makes the
    others smaller. That a whole is then no less than its parts are many tells nothing of anybody.
    """
    least = 0.0 if any(counts[place] == 0 for place in hidden) else 1.0
    free = [place for place, count in enumerate(counts) if count or place in hidden]
    base = max(1.0, narrowed(lines_of(counts, sums, set(free)), free, least)[at][0])
    lines = lines_of(counts, sums, hidden)
    low, high = narrowed(lines, hidden, least)[at]
    if low > base or high < fewest - 1:
        return True
    if is_forest(lines):
        # Without a ring of unknowns, narrowing line by line finds all that there is to find.
        return False
    low, high = (extreme(at, lines, sorted(hidden), least, way) for way in (1, -1))
    return low > base or high < fewest - 1


def lines_of(counts: Sequence[int], sums: Sequence[Sum], hidden: set[int]) -> list[Line]:
    return [line for line in (unknowns(each, counts, hidden) for each in sums) if line[0]]


Line = tuple[dict[int, int], int]


def unknowns(of: Sum, counts: Sequence[int], hidden: set[int]) -> Line:
    """The hidden cells of a sum with their signs, and what these then add up to."""
    parts, whole = of
    signs = dict.fromkeys(parts, 1) | {whole: -1}
    told = sum(sign * counts[place] for place, sign in signs.items() if place not in hidden)
    return {place: sign for place, sign in signs.items() if place in hidden}, -told


def narrowed(lines: Sequence[Line], hidden: Iterable[int], least: float) -> dict[int, Range]:
    """What each hidden cell can be, one sum at a time until none says more; never too narrow."""
    found: dict[int, Range] = dict.fromkeys(hidden, (least, inf))
    moved = True
    while moved:
        moved = False
        for signs, rest in lines:
            for place, sign in signs.items():
                others = [signed(found[each], s) for each, s in signs.items() if each != place]
                low = rest - sum(high for _, high in others)
                high = rest - sum(low for low, _ in others)
                new = signed((low, high), sign)
                kept = max(found[place][0], new[0]), min(found[place][1], new[1])
                moved, found[place] = moved or kept != found[place], kept
    return found


def signed(of: Range, sign: int) -> Range:
    return of if sign > 0 else (-of[1], -of[0])


def is_forest(lines: Sequence[Line]) -> bool:
    """Whether no two sums are joined by hidden cells in more than one way."""
    root: dict[object, object] = {}

    def of(node: object) -> object:
        while root.setdefault(node, node) != node:
            node = root[node]
        return node

    for number, (signs, _) in enumerate(lines):
        for place in signs:
            one, other = of(("sum", number)), of(place)
            if one == other:
                return False
            root[one] = other
    return True


def extreme(at: int, lines: Sequence[Line], hidden: Sequence[int], least: float, way: int) -> float:
    """The least (1) or the most (-1) that a hidden cell can be, by linear programming."""
    from scipy.optimize import linprog  # noqa: PLC0415

    place = {each: number for number, each in enumerate(hidden)}
    matrix = np.zeros((len(lines), len(hidden)))
    for row, (signs, _) in enumerate(lines):
        for each, sign in signs.items():
            matrix[row, place[each]] = sign
    cost = np.zeros(len(hidden))
    cost[place[at]] = way
    sums = [rest for _, rest in lines]
    done = linprog(cost, A_eq=matrix, b_eq=sums, bounds=(least, None), method="highs")
    # Anything but 0 is without an end: the true counts always fit.
    return float(way * round(done.fun, 6)) if done.status == 0 else way * -inf


def beside(at: int, counts: Sequence[int], sums: Sequence[Sum], hidden: set[int]) -> int:
    """Which told cell to hide for the sake of this one; first where a sum has but one unknown."""
    wholes = {whole for _, whole in sums}
    lines = [{*parts, whole} for parts, whole in sums]
    lonely = [line for line in lines if len(line & hidden) == 1]
    own = [line for line in lines if at in line]
    near = [line for line in lines if line & hidden]
    of = next(left for each in (lonely, own, near) if (left := set().union(*each) - hidden))

    def worth(each: int) -> tuple[bool, bool, int, int]:
        helped = sum(each in line for line in lonely)
        return counts[each] == 0, each in wholes, -helped, counts[each]

    return min(sorted(of), key=worth)
