"""What an order says besides its milligrams: typed, checked, signed and shown, by route."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from web.logging_in import Enter

from kapstone.web.accounts.models import User
from kapstone.web.records.actions import sessions
from kapstone.web.records.models import Course, Order, Session

from .conftest import REASON
from .test_before import TYPED, at, typed

STEPS = {
    "pump_mg_ml": "2",
    "step_1_min": "10",
    "step_1_mg": "4",
    "step_2_min": "30",
    "step_2_mg": "30",
}
BY = {name: TYPED[name] for name in ("weight_kg", "weight_at", "action")} | {"reason": REASON}


@pytest.fixture
def plan(course: Course, osei: User, now: datetime) -> Callable[[str], Session]:
    """Plans a session of a route for this afternoon."""
    when = now + timedelta(hours=1)

    def of_route(route: str) -> Session:
        return sessions.plan_session(course, route=route, planned_for=when, at=now, by=osei)

    return of_route


@pytest.fixture
def browser(osei: User, enter: Enter) -> Client:
    return enter(osei)


def said(page: str, part: str = "order") -> str:
    card = page.split(f'id="{part}"')[1].split("</section>", maxsplit=1)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", card).split())


def test_an_even_infusion_shows_its_rate(planned: Session, osei: User, enter: Enter) -> None:
    browser = enter(osei)
    typed(browser, planned, TYPED | {"reason": REASON, "pump_mg_ml": "2"})
    words = said(browser.get(at(planned)).content.decode())
    assert "2 mg/mL in the pump, 17 mL in all 51 mg/h, 25.5 mL/h" in words
    assert "Stays at least 60 min after the end DIS-01-IV · S95" in words


def test_a_pump_stronger_than_its_vial_is_not_signed(
    planned: Session, osei: User, enter: Enter
) -> None:
    slip = {"concentration_mg_ml": "10", "diluted": "yes", "pump_mg_ml": "50", "reason": REASON}
    answer = typed(enter(osei), planned, TYPED | slip)
    assert answer.status_code == 422
    assert "50 mg/mL in the pump from a vial of 10 mg/mL" in answer.content.decode()
    assert not Order.objects.exists()


def test_without_the_strength_in_the_pump_no_millilitres_are_shown(
    planned: Session, osei: User, enter: Enter
) -> None:
    browser = enter(osei)
    typed(browser, planned, TYPED | {"reason": REASON})
    words = said(browser.get(at(planned)).content.decode())
    assert "51 mg/h Stays" in words
    assert "mL/h" not in words.split("Sign another")[0]


def test_the_steps_of_the_pump_are_signed_and_shown(
    planned: Session, osei: User, enter: Enter
) -> None:
    browser = enter(osei)
    typed(browser, planned, TYPED | STEPS | {"reason": REASON})
    assert Order.objects.get().pump_steps == [[10, "4"], [30, "30"]]
    words = said(browser.get(at(planned)).content.decode())
    assert "Step 1: 4 mg over 10 min, 24 mg/h, 12 mL/h" in words
    assert "Step 2: 30 mg over 30 min, 60 mg/h, 30 mL/h" in words


@pytest.mark.parametrize(("second", "signed"), [("30", True), ("29.99", False), ("30.01", False)])
def test_steps_that_do_not_add_up_cannot_be_signed(
    second: str, signed: bool, planned: Session, osei: User, enter: Enter
) -> None:
    form = TYPED | STEPS | {"reason": REASON, "step_2_mg": second}
    answer = typed(enter(osei), planned, form)
    assert Order.objects.exists() is signed
    assert ("Pump steps add up to" in answer.content.decode()) is not signed


@pytest.mark.parametrize("lacks", ["step_2_min", "step_2_mg"])
def test_half_a_step_is_asked_about(lacks: str, planned: Session, osei: User, enter: Enter) -> None:
    answer = typed(enter(osei), planned, TYPED | STEPS | {lacks: ""})
    assert answer.status_code == 422
    assert "Give the minutes and the milligrams, or neither." in answer.content.decode()


@pytest.mark.parametrize(("after_min", "signed"), [("10", True), ("9", False)])
def test_a_second_injection_has_its_gap(
    after_min: str, signed: bool, plan: Callable[[str], Session], browser: Client
) -> None:
    planned = plan("im")
    form = BY | {"dose_mg": "34", "booster_mg": "20", "booster_after_min": after_min}
    typed(browser, planned, form)
    assert Order.objects.exists() is signed
    words = said(browser.get(at(planned)).content.decode())
    assert ("Second injection: 20 mg, at the earliest 10 min after the first" in words) is signed


@pytest.mark.parametrize(
    ("route", "parts", "shown"),
    [
        (
            "lozenge_clinic",
            {"dose_mg": "100", "hold_min": "12", "spit": "spit"},
            "Held 12 min, then spat out",
        ),
        (
            "lozenge_clinic",
            {"dose_mg": "100", "hold_min": "12", "booster_mg": "50", "booster_after_min": "30"},
            "Booster: 50 mg, at the earliest 30 min after the first",
        ),
        ("lozenge_home", {"dose_mg": "100", "spit": "swallow"}, "Swallowed"),
        (
            "lozenge_clinic",
            {"dose_mg": "50", "hold_min": "12", "spit": "spit"}
            | {"booster_mg": "25", "booster_after_min": "110"},
            "Stays at least 120 min after the last dose DIS-01-SLC · S95",
        ),
        ("oral", {"dose_mg": "100"}, "Stays at least 180 min after the last dose DIS-01-PO · S95"),
        ("oral", {"dose_mg": "100"}, "It comes on after 20 to 40 min and lasts 2 to 4 h."),
        ("intranasal", {"dose_mg": "50", "nasal": "compounded"}, "Given as a compounded spray"),
        ("esketamine", {"dose_mg": "84"}, "3 of 28 mg, 5 min apart ORD-ESK · S01"),
        (
            "esketamine",
            {"dose_mg": "56"},
            "Stays at least 120 min after the first dose DIS-01-ESK · S01",
        ),
    ],
)
def test_each_route_says_how_it_is_given(
    route: str,
    parts: dict[str, str],
    shown: str,
    plan: Callable[[str], Session],
    browser: Client,
) -> None:
    planned = plan(route)
    checked = typed(browser, planned, BY | parts | {"action": "check"})
    assert shown in said(checked.content.decode())
    assert not Order.objects.exists()
    typed(browser, planned, BY | parts)
    assert shown in said(browser.get(at(planned)).content.decode())


def test_what_was_not_said_stays_open_and_asks_for_a_reason(
    plan: Callable[[str], Session], browser: Client
) -> None:
    planned = plan("lozenge_clinic")
    form = BY | {"dose_mg": "50", "reason": ""}
    page = typed(browser, planned, form).content.decode()
    assert not Order.objects.exists()
    assert "Held in the mouth, min: not said" in page
    assert "Spat out or swallowed: not said" in page


def test_an_order_before_there_were_parts_still_reads(
    planned: Session, osei: User, now: datetime, enter: Enter
) -> None:
    told: dict[str, Any] = {"route": "iv", "dose_mg": Decimal(34), "weight_kg": 68.0}
    Order.objects.create(session=planned, weight_at=now, at=now, by=osei, **told)
    assert "Stays at least 60 min" in said(enter(osei).get(at(planned)).content.decode())
