"""What a Bundle tells screening: facts with their dates, medicines, and what it leaves open."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from kapstone import fhir, screening
from kapstone.screening.conditions import Value

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SUBJECT = {"reference": "Patient/ade"}
BIRTH_SEX = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex"


def tell(*resources: dict[str, Any], **patient: Any) -> fhir.Told:
    who = {"resourceType": "Patient", "id": "ade", "birthDate": "1980-02-29"} | patient
    entries = [{"resource": {"id": str(n), **one}} for n, one in enumerate([*resources])]
    whole = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": who}, *entries],
    }
    return fhir.told(fhir.read_bundle(json.dumps(whole).encode(), now=NOW), NOW)


def values(told: fhir.Told) -> dict[str, Value]:
    return {name: each.value for name, each in told.facts.items()}


def observation(code: str, value: Any, unit: str | None = None, **also: Any) -> dict[str, Any]:
    held: dict[str, Any] = (
        {"valueCodeableConcept": {"text": value}}
        if isinstance(value, str)
        else {"valueBoolean": value}
        if isinstance(value, bool)
        else {"valueQuantity": {"value": value, **({"unit": unit} if unit else {})}}
    )
    return {
        "resourceType": "Observation",
        "status": "final",
        "subject": SUBJECT,
        "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
        "effectiveDateTime": "2026-03-01T08:00:00Z",
        **held,
        **also,
    }


def upper(value: float, unit: str = "U/L", **also: Any) -> list[dict[str, Any]]:
    return [{"high": {"value": value, "unit": unit}, **also}]


def pressure(systolic: float, at: str) -> dict[str, Any]:
    parts = [("8480-6", systolic), ("8462-4", 76)]
    return {
        "resourceType": "Observation",
        "status": "final",
        "subject": SUBJECT,
        "code": {"coding": [{"system": "http://loinc.org", "code": "85354-9"}]},
        "effectiveDateTime": at,
        "component": [
            {
                "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
                "valueQuantity": {"value": value, "unit": "mmHg", "code": "mm[Hg]"},
            }
            for code, value in parts
        ],
    }


def medicine(text: str, status: str = "active", **also: Any) -> dict[str, Any]:
    return {
        "resourceType": "MedicationRequest",
        "status": status,
        "intent": "order",
        "subject": SUBJECT,
        "medicationCodeableConcept": {"text": text},
        **also,
    }


@pytest.mark.parametrize(
    ("born", "age"),
    [
        ("1980-03-02", 46),
        ("1980-03-03", 45),
        ("1980-02-29", 46),
        ("1980-02", 46),
        ("1980-04", 45),
        ("1980-03", None),
        ("1980", None),
    ],
)
def test_the_age_is_given_only_when_it_is_certain(born: str, age: int | None) -> None:
    told = tell(birthDate=born)
    assert values(told).get("age_years") == age
    assert (age is None) is any("the age is not certain" in one.why for one in told.not_weighed)


@pytest.mark.parametrize(
    ("patient", "sex"),
    [
        ({"gender": "female"}, "female"),
        ({"gender": "male"}, None),
        ({"gender": "male", "extension": [{"url": BIRTH_SEX, "valueCode": "F"}]}, "female"),
        ({"extension": [{"url": BIRTH_SEX, "valueCode": "M"}]}, "male"),
        ({"extension": [{"url": BIRTH_SEX, "valueCode": "UNK"}]}, None),
        ({}, None),
    ],
)
def test_a_gender_of_male_does_not_say_the_sex_at_birth(
    patient: dict[str, Any], sex: str | None
) -> None:
    """Otherwise nobody would ask a man who may be pregnant."""
    assert values(tell(**patient)).get("sex_at_birth") == sex


def test_two_readings_make_a_pressure_and_one_alone_does_not() -> None:
    both = tell(pressure(118, "2026-03-01T08:00:00Z"), pressure(122, "2026-03-01T08:02:00Z"))
    assert values(both)["systolic_bp_mmhg"] == 120
    alone = values(tell(pressure(118, "2026-03-01T08:00:00Z")))
    assert (alone["systolic_single_mmhg"], alone["diastolic_single_mmhg"]) == (118, 76)
    assert "systolic_bp_mmhg" not in alone


def test_readings_with_only_a_day_are_no_pair() -> None:
    told = values(tell(pressure(118, "2026-03-01"), pressure(122, "2026-03-01")))
    assert told["systolic_single_mmhg"] == 122
    assert "systolic_bp_mmhg" not in told


def test_the_body_mass_index_comes_from_height_and_weight() -> None:
    told = tell(
        observation("8302-2", 170, "cm", effectiveDateTime="2020-01-01"),
        observation("29463-7", 72.25, "kg"),
    )
    given = told.facts["bmi"]
    assert given.value == pytest.approx(25)
    assert given.at == datetime(2026, 3, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(("kg", "is_under"), [(50.46, True), (50.6, False)])
def test_a_body_mass_index_is_compared_before_it_is_rounded(kg: float, is_under: bool) -> None:
    """17.46 rounds to the limit of 17.5 itself, which is not under it."""
    told = tell(observation("8302-2", 170, "cm"), observation("29463-7", kg, "kg"))
    known = {**told.facts, "eating_disorder": screening.Given(True, NOW, "import", None)}
    found = {one.id for one in screening.screen(known, medicines=[], now=NOW).findings}
    assert ("SCR-PSY-14" in found) is is_under


@pytest.mark.parametrize(
    ("ranges", "times"),
    [
        (upper(40), 3.0),
        (upper(40, type={"coding": [{"code": "normal"}]}), 3.0),
        (upper(40, type={"coding": [{"code": "therapeutic"}]}), None),
        (upper(40, appliesTo=[{"text": "women"}]), None),
        ([*upper(40), *upper(50)], None),
        (upper(0), None),
        (upper(0.7, "ukat/L"), None),
        ([], None),
    ],
)
def test_a_liver_value_counts_as_a_multiple_of_its_own_upper_limit(
    ranges: list[dict[str, Any]], times: float | None
) -> None:
    told = tell(observation("1742-6", 120, "U/L", referenceRange=ranges))
    assert values(told).get("alt_times_uln") == times
    assert (times is None) is any("ALT" in one.text for one in told.not_weighed)


def test_all_five_liver_values_are_a_panel_as_old_as_the_oldest() -> None:
    codes = ["1742-6", "1920-8", "6768-6", "2324-2", "1975-2"]
    days = [f"2026-02-{day:02}T08:00:00Z" for day in range(10, 15)]
    rows = [
        observation(code, 20, "U/L", referenceRange=upper(40), effectiveDateTime=day)
        for code, day in zip(codes, days, strict=True)
    ]
    panel = tell(*rows).facts["liver_panel_on_file"]
    assert (panel.value, panel.at) == (True, datetime(2026, 2, 10, 8, tzinfo=UTC))
    assert "liver_panel_on_file" not in tell(*rows[1:]).facts


@pytest.mark.parametrize(
    ("code", "value", "unit", "fact", "told"),
    [
        ("33914-3", 88, "mL/min/{1.73_m2}", "egfr", 88),
        ("33914-3", 88, "mL/min", "egfr", None),
        ("2823-3", 4.1, "mmol/L", "potassium_mmol_l", 4.1),
        ("2823-3", 16, "mg/dL", "potassium_mmol_l", None),
        ("8636-3", 431, "ms", "qtc_ms", 431),
        ("8636-3", 0.431, "s", "qtc_ms", None),
        ("75626-2", 5, "{score}", "audit_c_score", 5),
        ("75626-2", 5, None, "audit_c_score", 5),
        ("75624-7", 9, "{score}", "audit_score", 9),
        ("101698-9", 33, "{score}", "pcl5_score", 33),
        ("82667-7", 6, "{score}", "dast10_score", 6),
        ("82667-7", 6, "mg", "dast10_score", None),
        ("84773-1", 13, "{score}", "mdq_positive", None),
        ("82810-3", "Pregnant", None, "pregnant", True),
        ("82810-3", "Not pregnant", None, "pregnant", False),
        ("82810-3", "Unknown", None, "pregnant", None),
        ("2106-3", "Positive", None, "pregnancy_test_positive", True),
        ("2106-3", "Negative", None, "pregnancy_test_positive", False),
        ("72166-2", "Never smoked tobacco (finding)", None, "ever_smoked", False),
        ("72166-2", "Former smoker", None, "ever_smoked", True),
        ("72166-2", "Unknown if ever smoked", None, "ever_smoked", None),
    ],
)
def test_a_measurement_answers_in_its_unit_and_its_words_only(
    code: str, value: Any, unit: str | None, fact: str, told: Value | None
) -> None:
    found = tell(observation(code, value, unit))
    assert values(found).get(fact) == told
    assert bool(found.not_weighed) is (told is None)


def test_a_qtc_says_that_there_is_an_ecg() -> None:
    assert values(tell(observation("8636-3", 431, "ms")))["ecg_on_file"] is True


@pytest.mark.parametrize(
    ("older", "newer", "fact"),
    [
        (
            observation("2106-3", "Negative", effectiveDateTime="2026-02-28T08:00:00Z"),
            observation("2118-8", "Indeterminate"),
            "pregnancy_test_positive",
        ),
        (
            observation("33914-3", 90, "mL/min/{1.73_m2}", effectiveDateTime="2026-02-01"),
            observation("98979-8", 9, "mL/min"),
            "egfr",
        ),
    ],
)
def test_nor_an_older_value_of_another_code(
    older: dict[str, Any], newer: dict[str, Any], fact: str
) -> None:
    assert fact in tell(older).facts
    for both in ((older, newer), (newer, older)):
        told = tell(*both)
        assert fact not in told.facts
        assert told.not_weighed


def test_beside_one_nobody_can_read_only_a_yes_is_sure() -> None:
    odd = observation("2118-8", "Indeterminate")
    assert values(tell(odd, observation("2106-3", "Positive")))["pregnancy_test_positive"] is True
    assert "pregnancy_test_positive" not in tell(odd, observation("2106-3", "Negative")).facts


def diagnosis(code: str, onset: str | None = None, status: str = "active") -> dict[str, Any]:
    system = "snomed.info/sct" if code.isdecimal() else "hl7.org/fhir/sid/icd-10-cm"
    coding = {"system": f"http://{system}", "code": code}
    return {
        "resourceType": "Condition",
        "subject": SUBJECT,
        "code": {"coding": [coding], "text": code},
        "clinicalStatus": {"coding": [{"code": status}]},
        **({"onsetDateTime": onset} if onset else {}),
    }


@pytest.mark.parametrize(
    ("one", "other", "fact", "value"),
    [
        (
            diagnosis("I21.4", "2026-02-10"),
            diagnosis("I63.9", "2025-10-10"),
            "days_since_heart_event",
            20,
        ),
        (
            diagnosis("O14.1", "2026-01-10"),
            diagnosis("O14.1", "2015-01-10", "resolved"),
            "pre_eclampsia",
            "current",
        ),
        (diagnosis("F31.81"), diagnosis("371596008"), "bipolar_type", "one"),
        (
            observation("33914-3", 90, "mL/min/{1.73_m2}"),
            observation("33914-3", 22, "mL/min/{1.73_m2}"),
            "egfr",
            22,
        ),
        (observation("44260-8", 0, "{score}"), observation("44260-8", 2), "phq9_item9", 2),
        (
            observation("8867-4", 44, "/min"),
            observation("8867-4", 80, "/min"),
            "heart_rate_bpm",
            None,
        ),
    ],
)
def test_the_order_of_two_entries_hides_nothing(
    one: dict[str, Any], other: dict[str, Any], fact: str, value: Value | None
) -> None:
    assert values(tell(one, other)).get(fact) == values(tell(other, one)).get(fact) == value


def test_two_figures_of_one_moment_that_cannot_be_ordered_are_named() -> None:
    told = tell(observation("8867-4", 44, "/min"), observation("8867-4", 80, "/min"))
    assert "two answers of one moment differ" in {one.why for one in told.not_weighed}


MANY = [
    *(diagnosis(code, "2026-01-10") for code in ("I21.4", "O14.1")),
    diagnosis("I63.9", "2026-02-10"),
    *(diagnosis(code) for code in ("F31.81", "371596008", "I71.4", "I72.0")),
    diagnosis("O14.1", "2015-01-10", "resolved"),
    *(pressure(mmhg, f"2026-03-01T08:0{n}:00Z") for n, mmhg in enumerate([118, 190, 122])),
    *(observation("93247-5", each) for each in ("No", "Yes", "Often")),
    *(observation("44260-8", each, "{score}") for each in (0, 2)),
    *(observation("2106-3", each) for each in ("Negative", "Positive")),
    *(observation("8302-2", each, "cm") for each in (170, 172)),
    *(observation("29463-7", each, "kg") for each in (60, 62)),
    *(medicine("Lithium", authoredOn=day) for day in ("2026-01-01", "2026-02-01")),
]


@settings(max_examples=50, deadline=None)
@for_all(st.permutations(MANY))
def test_the_order_of_a_bundle_says_nothing(shuffled: list[dict[str, Any]]) -> None:
    one, other = tell(*MANY), tell(*shuffled)
    assert one.facts == other.facts
    assert {*(one.medicines or ())} == {*(other.medicines or ())}
    assert {*one.suggested} == {*other.suggested}
    assert {*one.not_weighed} == {*other.not_weighed}


def test_an_older_value_does_not_stand_in_for_a_newer_one_nobody_can_read() -> None:
    old = observation("33914-3", 88, "mL/min/{1.73_m2}", effectiveDateTime="2026-02-01")
    assert "egfr" not in tell(old, observation("33914-3", "see report")).facts


def test_the_sum_of_an_mdq_is_left_with_the_reason() -> None:
    (left,) = tell(observation("84773-1", 13, "{score}")).not_weighed
    assert left.text == "MDQ total: 13 {score}"
    assert "the same period and the problem" in left.why


@pytest.mark.parametrize(
    ("seen", "rise"),
    [
        ([("2026-02-01", 1), ("2026-03-01", 3)], 2),
        ([("2026-03-01", 1), ("2026-02-01", 3)], -2),
        ([("2026-01-01", 0), ("2026-02-01", 2), ("2026-03-01", 2)], 0),
        ([("2026-02-01", "Not at all"), ("2026-03-01", "Several days")], 1),
        ([("2026-03-01", 3)], None),
        ([("2026-03-01", 1), ("2026-03-01", 3)], None),
        ([("2026-02-01", "see report"), ("2026-03-01", 3)], None),
        ([("2026-01-01", 0), ("2026-02-01", 1), ("2026-03-01", "see report")], None),
        ([], None),
    ],
)
def test_item_nine_rises_between_the_last_two_times_it_was_asked(
    seen: list[tuple[str, Any]], rise: float | None
) -> None:
    """Nobody knows what stood before the only one in a file."""
    units = {True: None, False: "{score}"}
    told = tell(
        *(
            observation("44260-8", value, units[isinstance(value, str)], effectiveDateTime=day)
            for day, value in seen
        )
    )
    assert values(told).get("phq9_item9_rise") == rise
    if rise is not None:
        assert told.facts["phq9_item9_rise"].at == datetime(2026, 3, 1, tzinfo=UTC)


def test_the_screener_answers_by_its_own_questions() -> None:
    no_thought = tell(observation("93247-5", "No"), observation("93267-3", False))
    assert values(no_thought) | {"age_years": 46} == {
        "age_years": 46,
        "cssrs_thoughts_month": False,
        "cssrs_method_month": False,
        "cssrs_plan_or_intent_month": False,
        "cssrs_behaviour_lifetime": False,
        "cssrs_behaviour_3_months": False,
    }
    assert values(tell(observation("93250-9", True)))["cssrs_plan_or_intent_month"] is True
    assert "cssrs_plan_or_intent_month" not in tell(observation("93250-9", "No")).facts


@pytest.mark.parametrize(("value", "counts"), [(0.5, False), (1.0, True), (0, True)])
def test_a_part_of_a_point_is_named_and_not_weighed(value: float, counts: bool) -> None:
    told = tell(observation("44260-8", value, "{score}"))
    assert ("phq9_item9" in told.facts) is counts
    assert [one.why for one in told.not_weighed] == [
        *([] if counts else ["it is not a whole number in points"])
    ]


CALM = [observation(code, False) for code in ("93248-3", "93249-1", "93250-9")]


@pytest.mark.parametrize("code", ["93246-7", "93247-5"])
def test_a_wish_to_be_dead_and_a_thought_of_suicide_are_told(code: str) -> None:
    read = tell(observation(code, True), *CALM)
    assert "SUI-B1" in found_by(read)
    assert "SUI-B1" not in found_by(tell(observation(code, False), *CALM))


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ("High", "SCR-PSY-08"),
        ("LA9193-9", "SCR-PSY-08"),
        ("Moderate", "SCR-PSY-09"),
        ("LA6751-7", "SCR-PSY-09"),
        ("Low", "SUI-B1"),
        ("LA9194-7", "SUI-B1"),
    ],
)
def test_a_level_that_another_record_gives_raises_its_own_rule(value: str, rule: str) -> None:
    read = tell(observation("93374-7", value))
    assert found_by(read) & {"SCR-PSY-08", "SCR-PSY-09", "SUI-B1"} == {rule}


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ("LA30370-3", "SUI-B1"),
        (1, "SUI-B1"),
        (2, "SUI-B1"),
        (3, "SCR-PSY-09"),
        (4, "SCR-PSY-08"),
        (5, "SCR-PSY-08"),
        ("LA30374-5", "SCR-PSY-08"),
    ],
)
def test_the_most_severe_ideation_raises_its_own_rule(value: object, rule: str) -> None:
    assert rule in found_by(tell(observation("93293-9", value)))


@pytest.mark.parametrize(("code", "value"), [("93374-7", "Unclear"), ("93293-9", 6)])
def test_a_level_nobody_can_read_is_named_with_its_value(code: str, value: object) -> None:
    (left,) = tell(observation(code, value)).not_weighed
    assert str(value) in left.text
    assert left.why == "these words do not say it"


@pytest.mark.parametrize("answers", [("High", "Low"), ("Low", "High"), ("?", "High")])
def test_of_two_levels_of_one_moment_the_graver_counts(answers: tuple[str, str]) -> None:
    told = tell(*(observation("93374-7", each) for each in answers))
    assert values(told)["cssrs_level"] == "high"


def found_by(read: fhir.Told) -> set[str]:
    found = screening.screen(read.facts, medicines=read.medicines, now=NOW)
    return {one.id for one in found.findings}


def test_a_screener_nobody_can_read_takes_back_the_no_before_it() -> None:
    days = ({"effectiveDateTime": f"2026-02-{day}T08:00:00Z"} for day in (10, 10, 21, 21))
    told = tell(
        observation("93247-5", "No", **next(days)),
        observation("93267-3", "No", **next(days)),
        observation("93247-5", "Yes, often", **next(days)),
        observation("93250-9", "Positive", **next(days)),
    )
    assert not [name for name in told.facts if name.startswith("cssrs")]
    assert {one.why for one in told.not_weighed} == {"it is neither yes nor no"}


@pytest.mark.parametrize("answers", [("Yes", "No"), ("No", "Yes"), ("Yes", "?"), ("?", "Yes")])
def test_of_two_answers_of_one_moment_yes_wins(answers: tuple[str, str]) -> None:
    told = tell(*(observation("93250-9", each) for each in answers))
    assert values(told)["cssrs_plan_or_intent_month"] is True


def test_a_condition_is_answered_raised_or_named_as_not_weighed() -> None:
    def condition(code: str, text: str) -> dict[str, Any]:
        coding = {"system": "http://snomed.info/sct", "code": code, "display": text}
        return {"resourceType": "Condition", "subject": SUBJECT, "code": {"coding": [coding]}}

    told = tell(
        condition("233985008", "AAA"), condition("78275009", "OSA"), condition("44465007", "Sprain")
    )
    assert values(told)["aneurysm"] is True
    assert [(one.fact, one.value) for one in told.suggested] == [("sleep_apnoea", None)]
    assert [one.text for one in told.not_weighed] == ["Sprain"]


@pytest.mark.parametrize("ended", [[], [medicine("Amoxicillin", "completed")]])
def test_a_record_without_a_medicine_of_now_means_that_nobody_asked(
    ended: list[dict[str, Any]],
) -> None:
    told = tell(*ended)
    assert told.medicines is None
    found = screening.screen(told.facts, medicines=told.medicines, now=NOW)
    assert screening.MEDICINES in {one.fact for one in screening.lacks(found)}


@pytest.mark.parametrize(
    ("status", "is_taken"),
    [
        ("active", True),
        ("on-hold", True),
        ("unknown", True),
        ("stopped", False),
        ("completed", False),
        ("cancelled", False),
        ("draft", False),
        ("entered-in-error", False),
    ],
)
def test_only_what_may_be_taken_now_is_weighed(status: str, is_taken: bool) -> None:
    told = tell(medicine("Sertraline 50 MG", status))
    assert bool(told.medicines) is is_taken


def test_a_medicine_that_cannot_be_read_keeps_the_list_open() -> None:
    (nameless,) = tell(medicine("", medicationCodeableConcept={})).medicines or ()
    assert not nameless.recognised
    assert tell(medicine("Warfarin", doNotPerform=True)).medicines is None


def whole(*resources: dict[str, Any], **also: Any) -> fhir.Imported:
    who = {"resource": {"resourceType": "Patient", "id": "ade"}}
    entries = [who, *({"resource": {"id": "0", **one}} for one in resources)]
    told = {"resourceType": "Bundle", "type": "collection", "entry": entries, **also}
    return fhir.read_bundle(json.dumps(told).encode(), now=NOW)


@pytest.mark.parametrize(
    ("one", "code", "is_open"),
    [
        (medicine("Warfarin", doNotPerform=True), "not-to-be-given", False),
        (medicine("Warfarin", "entered-in-error"), "entered-in-error", False),
        (medicine("", medicationCodeableConcept={}), "", True),
    ],
)
def test_a_line_says_by_its_code_whether_it_may_be_a_medicine(
    one: dict[str, Any], code: str, is_open: bool
) -> None:
    read = whole(one)
    assert [each.code for each in read.not_understood] == [code]
    # Its words may change, in any language.
    read = replace(read, not_understood=(replace(read.not_understood[0], why="equal"),))
    assert bool(fhir.told(read, NOW).medicines) is is_open


def test_a_line_that_stands_there_twice_is_no_further_medicine() -> None:
    read = whole(*[medicine("Lithium", subject={"reference": "Patient/ade"})] * 2)
    assert [each.code for each in read.not_understood] == ["repeated"]
    assert len(fhir.told(read, NOW).medicines or ()) == 1


def test_further_pages_keep_the_list_open_whatever_the_words() -> None:
    read = whole(link=[{"relation": "next", "url": "https://else/2"}])
    read = replace(read, warnings=tuple(replace(one, words="equal") for one in read.warnings))
    assert [one.recognised for one in fhir.told(read, NOW).medicines or ()] == [False]


def test_the_same_medicine_twice_is_one() -> None:
    assert len(tell(medicine("Lithium"), medicine("Lithium")).medicines or ()) == 1


@pytest.mark.parametrize(
    ("text", "verification", "fact", "raised"),
    [
        ("Ketamine", "confirmed", True, []),
        ("Esketamine nasal spray", None, True, []),
        ("Benzethonium chloride", None, True, []),
        ("Ketalar", "unconfirmed", None, [True]),
        ("Penicillin", None, None, []),
    ],
)
def test_an_allergy_to_ketamine_answers(
    text: str, verification: str | None, fact: bool | None, raised: list[bool]
) -> None:
    allergy: dict[str, Any] = {
        "resourceType": "AllergyIntolerance",
        "patient": SUBJECT,
        "code": {"text": text},
    }
    if verification:
        allergy["verificationStatus"] = {"coding": [{"code": verification}]}
    told = tell(allergy)
    assert values(told).get("ketamine_allergy") == fact
    assert [one.value for one in told.suggested] == raised


def form(*items: dict[str, Any], **also: Any) -> dict[str, Any]:
    return {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "subject": SUBJECT,
        "authored": "2026-03-01T08:00:00Z",
        "item": [*items],
        **also,
    }


def item(name: str, *answers: dict[str, Any], **also: Any) -> dict[str, Any]:
    return {"linkId": name, "answer": [*answers], **also}


def test_a_form_with_facts_for_its_link_ids_answers_them() -> None:
    told = tell(
        form(
            {"linkId": "group", "item": [item("aneurysm", {"valueBoolean": False})]},
            item("seizures", {"valueCoding": {"code": "controlled"}}),
            item("egfr", {"valueDecimal": 88.5}),
            item("qtc_ms", {"valueQuantity": {"value": 431, "unit": "ms"}}),
            item("something_else", {"valueBoolean": True}),
            item("porphyria"),
        )
    )
    found = {name: each for name, each in told.facts.items() if name != "age_years"}
    assert {name: each.value for name, each in found.items()} == {
        "aneurysm": False,
        "seizures": "controlled",
        "egfr": 88.5,
        "qtc_ms": 431,
    }
    assert {each.at for each in found.values()} == {NOW - timedelta(hours=25)}


@pytest.mark.parametrize(
    "odd",
    [
        form(item("aneurysm", {"valueBoolean": True}), status="in-progress"),
        form(item("aneurysm", {"valueString": "yes"})),
        form(item("aneurysm", {"valueBoolean": True}, {"valueBoolean": False})),
        form(item("seizures", {"valueCoding": {"code": "sometimes"}})),
        form(item("qtc_ms", {"valueQuantity": {"value": 0.431, "unit": "s"}})),
        form(item("resting_bp_high", {"valueBoolean": False})),
        form(item("asa_class", {"valueCoding": {"code": "one"}})),
        form(item("audit_c_score", {"valueDecimal": 2.9})),
        form(item("something_else", {"valueBoolean": True})),
    ],
)
def test_an_answer_that_does_not_fit_its_fact_is_listed_not_taken(odd: dict[str, Any]) -> None:
    assert values(tell(odd)) == {"age_years": 46}
    whole = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": {"resourceType": "Patient", "id": "ade"}}, {"resource": odd}],
    }
    read = fhir.read_bundle(json.dumps(whole).encode(), now=NOW)
    assert [one.resource_type for one in read.not_understood] == ["QuestionnaireResponse"]


def test_an_empty_record_leaves_everything_open() -> None:
    told = tell()
    found = screening.screen(told.facts, medicines=told.medicines, now=NOW)
    assert found.decision is screening.Decision.INCOMPLETE


def test_a_record_of_somebody_who_died_says_so() -> None:
    assert "deceased" in {one.text for one in tell(deceasedBoolean=True).not_weighed}


def coded_unit(unit: str, code: str) -> dict[str, Any]:
    quantity = {"value": 25, "unit": unit, "code": code, "system": "http://unitsofmeasure.org"}
    return observation("33914-3", 25, valueQuantity=quantity)


def test_a_unit_counts_by_its_code_where_its_words_are_not_known() -> None:
    told = tell(coded_unit("ml/min per 1.73 sq m", "mL/min/{1.73_m2}"))
    assert values(told)["egfr"] == 25
    assert "egfr" not in values(tell(coded_unit("ml/min", "mL/min")))


def test_a_unit_that_says_two_things_answers_nothing() -> None:
    quantity = {"value": 4, "unit": "kg", "code": "cm"}
    assert "potassium_mmol_l" not in values(tell(observation("2823-3", 4, valueQuantity=quantity)))


def test_a_range_without_a_unit_is_in_that_of_its_value() -> None:
    told = tell(observation("1742-6", 160, "U/L", referenceRange=[{"high": {"value": 40}}]))
    assert values(told)["alt_times_uln"] == 4


@pytest.mark.parametrize("code", ["LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9"])
def test_an_answer_may_be_a_bare_code(code: str) -> None:
    coding = {"coding": [{"system": "http://loinc.org", "code": code}]}
    told = tell(observation("44260-8", "", valueCodeableConcept=coding))
    assert values(told)["phq9_item9"] == ["LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9"].index(
        code
    )


@pytest.mark.parametrize("text", ["No known allergies", "No Known Drug Allergy"])
def test_no_known_allergy_in_words_is_for_a_person_to_confirm(text: str) -> None:
    none: dict[str, Any] = {
        "resourceType": "AllergyIntolerance",
        "patient": SUBJECT,
        "code": {"text": text},
    }
    told = tell(none)
    assert "ketamine_allergy" not in values(told)
    assert [(one.fact, one.value) for one in told.suggested] == [("ketamine_allergy", False)]
