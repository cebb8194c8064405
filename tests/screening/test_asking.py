"""What is still to be asked, and which of it matters for deciding today."""

from __future__ import annotations

import json

from hypothesis import given as for_all
from hypothesis import strategies as st
from screening.people import NOW, healthy

from kapstone.screening import (
    Decision,
    Facts,
    Screening,
    ask_next,
    enough,
    lacks,
    recognise,
    screen,
    vocabulary,
)


def without(*names: str, **otherwise: bool | float | str) -> Facts:
    return {name: one for name, one in healthy(**otherwise).items() if name not in names}


def look(known: Facts) -> Screening:
    return screen(known, medicines=[], now=NOW)


def test_an_open_question_that_could_stop_matters() -> None:
    (lack,) = lacks(look(without("aneurysm")))
    assert (lack.fact, lack.could_be, lack.matters) == ("aneurysm", Decision.STOP, True)
    assert [rule.id for rule in lack.rules] == ["SCR-CAR-01"]


def test_an_open_question_that_could_only_lead_to_a_review_does_not_matter_beside_one() -> None:
    found = look(without("alt_times_uln", porphyria=True))
    assert [(one.fact, one.matters) for one in lacks(found)] == [("alt_times_uln", False)]
    assert ask_next(found) == ()


def test_the_same_question_matters_where_nothing_graver_speaks() -> None:
    found = look(without("alt_times_uln", vestibular_disorder=True))
    assert [(one.fact, one.matters) for one in lacks(found)] == [("alt_times_uln", True)]


def test_a_note_never_matters() -> None:
    (lack,) = lacks(look(without("migraine_with_aura")))
    assert (lack.could_be, lack.matters) == (Decision.NOTE, False)


def test_an_unread_medicine_may_be_a_stop() -> None:
    found = screen(healthy(), medicines=[recognise("Foozol")], now=NOW)
    (lack,) = lacks(found)
    assert (lack.fact, lack.could_be, lack.who) == (
        "medicines",
        Decision.STOP,
        ("person", "clinician"),
    )


def test_what_could_stop_is_asked_first_and_then_what_most_rules_wait_for() -> None:
    found = lacks(look(without("bmi", "aneurysm", "asa_class")))
    assert [(one.fact, len(one.rules)) for one in found] == [
        ("asa_class", 2),
        ("aneurysm", 1),
        ("bmi", 1),
    ]


def test_of_everything_open_a_few_are_asked_next() -> None:
    found = screen({}, medicines=None, now=NOW)
    asked = ask_next(found)
    assert [*asked] == [*lacks(found)[:5]]
    assert {one.could_be for one in asked} == {Decision.STOP}
    assert all(one.who for one in asked)


def test_what_could_be_survives_being_stored() -> None:
    found = screen({}, medicines=None, now=NOW)
    kept = Screening.from_data(json.loads(json.dumps(found.as_data())))
    assert lacks(kept) == lacks(found)


def test_of_a_screening_kept_earlier_each_open_rule_may_be_a_stop() -> None:
    data = look(without("migraine_with_aura")).as_data()
    for each in data["waiting"]:
        del each["could_be"]
    (lack,) = lacks(Screening.from_data(data))
    assert (lack.could_be, lack.matters) == (Decision.STOP, True)


ASKED = [name for name, row in vocabulary().items() if row.from_]


@for_all(st.sets(st.sampled_from(ASKED), max_size=12))
def test_whatever_keeps_it_open_is_listed_once(names: set[str]) -> None:
    found = look(without(*names))
    listed = lacks(found)
    assert {one.missing for one in listed} == {
        each for rule in found.waiting for each in rule.missing
    }
    assert len({one.missing for one in listed}) == len(listed)


def test_beside_a_stop_that_two_may_override_an_absolute_one_still_matters() -> None:
    found = look(without("chest_pain_recent", "arteriovenous_malformation", aneurysm=True))
    assert {one.fact: one.matters for one in lacks(found)} == {
        "chest_pain_recent": True,
        "arteriovenous_malformation": False,
    }


def test_beside_an_absolute_stop_nothing_matters() -> None:
    found = look(without("porphyria", "aneurysm", chest_pain_recent=True))
    assert {one.fact: one.matters for one in lacks(found)} == {
        "porphyria": False,
        "aneurysm": False,
    }


def test_what_hangs_on_an_answer_that_says_no_is_named() -> None:
    """Whether an eating disorder is safe hangs on the QTc, and there is no ECG."""
    known = without("qtc_ms", "ecg_new_bundle_block_or_ischaemia", ecg_on_file=False)
    found = look({**known, **healthy_part(eating_disorder=True, potassium_mmol_l=4.2)})
    (waits,) = (one for one in found.waiting if one.id == "SCR-PSY-14")
    assert [each.words for each in waits.missing] == [
        "ECG on file from the last 12 months: said no, and something hangs on it"
    ]


def healthy_part(**values: bool | float | str) -> Facts:
    return {name: one for name, one in healthy(**values).items() if name in values}


def test_enough_is_known_where_nothing_open_could_make_it_graver() -> None:
    assert enough(look(healthy()))
    assert enough(look(without("alt_times_uln", porphyria=True)))
    assert not enough(look(without("alt_times_uln", vestibular_disorder=True)))
    assert not enough(look({}))
