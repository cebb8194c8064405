"""Two readings at rest make a blood pressure; one alone raises and never clears."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from screening.people import NOW, given, healthy

from kapstone.screening import Decision, screen, without_overtaken
from kapstone.screening.picture import Picture
from kapstone.screening.resting import Pressure, resting

PAIRED = ("systolic_bp_mmhg", "diastolic_bp_mmhg")
ALONE = ("systolic_single_mmhg", "diastolic_single_mmhg")


def reading(systolic: float | None, diastolic: float | None, *, minutes_ago: float) -> Pressure:
    at = NOW - timedelta(minutes=minutes_ago)
    return Pressure(at=at, systolic=systolic, diastolic=diastolic)


def values(*readings: Pressure, now: datetime = NOW) -> dict[str, object]:
    return {name: each.value for name, each in resting(readings, now).items()}


def test_two_readings_of_a_day_give_the_mean_of_the_last_two() -> None:
    found = resting(
        [
            reading(180, 99, minutes_ago=30),
            reading(130, 80, minutes_ago=20),
            reading(120, 76, minutes_ago=18),
        ],
        NOW,
    )
    assert {name: one.value for name, one in found.items()} == {PAIRED[0]: 125, PAIRED[1]: 78}
    assert found[PAIRED[0]].at == NOW - timedelta(minutes=18)


@pytest.mark.parametrize(("apart", "names"), [(1.0, PAIRED), (0.99, ALONE)])
def test_readings_less_than_a_minute_apart_are_one(apart: float, names: tuple[str, ...]) -> None:
    found = values(reading(118, 74, minutes_ago=5 + apart), reading(116, 72, minutes_ago=5))
    assert tuple(found) == names


def test_of_two_readings_too_close_the_higher_one_may_raise() -> None:
    found = values(reading(150, 74, minutes_ago=5.5), reading(116, 92, minutes_ago=5))
    assert found == {ALONE[0]: 150, ALONE[1]: 92}


def test_readings_of_two_days_are_no_pair() -> None:
    found = values(reading(118, 74, minutes_ago=24 * 60), reading(116, 72, minutes_ago=5))
    assert found == {ALONE[0]: 116, ALONE[1]: 72}


def test_a_day_without_a_time_is_no_pair_with_anything() -> None:
    midnight = NOW.replace(hour=0)
    bare = Pressure(at=midnight, systolic=150, diastolic=80, exact=False)
    assert values(bare, reading(116, 72, minutes_ago=5)) == {ALONE[0]: 150, ALONE[1]: 80}


def test_a_missing_figure_is_not_made_up_from_an_older_reading() -> None:
    found = values(
        reading(118, 74, minutes_ago=9),
        reading(None, 74, minutes_ago=7),
        reading(116, 72, minutes_ago=5),
    )
    assert found == {ALONE[0]: 116, PAIRED[1]: 73}


def test_a_reading_ahead_of_now_is_not_read() -> None:
    assert values(reading(118, 74, minutes_ago=-1)) == {}


def test_a_later_pair_overtakes_one_reading_alone() -> None:
    found = values(
        reading(190, 99, minutes_ago=24 * 60),
        reading(118, 74, minutes_ago=9),
        reading(116, 72, minutes_ago=5),
    )
    assert found == {PAIRED[0]: 117, PAIRED[1]: 73}


def test_one_reading_after_a_pair_stands_beside_it() -> None:
    found = values(
        reading(118, 74, minutes_ago=24 * 60),
        reading(116, 72, minutes_ago=24 * 60 - 5),
        reading(190, 99, minutes_ago=5),
    )
    assert found == {PAIRED[0]: 117, PAIRED[1]: 73, ALONE[0]: 190, ALONE[1]: 99}


@pytest.mark.parametrize(("hours", "kept"), [(1, False), (0, True), (-1, True)])
def test_a_mean_given_by_a_clinician_overtakes_an_older_single(hours: int, kept: bool) -> None:
    both = {
        "systolic_single_mmhg": given(190, NOW - timedelta(hours=2)),
        "systolic_bp_mmhg": given(118, NOW - timedelta(hours=2) + timedelta(hours=hours)),
    }
    assert ("systolic_single_mmhg" in without_overtaken(both)) is kept


figures = st.floats(50, 300)


@for_all(figures, st.floats(20, 200))
def test_one_reading_alone_never_clears(systolic: float, diastolic: float) -> None:
    known = dict(healthy())
    del known["systolic_bp_mmhg"], known["diastolic_bp_mmhg"]
    known |= resting([reading(systolic, diastolic, minutes_ago=5)], NOW)
    assert Picture.of(known, [], NOW).value("resting_bp_high") is not False
    assert screen(known, medicines=[], now=NOW).decision >= Decision.INCOMPLETE


def test_nobody_is_asked_for_one_reading_alone() -> None:
    waiting = screen({}, medicines=None, now=NOW).waiting
    named = {lack.fact for rule in waiting for lack in rule.missing}
    assert not named & {*ALONE}
    assert named >= {*PAIRED}
