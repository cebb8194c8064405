from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapstone.knowledge import KnowledgeError
from kapstone.knowledge.dose_day import checklist, routes
from kapstone.monitoring import Reading, check_times, needs_closer, next_check
from kapstone.monitoring.schedule import schedules

START = datetime(2026, 11, 3, 13, 0, tzinfo=UTC)


def minutes(times: tuple[datetime, ...]) -> list[float]:
    return [(at - START) / timedelta(minutes=1) for at in times]


def full(minute: float, route: str = "iv") -> Reading:
    return Reading(START + timedelta(minutes=minute), dict.fromkeys(schedules()[route].needs, 1.0))


@pytest.mark.parametrize(
    ("route", "expected"),
    [
        ("im", [5, 10, 15, 20, 30, 45, 60]),
        ("intranasal", [0, 10, 20, 40, 60, 90, 120]),
        ("esketamine", [40]),
        ("lozenge_clinic", [0, 15, 30, 45, 60, 90, 120]),
        ("oral", [0, 15, 30, 45, 60, 90, 120]),
        ("lozenge_home", [30, 60, 90, 120]),
    ],
)
def test_checks_of_a_route(route: str, expected: list[float]) -> None:
    assert minutes(check_times(route, started=START)) == expected


def test_an_infusion_is_checked_to_its_end_and_an_hour_after() -> None:
    end = START + timedelta(minutes=40)
    found = minutes(check_times("iv", started=START, infusion_end=end))
    assert found == [0, 10, 20, 30, 40, 55, 70, 85, 100]


def test_an_infusion_without_an_end_has_no_checks_after_it() -> None:
    assert minutes(check_times("iv", started=START)) == [0, 10, 20, 30, 40, 50, 60]


def test_closer_checks_come_every_five_minutes() -> None:
    end = START + timedelta(minutes=10)
    found = minutes(check_times("iv", started=START, infusion_end=end, closer=True))
    assert found == [0, 5, 10, 25, 40, 55, 70]


@pytest.mark.parametrize(
    ("known", "closer"),
    [
        ({}, False),
        ({"age": 64}, False),
        ({"age": 65}, True),
        ({"hypertension": True}, True),
        ({"hypertension": False}, False),
        ({"green_at_rest": False}, True),
        ({"green_at_rest": True}, False),
        ({"medicine_classes": {"MED-STIM"}}, True),
        ({"medicine_classes": {"MED-MAOI"}}, True),
        ({"medicine_classes": {"MED-SSRI"}}, False),
    ],
)
def test_who_is_checked_every_five_minutes(known: dict[str, Any], closer: bool) -> None:
    """MON-IV-04, row by row."""
    nothing: dict[str, Any] = dict.fromkeys(("age", "hypertension", "green_at_rest"))
    assert needs_closer(**{**nothing, "medicine_classes": set(), **known}) is closer


def test_closer_checks_stay_close_while_the_end_is_unknown() -> None:
    taken = [full(minute) for minute in (0, 60, 70)]
    assert minutes((next_check(taken, route="iv", started=START, closer=True),)) == [75]
    assert minutes((next_check(taken, route="iv", started=START),)) == [80]


def test_an_unknown_route_is_refused_by_name() -> None:
    with pytest.raises(KnowledgeError, match="no such route: patch"):
        check_times("patch", started=START)


def due(*readings: Reading, route: str = "im") -> float:
    return (next_check(readings, route=route, started=START) - START) / timedelta(minutes=1)


def test_a_check_is_met_by_figures_taken_up_to_three_minutes_before() -> None:
    assert due() == 5
    assert due(full(2, "im")) == 10
    assert due(full(1.9, "im")) == 5


def test_a_pressure_alone_is_not_a_full_check() -> None:
    again = Reading(START + timedelta(minutes=10), {"systolic_bp": 120, "diastolic_bp": 80})
    assert due(full(5, "im"), again) == 10


def test_after_the_schedule_checks_go_on_every_fifteen_minutes() -> None:
    assert due(full(60, "im")) == 75
    assert due(full(71.9, "im")) == 75
    assert due(full(72, "im")) == 90


def with_booster(*readings: Reading, route: str, at_min: float) -> float:
    later = [START + timedelta(minutes=at_min)]
    found = next_check(readings, route=route, started=START, later_doses=later)
    return (found - START) / timedelta(minutes=1)


def test_a_booster_into_the_muscle_begins_the_clock_again() -> None:
    assert with_booster(full(10, "im"), route="im", at_min=12) == 17
    assert with_booster(full(72, "im"), route="im", at_min=12) == 87
    # What was due before it stays due.
    assert with_booster(full(5, "im"), route="im", at_min=12) == 10


def test_on_other_routes_the_clock_goes_on() -> None:
    first = due(full(20, "intranasal"), route="intranasal")
    assert with_booster(full(20, "intranasal"), route="intranasal", at_min=12) == first


def test_a_swallowed_dose_is_checked_as_often_as_a_lozenge() -> None:
    assert due(full(120, "oral"), route="oral") == 135
    lozenge, oral = schedules()["lozenge_clinic"], schedules()["oral"]
    assert set(lozenge.minutes) <= set(oral.minutes)
    assert oral.then_every_min <= lozenge.then_every_min


def test_an_infusion_that_runs_on_is_checked_every_ten_minutes() -> None:
    assert due(full(60), route="iv") == 70


@given(st.sampled_from(sorted(routes())), st.lists(st.integers(0, 240), max_size=8))
def test_the_next_check_is_never_one_that_was_met(route: str, taken: list[int]) -> None:
    found = due(*(full(minute, route) for minute in taken), route=route)
    assert all(found > minute + 3 for minute in taken)


@pytest.mark.parametrize("route", sorted(routes()))
def test_every_route_has_its_checklist(route: str) -> None:
    ids = {check.id for check in checklist(route)}
    assert {"PRE-01", "PRE-02", "PRE-05", "PRE-17", "PRE-40"} <= ids
    assert ("PRE-24" in ids) != ("PRE-25" in ids), "a way home, or a sitter at home"
    assert ("PRE-12" in ids) == (route in ("iv", "im"))
    assert ("PRE-33" in ids) == (route == "esketamine")
    assert ("PRE-16" in ids) == route.startswith("lozenge"), "the mouth, for what is held in it"
    assert ("PRE-13-PO" in ids) == (route == "oral")


def test_the_whole_checklist_of_the_evidence_is_there() -> None:
    ids = {check.id for route in routes() for check in checklist(route)}
    assert {f"PRE-{number:02d}" for number in range(1, 42)} <= ids
