"""A diagnosis can say yes; none says no, and words alone only suggest."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from screening.people import NOW

from kapstone.knowledge import read
from kapstone.screening import vocabulary
from kapstone.screening.conditions import Value
from kapstone.screening.diagnoses import (
    ICD_10_CM,
    SNOMED,
    Diagnosis,
    Recorded,
    Said,
    diagnoses,
    said,
)

ICD = re.compile(r"[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?")
CODED = [
    *((SNOMED, code, row) for row in diagnoses() for code in row.snomed),
    *((ICD_10_CM, code, row) for row in diagnoses() for code in row.icd10cm),
]


def coded(system: str, code: str, days_ago: float | None = 10, status: str = "active") -> Recorded:
    onset = None if days_ago is None else NOW - timedelta(days=days_ago)
    return Recorded(
        text="As written", codes=((system, code),), status=status, onset=onset, seen=NOW
    )


def icd(code: str, days_ago: float | None = 10, status: str = "active") -> Recorded:
    return coded(ICD_10_CM, code, days_ago, status)


def worded(text: str) -> Recorded:
    return Recorded(text=text, status="active", seen=NOW)


def answers(condition: Recorded) -> dict[str, Value]:
    return {name: each.value for name, each in said(condition, NOW).answers}


def suggested(condition: Recorded) -> dict[str, Value | None]:
    return {each.fact: each.value for each in said(condition, NOW).suggested}


def checks_out(code: str) -> bool:
    """The check digit of a SNOMED CT identifier (Verhoeff)."""
    turn = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]
    total = 0
    for place, digit in enumerate(map(int, reversed(code))):
        turned = digit
        for _ in range(place % 8):
            turned = turn[turned]
        total = times(total, turned)
    return total == 0


def times(one: int, other: int) -> int:
    """Composition in the dihedral group of order ten."""
    if one < 5:
        return (one + other) % 5 if other < 5 else 5 + (one + other) % 5
    return 5 + (one - other) % 5 if other < 5 else (one - other) % 5


@pytest.mark.parametrize("row", diagnoses(), ids=lambda row: row.id)
def test_a_row_has_codes_that_can_be_and_sources_that_exist(row: Diagnosis) -> None:
    known = {one["id"] for one in read("sources.toml")["source"]}
    known |= {one["id"] for one in read("fhir/sources.toml")["source"]}
    assert {*row.sources} <= known
    assert all(map(checks_out, row.snomed))
    assert all(ICD.fullmatch(code) for code in (*row.icd10cm, *row.but_not))


def test_a_check_digit_that_is_wrong_is_seen() -> None:
    assert checks_out("38341003")
    assert not checks_out("38341004")
    assert not checks_out("38314003")


def test_no_row_has_the_name_of_another() -> None:
    assert len({row.id for row in diagnoses()}) == len(diagnoses())


@pytest.mark.parametrize(("system", "code", "row"), CODED, ids=lambda each: str(each)[:40])
def test_every_code_says_something_while_it_holds(system: str, code: str, row: Diagnosis) -> None:
    assert said(coded(system, code), NOW).weighed, row.id


@for_all(
    st.sampled_from(CODED),
    st.sampled_from(["active", "inactive", "resolved", "remission", "unknown"]),
    st.sampled_from([None, "confirmed", "provisional", "differential", "unconfirmed"]),
    st.none() | st.integers(-5, 4000),
    st.booleans(),
)
def test_no_condition_ever_says_no(
    named: tuple[str, str, Diagnosis],
    status: str,
    verification: str | None,
    days_ago: int | None,
    over: bool,
) -> None:
    """Nor the calm end of a choice, which would answer a rule with no."""
    condition = replace(
        coded(named[0], named[1], days_ago, status), verification=verification, over=over
    )
    found = said(condition, NOW)
    calm = {False, "none", "never", "mild", "remote", "controlled", "treated"}
    told = {given.value for _, given in found.answers} | {one.value for one in found.suggested}
    assert not told & calm
    assert {given.origin for _, given in found.answers} <= {"import"}
    assert all("import" in vocabulary()[name].from_ for name, _ in found.answers)


@pytest.mark.parametrize("verification", ["refuted", "entered-in-error"])
def test_what_is_refuted_says_nothing(verification: str) -> None:
    assert said(replace(icd("I71.4"), verification=verification), NOW) == Said()


@pytest.mark.parametrize("verification", ["provisional", "differential", "unconfirmed"])
def test_what_is_in_doubt_only_suggests(verification: str) -> None:
    doubted = replace(icd("I71.4"), verification=verification)
    assert (answers(doubted), suggested(doubted)) == ({}, {"aneurysm": True})


@pytest.mark.parametrize("verification", ["provisional", "confirmed", None])
def test_a_suspicion_answers_a_fact_that_asks_for_one(verification: str | None) -> None:
    suspected = replace(coded(SNOMED, "302835009"), verification=verification)
    assert answers(suspected) == {"phaeochromocytoma": True}


@pytest.mark.parametrize("status", ["active", "resolved", "unknown"])
def test_an_aneurysm_counts_repaired_or_not(status: str) -> None:
    assert answers(icd("I71.4", status=status)) == {"aneurysm": True}


@pytest.mark.parametrize(
    ("days", "told", "raised"),
    [(294, {"pregnant": True}, {}), (295, {}, {"pregnant": None}), (None, {"pregnant": True}, {})],
)
def test_a_pregnancy_never_closed_ages_out(
    days: float | None, told: dict[str, Value], raised: dict[str, Value]
) -> None:
    pregnancy = coded(SNOMED, "72892002", days)
    assert (answers(pregnancy), suggested(pregnancy)) == (told, raised)


@pytest.mark.parametrize(("days", "told"), [(294, True), (295, None)])
def test_the_day_it_was_recorded_bounds_one_without_its_own(days: int, told: bool | None) -> None:
    pregnancy = replace(coded(SNOMED, "72892002", None), recorded=NOW - timedelta(days=days))
    assert answers(pregnancy).get("pregnant") is told


@pytest.mark.parametrize("recorded", [None, NOW])
def test_an_event_without_its_own_day_is_for_a_person_to_date(recorded: datetime | None) -> None:
    assert suggested(replace(icd("R56.9", None), recorded=recorded)) == {"seizures": "active"}
    attack = replace(icd("I21.4", None), recorded=recorded)
    assert "days_since_heart_event" not in answers(attack)
    assert suggested(attack) == {"days_since_heart_event": None}


@pytest.mark.parametrize("status", ["unknown", "inactive"])
def test_without_a_date_only_what_is_called_active_answers(status: str) -> None:
    assert answers(coded(SNOMED, "72892002", None, status)) == {}


def test_a_pregnancy_that_ended_says_nothing() -> None:
    assert said(coded(SNOMED, "72892002", 90, "resolved"), NOW) == Said()
    assert said(replace(coded(SNOMED, "72892002", 90), over=True), NOW) == Said()


@pytest.mark.parametrize(
    ("days", "status", "value"),
    [(294, "active", "current"), (295, "active", "past"), (90, "resolved", "past")],
)
def test_pre_eclampsia_is_current_or_past(days: float, status: str, value: str) -> None:
    assert answers(icd("O14.90", days, status)) == {"pre_eclampsia": value}


@pytest.mark.parametrize(("days", "known"), [(0, True), (180, True), (181, False), (-1, False)])
def test_only_a_recent_heart_attack_tells_how_long_ago_the_last_one_was(
    days: float, known: bool
) -> None:
    told = answers(icd("I21.4", days))
    assert told["heart_event_ever"] is True
    assert told.get("days_since_heart_event") == (days if known else None)


def test_an_old_heart_attack_has_no_date_of_its_own() -> None:
    assert answers(icd("I25.2", 3)) == {"heart_event_ever": True, "coronary_disease": True}


@pytest.mark.parametrize(("days", "told"), [(365, {"seizures": "active"}), (366, {})])
def test_a_seizure_within_a_year_is_active_whatever_its_status(
    days: float, told: dict[str, Value]
) -> None:
    assert answers(icd("R56.9", days, "resolved")) == told


def test_epilepsy_alone_does_not_say_whether_it_is_controlled() -> None:
    for code in ("G40.909", "G40.209"):
        assert (answers(icd(code)), suggested(icd(code))) == ({}, {"seizures": None})
    assert answers(icd("G40.919")) == {"seizures": "active"}


@pytest.mark.parametrize("code", ["F10.10", "F10.21", "F10.90"])
def test_abuse_and_remission_leave_the_severity_open(code: str) -> None:
    """Mild would answer the rule about severe use with no."""
    assert suggested(icd(code)) == {"substance_use_disorder": None}
    assert answers(icd(code)) == {}


def test_dependence_that_is_active_answers() -> None:
    assert answers(icd("F11.20")) == {"substance_use_disorder": "active"}


def test_a_bipolar_disorder_without_its_type_asks_for_it() -> None:
    assert answers(icd("F31.9")) == {}
    assert suggested(icd("F31.9")) == {"bipolar_type": None, "mania_current": None}
    assert answers(icd("F31.81")) == {"bipolar_type": "two"}


@pytest.mark.parametrize(
    ("code", "fact"),
    [
        ("I60.9", "brain_bleed_ever"),
        ("I69.1", "brain_bleed_ever"),
        ("I63.9", "stroke_or_tia_ever"),
        ("G45.9", "stroke_or_tia_ever"),
        ("I69.398", "stroke_or_tia_ever"),
        ("Z86.73", "stroke_or_tia_ever"),
        ("I25.710", "heart_event_ever"),
        ("I25.810", "heart_event_ever"),
        ("I23.1", "heart_event_ever"),
        ("I1A.0", "hypertension_diagnosed"),
        ("O10.019", "hypertension_diagnosed"),
        ("E11.52", "peripheral_vascular_disease"),
        ("E27.40", "adrenal_insufficiency"),
        ("G91.2", "raised_intracranial_pressure"),
        ("G40.814", "seizures"),
        ("O26.711", "pregnant"),
        ("O24.410", "pregnant"),
        ("Z33.1", "pregnant"),
        ("F20.0", "psychotic_disorder_ever"),
        ("F50.819", "eating_disorder"),
        ("F10.27", "neurocognitive_disorder"),
        ("Q28.2", "arteriovenous_malformation"),
        ("Q25.72", "arteriovenous_malformation"),
    ],
)
def test_what_a_code_says_for_sure_is_an_answer(code: str, fact: str) -> None:
    assert fact in answers(icd(code))


@pytest.mark.parametrize(
    ("code", "fact"),
    [
        ("I62.00", "brain_bleed_ever"),
        ("S06.5X0A", "brain_bleed_ever"),
        ("G45.4", "stroke_or_tia_ever"),
        ("G45.8", "stroke_or_tia_ever"),
        ("I69.898", "stroke_or_tia_ever"),
        ("I24.9", "heart_event_ever"),
        ("I25.10", "heart_event_ever"),
        ("R03.0", "hypertension_diagnosed"),
        ("I27.20", "hypertension_diagnosed"),
        ("I70.0", "peripheral_vascular_disease"),
        ("E27.49", "adrenal_insufficiency"),
        ("E27.5", "adrenal_insufficiency"),
        ("G93.5", "raised_intracranial_pressure"),
        ("G40.812", "seizures"),
        ("R56.00", "seizures"),
        ("O26.73", "pregnant"),
        ("O24.430", "pregnant"),
        ("O36.4XX0", "pregnant"),
        ("Z33.2", "pregnant"),
        ("F20.81", "psychotic_disorder_ever"),
        ("F23", "psychotic_disorder_ever"),
        ("F50.814", "eating_disorder"),
        ("F10.20", "neurocognitive_disorder"),
        ("Q28.3", "arteriovenous_malformation"),
        ("I77.0", "arteriovenous_malformation"),
        ("N30.00", "cystitis_history"),
        ("H40.1131", "eye_pressure_or_open_eye"),
        ("F10.21", "substance_use_disorder"),
    ],
)
def test_what_is_near_or_past_is_no_answer(code: str, fact: str) -> None:
    """The neighbours of the codes that do answer, in the same chapter."""
    assert fact not in answers(icd(code))


@pytest.mark.parametrize(
    ("code", "bipolar", "now"),
    [
        ("F31.11", "one", True),
        ("F31.63", "one", True),
        ("F31.0", None, True),
        ("F30.8", None, True),
        ("F31.5", None, None),
        ("F31.74", None, None),
        ("F30.4", None, None),
    ],
)
def test_a_current_episode_suggests_mania_and_a_past_one_only_asks(
    code: str, bipolar: str | None, now: bool | None
) -> None:
    found = suggested(icd(code))
    assert (found["bipolar_type"], found["mania_current"]) == (bipolar, now)
    assert answers(icd(code)) == {}
    over = suggested(icd(code, status="resolved"))
    assert (over["bipolar_type"], over["mania_current"]) == (None, None)


def test_a_fact_is_suggested_once_with_its_value() -> None:
    found = said(icd("F31.11"), NOW).suggested
    assert len(found) == len({one.fact for one in found})


def test_a_depression_with_psychosis_suggests_it_while_it_lasts() -> None:
    for code in ("F32.3", "F31.5", "F30.2"):
        assert suggested(icd(code))["psychotic_symptoms_now"] is True
        assert "psychotic_symptoms_now" not in suggested(icd(code, status="resolved"))
    assert "psychotic_symptoms_now" not in suggested(icd("F31.4"))


@pytest.mark.parametrize(
    ("text", "fact", "value"),
    [
        ("Aneurysm of aorta", "aneurysm", True),
        ("Brain aneurysms", "aneurysm", True),
        ("Family history of aneurysm", "aneurysm", None),
        ("No aneurysm", "aneurysm", None),
        ("Obstructive sleep apnea", "sleep_apnoea", None),
        ("Marfan's syndrome", "aortic_risk", True),
    ],
)
def test_words_alone_only_suggest(text: str, fact: str, value: Value | None) -> None:
    assert answers(worded(text)) == {}
    assert suggested(worded(text))[fact] == value


@pytest.mark.parametrize("text", ["Hypertension", "Intracranial hypertension"])
def test_one_hypertension_is_not_the_other(text: str) -> None:
    found = suggested(worded(text))
    assert ("hypertension_diagnosed" in found) is (text == "Hypertension")
    assert ("raised_intracranial_pressure" in found) is (text != "Hypertension")


@pytest.mark.parametrize("text", ["Sprain of ankle", "Keystroke injury", ""])
def test_what_is_not_known_here_is_not_weighed(text: str) -> None:
    assert not said(worded(text), NOW).weighed
    assert not said(replace(coded(SNOMED, "44465007"), text=text), NOW).weighed


def test_the_words_of_a_code_not_known_here_are_read() -> None:
    odd = Recorded(text="Aortic aneurysm", codes=((SNOMED, "999"), ("odd", "x")), seen=NOW)
    assert (answers(odd), suggested(odd)) == ({}, {"aneurysm": True})


@pytest.mark.parametrize("code", ["F31.81", "F3181", "f31.81"])
def test_a_code_is_known_without_its_dot_and_in_small_letters(code: str) -> None:
    assert answers(icd(code)) == {"bipolar_type": "two"}
    oid = coded("urn:oid:2.16.840.1.113883.6.90", code)
    assert answers(oid) == {"bipolar_type": "two"}


@pytest.mark.parametrize("system", ["http://hl7.org/fhir/sid/icd-10", None])
def test_a_code_that_may_be_ours_only_suggests(system: str | None) -> None:
    found = said(replace(coded(SNOMED, "1"), codes=((system, "I71.4"),)), NOW)
    assert found.answers == ()
    assert [(one.fact, one.value) for one in found.suggested] == [("aneurysm", True)]


def test_a_code_of_another_system_is_not_taken_for_ours() -> None:
    assert not said(coded("http://hl7.org/fhir/sid/icd-9-cm", "I71.4"), NOW).weighed


def test_an_answer_is_as_of_the_record_and_says_since_when() -> None:
    (_, given), *_ = said(icd("I71.4", 400), NOW).answers
    assert (given.at, given.words) == (NOW, "As written (from 2025-01-26)")
    (_, undated), *_ = said(icd("I71.4", None), NOW).answers
    assert undated.words == "As written"
