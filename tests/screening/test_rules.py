"""Each screening rule against its cases in cases.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from screening.people import NOW, facts

from kapstone.knowledge import KnowledgeError, read
from kapstone.screening import recognise
from kapstone.screening.board import needs
from kapstone.screening.candidates import READINESS, STAGING
from kapstone.screening.conditions import Known, Value, parse
from kapstone.screening.derived import CUTS, DERIVED
from kapstone.screening.picture import Picture
from kapstone.screening.rules import Rule, interactions, knowledge_digest, rules
from kapstone.screening.vocabulary import check_line, vocabulary

Case = dict[str, Value]
CASES: dict[str, dict[str, list[Case]]] = tomllib.loads(
    Path(__file__).with_name("cases.toml").read_text(encoding="utf-8")
)


def answer(rule: Rule, case: Case) -> Known:
    known = {name: value for name, value in case.items() if name != "medicines"}
    written = str(case["medicines"]).split(" + ") if "medicines" in case else None
    taken = None if written is None else [recognise(text) for text in written]
    return Picture.of(facts(**known), taken, NOW).rule(rule)


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_a_rule_speaks_and_is_silent_on_its_cases(rule: Rule) -> None:
    cases = CASES[rule.id]
    assert [answer(rule, case) for case in cases["fires"]] == [True] * len(cases["fires"])
    assert [answer(rule, case) for case in cases["clears"]] == [False] * len(cases["clears"])
    assert cases["fires"] and cases["clears"]


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_a_rule_without_facts_stays_open(rule: Rule) -> None:
    assert answer(rule, {}) is None


def test_no_case_without_its_rule() -> None:
    assert set(CASES) == {rule.id for rule in rules()}


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
