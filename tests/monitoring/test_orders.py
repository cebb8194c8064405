from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapstone.knowledge.dose_day import routes
from kapstone.monitoring import Order, PastDose, check_order, per_kg, place, reference_ranges
from kapstone.monitoring.order_rows import order_rows

NOW = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)


def order(route: str = "iv", dose: str = "35", **changes: Any) -> Order:
    """70 kg, 0.5 mg/kg over an hour, nothing unknown."""
    made = Order(
        route=route,
        dose_mg=Decimal(dose),
        weight_kg=70,
        weight_at=NOW,
        over_min=60,
        age=41,
        concentration_mg_ml=Decimal(50),
        phase="course",
        sessions_since_review=0,
    )
    return replace(made, **changes)


def past(days: float, dose: str | None = "35", route: str = "iv") -> PastDose:
    return PastDose(
        at=NOW - timedelta(days=days),
        route=route,
        dose_mg=None if dose is None else Decimal(dose),
    )


def levels(
    asked: Order, *history: PastDose, first: bool | None = False, unknown: bool = False
) -> dict[str, str]:
    found = check_order(asked, history=None if unknown else history, first=first, now=NOW)
    return {each.id: each.level for each in reversed(found)}


def test_an_order_inside_every_limit_says_nothing() -> None:
    assert levels(order(), past(7)) == {}


IV, IM, HOME, CLINIC, ESK = "iv", "im", "lozenge_home", "lozenge_clinic", "esketamine"
ORAL = "oral"
DOSES = [
    ("DCK-01", IV, "35", True, None),
    ("DCK-01", IV, "35.1", True, "warn"),
    ("DCK-01", IV, "35.1", None, "warn"),
    ("DCK-01", IV, "70", False, None),
    ("DCK-01", IV, "70.1", False, "warn"),
    ("DCK-01", IV, "105", False, "warn"),
    ("DCK-01", IV, "105.1", False, "block"),
    ("DCK-02", IV, "70", False, None),
    ("DCK-02", IV, "70.1", False, "warn"),
    ("DCK-02", IV, "140", False, "warn"),
    ("DCK-02", IV, "140.1", False, "block"),
    ("DCK-03", IM, "35", True, None),
    ("DCK-03", IM, "35.1", True, "warn"),
    ("DCK-03", IM, "70", False, None),
    ("DCK-03", IM, "70.1", False, "warn"),
    ("DCK-03", IM, "105", False, "warn"),
    ("DCK-03", IM, "105.1", False, "block"),
    ("DCK-04", IM, "70", False, None),
    ("DCK-04", IM, "70.1", False, "warn"),
    ("DCK-04", IM, "122.5", False, "warn"),
    ("DCK-04", IM, "122.6", False, "block"),
    ("DCK-05", CLINIC, "100", True, None),
    ("DCK-05", CLINIC, "101", True, "warn"),
    ("DCK-05", CLINIC, "300", False, None),
    ("DCK-05", CLINIC, "301", False, "warn"),
    ("DCK-05", CLINIC, "400", False, "warn"),
    ("DCK-05", CLINIC, "401", False, "block"),
    ("DCK-05", HOME, "200", False, None),
    ("DCK-05", HOME, "201", False, "block"),
    ("DCK-PO", ORAL, "100", True, None),
    ("DCK-PO", ORAL, "101", True, "warn"),
    ("DCK-PO", ORAL, "101", False, None),
    ("DCK-PO", ORAL, "300", False, None),
    ("DCK-PO", ORAL, "301", False, "block"),
    ("DCK-PO-KG", ORAL, "175", False, None),
    ("DCK-PO-KG", ORAL, "175.1", False, "warn"),
    ("DCK-PO-KG", ORAL, "490", False, "warn"),
    ("DCK-PO-KG", ORAL, "490.1", False, "block"),
    ("DCK-06", ESK, "56", False, None),
    ("DCK-06", ESK, "60", False, "warn"),
    ("DCK-06", ESK, "84", False, None),
    ("DCK-06", ESK, "85", False, "block"),
]


