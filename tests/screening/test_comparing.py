"""Whether the rules would say something else now than when a decision was signed."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given as for_all
from hypothesis import strategies as st
from screening.people import NOW, given, healthy

from kapstone.screening import (
    Decision,
    Difference,
    Facts,
    Recognised,
    as_held,
    compare,
    recognise,
    screen,
    vocabulary,
)

LATER = NOW + timedelta(days=30)


def between(
    then: Facts, now: Facts, taken: tuple[list[Recognised], list[Recognised]] = ([], [])
) -> Difference:
    return compare(
        screen(then, medicines=taken[0], now=NOW), screen(now, medicines=taken[1], now=NOW)
    )


def test_the_same_facts_differ_in_nothing() -> None:
    found = between(healthy(porphyria=True), healthy(porphyria=True))
    assert (found.new, found.gone, found.opened, found.matters) == ((), (), (), False)
    assert found.was is found.now is Decision.REVIEW


def test_a_new_stop_differs_and_is_graver() -> None:
    found = between(healthy(), healthy(aneurysm=True))
    assert [one.id for one in found.new] == ["SCR-CAR-01"]
    assert (found.was, found.now) == (Decision.CLEAR, Decision.STOP)
    assert found.matters and found.graver


def test_a_second_review_beside_one_matters_though_the_decision_is_the_same() -> None:
    found = between(
        healthy(porphyria=True), healthy(porphyria=True, peripheral_vascular_disease=True)
    )
    assert found.was is found.now is Decision.REVIEW
    assert found.matters and found.graver


def test_a_note_beside_a_review_does_not_matter() -> None:
    found = between(healthy(porphyria=True), healthy(porphyria=True, migraine_with_aura=True))
    assert [one.id for one in found.new] == ["SCR-NEU-08"]
    assert not found.matters
    assert not found.graver


def test_what_is_gone_differs() -> None:
    found = between(healthy(porphyria=True), healthy())
    assert [one.id for one in found.gone] == ["SCR-HEP-06"]
    assert (found.was, found.now, found.matters) == (Decision.REVIEW, Decision.CLEAR, True)
    assert not found.graver


def test_an_answer_that_has_only_aged_is_no_difference() -> None:
    known = healthy(systolic_bp_mmhg=148)
    then = screen(known, medicines=[], now=NOW)
    assert screen(known, medicines=[], now=LATER).decision is Decision.INCOMPLETE
    now = screen(as_held(known, NOW, LATER), medicines=[], now=LATER)
    found = compare(then, now)
    assert (found.matters, found.new, found.gone, found.opened) == (False, (), (), ())


def test_what_an_aged_answer_made_needless_to_ask_is_no_difference() -> None:
    """Nobody had to measure withdrawal while its history was a fresh no."""
    known = {name: one for name, one in healthy().items() if name != "ciwa_score"}
    then = screen(known, medicines=[], now=NOW)
    now = LATER + timedelta(days=1)
    assert "SCR-SUB-04" in {one.id for one in screen(known, medicines=[], now=now).waiting}
    assert not compare(then, screen(as_held(known, NOW, now), medicines=[], now=now)).matters


def test_what_had_aged_before_the_decision_is_not_made_fresh() -> None:
    old = {"bp_symptoms": given(value=False, at=NOW - timedelta(days=8))}
    assert as_held(old, NOW, LATER) == old
    held = {"bp_symptoms": given(value=False, at=NOW - timedelta(days=7))}
    assert as_held(held, NOW, LATER)["bp_symptoms"].at == LATER


def test_an_answer_told_after_the_decision_counts_though_it_has_aged() -> None:
    told = healthy(systolic_bp_mmhg=118)
    later = {**told, "systolic_bp_mmhg": given(170, at=NOW + timedelta(days=1))}
    then = screen(told, medicines=[], now=NOW)
    found = compare(then, screen(as_held(later, NOW, LATER), medicines=[], now=LATER))
    assert ([one.id for one in found.new], found.opened) == (["SCR-CAR-06"], ())


def test_an_answer_behind_a_finding_taken_back_opens_the_question() -> None:
    then = healthy(porphyria=True)
    now = {name: one for name, one in then.items() if name != "porphyria"}
    found = between(then, now)
    assert ([one.id for one in found.opened], found.gone) == (["SCR-HEP-06"], ())
    assert found.matters


def test_an_answer_taken_back_opens_the_question() -> None:
    now = {name: one for name, one in healthy().items() if name != "aneurysm"}
    found = between(healthy(), now)
    assert [one.id for one in found.opened] == ["SCR-CAR-01"]
    assert (found.now, found.matters) == (Decision.INCOMPLETE, True)


def test_a_medicine_that_nobody_can_read_opens_the_question() -> None:
    found = between(healthy(), healthy(), ([], [recognise("Foozol")]))
    assert found.now is Decision.INCOMPLETE
    assert found.matters


def test_what_was_open_when_it_was_signed_is_no_difference() -> None:
    known = {name: one for name, one in healthy().items() if name != "aneurysm"}
    assert not between(known, known).matters


def test_what_was_open_and_is_answered_well_differs_for_the_better() -> None:
    known = {name: one for name, one in healthy().items() if name != "aneurysm"}
    found = between(known, healthy())
    assert (found.was, found.now) == (Decision.INCOMPLETE, Decision.CLEAR)
    assert found.matters and not found.graver


def test_the_same_interaction_spoken_graver_is_new() -> None:
    taken = [recognise("ketoconazole")]
    found = between(
        healthy(planned_route="intravenous"), healthy(planned_route="oral"), (taken, taken)
    )
    assert [one.id for one in found.new] == ["MED-3A4S"]


FLIPPED = [name for name, row in vocabulary().items() if row.kind == "yes_no" and row.from_]


@for_all(st.sets(st.sampled_from(FLIPPED), max_size=4))
def test_what_speaks_otherwise_is_named(names: set[str]) -> None:
    then = healthy()
    now = {**then, **{name: given(not then[name].value) for name in names}}
    found = between(then, now)
    before, after = screen(then, medicines=[], now=NOW), screen(now, medicines=[], now=NOW)
    assert {one.id for one in found.new} == {one.id for one in after.findings} - {
        one.id for one in before.findings
    }
    assert found.now is after.decision
