"""A second dose at home: none without an order, and every line must be known to hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kapstone import at_home
from kapstone.at_home import BoosterFacts, Confirmed, Look, Pressure

NOW = datetime(2026, 11, 3, 19, 0, tzinfo=UTC)
FRESH = timedelta(minutes=at_home.booster().fresh_min)
YES = Confirmed(at=NOW, agrees=True)
HOLDS = BoosterFacts(
    ordered=True,
    taken_already=False,
    opens=True,
    opens_says="Its time has come",
    units=1,
    left=1,
    look=Look(NOW, "awake"),
    reading=Pressure(at=NOW, within=True, says="122/78, within the limits"),
    open_notices=(),
    sitter=YES,
    therapist=YES,
)
OLD = NOW - FRESH - timedelta(seconds=1)


def states(facts: BoosterFacts) -> dict[str, str]:
    return {each.id: each.state for each in at_home.booster_conditions(facts, now=NOW)}


def test_all_of_it_holds() -> None:
    assert at_home.all_hold(at_home.booster_conditions(HOLDS, now=NOW))


def test_nothing_known_is_no_permission() -> None:
    found = states(BoosterFacts())
    assert set(found.values()) == {"missing"}
    assert set(found) == set(states(HOLDS))


@pytest.mark.parametrize(
    ("line", "changed", "state"),
    [
        ("ordered", {"ordered": False}, "refused"),
        ("ordered", {"taken_already": True}, "refused"),
        ("ordered", {"taken_already": None}, "missing"),
        ("time", {"opens": False}, "refused"),
        ("time", {"opens": None}, "missing"),
        ("released", {"left": 0}, "refused"),
        ("released", {"units": None}, "refused"),
        ("released", {"left": None}, "missing"),
        ("look", {"look": None}, "missing"),
        ("look", {"look": Look(OLD, "awake")}, "missing"),
        ("look", {"look": Look(NOW, "asleep")}, "refused"),
        ("look", {"look": Look(NOW, "unsure")}, "refused"),
        ("look", {"look": Look(NOW, "help")}, "refused"),
        ("reading", {"reading": None}, "missing"),
        ("reading", {"reading": Pressure(at=NOW, within=False, says="high")}, "refused"),
        ("reading", {"reading": Pressure(at=NOW, within=None, says="not yet")}, "missing"),
        ("reading", {"reading": Pressure(at=OLD, within=True, says="well")}, "missing"),
        ("quiet", {"open_notices": ("Above the limit",)}, "refused"),
        ("quiet", {"open_notices": None}, "missing"),
        ("sitter", {"sitter": None}, "missing"),
        ("sitter", {"sitter": Confirmed(at=NOW, agrees=False)}, "refused"),
        ("sitter", {"sitter": Confirmed(at=OLD, agrees=True)}, "missing"),
        ("therapist", {"therapist": None}, "missing"),
        ("therapist", {"therapist": Confirmed(at=NOW, agrees=False)}, "refused"),
        ("therapist", {"therapist": Confirmed(at=OLD, agrees=True)}, "missing"),
    ],
)
def test_each_line_alone_holds_it_back(line: str, changed: dict[str, Any], state: str) -> None:
    found = states(replace(HOLDS, **changed))
    assert found.pop(line) == state
    assert set(found.values()) == {"holds"}


def test_what_is_just_fresh_enough_holds_and_what_is_from_the_future_does_not() -> None:
    just = Look(NOW - FRESH, "awake")
    ahead = Look(NOW + timedelta(seconds=1), "awake")
    assert states(replace(HOLDS, look=just))["look"] == "holds"
    assert states(replace(HOLDS, look=ahead))["look"] == "missing"


def test_the_sitter_is_told_of_a_second_dose_only_where_one_was_ordered() -> None:
    with_one, without = (
        " ".join(line.says for line in at_home.advice(booster=each)) for each in (True, False)
    )
    assert "No second dose, whatever they say." in without
    assert "ordered in advance" in with_one
    assert "No second dose" not in with_one