@pytest.mark.parametrize(("check", "route", "dose", "first", "level"), DOSES)
def test_both_sides_of_every_dose(
    check: str, route: str, dose: str, first: bool | None, level: str | None
) -> None:
    assert levels(order(route, dose), first=first).get(check) == level


@pytest.mark.parametrize(
    ("dose", "level"), [("43.75", None), ("43.8", "warn"), ("52.5", "warn"), ("52.6", "block")]
)
def test_both_sides_of_a_step_up(dose: str, level: str | None) -> None:
    assert levels(order(dose=dose), past(7)).get("DCK-07") == level


@pytest.mark.parametrize(
    ("dose", "booster", "level"),
    [
        ("35", "8.75", None),
        ("35", "8.8", "warn"),
        ("35", "35", "warn"),
        ("52.6", "1", "block"),
        ("35", None, "open"),
    ],
)
def test_a_booster_counts_in_the_step_and_never_stops_it(
    dose: str, booster: str | None, level: str | None
) -> None:
    asked = order(IM, dose, booster_mg=None if booster is None else Decimal(booster))
    assert levels(replace(asked, booster_after_min=12), past(7, "35", IM)).get("DCK-07") == level


@pytest.mark.parametrize(
    ("hours", "level"), [(72, None), (71.9, "warn"), (24, "warn"), (23.9, "block")]
)
def test_both_sides_of_the_interval(hours: float, level: str | None) -> None:
    assert levels(order(), past(hours / 24)).get("DCK-08") == level
    assert "DCK-08" not in levels(order(ESK, "56"), past(hours / 24, "56", ESK))


@pytest.mark.parametrize(("hours", "level"), [(23.9, "block"), (24, "warn"), (72, None)])
def test_the_interval_is_to_when_it_is_planned(hours: float, level: str | None) -> None:
    at = NOW + timedelta(hours=hours)
    found = check_order(order(), history=[past(0)], first=False, now=NOW, given_at=at)
    assert {each.id: each.level for each in found}.get("DCK-08") == level
    assert "PRE-22" not in {each.id for each in found}, "the weight is of the day of the order"


def many(count: int, within_days: float) -> list[PastDose]:
    return [past(within_days * (step + 1) / (count + 1)) for step in range(count)]


@pytest.mark.parametrize(
    ("check", "phase", "days", "before", "level"),
    [
        ("DCK-09", "course", 7, 1, None),
        ("DCK-09", "course", 7, 2, "warn"),
        ("DCK-09", "course", 7, 3, "block"),
        ("DCK-09", "maintenance", 7, 0, None),
        ("DCK-09", "maintenance", 7, 1, "warn"),
        ("DCK-09", None, 7, 1, "warn"),
        ("DCK-10", "course", 30, 20, None),
        ("DCK-10", "maintenance", 30, 3, None),
        ("DCK-10", "maintenance", 30, 4, "warn"),
        ("DCK-10", "maintenance", 30, 7, "warn"),
        ("DCK-10", "maintenance", 30, 8, "block"),
        ("DCK-10", None, 30, 8, "warn"),
        ("DCK-12", "course", 365, 23, None),
        ("DCK-12", "course", 365, 24, "warn"),
        ("DCK-12", "course", 365, 51, "warn"),
        ("DCK-12", "course", 365, 52, "block"),
    ],
)
def test_both_sides_of_every_count(
    check: str, phase: Any, days: float, before: int, level: str | None
) -> None:
    assert levels(order(phase=phase), *many(before, days)).get(check) == level


def test_a_dose_of_just_seven_days_ago_is_out_of_the_week() -> None:
    week = [past(7), past(7), past(1)]
    assert "DCK-09" not in levels(order(), *week)
    assert "DCK-09" not in levels(order(), past(6.99), *week), "of the day a week ago, at noon"
    assert "DCK-09" in levels(order(), past(6), *week)


def test_esketamine_twice_a_week_and_no_more() -> None:
    once, twice = [past(3, "56", ESK)], [past(3, "56", ESK), past(6, "56", ESK)]
    assert "DCK-06" not in levels(order(ESK, "56"), *once)
    assert levels(order(ESK, "56"), *twice)["DCK-06"] == "block"


