"""What laxer means: cases on both sides of every kind of figure, and laws that hold of all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from math import inf, nan
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapstone.monitoring import (
    Limit,
    Reading,
    Schedule,
    compare,
    doubts,
    figures_of,
    laxer,
    limits,
    schedules,
    settled,
    timed,
    times_of,
)
from kapstone.monitoring.rows import Bounds
from kapstone.monitoring.settling import SIDES
from kapstone.monitoring.timing import Times

NOW = datetime(2026, 11, 3, 13, 0, tzinfo=UTC)
IM, IV, HOME = (schedules()[route] for route in ("im", "iv", "lozenge_home"))
KINDS = ("above", "at_least", "below", "at_most", "rise", "fall")
GRAVITY = {"yellow": 1, "red": 2}


def limit(id: str) -> Limit:
    return next(each for each in limits() if each.id == id)


HIGH, LOW, OXYGEN = limit("ALM-SBP-H"), limit("ALM-SBP-L"), limit("ALM-SPO2")


@pytest.mark.parametrize("row", [*limits(), *schedules().values()], ids=lambda row: row.id)
def test_nothing_is_laxer_than_itself(row: Any) -> None:
    assert laxer(row, row) == ()


@pytest.mark.parametrize(
    ("row", "figures", "names"),
    [
        (HIGH, {"yellow.above": 160}, ()),
        (HIGH, {"yellow.above": 160.1}, ("yellow.above",)),
        (HIGH, {"yellow.above": 159.9}, ()),
        (HIGH, {"yellow.rise": 40.1}, ("yellow.rise",)),
        (HIGH, {"yellow.rise": 39.9}, ()),
        (HIGH, {"red.at_least": 180.1}, ("red.at_least",)),
        (HIGH, {"red.at_least": 179.9}, ()),
        (LOW, {"yellow.below": 99.9}, ("yellow.below",)),
        (LOW, {"yellow.below": 100.1}, ()),
        (LOW, {"yellow.fall": 30.1}, ("yellow.fall",)),
        (LOW, {"yellow.fall": 29.9}, ()),
        (limit("ALM-MOAA"), {"red.at_most": 1.9}, ("red.at_most",)),
        (limit("ALM-MOAA"), {"red.at_most": 2.1}, ()),
        (limit("ALM-MOAA"), {"red_at_home.at_most": 2}, ("red_at_home.at_most",)),
        (OXYGEN, {"at_once.below": 89}, ("at_once.below",)),
        (OXYGEN, {"yellow.below": 94, "red.below": 93}, ("yellow.below",)),
        (HIGH, {"yellow.above": inf}, ("yellow.above",)),
        (HIGH, {"yellow.above": nan}, ("yellow.above",)),
        (LOW, {"yellow.below": nan}, ("yellow.below",)),
        (LOW, {"yellow.below": -inf}, ("yellow.below",)),
    ],
)
def test_a_figure_that_is_reached_later_is_laxer(
    row: Limit, figures: dict[str, float], names: tuple[str, ...]
) -> None:
    assert laxer(settled(row, figures), row) == names


def test_no_line_at_all_is_laxer_than_any() -> None:
    without = HIGH.model_copy(update={"red": None, "yellow": Bounds(above=150)})
    assert laxer(without, HIGH) == ("yellow.rise", "red.at_least")
    assert laxer(HIGH, without) == ("yellow.above",)
    assert laxer(without, without) == ()


def test_what_is_no_laxer_than_one_of_several_is_not_laxer() -> None:
    held = settled(HIGH, {"yellow.above": 170})
    assert laxer(settled(HIGH, {"yellow.above": 165}), HIGH) == ("yellow.above",)
    assert laxer(settled(HIGH, {"yellow.above": 165}), HIGH, held) == ()
    assert laxer(settled(HIGH, {"yellow.above": 170}), HIGH, held) == ()
    assert laxer(settled(HIGH, {"yellow.above": 171}), HIGH, held) == ("yellow.above",)


@pytest.mark.parametrize(
    ("times", "names"),
    [
        ({"minutes": (5, 10, 15, 20, 30, 45, 60)}, ()),
        ({"minutes": (6, 10, 15, 20, 30, 45, 60)}, ("minutes",)),
        ({"minutes": (5, 10, 15, 20, 45, 60)}, ("minutes",)),
        # A check is a minute earlier, and the wait after it is longer than it ships.
        ({"minutes": (4, 9, 14, 19, 29, 44, 59)}, ("minutes",)),
        # In every shipped wait there is a check, and the last of these is 29 minutes away.
        ({"minutes": (5, 6, 15, 16, 30, 31, 60)}, ("minutes",)),
        ({"minutes": (0, 5, 10, 15, 20, 30, 45, 60)}, ()),
        ({"minutes": (5, 10, 15, 20, 30)}, ()),
        ({"minutes": (5, 10, 15, 20, 30), "then_every_min": 16}, ("minutes", "then_every_min")),
        ({"minutes": (5, 10, 15, 20, 30, 45, 60, 90)}, ("minutes",)),
        ({"minutes": (5, 10, 15, 20, 30, 45, 60, 75, 90)}, ()),
        ({"minutes": ()}, ("minutes",)),
        ({"then_every_min": 10}, ()),
        ({"then_every_min": 16}, ("then_every_min",)),
        ({"then_every_min": 0}, ("then_every_min",)),
    ],
)
def test_a_longer_wait_between_two_checks_is_laxer(times: Times, names: tuple[str, ...]) -> None:
    assert laxer(timed(IM, times), IM) == names


def test_the_check_at_the_start_is_missed() -> None:
    nasal = schedules()["intranasal"]
    assert laxer(timed(nasal, {"minutes": (5, 10, 20, 40, 60, 90, 120)}), nasal) == ("minutes",)


def test_an_infusion_looked_at_less_often_is_laxer() -> None:
    assert laxer(timed(IV, {"during_every_min": 11}), IV) == ("during_every_min",)
    assert laxer(timed(IV, {"during_every_min": 9}), IV) == ()
    assert laxer(timed(IV, {"after_end_min": (15, 30, 45, 60)}), IV) == ("after_end_min",)
    assert laxer(timed(IV, {"after_end_min": (0, 10, 20, 30, 40, 50, 60)}), IV) == ()


@pytest.mark.parametrize(
    ("row", "changed", "names"),
    [
        (IV, {"during_every_min": None}, ("during_every_min",)),
        (IV, {"closer_every_min": None}, ("closer_every_min",)),
        (IV, {"closer_every_min": 6}, ("closer_every_min",)),
        (HOME, {"look_every_min": 16}, ("look_every_min",)),
        (HOME, {"look_every_min": 14}, ()),
        (IM, {"look_every_min": 15}, ()),
        (IM, {"needs": IM.needs[:-1]}, ("needs",)),
        (IM, {"needs": (*IM.needs, "pain")}, ()),
        (IM, {"needs": IM.needs[::-1]}, ()),
    ],
)
def test_what_ends_and_what_is_not_read_is_laxer(
    row: Schedule, changed: dict[str, Any], names: tuple[str, ...]
) -> None:
    assert laxer(row.model_copy(update=changed), row) == names


def bounds_of(told: dict[str, Any]) -> Bounds:
    """Also a side without any figure, which no row that ships has."""
    return Bounds.model_construct(**told)


bounds = st.none() | st.builds(
    bounds_of, st.fixed_dictionaries({kind: st.none() | st.integers(-9, 9) for kind in KINDS})
)
any_limit = st.builds(
    lambda told: HIGH.model_copy(update=told),
    st.fixed_dictionaries(dict.fromkeys(SIDES, bounds)),
)
minutes = st.sets(st.integers(0, 90), max_size=8).map(lambda found: tuple(sorted(found)))
every = st.integers(1, 60)
any_schedule = st.builds(
    lambda told: IM.model_copy(update=told),
    st.fixed_dictionaries(
        {
            "minutes": minutes,
            "after_end_min": minutes,
            "then_every_min": every,
            "during_every_min": st.none() | every,
            "closer_every_min": st.none() | every,
            "look_every_min": st.none() | every,
            "needs": st.sets(st.sampled_from(IM.needs)).map(tuple),
        }
    ),
)
any_row = any_limit | any_schedule


def near(*kinds: str) -> st.SearchStrategy[Limit]:
    """Limits that differ in few figures by little, so that many of them can be put in order."""
    figure = st.none() | st.integers(0, 2)
    told = st.fixed_dictionaries(dict.fromkeys(kinds, figure))
    return told.map(lambda told: HIGH.model_copy(update={"yellow": bounds_of(told), "red": None}))


near_schedule = st.builds(
    lambda minutes, every: IM.model_copy(
        update={"minutes": tuple(sorted(minutes)), "then_every_min": every}
    ),
    st.sets(st.sampled_from((0, 2, 4, 8, 12))),
    st.sampled_from((2, 4, 6)),
)


def alike(count: int) -> st.SearchStrategy[tuple[Any, ...]]:
    each = (near("above", "rise"), near("below", "fall"), near_schedule)
    return st.one_of(*(st.tuples(*[kind] * count) for kind in each))


@given(any_row)
def test_no_row_is_laxer_than_itself(row: Any) -> None:
    assert laxer(row, row) == ()


@given(alike(3))
def test_what_is_not_laxer_step_by_step_is_not_laxer_in_all(rows: Sequence[Any]) -> None:
    first, then, last = rows
    if not laxer(first, then) and not laxer(then, last):
        assert laxer(first, last) == ()


@given(alike(4))
def test_nobody_creeps_beyond_what_ships_and_what_two_have_signed(rows: Sequence[Any]) -> None:
    """Many small steps alone, each allowed by the one before, end where the first ended."""
    ships, signed, step, own = rows
    if not laxer(step, ships, signed) and not laxer(own, ships, step):
        assert laxer(own, ships, signed) == ()


three = st.tuples(*[any_limit] * 3) | st.tuples(*[any_schedule] * 3) | alike(3)


@given(three)
def test_more_to_compare_with_never_finds_more(rows: Sequence[Any]) -> None:
    """A wait past the last minute of a short list may be named otherwise beside a longer one."""
    own, first, then = rows
    here, there, both = {*laxer(own, first)}, {*laxer(own, then)}, {*laxer(own, first, then)}
    assert both <= here | there
    assert not both or (here and there)
    assert both <= here & there or not isinstance(own, Limit)
    assert laxer(own, first, own) == ()


def test_what_two_longer_lists_name_otherwise_is_laxer_than_each_of_them() -> None:
    own, first, then = (
        IM.model_copy(update={"minutes": minutes, "then_every_min": every})
        for minutes, every in (((2,), 4), ((0, 2, 4), 2), ((2,), 2))
    )
    assert laxer(own, then) == ("then_every_min",)
    assert laxer(own, first, then) == ("minutes", "then_every_min")


@given(st.tuples(any_limit, any_limit))
def test_of_two_different_figures_one_is_the_laxer(rows: tuple[Limit, Limit]) -> None:
    here, there = ({**figures_of(row)} for row in rows)
    later, sooner = laxer(rows[0], rows[1]), laxer(rows[1], rows[0])
    differ = {name for name in {*here, *there} if here.get(name) != there.get(name)}
    assert {*later} | {*sooner} == differ
    assert not {*later} & {*sooner}


@given(
    st.fixed_dictionaries(
        {
            "yellow.above": st.integers(140, 165),
            "yellow.rise": st.integers(20, 45),
            "red.at_least": st.integers(165, 185),
        }
    ),
    st.integers(80, 230),
    st.none() | st.integers(80, 200),
)
def test_what_is_not_laxer_notices_all_that_the_shipped_row_notices(
    figures: dict[str, float], systolic: int, resting: int | None
) -> None:
    own = settled(HIGH, figures)
    if laxer(own, HIGH) or [*doubts(HIGH, figures)]:
        return
    assert gravest(own, systolic, resting) >= gravest(HIGH, systolic, resting)


def gravest(by: Limit, systolic: int, resting: int | None) -> int:
    readings = [Reading(NOW, {"systolic_bp": float(systolic)}, "K. Abara")]
    rest = {} if resting is None else {"systolic_bp": float(resting)}
    found = compare(readings, route="iv", started=NOW, resting=rest, by=[by])
    return max((GRAVITY[each.level] for each in found), default=0)


def wait(row: Schedule, at: int) -> int:
    """From the check before a minute to the one after it, counted out."""
    points = [-1, *row.minutes]
    while points[-1] <= at:
        points.append(points[-1] + row.then_every_min)
    after = min(each for each in points if each > at)
    return after - max(each for each in points if each <= at)


filled = any_schedule.filter(lambda row: bool(row.minutes))


@given(filled, filled)
def test_a_list_is_laxer_where_somebody_waits_longer_at_some_minute(
    row: Schedule, other: Schedule
) -> None:
    longer = any(wait(row, at) > wait(other, at) for at in range(-1, 200))
    assert bool({"minutes", "then_every_min"} & {*laxer(row, other)}) is longer


@given(filled, st.data())
def test_more_checks_and_more_signs_are_never_laxer(row: Schedule, data: st.DataObject) -> None:
    more = data.draw(st.sets(st.integers(0, row.minutes[-1])))
    told = {"minutes": tuple(sorted({*more, *row.minutes})), "needs": IM.needs}
    assert laxer(row.model_copy(update=told), row) == ()


@given(any_limit, st.data())
def test_a_figure_that_is_taken_away_is_laxer(row: Limit, data: st.DataObject) -> None:
    names = [*figures_of(row)]
    if not names:
        return
    name = data.draw(st.sampled_from(names))
    side, _, kind = name.partition(".")
    rest = getattr(row, side).model_copy(update={kind: None})
    assert laxer(row.model_copy(update={side: rest}), row) == (name,)


def test_what_a_practice_may_settle_has_a_name_that_it_is_called_by() -> None:
    for each in limits():
        worse = {
            name: value + (1 if name.partition(".")[2] not in ("below", "at_most") else -1)
            for name, value in figures_of(each).items()
        }
        assert set(laxer(settled(each, worse), each)) == set(figures_of(each))
    for row in schedules().values():
        often: Times = {
            name: tuple(m + 1 for m in told) if isinstance(told, tuple) else told + 1
            for name, told in times_of(row).items()
        }
        assert set(laxer(timed(row, often), row)) == set(times_of(row))
