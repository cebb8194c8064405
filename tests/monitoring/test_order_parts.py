"""What an order says besides its milligrams: pump steps, hold time, spit, spray, booster."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kapstone.knowledge.dose_day import routes
from kapstone.monitoring import PumpStep, order_part

from .test_orders import CLINIC, ESK, HOME, IM, levels, order

D = Decimal
TEN_FIFTY = (PumpStep(10, D(5)), PumpStep(50, D(30)))


def test_every_route_has_its_parts() -> None:
    for route in routes():
        assert order_part(route).route == route


def test_only_routes_with_a_booster_ask_for_one() -> None:
    named = {route for route in routes() if order_part(route).booster}
    asked = {route for route in routes() if "booster" in order_part(route).asks}
    assert named == asked == {IM, CLINIC, HOME}


@pytest.mark.parametrize(
    ("mg", "devices"), [("28", 1), ("56", 2), ("84", 3), ("83", None), ("85", None)]
)
def test_devices_are_whole(mg: str, devices: int | None) -> None:
    assert order_part(ESK).devices(D(mg)) == devices
    assert order_part(IM).devices(D(mg)) is None


@pytest.mark.parametrize(
    ("steps", "level"),
    [
        ((), None),
        (TEN_FIFTY, None),
        ((PumpStep(10, D(5)), PumpStep(50, D("30.01"))), "block"),
        ((PumpStep(10, D(5)), PumpStep(50, D("29.99"))), "block"),
        ((PumpStep(10, D(5)), PumpStep(49, D(30))), "block"),
        ((PumpStep(10, D(5)), PumpStep(51, D(30))), "block"),
    ],
)
def test_steps_add_up_to_the_order(steps: tuple[PumpStep, ...], level: str | None) -> None:
    assert levels(order(pump_steps=steps)).get("ORD-STEPS") == level


@pytest.mark.parametrize(
    ("first_mg", "level"),
    [("11.6", None), ("11.7", "warn"), ("23.3", "warn"), ("23.4", "block")],
)
def test_the_fastest_step_is_held_against_the_rate(first_mg: str, level: str | None) -> None:
    """70 kg: 70 mg/h is 11.67 mg in ten minutes, 140 mg/h 23.33."""
    steps = (PumpStep(10, D(first_mg)), PumpStep(50, 35 - D(first_mg)))
    assert levels(order(pump_steps=steps)).get("DCK-02") == level


def test_a_slow_start_does_not_hide_a_fast_whole() -> None:
    steps = (PumpStep(10, D(5)), PumpStep(10, D(30)))
    assert levels(order(over_min=20, pump_steps=steps))["DCK-02"] == "block"


@pytest.mark.parametrize("route", [CLINIC, HOME])
@pytest.mark.parametrize(
    ("held", "level"), [(None, "open"), (9, "warn"), (10, None), (15, None), (16, "warn")]
)
def test_both_sides_of_the_hold(route: str, held: int | None, level: str | None) -> None:
    assert levels(order(route, "100", hold_min=held)).get("ORD-HOLD") == level


@pytest.mark.parametrize(("spit", "level"), [(None, "open"), (True, None), (False, None)])
def test_an_order_says_whether_it_is_spat_out(spit: bool | None, level: str | None) -> None:
    assert levels(order(CLINIC, "100", spit=spit)).get("ORD-SPIT") == level


@pytest.mark.parametrize(
    ("nasal", "level"), [(None, "open"), ("device", None), ("compounded", "warn")]
)
def test_a_spray_says_what_gives_it(nasal: str | None, level: str | None) -> None:
    assert levels(order("intranasal", "50", nasal=nasal)).get("ORD-NASAL") == level


@pytest.mark.parametrize(
    ("booster", "level"), [("100", None), ("101", "warn"), ("200", "warn"), ("201", "block")]
)
def test_a_lozenge_is_held_against_the_limit_with_its_booster(
    booster: str, level: str | None
) -> None:
    asked = order(CLINIC, "200", booster_mg=D(booster), booster_after_min=30)
    assert levels(asked).get("DCK-05") == level


def test_a_lozenge_booster_without_its_minute_stays_open() -> None:
    asked = order(CLINIC, "100", booster_mg=D(50))
    assert levels(asked).get("DCK-05") == "open"
    assert levels(order(CLINIC, "100", booster_mg=None)).get("DCK-05") == "open"