@pytest.mark.parametrize(
    ("last", "dose", "level"),
    [
        ("28", "56", None),
        ("28", "84", "warn"),
        ("56", "84", None),
        ("84", "28", None),
        (None, "28", None),
        (None, "56", "open"),
        ("0", "56", "open"),
    ],
)
def test_esketamine_goes_up_by_the_steps_of_its_label(
    last: str | None, dose: str, level: str | None
) -> None:
    """At 65 and above the label begins at 28 and goes on with 28 to 84 [DOS-ESK-02]."""
    found = levels(order(ESK, dose, age=70), past(3, last, ESK))
    assert found.get("DCK-06") == level
    assert "DCK-07" not in found


def on(day: int, hour: int, minute: int = 0, *, zone: Any = UTC) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=zone)


@pytest.mark.parametrize("minute", [0, 55])
def test_the_week_of_the_label_is_one_of_days_not_of_minutes(minute: int) -> None:
    """Monday 10:02 and Thursday; the next Monday is the first of another week at any minute."""
    before = [PastDose(at=at, route=ESK, dose_mg=Decimal(56)) for at in (on(2, 10, 2), on(5, 10))]
    asked = order(ESK, "56")
    found = check_order(asked, history=before, first=False, now=on(9, 9, minute))
    assert "DCK-06" not in {each.id for each in found}
    found = check_order(asked, history=before, first=False, now=on(8, 10))
    assert "DCK-06" in {each.id for each in found}


@pytest.mark.parametrize("zone", [UTC, ZoneInfo("America/New_York")])
@pytest.mark.parametrize(("days", "stopped"), [(6, True), (7, False)])
def test_a_week_in_which_the_clocks_change_has_its_days(
    zone: Any, days: int, stopped: bool
) -> None:
    """New York puts its clocks back on 1 November 2026."""
    first = datetime(2026, 10, 27, 13, 2, tzinfo=UTC)
    before = [
        PastDose(at=first + timedelta(days=day), route=ESK, dose_mg=Decimal(56)) for day in (0, 3)
    ]
    now = (first + timedelta(days=days, minutes=28)).astimezone(zone)
    found = check_order(order(ESK, "56"), history=before, first=False, now=now)
    assert ("DCK-06" in {each.id for each in found}) is stopped


def test_an_interval_is_of_hours_that_passed() -> None:
    zone = ZoneInfo("America/New_York")
    before = PastDose(at=datetime(2026, 10, 31, 12, 30, tzinfo=zone), route=IV, dose_mg=Decimal(35))
    now = datetime(2026, 11, 1, 11, 45, tzinfo=zone)
    found = check_order(order(), history=[before], first=False, now=now)
    assert {each.id: each.level for each in found}["DCK-08"] == "warn", "24 h and a quarter"


@pytest.mark.parametrize(
    ("given", "level"), [(5, None), (6, "warn"), (7, "warn"), (8, "block"), (None, "open")]
)
def test_a_review_comes_due(given: int | None, level: str | None) -> None:
    assert levels(order(sessions_since_review=given)).get("DCK-11") == level


@pytest.mark.parametrize(
    ("route", "inside", "outside"),
    [
        *[(IV, "24.5", "24.6"), (IM, "24.5", "24.6"), (ESK, "28", "56")],
        *[(CLINIC, "50", "51"), (ORAL, "50", "51")],
    ],
)
def test_a_first_dose_at_65_is_lower(route: str, inside: str, outside: str) -> None:
    assert "DCK-13" not in levels(order(route, inside, age=65), first=True)
    assert levels(order(route, outside, age=65), first=True)["DCK-13"] == "warn"
    assert "DCK-13" not in levels(order(route, outside, age=64), first=True)
    assert "DCK-13" not in levels(order(route, outside, age=65), first=False)
    assert levels(order(route, inside, age=None), first=True)["DCK-13"] == "open"


@pytest.mark.parametrize(
    ("strength", "diluted", "level"),
    [
        ("99", None, None),
        ("100", True, "warn"),
        ("100", None, "open"),
        ("100", False, "block"),
        (None, None, "open"),
    ],
)
def test_a_hundred_in_one_is_never_given_undiluted(
    strength: str | None, diluted: bool | None, level: str | None
) -> None:
    asked = order(
        concentration_mg_ml=None if strength is None else Decimal(strength), diluted=diluted
    )
    assert levels(asked).get("DCK-14") == level


