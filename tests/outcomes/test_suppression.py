"""Small cells stay hidden: tried by a reader who knows every sum and how the table was made."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kapstone.outcomes.suppression import Table, hide, hide_row, hide_table

FEWEST = 11
Rows = list[list[int]]


def test_a_table_without_small_cells_is_told_whole() -> None:
    assert hide_row([11, 40, 0], fewest=FEWEST) == ((11, 40, 0), 51)


@pytest.mark.parametrize(("count", "told"), [(0, 0), (1, None), (10, None), (11, 11)])
def test_one_to_ten_is_hidden_and_nought_and_eleven_are_told(count: int, told: int | None) -> None:
    cells, _ = hide_row([count, 50, 60], fewest=FEWEST)
    assert cells[0] == told


def test_one_small_cell_takes_the_next_smallest_with_it() -> None:
    assert hide_row([3, 50, 20, 60], fewest=FEWEST) == ((None, 50, None, 60), 133)


def test_small_cells_whose_sum_is_small_take_another_with_them() -> None:
    assert hide_row([2, 3, 30, 60], fewest=FEWEST) == ((None, None, None, 60), 95)


def test_a_nought_is_no_cover_where_another_can_be() -> None:
    assert hide_row([4, 0, 70], fewest=FEWEST) == ((None, 0, None), 74)


def test_with_nothing_else_to_hide_the_total_goes() -> None:
    assert hide_row([4, 0], fewest=FEWEST) == ((None, 0), None)


def test_a_hidden_cell_of_a_table_takes_three_others_to_be_a_ring() -> None:
    found = hide_table([[20, 3, 40], [30, 50, 60], [70, 80, 90]], fewest=FEWEST)
    assert found.cells == ((None, None, 40), (None, None, 60), (70, 80, 90))
    assert (found.rows, found.columns, found.total) == ((63, 140, 240), (120, 133, 190), 443)


def test_a_tree_of_counts_hides_what_its_other_sums_would_give_back() -> None:
    # treated 100 = eligible 96 + not 4; eligible = measured 80 + missing 16
    told = hide([100, 96, 4, 80, 16], [((1, 2), 0), ((3, 4), 1)], fewest=FEWEST)
    assert told[2] is None
    assert told[1] is None
    assert told.count(None) >= 3, "measured and missing together would give the eligible"


@pytest.mark.parametrize("rows", [[], [[]], [[1, 2], [3]]])
def test_a_ragged_table_is_refused(rows: Rows) -> None:
    with pytest.raises(ValueError, match="as many columns"):
        hide_table(rows, fewest=FEWEST)


def test_sums_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(ValueError, match="add up to 30"):
        hide([10, 20, 31], [((0, 1), 2)], fewest=FEWEST)
    with pytest.raises(ValueError, match="below 0"):
        hide([-1], [], fewest=FEWEST)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=2, max_size=4))
def test_a_reader_of_a_row_finds_every_small_cell_still_open(counts: list[int]) -> None:
    cells, total = hide_row(counts, fewest=FEWEST)
    if total is None:
        return
    hidden = [place for place, cell in enumerate(cells) if cell is None]
    left = total - sum(cell for cell in cells if cell is not None)
    least = 0 if any(counts[place] == 0 for place in hidden) else 1
    ways = [way for way in product(range(least, left + 1), repeat=len(hidden)) if sum(way) == left]
    for number, place in enumerate(hidden):
        if counts[place] < FEWEST and counts[place]:
            assert set(range(1, FEWEST)) <= {way[number] for way in ways}


# A small `fewest` keeps the trial of every table that could have been short.
LITTLE = 3


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.integers(0, 3), min_size=3, max_size=3), min_size=2, max_size=2))
def test_a_reader_of_a_table_finds_every_small_cell_still_open(rows: Rows) -> None:
    found = hide_table(rows, fewest=LITTLE)
    small = [
        (i, j) for i, row in enumerate(rows) for j, each in enumerate(row) if 0 < each < LITTLE
    ]
    assert all(found.cells[i][j] is None for i, j in small)
    seen: dict[tuple[int, int], set[int]] = {at: set() for at in small}
    for table in possible(found, rows):
        for i, j in small:
            seen[i, j].add(table[i][j])
    assert all(set(range(1, LITTLE)) <= values for values in seen.values())


def possible(found: Table, rows: Rows) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Every table with these told cells and margins, hidden cells up to 6."""
    noughts = any(
        cell is None and each == 0
        for told, row in zip(found.cells, rows, strict=True)
        for cell, each in zip(told, row, strict=True)
    ) or any(
        cell is None and each == 0
        for cell, each in zip(
            (*found.rows, *found.columns),
            (*map(sum, rows), *map(sum, zip(*rows, strict=True))),
            strict=True,
        )
    )
    lines = [
        list(row_ways(cells, total, noughts))
        for cells, total in zip(found.cells, found.rows, strict=True)
    ]
    for table in product(*lines):
        columns = [sum(column) for column in zip(*table, strict=True)]
        fits = all(told in (None, has) for told, has in zip(found.columns, columns, strict=True))
        if fits and found.total in (None, sum(columns)):
            yield table


def row_ways(
    cells: tuple[int | None, ...], total: int | None, noughts: bool
) -> Iterator[tuple[int, ...]]:
    least = 0 if noughts else 1
    open_ = [range(least, 7) if cell is None else (cell,) for cell in cells]
    return (way for way in product(*open_) if total in (None, sum(way)))
