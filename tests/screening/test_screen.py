"""The whole screening: its order, its laws, and what would change it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from screening.people import NOW, facts, given, healthy

from kapstone.screening import (
    Change,
    Decision,
    FactError,
    Facts,
    Given,
    Reason,
    Screening,
    describe,
    lacks,
    recognise,
    screen,
    vocabulary,
    what_would_change,
)
from kapstone.screening.conditions import Value
from kapstone.screening.vocabulary import Fact


def look(known: Facts) -> Screening:
    return screen(known, medicines=[], now=NOW)


def ids(screening: Screening) -> set[str]:
    return {finding.id for finding in screening.findings}


def answer_to(name: str) -> st.SearchStrategy[Given]:
    return value_of(vocabulary()[name]).map(given)


def value_of(fact: Fact) -> st.SearchStrategy[Value]:
    if fact.kind == "yes_no":
        return st.booleans()
    if fact.kind == "choice":
        return st.sampled_from([*fact.choices])
    low, high = fact.plausible or (0.0, 0.0)
    return st.floats(low, high) | st.integers(int(low), int(high)).map(float)


ASKED = [fact.id for fact in vocabulary().values() if fact.from_]
SOME_FACTS = st.lists(st.sampled_from(ASKED), unique=True).flatmap(
    lambda chosen: st.fixed_dictionaries({name: answer_to(name) for name in chosen})
)


def test_a_healthy_person_is_clear() -> None:
    assert look(healthy()).decision is Decision.CLEAR


def test_nothing_known_is_incomplete() -> None:
    screening = screen({}, medicines=None, now=NOW)
    assert screening.decision is Decision.INCOMPLETE
    assert len(screening.waiting) == len({one.id for one in screening.waiting})


@pytest.mark.parametrize("absent", list(healthy()))
def test_leaving_one_answer_out_never_makes_a_person_safer(absent: str) -> None:
    person = {name: one for name, one in healthy().items() if name != absent}
    assert look(person).decision in {Decision.CLEAR, Decision.INCOMPLETE}
    assert look({**person, **facts(aneurysm=True)}).decision is Decision.STOP


def test_the_order_of_precedence_is_that_of_the_evidence() -> None:
    person = dict(healthy(migraine_with_aura=True))
    assert look(person).decision is Decision.NOTE
    person |= facts(vestibular_disorder=True)
    assert look(person).decision is Decision.OVERSIGHT
    person |= facts(porphyria=True)
    assert look(person).decision is Decision.REVIEW
    person = {name: one for name, one in person.items() if name != "dialysis"}
    assert look(person).decision is Decision.INCOMPLETE
    person |= facts(ketamine_allergy=True)
    screening = look(person)
    assert screening.decision is Decision.STOP
    assert [one.action for one in screening.findings] == ["stop", "review", "oversight", "note"]


def test_suicide_risk_stands_before_every_other_stop() -> None:
    screening = look(healthy(aneurysm=True, cssrs_plan_or_intent_month=True))
    assert screening.findings[0].id == "SCR-PSY-08"


def test_a_finding_carries_the_answers_it_speaks_from() -> None:
    screening = look(healthy(systolic_bp_mmhg=148, age_years=52))
    (finding,) = (one for one in screening.findings if one.id == "SCR-CAR-06")
    assert {describe(name, one) for name, one in finding.because} == {
        "Systolic blood pressure 148 mmHg",
        "Age 52 years",
    }


@pytest.mark.parametrize(("days", "decision"), [(7, Decision.CLEAR), (7.001, Decision.INCOMPLETE)])
def test_blood_pressure_counts_for_seven_days(days: float, decision: Decision) -> None:
    old = {"systolic_bp_mmhg": given(118, NOW - timedelta(days=days))}
    assert look({**healthy(), **old}).decision is decision


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (given(118, NOW - timedelta(days=8)), Reason.STALE),
        (given(118, None), Reason.UNDATED),
        (given(118, NOW + timedelta(days=1)), Reason.AHEAD),
        (given(1480), Reason.IMPLAUSIBLE),
        (given(float("nan")), Reason.IMPLAUSIBLE),
    ],
)
def test_a_reading_that_cannot_count_says_why(one: Given, reason: Reason) -> None:
    screening = look({**healthy(), "systolic_bp_mmhg": one})
    said = {(m.fact, m.reason) for waiting in screening.waiting for m in waiting.missing}
    assert said == {("systolic_bp_mmhg", reason)}


def test_a_stale_danger_is_asked_again_and_not_forgotten() -> None:
    old = {"chest_pain_recent": given(True, NOW - timedelta(days=31))}
    assert look({**healthy(), **old}).decision is Decision.INCOMPLETE


@pytest.mark.parametrize(
    ("name", "value"),
    [("aneurism", True), ("aneurysm", 1), ("seizures", "often"), ("bmi", True), ("bmi", "24")],
)
def test_a_fact_that_nobody_defined_is_refused(name: str, value: Value) -> None:
    with pytest.raises(FactError, match=name):
        look({**healthy(), name: given(value)})


def test_a_derived_fact_cannot_be_given() -> None:
    with pytest.raises(FactError, match="resting_bp_high"):
        look(facts(resting_bp_high=False))


def test_a_question_that_does_not_apply_is_not_waited_for() -> None:
    person = dict(healthy(sex_at_birth="male"))
    for name in ("pregnant", "pregnancy_possible", "breastfeeding", "pre_eclampsia"):
        del person[name]
    assert look(person).decision is Decision.CLEAR


def test_the_gate_is_asked_before_what_it_guards() -> None:
    screening = screen({}, medicines=[], now=NOW)
    (waiting,) = (one for one in screening.waiting if one.id == "SCR-PRG-03")
    assert [missing.fact for missing in waiting.missing] == ["sex_at_birth"]


def test_each_domain_has_its_own_decision() -> None:
    domains = look(healthy(aneurysm=True, porphyria=True)).by_domain
    assert domains["cardiac"] is Decision.STOP
    assert domains["hepatic"] is Decision.REVIEW
    assert domains["psychiatric"] is Decision.CLEAR


@for_all(SOME_FACTS)
def test_a_screening_survives_being_stored(known: dict[str, Given]) -> None:
    screening = screen(known, medicines=[recognise("Xanax"), recognise("Foozol")], now=NOW)
    assert Screening.from_data(json.loads(json.dumps(screening.as_data()))) == screening


def test_a_stored_decision_that_does_not_follow_is_refused() -> None:
    data = look(healthy(aneurysm=True)).as_data()
    with pytest.raises(ValueError, match="does not follow"):
        Screening.from_data({**data, "decision": "clear"})


@for_all(SOME_FACTS)
def test_the_order_of_facts_does_not_matter(known: dict[str, Given]) -> None:
    turned = dict(reversed(known.items()))
    assert look(turned) == look(known)


NEW_ANSWER = st.sampled_from(ASKED).flatmap(lambda name: st.tuples(st.just(name), answer_to(name)))


# The one fact whose rules say that it ends them: a C-SSRS that followed a raised item 9.
ENDS = {"cssrs_after_item9": {"SUI-P1", "SUI-P2", "SUI-P3", "SUI-PD"}}


@for_all(SOME_FACTS, NEW_ANSWER)
def test_one_more_fact_never_silences_a_finding_but_by_a_rule_that_says_so(
    known: dict[str, Given], more: tuple[str, Given]
) -> None:
    name, answer = more
    before = look(known)
    after = look({**known, name: known.get(name, answer)})
    assert ids(before) - ids(after) <= ENDS.get(name, set())


@pytest.mark.parametrize("item", [1, 2, 3])
def test_a_raised_item_9_speaks_until_a_cssrs_is_known_to_have_followed(item: int) -> None:
    rules = ENDS["cssrs_after_item9"]
    raised = {**healthy(phq9_item9=item, phq9_item9_rise=1)}
    del raised["cssrs_after_item9"]
    assert len(ids(look(raised)) & rules) == 2
    followed = look({**raised, **facts(cssrs_after_item9=True)})
    assert not ids(followed) & rules
    assert ids(followed) == {f"SUI-P{item}b"}


@for_all(SOME_FACTS)
def test_unknown_never_becomes_clear(known: dict[str, Given]) -> None:
    assert screen(known, medicines=None, now=NOW).decision >= Decision.INCOMPLETE


@for_all(SOME_FACTS)
def test_every_rule_either_speaks_waits_or_is_silent(known: dict[str, Given]) -> None:
    screening = look(known)
    assert ids(screening).isdisjoint(one.id for one in screening.waiting)
    assert all(one.because for one in screening.findings)
    assert all(one.missing for one in screening.waiting)


def changes(known: Facts) -> tuple[Change, ...]:
    return what_would_change(known, medicines=[], now=NOW)


def said(known: Facts) -> list[tuple[str, Decision]]:
    return [(one.words, one.decision) for one in changes(known)]


def test_a_lower_blood_pressure_would_lift_the_review() -> None:
    assert said(healthy(systolic_bp_mmhg=148)) == [
        ("Systolic blood pressure up to 140 mmHg", Decision.CLEAR)
    ]


def test_two_raised_components_have_to_come_down_together() -> None:
    assert said(healthy(systolic_bp_mmhg=148, diastolic_bp_mmhg=94)) == [
        (
            "Diastolic blood pressure up to 90 mmHg, and Systolic blood pressure up to 140 mmHg",
            Decision.CLEAR,
        )
    ]


def test_a_second_fact_may_lift_what_the_first_leaves() -> None:
    found = said(healthy(bipolar_type="one", vestibular_disorder=True))
    assert found[0] == ("Bipolar disorder: No", Decision.OVERSIGHT)
    assert found[-1] == (
        "Bipolar disorder: No, and Active vestibular disorder or vertigo: no",
        Decision.CLEAR,
    )


def test_a_missing_answer_is_tried_both_ways() -> None:
    person = {name: one for name, one in healthy().items() if name != "alt_times_uln"}
    assert said(person) == [
        ("ALT up to 3 x ULN", Decision.CLEAR),
        ("ALT above 3 x ULN", Decision.REVIEW),
    ]


@pytest.mark.parametrize(
    ("unknown", "leads_to"),
    [
        ((), Decision.CLEAR),
        (("heart_rate_bpm", "ecg_new_bundle_block_or_ischaemia"), Decision.INCOMPLETE),
    ],
)
def test_a_single_long_qtc_is_named_whatever_else_is_unknown(
    unknown: tuple[str, ...], leads_to: Decision
) -> None:
    known = healthy(qtc_ms=520).items()
    person = {name: one for name, one in known if name not in unknown}
    assert look(person).decision is Decision.REVIEW
    assert said(person)[0] == ("QTc interval up to 500 ms", leads_to)


def test_a_second_reason_is_not_hidden_by_what_is_unknown() -> None:
    known = healthy(qtc_ms=520, porphyria=True).items()
    person = {name: one for name, one in known if name != "heart_rate_bpm"}
    assert [len(one.facts) for one in changes(person)] == [3]


def test_what_would_make_it_worse_comes_last_and_in_the_order_to_ask() -> None:
    gone = {
        *("alt_times_uln", "porphyria", "aneurysm", "planned_route", "cssrs_behaviour_3_months"),
        *("escort_named", "home_session_planned", "systolic_bp_mmhg", "diastolic_bp_mmhg"),
    }
    person = {name: one for name, one in healthy(bipolar_type="one").items() if name not in gone}
    now = look(person)
    worse = [one for one in changes(person) if one.decision > now.decision]
    asked = [one.facts[0][0] for one in worse]
    order = [lack.fact for lack in lacks(now)]
    assert now.decision is Decision.INCOMPLETE
    assert len(asked) >= 4
    assert asked == sorted(asked, key=order.index)
    assert asked != sorted(asked)
    assert changes(person)[-len(worse) :] == tuple(worse)


def test_a_clear_person_needs_no_change() -> None:
    assert changes(healthy()) == ()


def test_age_is_never_proposed_to_change() -> None:
    assert changes(healthy(age_years=17)) == ()


def test_stopping_a_medicine_is_never_proposed() -> None:
    taken = [recognise("theophylline")]
    assert what_would_change(healthy(), medicines=taken, now=NOW) == ()


def test_another_route_is_proposed_where_it_matters() -> None:
    taken = [recognise("ketoconazole")]
    found = what_would_change(healthy(planned_route="oral"), medicines=taken, now=NOW)
    assert {one.words for one in found if one.decision is Decision.OVERSIGHT} == {
        "Planned route: Infusion into a vein"
    }


@for_all(SOME_FACTS)
def test_a_proposed_change_moves_the_decision(known: dict[str, Given]) -> None:
    person = {**healthy(), **known}
    now = look(person).decision
    found = changes(person)
    assert len(found) <= 12
    assert all(one.decision != now for one in found)
    assert all(1 <= len(one.facts) <= 4 for one in found)


YES_NO = {fact.id for fact in vocabulary().values() if fact.kind == "yes_no" and fact.from_}


@for_all(SOME_FACTS)
def test_a_proposed_answer_leads_where_it_says(known: dict[str, Given]) -> None:
    person = {**healthy(), **known}
    for change in changes(person):
        if {name for name, _ in change.facts} <= YES_NO:
            answers = {name: words.endswith(": yes") for name, words in change.facts}
            assert look({**person, **facts(**answers)}).decision is change.decision


@pytest.mark.parametrize("absent", sorted(YES_NO))
def test_a_single_missing_answer_is_always_explained(absent: str) -> None:
    person = {name: one for name, one in healthy().items() if name != absent}
    if look(person).decision is Decision.INCOMPLETE:
        assert Decision.CLEAR in {one.decision for one in changes(person)}


def test_a_fact_worked_out_from_a_medicine_names_the_medicine_alone() -> None:
    """An age of thirty is no reason for an ECG, although it is one of the facts that may be."""
    found = screen(
        facts(age_years=30, bmi=22, diabetes=False, ecg_on_file=False),
        medicines=[recognise("Methadone")],
        now=NOW,
    )
    because = next(one.because for one in found.findings if one.id == "SCR-CAR-15")
    assert {name for name, _ in because} == {"ecg_on_file", "medicines"}


def test_symptoms_are_waited_for_only_where_the_pressure_is_raised_or_not_known() -> None:
    untold = {name: one for name, one in healthy().items() if name != "bp_symptoms"}
    assert look(untold).decision is Decision.CLEAR
    raised = look({**untold, **facts(systolic_bp_mmhg=151)})
    unmeasured = {name: one for name, one in untold.items() if name != "systolic_bp_mmhg"}
    for found in (raised, look(unmeasured)):
        assert "SCR-CAR-07b" in {one.id for one in found.waiting}