@pytest.mark.parametrize(
    ("weight", "level"), [(75, None), (75.1, "warn"), (65, None), (64.9, "warn"), (170, "warn")]
)
@pytest.mark.parametrize("route", ["iv", "im", "lozenge_clinic", "oral", "lozenge_home"])
def test_a_weight_far_from_the_last_one_warns(route: str, weight: float, level: str | None) -> None:
    asked = order(route, weight_kg=weight, earlier_kg=70, earlier_at=NOW - timedelta(days=1))
    assert levels(asked).get("ORD-WEIGHT") == level
    assert "ORD-WEIGHT" not in levels(replace(asked, earlier_kg=None, earlier_at=None))


@pytest.mark.parametrize(
    ("vial", "pump", "diluted", "level"),
    [
        ("10", "50", True, "block"),
        ("50", "100", False, "block"),
        ("50", "2", False, "block"),
        ("50", "2", None, "open"),
        ("50", "50", None, "open"),
        ("50", "50", True, "warn"),
        ("50", "2", True, None),
        ("50", "50", False, None),
        ("50", None, None, None),
    ],
)
def test_a_pump_is_no_stronger_than_its_vial(
    vial: str, pump: str | None, diluted: bool | None, level: str | None
) -> None:
    asked = order(
        concentration_mg_ml=Decimal(vial),
        pump_mg_ml=None if pump is None else Decimal(pump),
        diluted=diluted,
    )
    assert levels(asked).get("ORD-PUMP") == level


def test_a_push_is_blocked_and_an_unknown_time_is_open() -> None:
    assert levels(order(over_min=0))["DCK-02"] == "block"
    assert levels(order(over_min=None))["DCK-02"] == "open"


def test_a_booster_waits_ten_minutes_and_counts_in_the_total() -> None:
    asked = order(IM, "35", booster_mg=Decimal(35), booster_after_min=10)
    assert "DCK-04" not in levels(asked)
    assert levels(replace(asked, booster_after_min=9.9))["DCK-04"] == "block"
    assert levels(replace(asked, booster_after_min=None))["DCK-04"] == "open"
    assert levels(replace(asked, booster_mg=Decimal("35.1")))["DCK-04"] == "warn"
    assert levels(replace(asked, booster_mg=None))["DCK-04"] == "open"


def test_without_a_weight_the_order_is_open_and_says_so() -> None:
    found = check_order(order(weight_kg=None), history=(), first=False, now=NOW)
    assert {each.id: each.level for each in found} == {
        "PRE-22": "open",
        "DCK-01": "open",
        "DCK-02": "open",
    }
    assert found[0].says == "Weight not known: mg/kg cannot be checked"


def test_a_weight_of_another_day_is_open() -> None:
    old = order(weight_at=NOW - timedelta(days=1))
    assert levels(old) == {"PRE-22": "open"}
    assert levels(order(weight_at=None)) == {"PRE-22": "open"}


def test_unknown_earlier_doses_keep_their_checks_open() -> None:
    found = levels(order(), unknown=True)
    assert {check for check, level in found.items() if level == "open"} == {
        "DCK-07",
        "DCK-08",
        "DCK-09",
        "DCK-10",
        "DCK-12",
    }
    assert levels(order(), past(7, None)) == {"DCK-07": "open"}


@pytest.mark.parametrize(
    ("dose", "says"),
    [("1000", "1719 % more than the last 55 mg"), ("82.6", "51 % more than the last 55 mg")],
)
def test_a_step_up_is_said_in_whole_figures(dose: str, says: str) -> None:
    before = past(7, "55.00")
    found = check_order(
        order(ORAL, dose), history=[replace(before, route=ORAL)], first=False, now=NOW
    )
    assert says in {each.id: each.says for each in found}["DCK-07"]


def test_an_order_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        levels(order(dose="0"))
    with pytest.raises(ValueError, match="above 0"):
        levels(order(weight_kg=0))


