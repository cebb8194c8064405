"""Long-term safety: both sides of every row, and laws that hold for any history."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pathway.people import NOW, vega

from kapstone.pathway import gates, long_term, next_steps
from kapstone.pathway.facts import Override
from kapstone.pathway.long_term import LongTermFacts, Look

CASES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "long_term.toml").read_text(encoding="utf-8")
)["case"]
STATES = {"later": 0, "done": 0, "due": 1, "overdue": 2, "found": 3}


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def facts_of(case: dict[str, Any]) -> LongTermFacts:
    looks = (
        Look(row=row, at=ago(days), found=found, by=by)
        for row, days, found, by in case.get("looks", [])
    )
    return LongTermFacts(
        doses=tuple(ago(days) for days in case.get("doses", [])),
        looks=tuple(looks),
        ended_at=ago(case["ended"]) if "ended" in case else None,
        age=case.get("age"),
    )


def one(row: str, facts: LongTermFacts) -> long_term.Owed:
    return next(each for each in long_term.owed(facts, now=NOW) if each.row.id == row)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['row']} {case['says']}")
def test_a_row_stands_as_the_evidence_says(case: dict[str, Any]) -> None:
    found = one(case["row"], facts_of(case))
    assert (found.state, found.holds) == (case["state"], case.get("holds", False)), found.says


def test_every_due_row_has_cases_on_both_sides() -> None:
    for name in long_term.due_rows():
        waits = {STATES[case["state"]] > 0 for case in CASES if case["row"] == name}
        graver = {STATES[case["state"]] for case in CASES if case["row"] == name}
        assert waits == {True, False} or len(graver) > 1, name


def test_every_row_of_the_evidence_is_here_once() -> None:
    ids = [row.id for row in long_term.check_rows()]
    assert ids == [f"LTS-{number:02}" for number in range(1, 22)]


def test_a_blank_sheet_is_no_look() -> None:
    (blank,) = long_term.sheet_looks("bladder-check", NOW, None, {})
    (half,) = long_term.sheet_looks("bladder-check", NOW, None, {"pain": 0})
    (yes,) = long_term.sheet_looks("bladder-check", NOW, None, {"blood": 1})
    (whole,) = long_term.sheet_looks("bladder-check", NOW, 0, dict.fromkeys("abcd", 0))
    assert [each.found for each in (blank, half, yes, whole)] == [None, None, True, False]


def test_a_score_at_the_line_is_found() -> None:
    def icsi(total: float) -> bool | None:
        (look,) = long_term.sheet_looks("icsi", NOW, total, {"a": total})
        return look.found

    assert (icsi(5), icsi(6)) == (False, True)


@pytest.mark.parametrize(
    ("fact", "value", "found"),
    [
        ("liver_panel_on_file", True, False),
        ("liver_panel_on_file", False, None),
        ("alt_times_uln", 1.4, False),
        ("alt_times_uln", 1.5, True),
        ("ggt_times_uln", 1.9, False),
        ("ggt_times_uln", 2, True),
        ("moca_score", 26, False),
        ("moca_score", 25, True),
        ("ecg_on_file", None, None),
    ],
)
def test_a_fact_of_the_chart_counts_as_a_look(fact: str, value: object, found: object) -> None:
    (look,) = long_term.fact_looks(fact, NOW, value)
    assert look.found is found


def test_pressure_is_found_at_the_second_visit_running() -> None:
    high, edge = (141.0, 80.0), (140.0, 90.0)

    def visits(*pressures: tuple[float, float]) -> list[bool | None]:
        told = [(ago(10 - n), upper, lower) for n, (upper, lower) in enumerate(pressures)]
        return [each.found for each in long_term.resting_looks(told)]

    assert visits(high) == [False]
    assert visits(high, high) == [False, True]
    assert visits(high, edge, high) == [False, False, False]
    assert visits((120, 91), (120, 91)) == [False, True]


def test_pressure_without_both_figures_is_no_look() -> None:
    assert [*long_term.resting_looks([(NOW, 150, None), (NOW, None, None)])] == []


def held_up(**changes: Any) -> LongTermFacts:
    look = Look(row="LTS-01", at=ago(1), found=True, by="bladder-check")
    return replace(LongTermFacts(doses=(ago(14), ago(7)), looks=(look,)), **changes)


def test_a_finding_stops_the_next_session() -> None:
    found = {each.id: each for each in gates(replace(vega(), long_term=held_up()), 3, now=NOW)}
    assert found["long_term"].state == "stop"
    assert found["long_term"].overridable_by == "prescriber"
    assert "Bladder questions" in found["long_term"].says


def test_a_prescriber_may_pass_it_today_with_a_reason() -> None:
    facts = replace(vega(), long_term=held_up())
    passed = Override(reason="Culture clear by phone.", at=NOW - timedelta(minutes=5))
    third = replace(facts.session(3), overrides={"long_term": passed})
    again = replace(facts, sessions=(*facts.sessions[:2], third))
    found = {each.id: each for each in gates(again, 3, now=NOW)}
    assert found["long_term"].state == "overridden"


def test_nothing_held_shows_no_gate() -> None:
    facts = replace(vega(), long_term=held_up(looks=()))
    assert "long_term" not in {each.id for each in gates(facts, 3, now=NOW)}


def test_the_road_says_what_is_due_and_what_blocks() -> None:
    def step(facts: LongTermFacts | None) -> Any:
        steps = next_steps(replace(vega(), long_term=facts), now=NOW)
        return next(each for each in steps if each.id == "long_term")

    assert step(None).state == "later"
    assert step(held_up(looks=())).state == "now"
    assert step(held_up()).state == "blocked"
    assert "Bladder questions" in step(held_up()).detail


days = st.floats(min_value=0.1, max_value=500)
looks = st.builds(
    Look,
    row=st.sampled_from(sorted(long_term.due_rows())),
    at=days.map(ago),
    found=st.sampled_from([True, False, None]),
    by=st.sampled_from(["", "bladder-check", "side-effects"]),
)
histories = st.builds(
    LongTermFacts,
    doses=st.lists(days.map(ago), max_size=15).map(lambda found: tuple(sorted(found))),
    looks=st.lists(looks, max_size=8).map(tuple),
    age=st.one_of(st.none(), st.integers(18, 90)),
)


@given(histories)
def test_a_look_that_tells_nothing_changes_nothing(facts: LongTermFacts) -> None:
    told = tuple(look for look in facts.looks if look.found is not None)
    assert long_term.owed(facts, now=NOW) == long_term.owed(replace(facts, looks=told), now=NOW)


@given(histories)
def test_without_clear_looks_no_row_is_easier(facts: LongTermFacts) -> None:
    """Taking away what was found to be well never makes a row wait less."""
    fewer = replace(facts, looks=tuple(look for look in facts.looks if look.found is not False))
    pairs = zip(long_term.owed(facts, now=NOW), long_term.owed(fewer, now=NOW), strict=True)
    for with_it, without in pairs:
        assert STATES[without.state] >= STATES[with_it.state], with_it.row.id
        assert without.holds or not with_it.holds, with_it.row.id


@given(histories, st.datetimes(NOW.replace(tzinfo=None), timezones=st.just(UTC)))
def test_what_is_still_to_come_says_nothing(facts: LongTermFacts, later: datetime) -> None:
    ahead = Look(row="LTS-01", at=later + timedelta(seconds=1), found=True)
    more = replace(facts, looks=(*facts.looks, ahead))
    assert long_term.owed(facts, now=NOW) == long_term.owed(more, now=NOW)
