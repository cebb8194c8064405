from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapstone.monitoring import Earlier, Reading, Rise, highest_pressures, look_back

START = datetime(2026, 10, 20, 13, 0, tzinfo=UTC)


def at(minutes: float, **signs: float) -> Reading:
    return Reading(at=START + timedelta(minutes=minutes), signs=signs)


REST = (at(-15, systolic_bp=120, diastolic_bp=80), at(-5, systolic_bp=124, diastolic_bp=76))


def looked(*taken: Reading, rest: tuple[Reading, ...] = REST, home: float | None = 100) -> Earlier:
    home_at = None if home is None else START + timedelta(minutes=home)
    return look_back(rest, taken, started_at=START, home_at=home_at)


def test_the_rise_is_from_the_mean_at_rest_to_the_highest_of_each_pressure() -> None:
    found = looked(
        at(20, systolic_bp=140, diastolic_bp=99), at(40, systolic_bp=151, diastolic_bp=90)
    )
    assert (found.systolic, found.diastolic) == (Rise(122, 151), Rise(78, 99))
    assert found.systolic is not None
    assert found.systolic.by == 29


def pairs(*taken: Reading) -> list[tuple[float | None, float | None]]:
    return [(each.systolic, each.diastolic) for each in highest_pressures(taken)]


def test_pressures_are_shown_as_they_were_read() -> None:
    first = at(20, systolic_bp=140, diastolic_bp=99)
    second = at(40, systolic_bp=151, diastolic_bp=90)
    assert pairs(first, second) == [(151, 90), (140, 99)]
    assert [each.at for each in highest_pressures([first, second])] == [second.at, first.at]
    both = at(50, systolic_bp=160, diastolic_bp=99)
    assert pairs(first, second, both) == [(160, 99)], "as high as the other: nothing to add"


def test_a_half_of_a_pressure_stands_by_itself() -> None:
    assert pairs(at(20, systolic_bp=140), at(30, systolic_bp=130, diastolic_bp=80)) == [
        (140, None),
        (130, 80),
    ]
    assert pairs(at(20, diastolic_bp=95)) == [(None, 95)]
    assert pairs(at(20, heart_rate=90)) == []


def test_a_pressure_that_only_fell_did_not_rise() -> None:
    found = looked(at(20, systolic_bp=110))
    assert found.systolic is not None
    assert found.systolic.by == -12


def test_without_rest_or_without_a_reading_the_rise_is_unknown_and_not_nought() -> None:
    assert looked(at(20, systolic_bp=150), rest=()).systolic is None
    assert looked(at(20, heart_rate=90)).systolic is None


def test_what_nobody_charted_is_unknown() -> None:
    found = looked(home=None)
    assert (found.dissociation, found.least_awake, found.home_after_min) == (None, None, None)


def test_the_most_away_and_the_least_awake_of_all_readings() -> None:
    found = looked(
        at(10, dissociation=3, sedation_moaas=5),
        at(25, dissociation=7, sedation_moaas=3),
        at(60, dissociation=0, sedation_moaas=5),
    )
    assert (found.dissociation, found.least_awake) == (7, 3)
    assert (found.dissociation_times, found.awake_times) == (3, 3)


def test_no_dissociation_is_said_as_nought() -> None:
    assert looked(at(10, dissociation=0)).dissociation == 0


@pytest.mark.parametrize(("minutes", "highest"), [(-1, 130), (0, 190)])
def test_only_readings_from_the_start_on_count(minutes: float, highest: float) -> None:
    found = looked(at(minutes, systolic_bp=190), at(30, systolic_bp=130))
    assert found.systolic == Rise(122, highest)


@pytest.mark.parametrize(("home", "shown"), [(99.98, 99), (100, 100)])
def test_the_minutes_to_going_home_are_whole_ones(home: float, shown: int) -> None:
    assert looked(home=home).home_after_min == shown


@given(st.lists(st.integers(60, 220), min_size=1))
def test_the_highest_is_one_of_those_taken(values: list[int]) -> None:
    found = looked(*(at(n, systolic_bp=value) for n, value in enumerate(values)))
    assert found.systolic == Rise(122, max(values))


def test_the_minutes_to_the_highest_pressure_are_of_that_reading() -> None:
    found = looked(
        at(20, systolic_bp=140, diastolic_bp=99),
        at(40, systolic_bp=151, diastolic_bp=90),
    )
    assert [each.systolic for each in found.highest] == [151, 140]
    assert found.highest_after_min == 40
    assert looked(at(20, heart_rate=80)).highest_after_min is None


def test_minutes_count_from_the_first_dose() -> None:
    taken = [at(40, systolic_bp=151, diastolic_bp=90, dissociation=5)]
    first = START + timedelta(minutes=6)
    found = look_back(REST, taken, started_at=START, home_at=None, first_at=first)
    assert found.highest_after_min == 34
    assert found.away_until_min == 34


@pytest.mark.parametrize(
    ("signs", "until"),
    [
        ({"dissociation": 2}, 30),
        ({"dissociation": 1}, None),
        ({"sedation_moaas": 4}, 30),
        ({"sedation_moaas": 5}, None),
        ({"dissociation": 0, "sedation_moaas": 3}, 30),
    ],
)
def test_away_is_what_the_criteria_for_going_home_do_not_allow(
    signs: dict[str, float], until: int | None
) -> None:
    found = looked(at(30, **signs), at(60, dissociation=0, sedation_moaas=5))
    assert (found.away_until_min, found.away_times) == (until, 2)


def test_that_nobody_looked_is_not_that_they_were_never_away() -> None:
    found = looked(at(30, systolic_bp=150))
    assert (found.away_until_min, found.away_times) == (None, 0)