def test_every_check_is_tried_on_both_sides() -> None:
    parts = {
        "ORD-WEIGHT",
        "ORD-PUMP",
        "ORD-STEPS",
        "ORD-HOLD",
        "ORD-SPIT",
        "ORD-NASAL",
        "DCK-LOW",
    }  # test_order_parts.py; too little has its own test below
    tried = {row[0] for row in DOSES} | {f"DCK-{n:02d}" for n in range(7, 15)} | parts
    assert {row.id for row in order_rows()} == tried


def test_the_gravest_comes_first() -> None:
    asked = order(dose="200", weight_at=None, sessions_since_review=6)
    found = check_order(asked, history=(), first=False, now=NOW)
    assert [each.level for each in found] == sorted(
        (each.level for each in found), key=["block", "warn", "open"].index
    )


GRAVITY = {None: 0, "open": 1, "warn": 2, "block": 3}
doses = st.decimals("0.1", "500", places=1)


@given(doses, doses, st.sampled_from(sorted(set(routes()) - {ESK})), st.booleans())
def test_a_higher_dose_is_never_judged_milder(
    one: Decimal, other: Decimal, route: str, first: bool
) -> None:
    low, high = sorted((one, other))
    milder = levels(order(route, str(low)), past(7, "35", route), first=first)
    milder.pop("DCK-LOW", None)  # Of too little: it goes the other way.
    graver = levels(order(route, str(high)), past(7, "35", route), first=first)
    assert all(GRAVITY[level] <= GRAVITY[graver.get(check)] for check, level in milder.items())


@given(doses, st.sampled_from(sorted(routes())))
def test_an_order_with_something_unknown_never_passes_in_silence(dose: Decimal, route: str) -> None:
    assert levels(order(route, str(dose)), unknown=True)
    if route not in (ESK, "intranasal"):
        assert levels(order(route, str(dose), weight_kg=None))


# Reference ranges.


def test_every_route_has_a_range_and_anesthesia_is_only_a_comparator() -> None:
    for route in routes():
        assert reference_ranges(route)
    assert [row.id for row in reference_ranges("iv") if row.comparator] == ["DOS-ANA-01"]


def test_a_dose_has_its_place_beside_a_range() -> None:
    titrated = next(row for row in reference_ranges("iv") if row.id == "DOS-IV-02")

    def at(dose: str) -> str | None:
        return place(Decimal(dose), titrated, weight_kg=68)

    assert [at("33.9"), at("34"), at("68"), at("68.1")] == ["below", "inside", "inside", "above"]
    assert place(Decimal(34), titrated, weight_kg=None) is None
    assert per_kg(Decimal(34), 68) == Decimal("0.5")


def test_a_range_without_figures_places_nothing() -> None:
    words = next(row for row in reference_ranges("im") if row.id == "DOS-IM-03")
    assert place(Decimal(500), words, weight_kg=70) is None
    highest = next(row for row in reference_ranges("im") if row.id == "DOS-IM-02")
    assert place(Decimal("52.5"), highest, weight_kg=70) is None
    assert place(Decimal("52.6"), highest, weight_kg=70) == "above"


def test_fixed_doses_need_no_weight() -> None:
    label = next(row for row in reference_ranges(ESK) if row.id == "DOS-ESK-01")
    assert place(Decimal(84), label, weight_kg=None) == "inside"
    assert place(Decimal(28), label, weight_kg=None) == "below"


@pytest.mark.parametrize(("dose", "low"), [("17.4", True), ("17.5", False)])
def test_far_below_the_last_dose_asks(dose: str, low: bool) -> None:
    """Half of the last 35 mg is 17.5."""
    found = check_order(order(dose=dose), history=(past(7),), first=False, now=NOW)
    assert ("less than 50 % of the last 35 mg" in " ".join(each.says for each in found)) is low


def test_a_tenth_of_the_dose_that_was_meant_never_passes() -> None:
    """5.5 mg instead of 55 is below every range of the sources, and asks; it blocks nothing."""
    found = check_order(order(dose="3.5"), history=(), first=True, now=NOW)
    (low,) = [each for each in found if each.id == "DCK-LOW"]
    assert low.level == "warn"
    assert "below every range of the sources" in low.says
