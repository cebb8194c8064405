"""Counts beside the register, last days, and the dates that the law counts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from kapstone import register
from kapstone.register import Balance

D = Decimal
NINE = Balance(unit_mg=D(500), units=9, mg=D(4972), out_mg=D(6))


@pytest.mark.parametrize(
    ("units", "mg", "says"),
    [
        (9, "466", "agrees"),
        (8, "466", "1 vial fewer than the register says"),
        (11, "466", "2 vials more than the register says"),
        (9, "460.5", "5.5 mg opened less than the register says"),
        (8, "470", "1 vial fewer and 4 mg opened more than the register says"),
    ],
)
def test_a_count_says_how_it_differs_from_the_cabinet(units: int, mg: str, says: str) -> None:
    """What is out with a session is not in the cabinet to be counted."""
    found = register.difference(NINE, units=units, open_mg=D(mg))
    assert found.words("vial", "vials") == says
    assert bool(found) is (says != "agrees")


def test_a_count_is_said_in_units_and_what_is_open() -> None:
    assert register.counted(9, D("466.00"), one="vial", many="vials") == "9 vials and 466 mg opened"
    assert register.counted(1, D(0), one="vial", many="vials") == "1 vial"


@pytest.mark.parametrize(
    ("today", "over"), [(date(2026, 11, 30), False), (date(2026, 12, 1), True)]
)
def test_a_lot_may_be_used_on_its_last_day(today: date, over: bool) -> None:
    assert register.expired(date(2026, 11, 30), today) is over


@pytest.mark.parametrize(("days", "near"), [(29, False), (30, True), (None, None)])
def test_near_its_last_day_is_what_the_practice_says(days: int | None, near: bool | None) -> None:
    assert register.near_expiry(date(2026, 12, 1), date(2026, 11, 1), days) is near


def test_what_is_over_is_not_near() -> None:
    assert register.near_expiry(date(2026, 10, 31), date(2026, 11, 1), 30) is False


@pytest.mark.parametrize(
    ("last", "due"),
    [(date(2024, 11, 3), date(2026, 11, 3)), (date(2024, 2, 29), date(2026, 2, 28))],
)
def test_the_next_inventory_is_due_within_two_years(last: date, due: date) -> None:
    assert register.inventory_due_on(last) == due


def test_records_are_kept_at_least_two_years() -> None:
    assert register.kept_until(date(2026, 11, 3)) == date(2028, 11, 3)


@pytest.mark.parametrize(
    ("found", "due"),
    [
        (date(2026, 11, 3), date(2026, 11, 4)),  # a Tuesday
        (date(2026, 11, 6), date(2026, 11, 9)),  # a Friday
        (date(2026, 11, 7), date(2026, 11, 9)),  # a Saturday
    ],
)
def test_the_notice_of_a_loss_is_due_on_the_next_business_day(found: date, due: date) -> None:
    assert register.notice_due_on(found) == due


def test_the_form_of_a_loss_is_due_in_forty_five_days() -> None:
    assert register.form_due_on(date(2026, 11, 3)) == date(2026, 12, 18)
