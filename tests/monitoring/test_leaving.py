from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapstone.knowledge.dose_day import routes
from kapstone.monitoring import (
    Leaving,
    Reading,
    may_leave,
    overlong,
    ready_to_leave,
    score_discharge,
    stays_until,
)
from kapstone.monitoring.leaving import CriterionRow, criteria, stays

START = datetime(2026, 11, 3, 13, 0, tzinfo=UTC)
END = START + timedelta(minutes=40)
NOW = START + timedelta(minutes=280)
WELL = {
    "systolic_bp": 134.0,
    "diastolic_bp": 84.0,
    "heart_rate": 72.0,
    "oxygen_saturation": 97.0,
    "respiratory_rate": 14.0,
    "sedation_moaas": 5.0,
    "dissociation": 0.0,
    "anxiety": 2.0,
    "nausea": 1.0,
}
ALDRETE = {f"DIS-ALD-{number}": 2 for number in range(1, 6)}
PADSS = {f"DIS-PAD-{number}": 2 for number in (1, 2, 3, 5)}


def well(route: str = "iv", /, **changes: float) -> Leaving:
    return Leaving(
        route=route,
        started_at=START,
        ended_at=END,
        last_dose_at=START,
        readings=(
            Reading(NOW - timedelta(minutes=15), WELL),
            Reading(NOW, WELL | changes),
        ),
        resting={"systolic_bp": 132.0, "diastolic_bp": 84.0, "oxygen_saturation": 98.0},
        aldrete=score_discharge("aldrete", ALDRETE),
        padss=score_discharge("padss", PADSS),
        asked={row.id: True for row in criteria()},
        signers={"DIS-19": (frozenset({"session_monitor"}), frozenset({"therapist"}))},
    )


def met(leaving: Leaving, id: str, now: datetime = NOW) -> bool | None:
    return next(each.met for each in ready_to_leave(leaving, now=now) if each.id == id)


@pytest.mark.parametrize("route", sorted(routes()))
def test_a_person_who_is_well_may_leave(route: str) -> None:
    assert may_leave(ready_to_leave(well(route), now=NOW)) is True


def test_nothing_known_is_unknown() -> None:
    found = ready_to_leave(Leaving(route="iv"), now=NOW)
    assert {each.met for each in found} == {None}
    assert may_leave(found) is None
    assert may_leave(()) is None


@pytest.mark.parametrize(
    ("route", "since", "least"),
    [
        ("iv", "ended_at", 60),
        ("im", "last_dose_at", 90),
        ("intranasal", "started_at", 120),
        ("esketamine", "started_at", 120),
        ("lozenge_clinic", "last_dose_at", 120),
        ("oral", "last_dose_at", 180),
        ("lozenge_home", "last_dose_at", 240),
    ],
)
def test_the_shortest_stay_of_each_route(route: str, since: str, least: int) -> None:
    exactly = getattr(well(route), since) + timedelta(minutes=least)
    assert met(well(route), "DIS-01", exactly) is True
    assert met(well(route), "DIS-01", exactly - timedelta(seconds=1)) is False
    unknown = replace(well(route), **{since: None})  # type: ignore[arg-type]
    assert met(unknown, "DIS-01") is None
    assert set(stays()) == set(routes())


@pytest.mark.parametrize(
    ("id", "sign", "inside", "outside"),
    [
        ("DIS-02", "sedation_moaas", 5, 4),
        ("DIS-02", "dissociation", 1, 2),
        ("DIS-03", "oxygen_saturation", 95, 94),
        ("DIS-03", "respiratory_rate", 10, 9),
        ("DIS-03", "respiratory_rate", 24, 25),
        ("DIS-04", "systolic_bp", 134, 135),
        ("DIS-05", "heart_rate", 50, 49),
        ("DIS-05", "heart_rate", 110, 111),
        ("DIS-09", "nausea", 3, 4),
        ("DIS-11", "anxiety", 4, 5),
    ],
)
def test_both_sides_of_every_figure(id: str, sign: str, inside: float, outside: float) -> None:
    assert met(well(**{sign: inside}), id) is True
    assert met(well(**{sign: outside}), id) is False


def pressed(systolic: float, rest: float, before: float | None = None) -> bool | None:
    first = WELL | {"systolic_bp": systolic if before is None else before}
    return met(
        replace(
            well(),
            readings=(
                Reading(NOW - timedelta(minutes=15), first),
                Reading(NOW, WELL | {"systolic_bp": systolic}),
            ),
            resting={"systolic_bp": rest, "diastolic_bp": 84.0},
        ),
        "DIS-04",
    )


def test_pressure_is_near_rest_under_the_ceiling_and_not_rising() -> None:
    assert (pressed(144, 120), pressed(145, 120)) == (True, False)
    assert (pressed(96, 120), pressed(95, 120)) == (True, False)
    assert (pressed(160, 150), pressed(161, 150)) == (True, False)
    assert (pressed(130, 130, before=130), pressed(131, 130, before=130)) == (True, False)


def test_two_pressures_less_than_fifteen_minutes_apart_do_not_show_a_fall() -> None:
    near = Reading(NOW - timedelta(minutes=14), WELL)
    assert met(replace(well(), readings=(near, Reading(NOW, WELL))), "DIS-04") is None


def test_a_resting_saturation_below_95_is_the_persons_own_limit() -> None:
    lungs = {"systolic_bp": 132.0, "diastolic_bp": 84.0, "oxygen_saturation": 92.0}
    assert met(replace(well(oxygen_saturation=92), resting=lungs), "DIS-03") is True
    assert met(replace(well(oxygen_saturation=91), resting=lungs), "DIS-03") is False


