"""The sets that would change a decision are the smallest: every smaller one was tried."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st
from screening.people import NOW, healthy

from kapstone.screening import Decision, Facts, screen, what_would_change
from kapstone.screening.vocabulary import fact

SPEAKING = [
    *("aneurysm", "arteriovenous_malformation", "breastfeeding", "porphyria", "migraine_with_aura"),
    *("vestibular_disorder", "peripheral_vascular_disease", "coronary_disease", "diabetes"),
    *("hypertension_diagnosed", "cystitis_history", "home_session_planned", "lives_alone"),
]
YES_NO = [fact(name).id for name in SPEAKING]


def decided(known: Facts) -> Decision:
    return screen(known, medicines=[], now=NOW).decision


def least(known: Facts, names: list[str], below: Decision) -> int | None:
    """The size of the smallest set of yes-or-no answers that leads below, by trying every one."""
    for size in range(1, len(names) + 1):
        for chosen in combinations(names, size):
            if decided({**known, **{name: healthy()[name] for name in chosen}}) < below:
                return size
    return None


@settings(max_examples=40)
@for_all(st.sets(st.sampled_from(YES_NO), min_size=1, max_size=4))
def test_no_smaller_set_of_answers_does_better(names: set[str]) -> None:
    known = healthy(**dict.fromkeys(names, True))
    now = decided(known)
    found = [
        one
        for one in what_would_change(known, medicines=[], now=NOW)
        if one.decision < now and {name for name, _ in one.facts} <= names
    ]
    size = least(known, sorted(names), now)
    assert size == min((len(one.facts) for one in found), default=None)


def test_it_goes_on_rung_by_rung_to_the_best_that_can_be_reached() -> None:
    known = healthy(bipolar_type="one", systolic_bp_mmhg=148, vestibular_disorder=True)
    found = what_would_change(known, medicines=[], now=NOW)
    assert (found[0].words, found[0].decision) == (
        "Bipolar disorder: No, and Systolic blood pressure up to 140 mmHg",
        Decision.OVERSIGHT,
    )
    assert (len(found[-1].facts), found[-1].decision) == (3, Decision.CLEAR)


REVIEWS: dict[str, bool | str] = {
    "porphyria": True,
    "peripheral_vascular_disease": True,
    "coronary_disease": True,
    "bipolar_type": "one",
}


def test_four_at_once_are_named_and_five_are_not() -> None:
    four = what_would_change(healthy(**REVIEWS), medicines=[], now=NOW)
    assert {len(one.facts) for one in four} == {4}
    five = healthy(**REVIEWS, systolic_bp_mmhg=148)
    assert what_would_change(five, medicines=[], now=NOW) == ()


def test_a_report_that_nobody_looked_for_is_answered_not_wished_away() -> None:
    """That there is no liver panel does not help anybody; to know whether there is one does."""
    values = {name for name in healthy() if name.endswith("times_uln")}
    known = {n: one for n, one in healthy().items() if n not in {"liver_panel_on_file", *values}}
    (found,) = what_would_change(known, medicines=[], now=NOW)
    assert found.words == "Liver panel on file: answered, with its values where it is there"
