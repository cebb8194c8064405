"""A table of facts from another system: read with care, and a slip is named."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from screening.people import NOW

from kapstone.screening import Fact, FactError, Given, expected, vocabulary
from kapstone.screening.tables import Table, moment, read_table

AT = datetime(2026, 3, 1, 8, tzinfo=UTC)


def read(**table: Any) -> Table:
    return read_table(table, NOW)


def test_a_flat_table_and_one_with_facts_say_the_same() -> None:
    flat = read(age_years=45, medicines=["sertraline"], now="2026-03-01T08:00:00Z")
    deep = read(facts={"age_years": 45}, medicines=["sertraline"], now="2026-03-01T08:00:00Z")
    assert flat == deep
    assert flat.facts == {"age_years": Given(45, AT, "clinician", None)}
    assert flat.now == AT


def test_a_value_may_bring_its_time_its_origin_and_its_words() -> None:
    told = {"value": 148, "at": "2026-03-01T08:00:00Z", "from": "reading", "words": "left arm"}
    given = read(systolic_bp_mmhg=told).facts["systolic_bp_mmhg"]
    assert given == Given(148, AT, "reading", "left arm")


def test_a_value_without_a_time_is_as_of_now() -> None:
    assert read(age_years={"value": 45}).facts["age_years"].at == NOW


def test_null_is_unknown() -> None:
    assert read(aneurysm=None, porphyria={"value": None}).facts == {}


@pytest.mark.parametrize(("table", "taken"), [({}, None), ({"medicines": None}, None)])
def test_medicines_that_nobody_asked_for_are_not_none_taken(
    table: dict[str, Any], taken: None
) -> None:
    assert read(**table).medicines is taken
    assert read(medicines=[]).medicines == ()


def test_a_medicine_may_bring_its_code() -> None:
    told = {"text": "lithium", "rxnorm": "no such code"}
    (one,) = read(medicines=[told]).medicines or ()
    assert (one.text, one.ingredients, one.at) == ("lithium", ("lithium",), NOW)


@pytest.mark.parametrize(
    ("fact", "value", "origin"),
    [
        ("age_years", 45, "clinician"),
        ("asa_class", "one", "clinician"),
        ("icsi_score", 1, "instrument"),
        ("systolic_single_mmhg", 120, "reading"),
    ],
)
def test_what_does_not_say_from_whom_is_from_one_who_may_give_it(
    fact: str, value: float | str, origin: str
) -> None:
    assert read(**{fact: value}).facts[fact].origin == origin


def test_a_single_pressure_is_overtaken_by_a_mean_as_in_a_chart() -> None:
    alone = {"value": 150, "at": (NOW - timedelta(days=1)).isoformat()}
    assert {*read(systolic_single_mmhg=alone, systolic_bp_mmhg=118).facts} == {"systolic_bp_mmhg"}


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ({"systolic_bp": 120}, "systolic_bp: no such fact; near it are systolic_bp_mmhg"),
        ({"resting_bp_high": True}, "worked out from other facts .systolic_bp_mmhg"),
        ({"takes_glp1": True}, "worked out from other facts .the medicines"),
        ({"age_years": "45"}, "age_years: '45' is not a whole number in years"),
        ({"age_years": True}, "age_years: True is not a whole number"),
        ({"aneurysm": "no"}, "aneurysm: 'no' is not true or false"),
        ({"aneurysm": 0}, "aneurysm: 0 is not true or false"),
        ({"seizures": "some"}, "seizures: 'some' is not one of"),
        ({"age_years": 121}, "age_years: 121 years cannot be; from 0 to 120"),
        ({"age_years": -1}, "cannot be"),
        ({"age_years": float("nan")}, "cannot be"),
        ({"age_years": 10**400}, "cannot be"),
        ({"age_years": {"value": 4, "units": "years"}}, "age_years: 'units' is none of"),
        ({"age_years": {"value": 4, "unit": "months"}}, "in 'months'; should be in years"),
        ({"age_years": {"value": 4, "from": "hearsay"}}, "from 'hearsay' is none of"),
        ({"asa_class": {"value": "one", "from": "import"}}, "it is taken only from clinician"),
        ({"icsi_score": {"value": 1, "from": "person"}}, "it is taken only from instrument"),
        ({"age_years": {"value": 4, "words": 4}}, "words should be text"),
        ({"age_years": {"value": 4, "at": "2026-03-01"}}, "at: '2026-03-01' is not a time"),
        ({"age_years": {"value": 4, "at": 7}}, "age_years: at: 7 is not a time"),
        ({"age_years": [4]}, "age_years: .4. is not a whole number"),
        ({"now": "yesterday"}, "now: 'yesterday' is not a time"),
        ({"facts": {}, "age_years": 4}, "age_years: beside `facts` only medicines and now"),
        ({"facts": []}, "facts: should be a table"),
        ({"medicines": "sertraline"}, "medicines: should be a list"),
        ({"medicines": [4]}, "medicines: 4 is neither"),
        ({"medicines": [{"text": "a", "rxnorm": 4}]}, "is neither"),
        ({"medicines": [{"text": "a", "rxnorn": "4"}]}, "medicines: 'rxnorn' is none of rxnorm"),
    ],
    ids=lambda each: str(each)[:40],
)
def test_a_slip_is_named(table: dict[str, Any], complaint: str) -> None:
    with pytest.raises(FactError, match=complaint):
        read_table(table, NOW)


@pytest.mark.parametrize(("years", "ok"), [(0, True), (120, True), (120.1, False), (-0.1, False)])
def test_the_ends_of_what_is_plausible_are_accepted(years: float, ok: bool) -> None:
    if ok:
        assert read(age_years=years).facts["age_years"].value == years
    else:
        with pytest.raises(FactError):
            read(age_years=years)


COUNTED = [each for each in vocabulary().values() if each.whole and each.from_]


@pytest.mark.parametrize("of", COUNTED, ids=lambda of: of.id)
def test_a_part_of_what_is_counted_in_whole_is_refused(of: Fact) -> None:
    _, high = of.plausible or (0, 0)
    assert read(**{of.id: high}).facts[of.id].value == high
    assert read(**{of.id: float(high)}).facts[of.id].value == high
    for part in (high - 0.5, high - 0.001):
        with pytest.raises(FactError, match=f"is not a whole number in {of.unit}"):
            read(**{of.id: part})


def test_a_part_of_what_is_measured_is_taken() -> None:
    assert read(bmi=24.5).facts["bmi"].value == 24.5
    assert expected(vocabulary()["bmi"]) == "a number in kg/m2"


def test_a_time_keeps_its_zone_and_none_is_guessed() -> None:
    there = datetime(2026, 3, 1, 3, tzinfo=timezone(timedelta(hours=-5)))
    assert moment("now", there.isoformat()) == AT
    assert moment("now", AT) is AT
    for odd in (datetime(2026, 3, 1), date(2026, 3, 1), "2026-03-01T08:00:00"):  # noqa: DTZ001
        with pytest.raises(FactError, match="zone"):
            moment("now", odd)


def test_every_fact_that_can_be_given_can_stand_in_a_table() -> None:
    for of in vocabulary().values():
        low = (of.plausible or (0.0, 0.0))[0]
        value = {"yes_no": True, "number": low, "choice": next(iter(of.choices), "")}[of.kind]
        if of.from_:
            assert read(**{of.id: value}).facts[of.id].value == value


@pytest.mark.parametrize(
    ("value", "unit", "told"),
    [(45, "years", 45), (16, "kPa", 120.0), (120, "mm[Hg]", 120), (1, None, 1)],
)
def test_a_value_may_name_its_unit(value: float, unit: str | None, told: float) -> None:
    name = "age_years" if unit in {"years", None} else "systolic_bp_mmhg"
    found = read_table({name: {"value": value, "unit": unit}}, NOW).facts[name].value
    assert found == pytest.approx(told, abs=0.1)


@pytest.mark.parametrize(("upper", "lower"), [(100, 140), (120, 120)])
def test_a_pressure_upside_down_is_refused(upper: float, lower: float) -> None:
    for kind in ("bp", "single"):
        told: dict[str, Any] = {f"systolic_{kind}_mmhg": upper, f"diastolic_{kind}_mmhg": lower}
        if kind == "single":
            told = {name: {"value": each, "from": "reading"} for name, each in told.items()}
        with pytest.raises(FactError, match="is not below systolic"):
            read(**told)


def test_a_pressure_the_right_way_up_or_with_one_figure_is_read() -> None:
    assert len(read(systolic_bp_mmhg=120, diastolic_bp_mmhg=119).facts) == 2
    assert len(read(systolic_bp_mmhg=60).facts) == len(read(diastolic_bp_mmhg=119).facts) == 1


@pytest.mark.parametrize(("at", "is_read"), [(AT, True), (AT + timedelta(seconds=1), False)])
def test_a_fact_of_later_than_now_is_refused(at: datetime, *, is_read: bool) -> None:
    told = {"aneurysm": {"value": True, "at": at.isoformat()}, "now": AT.isoformat()}
    if is_read:
        assert read(**told).facts["aneurysm"].at == AT
        return
    with pytest.raises(FactError, match="aneurysm: at lies later than now"):
        read(**told)
