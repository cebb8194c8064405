"""The next-step card: both sides of every rule, and laws that hold for any facts."""

from __future__ import annotations

import json
import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapstone.knowledge import KnowledgeError, text_of
from kapstone.pathway import next_step
from kapstone.pathway.next_step import Fact

CASES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "next_step.toml").read_text(encoding="utf-8")
)["case"]
AT = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
# Four sessions, a response that is no remission, nothing found, and everything known.
BASE: dict[str, Any] = {
    "wish": "go_on",
    "risk_notice": False,
    "bladder": False,
    "pressure": False,
    "other_finding": False,
    "side_effects": "mild",
    "sessions": 4,
    "gap_days": 5,
    "score_after_dose": True,
    "start": 18.0,
    "score": 8.0,
    "reliable": "improved",
    "response": True,
    "remission": False,
    "held_days": 9,
    "lost": False,
    "lost_before": False,
    "in_maintenance": False,
    "contact": True,
}
IDS = [case["rule"] for case in CASES]


def facts(**changes: Any) -> dict[str, Fact]:
    return {name: Fact(value, AT, "PHQ-9") for name, value in {**BASE, **changes}.items()}


def known(told: dict[str, Any]) -> next_step.Card:
    return next_step.card({name: Fact(value, AT) for name, value in told.items()})


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_a_rule_holds_on_one_side_of_its_line_only(case: dict[str, Any]) -> None:
    (row,) = (row for row in next_step.rule_rows() if row.id == case["rule"])
    found = next_step.card(facts(**case["holds"]))
    assert found.rule == case["rule"]
    assert found.proposed == (None if row.then == "first" else row.then)
    assert next_step.card(facts(**case["clears"])).rule != case["rule"]


def test_every_rule_has_its_cases() -> None:
    assert [row.id for row in next_step.rule_rows()] == IDS


def test_without_any_fact_the_card_proposes_nothing_and_says_what_is_missing() -> None:
    found = next_step.card({})
    assert found.proposed is None
    assert found.needs == ("risk_notice",)
    assert set(found.missing) == set(next_step.fact_rows())
    assert "Not known: A notice of suicide risk waits" in found.says


def test_a_notice_of_risk_comes_before_all_that_is_not_known() -> None:
    assert next_step.card({"risk_notice": Fact(True)}).rule == "NXT-01"


def test_without_a_score_the_card_does_not_guess() -> None:
    told = {name: value for name, value in BASE.items() if name != "score_after_dose"}
    assert known(told).proposed is None
    assert known(told).needs == ("score_after_dose",)


def test_the_option_proposed_stands_first_and_the_others_stay() -> None:
    found = next_step.card(facts(sessions=6))
    assert found.options[0].id == found.proposed == "space_out"
    assert {each.id for each in found.options} == set(next_step.option_rows())
    assert "It helps now; the fewest sessions that work." in found.options[0].for_it


def test_a_reason_whose_fact_is_not_known_is_not_given() -> None:
    told = facts(contact=False)
    (one,) = (each for each in next_step.card(told).options if each.id == "go_on")
    assert "No integration contact since the last session yet." in one.against
    del told["contact"]
    (one,) = (each for each in next_step.card(told).options if each.id == "go_on")
    assert one.against == ()


def test_the_card_comes_out_the_same_from_what_was_kept() -> None:
    told = facts(sessions=6)
    kept = json.loads(json.dumps(next_step.as_inputs(told)))
    assert next_step.from_inputs(kept) == told
    again = next_step.card(next_step.from_inputs(kept))
    assert next_step.as_kept(again) == next_step.as_kept(next_step.card(told))
    assert json.loads(json.dumps(next_step.as_kept(again))) == next_step.as_kept(again)


def test_a_fact_that_no_rule_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="no such fact"):
        next_step.card({"colour": Fact("red")})


@pytest.mark.parametrize(("name", "value"), [("wish", "more"), ("sessions", True), ("lost", 1)])
def test_a_value_that_a_fact_cannot_have_is_refused(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=name):
        next_step.card({name: Fact(value)})


@pytest.mark.parametrize(
    "text", ["colour is red", "wish is more", "sessions is 6", "wish < 6", "bladder is maybe"]
)
def test_a_condition_that_nobody_can_decide_is_refused(text: str) -> None:
    row = next_step.RuleRow(
        id="NXT-X", when=(text,), then="go_on", says="", says_person="", sources=("S11",)
    )
    with pytest.raises(KnowledgeError, match="NXT-X"):
        next_step.conditions(row)


def values(row: next_step.FactRow) -> st.SearchStrategy[Any]:
    if row.kind == "yes_no":
        return st.booleans()
    if row.kind == "choice":
        return st.sampled_from(sorted(row.choices))
    return st.integers(0, 400)


whole = st.fixed_dictionaries({name: values(row) for name, row in next_step.fact_rows().items()})


@given(whole)
def test_whatever_is_known_some_rule_decides(told: dict[str, Any]) -> None:
    assert known(told).rule


@given(whole, st.sets(st.sampled_from(sorted(next_step.fact_rows()))))
def test_more_missing_facts_never_make_the_card_bolder(
    told: dict[str, Any], lost: set[str]
) -> None:
    """With less known the card says the same, or proposes nothing; never another step."""
    fewer = {name: value for name, value in told.items() if name not in lost}
    before, after = known(told), known(fewer)
    assert after.proposed in (before.proposed, None)
    if after.rule:
        assert after.rule == before.rule
    else:
        assert after.needs
        assert set(after.needs) <= lost


@given(whole, st.sets(st.sampled_from(sorted(next_step.fact_rows()))))
def test_with_less_known_no_reason_is_added(told: dict[str, Any], lost: set[str]) -> None:
    fewer = {name: value for name, value in told.items() if name not in lost}
    more = {each.id: {*each.for_it, *each.against} for each in known(told).options}
    for each in known(fewer).options:
        assert {*each.for_it, *each.against} <= more[each.id]


@given(whole)
def test_nothing_that_is_said_is_an_amount_of_medicine(told: dict[str, Any]) -> None:
    said = json.dumps(next_step.as_kept(known(told)), ensure_ascii=False)
    assert not re.search(r"\d\s*(mg|µg|mcg|ml)\b|mg/kg|dosage", said, re.IGNORECASE)


def test_no_row_of_the_rule_names_an_amount_of_medicine() -> None:
    said = text_of(next_step.FILE)
    assert not re.search(r"\bmg\b|milligram|mg/kg|\bml\b", said, re.IGNORECASE)
