"""Each screening rule against its cases in cases.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from screening.people import NOW, facts

from kapstone.knowledge import KnowledgeError, read
from kapstone.screening import recognise, screen
from kapstone.screening.board import lines_in, needs
from kapstone.screening.candidates import READINESS, STAGING
from kapstone.screening.conditions import Answer, Choice, Known, Limit, Line, Value, parse
from kapstone.screening.derived import CUTS, DERIVED
from kapstone.screening.medicines import Recognised
from kapstone.screening.picture import Picture
from kapstone.screening.rules import Interaction, Rule, interactions, knowledge_digest, rules
from kapstone.screening.vocabulary import check_line, vocabulary

Case = dict[str, Value]
CASES: dict[str, dict[str, list[Case]]] = tomllib.loads(
    Path(__file__).with_name("cases.toml").read_text(encoding="utf-8")
)


STEPS = {
    "bmi": 0.1,
    "potassium_mmol_l": 0.1,
    "lorazepam_equivalent_mg": 0.1,
    "alt_times_uln": 0.1,
    "ast_times_uln": 0.1,
    "alp_times_uln": 0.1,
    "ggt_times_uln": 0.1,
    "bilirubin_times_uln": 0.1,
}
"""How finely a fact is given, where that is not in whole numbers."""

DERIVED_CUTS: dict[str, dict[str, set[float]]] = {
    "resting_bp_high": {
        "systolic_bp_mmhg": {140, 150},
        "diastolic_bp_mmhg": {90},
        "age_years": {65},
    },
    "resting_bp_severe": {"systolic_bp_mmhg": {180}, "diastolic_bp_mmhg": {110}},
    "ecg_needed": {"age_years": {50}, "bmi": {30}},
    "sleep_apnoea_serious": {"bmi": {35}, "stop_bang_score": {5}},
    "sleep_apnoea_likely": {"stop_bang_score": {5}},
    "urinary_symptoms": {"icsi_score": {6}, "bpic_ss_score": {19}, "nocturia_times": {3}},
    "psychosis_now": {"pq16_items": {6}},
    "mania_now": {"ymrs_score": {12}},
    "dissociation_high": {"des_ii_score": {30}},
    "eating_disorder_unstable": {
        "bmi": {17.5},
        "potassium_mmol_l": {3.0},
        "heart_rate_bpm": {50},
        "qtc_ms": {460},
    },
    "substance_use_active": {"dast10_score": {6}},
    "alcohol_withdrawal_likely": {"ciwa_score": {8}},
    "hazardous_alcohol": {"audit_score": {8}, "audit_c_score": {3, 4}},
    "violence_at_home": {"hits_score": {10}, "e_hits_score": {7}},
}
"""The limits that each derived fact holds its numbers against, as the evidence gives them."""


def picture(case: Case) -> Picture:
    known = {name: value for name, value in case.items() if name not in {"medicines", "says"}}
    return Picture.of(facts(**known), taken(case), NOW)


def taken(case: Case) -> list[Recognised] | None:
    if "medicines" not in case:
        return None
    return [recognise(text) for text in str(case["medicines"]).split(" + ")]


def answer(rule: Rule, case: Case) -> Known:
    return picture(case).rule(rule)


def said(row: Interaction, case: Case) -> str | None:
    """The action of this interaction in the case, or None where it does not speak."""
    known = {name: value for name, value in case.items() if name not in {"medicines", "says"}}
    found = screen(facts(**known), medicines=taken(case), now=NOW).findings
    return next((one.action for one in found if one.id == row.id), None)


def sides(limit: float, step: float) -> list[set[float]]:
    """The neighbours of which one is on either side, whichever side the limit itself is on."""
    return [{round(limit - step, 3), limit}, {limit, round(limit + step, 3)}]


def stand_on_both_sides(name: str, limit: float, line: Line, cases: dict[str, list[Case]]) -> bool:
    """Whether some case that fires and some that clears are neighbours at this limit."""
    ones = {float(case[name]) for case in holding(line, cases, fires=True) if name in case}
    others = {float(case[name]) for case in holding(line, cases, fires=False) if name in case}
    pairs = [{one, other} for one in ones for other in others]
    return any(pair in pairs for pair in sides(limit, STEPS.get(name, 1)))


def holding(line: Line, cases: dict[str, list[Case]], *, fires: bool) -> list[Case]:
    """The cases that fire because the line holds, or that clear where it does not hold."""
    found = cases["fires"] if fires else cases["clears"]
    return [case for case in found if picture(case).answer(line) is fires]


def limits_of(line: Line) -> list[tuple[str, float]]:
    if isinstance(line, Limit):
        return [(line.fact, line.limit)]
    cuts = DERIVED_CUTS.get(line.fact, {})
    return [(name, cut) for name, found in cuts.items() for cut in found]


ROWS: tuple[Rule | Interaction, ...] = (*rules(), *interactions())
LIMITS = [
    pytest.param(row.id, line, name, limit, id=f"{row.id}-{name}-{limit:g}")
    for row in ROWS
    for line in lines_in(row)
    for name, limit in limits_of(line)
]
WORDED = [
    pytest.param(row.id, line, id=f"{row.id}-{line.fact}")
    for row in ROWS
    for line in lines_in(row)
    if isinstance(line, Answer | Choice)
]


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_a_rule_speaks_and_is_silent_on_its_cases(rule: Rule) -> None:
    cases = CASES[rule.id]
    assert [answer(rule, case) for case in cases["fires"]] == [True] * len(cases["fires"])
    assert [answer(rule, case) for case in cases["clears"]] == [False] * len(cases["clears"])
    assert cases["fires"] and cases["clears"]


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_a_rule_without_facts_stays_open(rule: Rule) -> None:
    assert answer(rule, {}) is None


@pytest.mark.parametrize("row", interactions(), ids=lambda row: row.id)
def test_an_interaction_speaks_and_is_silent_on_its_cases(row: Interaction) -> None:
    cases = CASES[row.id]
    assert [said(row, case) for case in cases["fires"]] == [case["says"] for case in cases["fires"]]
    assert [said(row, case) for case in cases["clears"]] == [None] * len(cases["clears"])
    assert cases["fires"] and cases["clears"]


@pytest.mark.parametrize("row", interactions(), ids=lambda row: row.id)
def test_an_interaction_that_depends_on_the_route_has_a_case_for_each(row: Interaction) -> None:
    routes = {*vocabulary()["planned_route"].choices, None} if row.routes else {None}
    assert {case.get("planned_route") for case in CASES[row.id]["fires"]} == routes


def test_no_case_without_its_rule() -> None:
    assert set(CASES) == {row.id for row in ROWS}


@pytest.mark.parametrize(("id", "line", "name", "limit"), LIMITS)
def test_cases_stand_on_both_sides_of_each_limit(
    id: str, line: Line, name: str, limit: float
) -> None:
    assert stand_on_both_sides(name, limit, line, CASES[id])


@pytest.mark.parametrize(("id", "line"), WORDED)
def test_cases_stand_with_and_without_each_answer(id: str, line: Line) -> None:
    assert holding(line, CASES[id], fires=True)
    assert holding(line, CASES[id], fires=False)


def test_each_cut_belongs_to_a_derived_fact_that_reads_its_number() -> None:
    cuts: dict[str, set[float]] = {}
    for derived, numbers in DERIVED_CUTS.items():
        for name, limits in numbers.items():
            assert name in vocabulary()[derived].derived_from
            cuts.setdefault(name, set()).update(limits)
    assert cuts == {name: {*limits} for name, limits in CUTS.items()}


def test_every_fact_serves_a_rule_an_interaction_or_the_candidate() -> None:
    used = {name for rule in rules() for name in needs(rule.id)}
    used |= {name for row in interactions() for name in needs(row.id)}
    used |= {*READINESS, *STAGING}
    assert set(vocabulary()) - used == set()


def test_every_source_stands_in_the_registry() -> None:
    known = {row["id"] for row in read("sources.toml")["source"]}
    cited = {source for rule in rules() for source in rule.sources}
    cited |= {source for row in interactions() for source in row.sources}
    cited |= {source for fact in vocabulary().values() for source in fact.sources}
    assert cited - known == set()


def test_every_row_cites_a_source() -> None:
    assert [rule.id for rule in rules() if not rule.sources] == []
    assert [row.id for row in interactions() if not row.sources] == []
    assert [fact.id for fact in vocabulary().values() if not fact.sources] == []


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("systolic_bp >= 160 mmHg", "no such fact: systolic_bp"),
        ("systolic_bp_mmhg >= 21 kPa", "systolic_bp_mmhg is in mmHg"),
        ("systolic_bp_mmhg", "is not a yes or no"),
        ("seizures is sometimes", "seizures is one of"),
        ("aneurysm or stroke", "not a condition"),
        ("aneurysm is yes", "aneurysm is one of"),
    ],
)
def test_a_line_that_the_vocabulary_does_not_bear_is_refused(line: str, complaint: str) -> None:
    with pytest.raises(KnowledgeError, match=complaint):
        check_line(line, vocabulary(), "rule x")


@pytest.mark.parametrize("text", ["", "a >= b", "not not a", "a >= 1", "a is b c", "a == 1 mmHg"])
def test_nothing_but_the_three_forms_is_a_condition(text: str) -> None:
    with pytest.raises(ValueError, match="not a condition"):
        parse(text)


def test_derived_functions_and_the_vocabulary_agree() -> None:
    assert set(DERIVED) == {fact.id for fact in vocabulary().values() if fact.derived_from}


@pytest.mark.parametrize("name", CUTS)
def test_a_cut_is_of_a_number_that_a_derived_fact_reads(name: str) -> None:
    read_by = {base for fact in vocabulary().values() for base in fact.derived_from}
    low, high = vocabulary()[name].plausible or (0, 0)
    assert name in read_by
    assert all(low < cut < high for cut in CUTS[name])


def test_the_digest_names_the_knowledge() -> None:
    assert len(knowledge_digest()) == 64


NUMBERS = st.fixed_dictionaries({name: st.sampled_from(range(20)) for name in CUTS})
OTHERS = [
    fact
    for fact in vocabulary().values()
    if fact.kind != "number" and fact.from_ and fact.only_if is None
]
WORDS = st.fixed_dictionaries(
    {
        fact.id: st.booleans() if fact.kind == "yes_no" else st.sampled_from([*fact.choices])
        for fact in OTHERS
    }
)


def between(name: str, place: int, share: float) -> float:
    """A number in the interval of that place among the cuts, or on a cut for an odd place."""
    low, high = vocabulary()[name].plausible or (0, 0)
    edges = [low, *CUTS[name], high]
    place %= 2 * len(edges) - 3
    left = edges[(place + 1) // 2]
    return left if place % 2 else left + (edges[place // 2 + 1] - left) * share


@for_all(NUMBERS, WORDS, st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_between_its_cuts_a_number_changes_no_derived_fact(
    places: dict[str, int], words: Case, one: float, other: float
) -> None:
    here = {name: between(name, place, one) for name, place in places.items()}
    there = {name: between(name, place, other) for name, place in places.items()}
    first = Picture.of(facts(**words, **here), [], NOW)
    second = Picture.of(facts(**words, **there), [], NOW)
    assert [*map(first.value, DERIVED)] == [*map(second.value, DERIVED)]