def test_an_old_figure_says_nothing_about_going_home_now() -> None:
    assert met(well(), "DIS-05", NOW + timedelta(minutes=30)) is True
    assert met(well(), "DIS-05", NOW + timedelta(minutes=31)) is None
    assert met(well(), "DIS-04", NOW + timedelta(minutes=31)) is None


@pytest.mark.parametrize("row", [row for row in criteria() if row.asks], ids=lambda row: row.id)
def test_what_is_asked_decides(row: CriterionRow) -> None:
    leaving = well()
    assert met(replace(leaving, asked={**leaving.asked, row.id: False}), row.id) is False
    assert met(replace(leaving, asked={**leaving.asked, row.id: None}), row.id) is None


def test_a_long_stay_asks_the_prescriber_and_then_about_transfer() -> None:
    def says(minutes: int) -> str | None:
        return overlong(well(), now=START + timedelta(minutes=minutes))

    assert says(179) is None
    assert says(180) == "180 min since the start: the prescriber looks again"
    assert says(239) == "239 min since the start: the prescriber looks again"
    assert says(240) == "240 min since the start: talk about transfer"
    assert overlong(Leaving(route="iv"), now=NOW) is None


@given(
    st.sampled_from(sorted(routes())),
    st.dictionaries(st.sampled_from(sorted(WELL)), st.floats(0, 200, allow_nan=False)),
    st.dictionaries(
        st.sampled_from([row.id for row in criteria()]), st.sampled_from([True, False, None])
    ),
)
def test_forgetting_a_fact_never_lets_a_person_leave(
    route: str, odd: dict[str, float], answers: dict[str, bool | None]
) -> None:
    leaving = replace(well(route, **odd), asked={**well().asked, **answers})
    if may_leave(ready_to_leave(leaving, now=NOW)) is True:
        return
    blank: dict[str, Any] = {"readings": (), "resting": {}, "asked": {}, "signers": {}}
    for field in fields(Leaving):
        if field.name != "route":
            less = replace(leaving, **{field.name: blank.get(field.name)})  # type: ignore[arg-type]
            assert may_leave(ready_to_leave(less, now=NOW)) is not True


MONITOR, THERAPIST = frozenset({"session_monitor"}), frozenset({"therapist"})


@pytest.mark.parametrize(
    ("signers", "expected"),
    [
        ((), None),
        ((MONITOR,), None),
        ((THERAPIST,), None),
        ((MONITOR, frozenset({"prescriber"})), None),
        ((THERAPIST, MONITOR), True),
        ((frozenset({"prescriber"}), THERAPIST), True),
        ((MONITOR | THERAPIST,), None),
        ((MONITOR | THERAPIST, THERAPIST), True),
    ],
    ids=["nobody", "medical", "therapist", "two medical", "both", "prescriber", "one", "two"],
)
def test_two_people_sign_a_medical_one_and_a_therapist(
    signers: tuple[frozenset[str], ...], expected: bool | None
) -> None:
    assert met(replace(well(), signers={"DIS-19": signers}), "DIS-19") is expected


@pytest.mark.parametrize(
    ("route", "least"), [("iv", 55 + 60), ("im", 55 + 90), ("esketamine", 5 + 120)]
)
def test_the_shortest_stay_ends_so_long_after_what_it_counts_from(route: str, least: int) -> None:
    first, last = NOW + timedelta(minutes=5), NOW + timedelta(minutes=55)
    found = stays_until(route, first_at=first, given_until=last)
    assert found == NOW + timedelta(minutes=least)


def test_without_what_it_counts_from_the_end_of_the_stay_is_not_known() -> None:
    assert stays_until("iv", first_at=NOW, given_until=None) is None
    assert stays_until("esketamine", first_at=None, given_until=NOW) is None


def pressure_says(leaving: Leaving) -> str:
    return next(each.says for each in ready_to_leave(leaving, now=NOW) if each.id == "DIS-04")


def test_a_pressure_not_come_down_says_which_part_fails() -> None:
    """130/80 is near rest and under the ceiling: what fails is that it was 120 before."""
    before = Reading(NOW - timedelta(minutes=15), WELL | {"systolic_bp": 120.0})
    now = Reading(NOW, WELL | {"systolic_bp": 130.0, "diastolic_bp": 80.0})
    says = pressure_says(replace(well(), readings=(before, now)))
    assert says.endswith("Not met: systolic rising, 120 before and 130 now")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"systolic_bp": 162.0}, "systolic 162 is above 160"),
        ({"systolic_bp": 162.0}, "systolic 23 % above the 132 at rest"),
        ({"diastolic_bp": 60.0}, "diastolic 29 % below the 84 at rest"),
    ],
)
def test_a_pressure_far_off_says_from_what(changes: dict[str, float], says: str) -> None:
    assert says in pressure_says(well(**changes)).split("Not met:")[1]


def test_a_pressure_not_known_to_have_come_down_says_what_is_missing() -> None:
    leaving = replace(well(), readings=(Reading(NOW, WELL),), resting={"systolic_bp": 132.0})
    told = pressure_says(leaving).split("Not known:")[1]
    for part in ("diastolic at rest", "no systolic of 15 min or more before the last"):
        assert part in told
    assert "Not met" not in pressure_says(leaving)
    assert pressure_says(well()).endswith("not rising over 15 min"), "met: nothing to add"
