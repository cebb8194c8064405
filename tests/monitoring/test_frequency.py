"""How often so far, beside the same limits that an order is checked against."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from kapstone.monitoring import Frequency, frequencies, mg_within

from .test_orders import ESK, NOW, many, past


def of(check: str, *history: Any, route: str = "iv", **told: Any) -> Frequency:
    asked: dict[str, Any] = {"phase": "course", "sessions_since_review": 0} | told
    found = frequencies(route, history=history, now=NOW, **asked)
    return next(each for each in found if each.id == check)


@pytest.mark.parametrize(
    ("check", "phase", "days", "before", "level"),
    [
        ("DCK-09", "course", 7, 1, "ok"),
        ("DCK-09", "course", 7, 2, "warn"),
        ("DCK-09", "course", 7, 3, "block"),
        ("DCK-09", "maintenance", 7, 1, "warn"),
        ("DCK-10", "maintenance", 30, 3, "ok"),
        ("DCK-10", "maintenance", 30, 4, "warn"),
        ("DCK-10", "maintenance", 30, 8, "block"),
        ("DCK-12", "course", 365, 23, "ok"),
        ("DCK-12", "course", 365, 24, "warn"),
        ("DCK-12", "course", 365, 52, "block"),
    ],
)
def test_both_sides_of_every_count(
    check: str, phase: str, days: float, before: int, level: str
) -> None:
    found = of(check, *many(before, days), phase=phase)
    assert (found.level, found.value) == (level, f"{before + 1} with this one")


@pytest.mark.parametrize(
    ("hours", "level", "value"),
    [(72, "ok", "72"), (71.9, "warn", "71"), (24, "warn", "24"), (23.9, "block", "23")],
)
def test_both_sides_of_the_interval(hours: float, level: str, value: str) -> None:
    found = of("DCK-08", past(hours / 24))
    assert (found.level, found.value) == (level, value)
    assert found.limits == "a reason below 72, stop below 24"


@pytest.mark.parametrize(("given", "level"), [(5, "ok"), (6, "warn"), (8, "block"), (None, "open")])
def test_both_sides_of_a_review(given: int | None, level: str) -> None:
    found = of("DCK-11", sessions_since_review=given)
    assert (found.level, found.limits) == (level, "a reason from 6, stop from 8")


@pytest.mark.parametrize(("before", "level"), [(1, "ok"), (2, "block")])
def test_both_sides_of_esketamine_in_a_week(before: int, level: str) -> None:
    doses = [replace(each, route=ESK) for each in many(before, 7)]
    found = of("DCK-06", *doses, past(1), route=ESK)
    assert (found.level, found.value) == (level, f"{before + 1} with this one")
    assert (found.limits, found.sources) == ("stop above 2", ("S01", "S06"))


def test_limits_of_maintenance_are_the_lower_ones() -> None:
    assert of("DCK-09", phase="course").limits == "a reason above 2, stop above 3"
    assert of("DCK-09", phase="maintenance").limits == "a reason above 1, stop above 3"
    assert of("DCK-09", phase=None).limits == "a reason above 1, stop above 3"


def test_unknown_doses_leave_every_count_open() -> None:
    found = frequencies("iv", history=None, phase="course", sessions_since_review=0, now=NOW)
    counted = [each for each in found if each.id != "DCK-11"]
    assert {(each.level, each.value) for each in counted} == {("open", "not known")}


def test_a_route_is_shown_only_its_own_limits() -> None:
    def ids(route: str) -> set[str]:
        known = frequencies(route, history=(), phase="course", sessions_since_review=0, now=NOW)
        return {each.id for each in known}

    assert "DCK-06" not in ids("iv")
    assert "DCK-08" not in ids(ESK)
    assert "DCK-10" not in ids("iv"), "it limits maintenance only"


@pytest.mark.parametrize(
    ("days", "mg"), [(29, Decimal(70)), (29.9, Decimal(35)), (0.5, Decimal(70))]
)
def test_milligrams_within_some_days(days: float, mg: Decimal) -> None:
    assert mg_within([past(days), past(1)], 30, now=NOW) == mg


def test_a_dose_not_known_makes_the_sum_unknown() -> None:
    assert mg_within([past(2), past(1, None)], 30, now=NOW) is None
    assert mg_within([past(31, None), past(1)], 30, now=NOW) == 35
    assert mg_within(None, 30, now=NOW) is None
    assert mg_within([], 30, now=NOW) == 0
