"""The usual result: the interval against the tables, and what is too few to say."""

from __future__ import annotations

import pytest

from kapstone import instruments, outcomes
from kapstone.outcomes.typical import interval, rank_of

PHQ9 = instruments.instrument("phq9")
FEWEST = 11


def typical(pairs: list[tuple[float, float]], treated: int) -> outcomes.Typical:
    return outcomes.typical(pairs, PHQ9, treated=treated, fewest=FEWEST)


# Ranks of a 95 % interval for a median (Conover 1999, by the binomial; the same as in the tables
# of Campbell and Gardner, BMJ 1988;296:1454, for n = 6 to 20).
@pytest.mark.parametrize(
    ("count", "rank"),
    [
        (1, 0),
        (5, 0),
        (6, 1),
        (8, 1),
        (9, 2),
        (11, 2),
        (12, 3),
        (15, 4),
        (17, 5),
        (20, 6),
        (100, 40),
    ],
)
def test_the_ranks_are_those_of_the_tables(count: int, rank: int) -> None:
    assert rank_of(count) == rank


def test_the_interval_are_two_of_the_values() -> None:
    assert interval([float(n) for n in range(1, 12)]) == (2.0, 10.0)
    assert interval([1.0, 2.0]) == (None, None)


def pairs(count: int, change: int = -8) -> list[tuple[float, float]]:
    return [(18.0, 18.0 + change + n % 3) for n in range(count)]


def test_ten_measured_are_too_few_and_eleven_are_not() -> None:
    few = typical(pairs(10), treated=30)
    assert (few.treated, few.measured, few.median, few.missing) == (30, None, None, None)
    enough = typical(pairs(11), treated=30)
    assert (enough.measured, enough.median, enough.missing) == (11, -7.0, 19)


def test_nobody_is_told_as_nobody() -> None:
    none = typical([], treated=0)
    assert (none.treated, none.measured, none.median) == (0, 0, None)
    assert typical([], treated=7).treated is None


def test_a_response_is_counted_only_where_both_groups_are_large() -> None:
    """18 to 9 or below is a response of PHQ-9; 18 to 17 is none."""
    yes, no = [(18.0, 5.0)] * 11, [(18.0, 17.0)] * 11
    both = typical(yes + no, treated=40)
    assert (both.responded, both.judged) == (11, 22)
    assert typical(yes + no[:10], treated=40).responded is None
    assert typical(yes[:10] + no, treated=40).responded is None
    assert typical(yes, treated=40).responded == 11
    assert typical(no, treated=40).responded == 0


def test_a_start_without_room_is_measured_and_not_judged() -> None:
    some = typical([(2.0, 1.0)] * 11 + [(18.0, 5.0)] * 11, treated=22)
    assert (some.measured, some.judged, some.responded) == (22, 11, 11)
