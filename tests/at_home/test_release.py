"""What must hold before lozenges go home: unknown is never yes, and each limit has two sides."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kapstone import at_home
from kapstone.at_home import Criteria, LastCount, Pressure, ReleaseFacts, Sitter

NOW = datetime(2026, 11, 3, 18, 0, tzinfo=UTC)
SAM = Sitter(
    name="Sam Reed", phone="+1 555 0102", adult=True, person_agrees=True, sitter_agrees=True
)
GREEN = Pressure(at=NOW - timedelta(hours=2), within=True, says="mean 122/78")
WELL = ReleaseFacts(
    criteria=Criteria(), sitter=SAM, pressure=GREEN, released_before=False, events=()
)


def states(facts: ReleaseFacts) -> dict[str, str]:
    return {each.id: each.state for each in at_home.conditions(facts, now=NOW)}


def test_a_release_goes_through_when_everything_holds() -> None:
    assert at_home.all_hold(at_home.conditions(WELL, now=NOW))


def test_with_nothing_known_everything_is_missing_and_nothing_is_released() -> None:
    found = at_home.conditions(ReleaseFacts(), now=NOW)
    assert {each.state for each in found} == {"missing"}
    assert not at_home.all_hold(found)
    assert not at_home.all_hold(())


@pytest.mark.parametrize("name", [field.name for field in fields(ReleaseFacts)])
def test_one_thing_unknown_is_enough_to_hold_it_back(name: str) -> None:
    if name == "last_count":
        facts = replace(WELL, released_before=True)
    else:
        facts = replace(WELL, **{name: None})
    assert not at_home.all_hold(at_home.conditions(facts, now=NOW))
    assert set(states(facts).values()) == {"holds", "missing"}


def test_a_rule_that_speaks_refuses_and_one_that_waits_is_missing() -> None:
    stopped = Criteria(stops=("Lives alone",), waiting=("Cuff",))
    assert states(replace(WELL, criteria=stopped))["criteria"] == "refused"
    assert states(replace(WELL, criteria=Criteria(waiting=("Cuff",))))["criteria"] == "missing"


@pytest.mark.parametrize("name", ["adult", "person_agrees", "sitter_agrees"])
def test_each_consent_of_the_sitter_is_asked_for(name: str) -> None:
    no: dict[str, Any] = {name: False}
    nothing: dict[str, Any] = {name: None}
    refused = replace(WELL, sitter=replace(SAM, **no))
    unknown = replace(WELL, sitter=replace(SAM, **nothing))
    assert states(refused)["sitter"] == "refused"
    assert states(unknown)["sitter"] == "missing"


def test_a_sitter_without_a_phone_is_no_sitter_yet() -> None:
    assert states(replace(WELL, sitter=replace(SAM, phone=" ")))["sitter"] == "missing"


def test_a_pressure_counts_to_its_last_day_and_not_a_minute_longer() -> None:
    valid = timedelta(days=at_home.pressure_row().valid_days)
    at_the_edge = replace(GREEN, at=NOW - valid)
    over = replace(GREEN, at=NOW - valid - timedelta(minutes=1))
    assert states(replace(WELL, pressure=at_the_edge))["pressure"] == "holds"
    assert states(replace(WELL, pressure=over))["pressure"] == "missing"


def test_a_pressure_outside_refuses_and_one_not_judged_is_missing() -> None:
    assert states(replace(WELL, pressure=replace(GREEN, within=False)))["pressure"] == "refused"
    assert states(replace(WELL, pressure=replace(GREEN, within=None)))["pressure"] == "missing"
    ahead = replace(GREEN, at=NOW + timedelta(minutes=1))
    assert states(replace(WELL, pressure=ahead))["pressure"] == "missing"


def test_a_count_that_differs_refuses_until_somebody_explains_it() -> None:
    again = replace(WELL, released_before=True)
    differs = LastCount(agrees=False, says="Counted 1, should be 2: 1 too few.")
    assert states(replace(again, last_count=differs))["count"] == "refused"
    assert states(replace(again, last_count=replace(differs, explained=True)))["count"] == "holds"
    assert states(replace(again, last_count=LastCount(agrees=True)))["count"] == "holds"
    assert states(replace(again, last_count=LastCount(agrees=None)))["count"] == "missing"


def test_an_emergency_at_home_closes_the_route() -> None:
    assert states(replace(WELL, events=("Slow breathing",)))["events"] == "refused"


def test_what_should_be_there_is_worked_out_and_never_guessed() -> None:
    assert at_home.before(3, left=1, released=2).agrees is True
    assert at_home.before(2, left=1, released=2).says == "Counted 2, should be 3: 1 too few."
    assert at_home.before(2, left=None, released=2).agrees is None
    assert at_home.after(0, had=2, taken=2).agrees is True
    assert at_home.after(1, had=2, taken=2).says == "Counted 1, should be 0: 1 too many."
    assert at_home.after(0, had=2, taken=None).agrees is None
