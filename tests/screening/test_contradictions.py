"""An answer that is there counts, also where the question before it was answered with a no."""

from __future__ import annotations

import pytest
from screening.people import NOW, facts, healthy

from kapstone.screening import Decision, Facts, Screening, recognise, screen, vocabulary
from kapstone.screening.conditions import Value
from kapstone.screening.vocabulary import Fact

OPENED_BY: dict[str, Facts] = {
    "heart_event_or_stroke": facts(heart_event_ever=True),
    "heart_failure": facts(heart_failure=True),
    "ecg_on_file": facts(ecg_on_file=True),
    "cognition_in_doubt": facts(cognition_in_doubt=True),
    "liver_panel_on_file": facts(liver_panel_on_file=True),
    "sex_at_birth is female": facts(sex_at_birth="female"),
    "pregnancy_possible": facts(pregnancy_possible=True),
    "phq9_item9 >= 1 points": facts(phq9_item9=1),
    "takes_benzodiazepine": {},
}
CLOSED = facts(sex_at_birth="male", ecg_on_file=False, liver_panel_on_file=False)
SAYS_NOTHING_OF_ITS_GATE = {
    "aortic_risk",
    "ever_smoked",
    "pcl5_score >= 33 points",
    "eating_disorder",
    "substance_use_active",
    "violence_at_home",
    "interpreter_needed",
    "home_session_planned",
    "remote_session_planned",
}
"""What hangs on these is true of others too: a low potassium makes no eating disorder."""
ASKED_OF_EVERYBODY = {"cssrs_after_item9"}
HANGING = [
    each
    for each in vocabulary().values()
    if each.only_if in OPENED_BY and each.id not in ASKED_OF_EVERYBODY
]


def values(of: Fact) -> list[Value]:
    if of.kind == "yes_no":
        return [True, False]
    if of.kind == "choice":
        return [*of.choices]
    low, high = of.plausible or (0.0, 0.0)
    return sorted({low, high, *map(float, range(int(low), min(int(high), 200)))})


def look(known: Facts, *medicines: str) -> Screening:
    return screen(known, medicines=[recognise(each) for each in medicines], now=NOW)


def raised(of: Fact, value: Value) -> Decision:
    """The gravest that the answer brings where its question was asked for."""
    listed = ["Ativan"] if of.only_if == "takes_benzodiazepine" else []
    asked = {**healthy(), **OPENED_BY[of.only_if or ""]}
    without = {one.id for one in look(without_fact(asked, of), *listed).findings}
    found = look({**asked, **facts(**{of.id: value})}, *listed).findings
    return max((one.weight for one in found if one.id not in without), default=Decision.CLEAR)


def without_fact(known: Facts, of: Fact) -> Facts:
    return {name: one for name, one in known.items() if name != of.id}


def test_every_fact_that_hangs_on_another_is_looked_at_or_says_nothing_of_it() -> None:
    gates = {each.only_if for each in vocabulary().values() if each.only_if}
    assert gates == {*OPENED_BY} | SAYS_NOTHING_OF_ITS_GATE


@pytest.mark.parametrize("of", HANGING, ids=lambda of: of.id)
def test_a_no_before_it_never_silences_an_answer_that_is_there(of: Fact) -> None:
    for value in values(of):
        spoken = look({**healthy(), **CLOSED, **facts(**{of.id: value})}).findings
        weight = max((one.weight for one in spoken), default=Decision.CLEAR)
        assert weight >= raised(of, value), value


def test_an_event_ten_days_ago_stops_whatever_was_said_of_events() -> None:
    known = healthy(heart_event_ever=False, days_since_heart_event=10)
    assert [one.id for one in look(known).findings] == ["SCR-CAR-04"]


def test_a_stroke_without_its_day_leaves_the_six_weeks_open() -> None:
    found = look(healthy(heart_event_ever=False, stroke_or_tia_ever=True))
    assert found.decision is Decision.INCOMPLETE
    missing = {one.id: [each.fact for each in one.missing] for one in found.waiting}
    assert missing["SCR-CAR-04"] == ["days_since_heart_event"]
