"""What is taken from one resource, what is left, and what is said about it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from kapstone.fhir import Imported, Observation, VitalSign, read_bundle
from kapstone.fhir.entries import tell_apart

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
SNOMED, LOINC = "http://snomed.info/sct", "http://loinc.org"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
ADE = {
    "resourceType": "Patient",
    "id": "ade",
    "name": [{"family": "Ade", "given": ["Bo"]}],
    "birthDate": "1980-02-29",
}
SUBJECT = {"reference": "Patient/ade"}


def read(*resources: dict[str, Any], person: dict[str, Any] = ADE, **more: Any) -> Imported:
    entries = [{"resource": resource} for resource in [person, *resources]]
    whole = {"resourceType": "Bundle", "type": "collection", "entry": entries, **more}
    return read_bundle(json.dumps(whole).encode(), now=NOW)


def coded(system: str, code: str, text: str | None = None) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}], **({"text": text} if text else {})}


def condition(**fields: Any) -> dict[str, Any]:
    code = coded(SNOMED, "38341003", "Hypertension")
    return {"resourceType": "Condition", "id": "c", "subject": SUBJECT, "code": code} | fields


def medicine(**fields: Any) -> dict[str, Any]:
    own = {"resourceType": "MedicationRequest", "id": "m", "subject": SUBJECT, "status": "active"}
    return own | {"medicationCodeableConcept": {"text": "Ketamine lozenge"}} | fields


def allergy(**fields: Any) -> dict[str, Any]:
    own = {"resourceType": "AllergyIntolerance", "id": "a", "patient": SUBJECT}
    return own | {"code": {"text": "Penicillin"}} | fields


def observation(code: str, value: float | None, unit: str | None, **fields: Any) -> dict[str, Any]:
    quantity = {"value": value, "unit": unit, "code": unit}
    return {
        "resourceType": "Observation",
        "id": "o",
        "status": "final",
        "subject": SUBJECT,
        "code": coded(LOINC, code),
        "effectiveDateTime": "2025-12-24",
        "valueQuantity": {k: v for k, v in quantity.items() if v is not None},
    } | fields


def status(code: str) -> dict[str, Any]:
    return {"coding": [{"code": code}]}


def why(record: Imported) -> str:
    """The reason of the one thing that was not taken."""
    (left,) = record.not_understood
    return left.why


def words(record: Imported) -> str:
    return "; ".join(caution.words for caution in record.warnings)


# Conditions


@pytest.mark.parametrize(
    ("written", "ours"),
    [
        ("active", "active"),
        ("recurrence", "active"),
        ("relapse", "active"),
        ("inactive", "inactive"),
        ("remission", "inactive"),
        ("resolved", "resolved"),
        ("better", "unknown"),
    ],
)
def test_a_clinical_status_is_read_as_fhir_nests_it(written: str, ours: str) -> None:
    assert read(condition(clinicalStatus=status(written))).conditions[0].clinical_status == ours


def test_a_missing_status_is_unknown_even_with_an_end() -> None:
    (found,) = read(condition(abatementDateTime="2020-01-01")).conditions
    assert found.clinical_status == "unknown"


def test_two_statuses_that_differ_are_unknown() -> None:
    both = {"coding": [{"code": "active"}, {"code": "resolved"}]}
    assert read(condition(clinicalStatus=both)).conditions[0].clinical_status == "unknown"


@pytest.mark.parametrize("verification", ["entered-in-error", "refuted"])
def test_what_does_not_hold_is_listed_not_taken(verification: str) -> None:
    for resource in (condition, allergy):
        record = read(resource(verificationStatus=status(verification)))
        assert why(record) == f"marked {verification}"
        assert (len(record.conditions), len(record.allergies)) == (0, 0)


def test_a_condition_without_words_or_code_is_listed() -> None:
    assert "neither words nor a code" in why(read(condition(code={})))


def test_a_bare_code_is_taken_and_said_to_be_bare() -> None:
    record = read(condition(code=coded(SNOMED, "38341003")))
    assert record.conditions[0].text == "38341003"
    assert "bare code" in words(record)


def test_snomed_is_preferred_and_all_codes_are_kept() -> None:
    codings = [{"system": "urn:local", "code": "HT"}, {"system": SNOMED, "code": "38341003"}]
    (found,) = read(condition(code={"coding": codings, "text": "HT"})).conditions
    assert (found.code_system, found.code, len(found.codings)) == (SNOMED, "38341003", 2)


def test_an_onset_given_as_an_age_is_not_made_a_date() -> None:
    record = read(condition(onsetAge={"value": 30}))
    assert record.conditions[0].onset is None
    assert "only dates are read" in words(record)


def test_a_period_gives_its_start_and_its_end() -> None:
    spans = {"onsetPeriod": {"start": "2001", "end": "2002"}, "abatementPeriod": {"end": "2009"}}
    (found,) = read(condition(**spans)).conditions
    assert found.onset is not None
    assert found.abated is not None
    assert (found.onset.as_written, found.abated.as_written) == ("2001", "2009")


def test_a_note_is_not_taken_and_is_shown() -> None:
    record = read(condition(note=[{"text": "only when pregnant"}, {"time": "2001"}]))
    assert words(record).count("not taken, read it yourself: 'only when pregnant'") == 1


# Dates


@pytest.mark.parametrize(
    ("written", "value", "precision"),
    [
        ("2019", date(2019, 1, 1), "year"),
        ("2019-05", date(2019, 5, 1), "month"),
        ("2019-05-07", date(2019, 5, 7), "day"),
        ("2019-05-07T10:30Z", datetime(2019, 5, 7, 10, 30, tzinfo=UTC), "minute"),
        ("2019-05-07T10:30:05.25Z", datetime(2019, 5, 7, 10, 30, 5, 250000, UTC), "second"),
        (
            "2019-05-07T10:30:00-05:00",
            datetime(2019, 5, 7, 10, 30, tzinfo=timezone(timedelta(hours=-5))),
            "second",
        ),
        ("1900", date(1900, 1, 1), "year"),
        ("2026-01-06", date(2026, 1, 6), "day"),
    ],
)
def test_a_date_keeps_its_precision(written: str, value: date, precision: str) -> None:
    onset = read(condition(onsetDateTime=written)).conditions[0].onset
    assert onset is not None
    assert (onset.value, onset.precision, onset.as_written) == (value, precision, written)


def test_a_time_without_a_zone_keeps_its_day_only() -> None:
    record = read(condition(onsetDateTime="2019-05-07T10:30:00"))
    onset = record.conditions[0].onset
    assert onset is not None
    assert (onset.value, onset.precision) == (date(2019, 5, 7), "day")
    assert "no time zone" in words(record)


BAD_DATES = [
    ("1800-01-01", "before 1900"),
    ("1899-12-31", "before 1900"),
    ("2021-02-31", "does not exist"),
    ("2021-13", "does not exist"),
    ("2021-01-01T25:00:00Z", "does not exist"),
    ("2026-01-07", "in the future"),
    ("9999", "in the future"),
    ("yesterday", "is not a date"),
    ("\u0662\u0660\u0662\u0661", "is not a date"),
]


@pytest.mark.parametrize(("written", "said"), BAD_DATES)
def test_an_impossible_date_is_left_out_and_said(written: str, said: str) -> None:
    record = read(condition(onsetDateTime=written))
    assert record.conditions[0].onset is None
    assert said in words(record)


@pytest.mark.parametrize(("written", "said"), BAD_DATES)
def test_a_measurement_on_an_impossible_date_is_not_taken(written: str, said: str) -> None:
    record = read(observation("8867-4", 70, "/min", effectiveDateTime=written))
    assert record.vital_signs == ()
    assert said in why(record)


def test_without_today_the_future_is_not_looked_for_and_that_is_said() -> None:
    raw = json.dumps(
        {
            "resourceType": "Bundle",
            "type": "collection",
            "entry": [{"resource": ADE}, {"resource": condition(onsetDateTime="2999")}],
        }
    ).encode()
    record = read_bundle(raw)
    assert record.conditions[0].onset is not None
    assert "today was not given" in words(record)


# Medicines


def test_a_medicine_that_came_as_text_has_no_rxnorm() -> None:
    (found,) = read(medicine()).medicines
    assert (found.text, found.rxnorm, found.status) == ("Ketamine lozenge", None, "active")


def test_a_medicine_without_a_status_is_unknown() -> None:
    assert read(medicine(status=None)).medicines[0].status == "unknown"


def test_a_medicine_that_is_forbidden_is_not_taken() -> None:
    assert "NOT to be given" in why(read(medicine(doNotPerform=True)))
    assert len(read(medicine(doNotPerform=False)).medicines) == 1


@pytest.mark.parametrize("kind", ["MedicationRequest", "MedicationStatement"])
def test_a_medicine_in_error_is_not_taken(kind: str) -> None:
    record = read(medicine(resourceType=kind, status="entered-in-error"))
    assert why(record) == "marked entered-in-error"


SERTRALINE = {"resourceType": "Medication", "id": "s", "code": coded(RXNORM, "36437", "Sertraline")}


@pytest.mark.parametrize("reference", ["Medication/s", "Medication/s/_history/2", "urn:uuid:s"])
def test_a_medicine_is_found_by_reference(reference: str) -> None:
    pointed = medicine(medicationReference={"reference": reference})
    (found,) = read(pointed, SERTRALINE).medicines
    assert (found.text, found.rxnorm) == ("Sertraline", "36437")


def test_a_contained_medicine_is_found() -> None:
    pointed = medicine(medicationReference={"reference": "#s"}, contained=[SERTRALINE])
    assert read(pointed).medicines[0].rxnorm == "36437"


@pytest.mark.parametrize("reference", ["Medication/lost", "#lost", "https://else/Medication/s"])
def test_a_dangling_medicine_is_listed(reference: str) -> None:
    pointed = medicine(medicationReference={"reference": reference})
    assert f"points at {reference!r}" in why(read(pointed))


def test_a_dangling_medicine_with_a_name_keeps_the_name() -> None:
    lost = {"reference": "Medication/lost", "display": "Sertraline 50 mg"}
    record = read(medicine(medicationReference=lost))
    assert (record.medicines[0].text, record.medicines[0].rxnorm) == ("Sertraline 50 mg", None)
    assert "only its name was kept" in words(record)


def test_a_dangling_reason_does_not_cost_the_medicine() -> None:
    record = read(medicine(reasonReference=[{"reference": "Condition/lost"}]))
    assert record.medicines[0].reason is None
    assert "points at 'Condition/lost'" in words(record)


def test_a_dosage_is_its_own_text_or_its_plain_parts() -> None:
    parts = {
        "doseAndRate": [{"doseQuantity": {"value": 50, "unit": "mg"}}],
        "timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}},
        "asNeededBoolean": True,
    }
    spoken = {"text": "half a tablet at night", **parts}
    found = read(medicine(dosageInstruction=[spoken, parts])).medicines[0]
    assert found.dosage == "half a tablet at night; dose 50 mg, 2 x every 1 d, as needed"


def test_a_status_of_another_vocabulary_is_unknown() -> None:
    record = read(medicine(status="ongoing"), observation("8867-4", 70, "/min", status="ok"))
    assert (record.medicines[0].status, record.vital_signs[0].status) == ("unknown", "unknown")
    assert words(record).count("is not a FHIR R4 status") == 2


@pytest.mark.parametrize(
    ("timing", "said"),
    [
        ({"code": {"text": "BID"}}, "BID"),
        ({"repeat": {"frequency": 1}}, None),
        ({}, None),
    ],
)
def test_a_timing_that_cannot_be_said_plainly_is_left(timing: Any, said: str | None) -> None:
    assert read(medicine(dosageInstruction=[{"timing": timing}])).medicines[0].dosage == said


def test_reasons_may_be_words_or_a_named_reference() -> None:
    pointed = [{"reference": "Condition/lost", "display": "Low mood"}, {"reference": "Condition/c"}]
    given = medicine(reasonCode=[{"text": "Depression"}], reasonReference=pointed)
    assert read(given, condition()).medicines[0].reason == "Depression; Low mood; Hypertension"


# Allergies


def test_an_allergy_keeps_its_reactions() -> None:
    reaction: dict[str, Any] = {"substance": {"text": "Amoxicillin"}, "severity": "severe"}
    reaction |= {"manifestation": [{"text": "Hives"}, {"text": "Swelling"}]}
    (found,) = read(allergy(reaction=[reaction], criticality="high")).allergies
    assert found.reaction == ("Hives (severe)", "Swelling (severe)")
    assert (found.substance, found.criticality) == ("Amoxicillin", "high")
    assert (found.status, found.says_none) == ("unknown", False)


def test_a_criticality_of_another_vocabulary_is_left_out() -> None:
    record = read(allergy(criticality="fatal"))
    assert record.allergies[0].criticality is None
    assert "'fatal' is not a FHIR R4 criticality" in words(record)


def test_a_reaction_without_words_adds_nothing() -> None:
    record = read(allergy(reaction=[{"manifestation": [{}, {"text": "Hives"}]}]))
    assert record.allergies[0].reaction == ("Hives",)


def test_no_known_allergy_is_not_an_allergy() -> None:
    none = coded(SNOMED, "716186003", "No known allergy")
    assert read(allergy(code=none)).allergies[0].says_none is True


# Vital signs and other measurements


@pytest.mark.parametrize(
    ("code", "value", "unit", "sign", "ours"),
    [
        ("8480-6", 16, "kPa", "systolic_bp", 120.00985),
        ("29463-7", 154, "[lb_av]", "weight_kg", 69.853225),
        ("8302-2", 70, "[in_i]", "height_cm", 177.8),
        ("8310-5", 98.6, "[degF]", "temperature_c", 37.0),
        ("59408-5", 100, "%", "oxygen_saturation", 100),
        ("9279-1", 14, "{breaths}/min", "respiratory_rate", 14),
        ("8867-4", 70, "{beats}/min", "heart_rate", 70),
    ],
)
def test_a_sign_comes_in_our_unit(
    code: str, value: float, unit: str, sign: str, ours: float
) -> None:
    (found,) = read(observation(code, value, unit)).vital_signs
    assert found.sign == sign
    assert found.value == pytest.approx(ours)
    assert found.as_written == f"{value} {unit}"


@pytest.mark.parametrize(
    ("code", "value", "unit", "said"),
    [
        ("29463-7", 70, None, "has no unit, and a unit is not guessed"),
        ("29463-7", 11, "[stone_av]", "not known"),
        ("29463-7", 170, "cm", "measures length"),
        ("29463-7", None, "kg", "has no value"),
        ("29463-7", 650.1, "kg", "outside 0.3 to 650"),
        ("29463-7", -70, "kg", "outside"),
        ("59408-5", 100.1, "%", "outside 30 to 100"),
        ("8867-4", 1e300, "/min", "far too large"),
        ("8867-4", "70", "/min", "should be a number, is text"),
        ("8867-4", True, "/min", "should be a number, is true or false"),
    ],
)
def test_a_sign_that_cannot_be_is_listed(
    code: str, value: Any, unit: str | None, said: str
) -> None:
    record = read(observation(code, value, unit))
    assert record.vital_signs == ()
    assert said in why(record)


def test_a_unit_that_says_two_things_is_listed() -> None:
    both = {"value": 154, "unit": "lbs", "code": "kg"}
    torn = observation("29463-7", 1, "kg") | {"valueQuantity": both}
    assert "'lbs' in words but 'kg' in code" in why(read(torn))
    agreed = observation("29463-7", 1, "kg") | {"valueQuantity": both | {"code": "[lb_av]"}}
    assert read(agreed).vital_signs[0].value == pytest.approx(69.853225)


def test_a_bound_is_not_a_value() -> None:
    quantity = {"value": 70, "unit": "%", "comparator": "<"}
    assert "is a bound" in why(read(observation("59408-5", 1, "%", valueQuantity=quantity)))
    lab = observation("2160-0", 1, "mg/dL", valueQuantity={**quantity, "unit": "mg/dL"})
    assert read(lab).observations[0].value == "< 70"


def pressure(*parts: tuple[str, float | None]) -> dict[str, Any]:
    keep = ("code", "valueQuantity")
    made = [observation(code, value, "mm[Hg]") for code, value in parts]
    component = [{k: part[k] for k in keep} for part in made]
    panel = observation("85354-9", None, None, component=component)
    return {k: v for k, v in panel.items() if k != "valueQuantity"}


def test_a_blood_pressure_is_two_signs_with_two_keys() -> None:
    record = read(pressure(("8480-6", 120), ("8462-4", 80)))
    assert [(s.sign, s.value) for s in record.vital_signs] == [
        ("systolic_bp", 120),
        ("diastolic_bp", 80),
    ]
    assert len({s.key for s in record.vital_signs}) == 2


def test_half_a_blood_pressure_is_taken_and_the_other_half_listed() -> None:
    record = read(pressure(("8480-6", 120), ("8462-4", None), ("8478-0", 93)))
    assert [s.sign for s in record.vital_signs] == ["systolic_bp"]
    assert [left.why for left in record.not_understood] == [
        "Observation.component[1] has no value",
        "8478-0: not among the measurements used",
    ]


def test_scores_and_habits_are_kept_as_written() -> None:
    smoking = observation("72166-2", None, None, valueCodeableConcept={"text": "Never smoker"})
    del smoking["valueQuantity"]
    phq = observation("44261-6", None, None, id="p", valueInteger=14)
    del phq["valueQuantity"]
    first, second = read(smoking, phq).observations
    assert (first.text, first.value, first.unit) == ("Tobacco smoking", "Never smoker", None)
    assert (second.text, second.value) == ("PHQ-9 total", 14)


def test_an_absent_value_says_why_it_is_absent() -> None:
    absent = {"dataAbsentReason": {"text": "refused"}, "valueQuantity": {"unit": "kg"}}
    assert "has no value (refused)" in why(read(observation("29463-7", None, "kg", **absent)))
    lab = observation("2160-0", None, "mg/dL")
    assert "valueQuantity has no value" in why(read(lab))
    del lab["valueQuantity"]
    assert "no value that is read here" in why(read(lab))


def test_the_time_of_a_measurement_is_its_own_never_that_of_its_report() -> None:
    pulse = observation("8867-4", 70, "/min", effectiveDateTime=None)
    span = read({**pulse, "effectivePeriod": {"start": "2025-12-01"}}).vital_signs[0]
    assert span.at.as_written == "2025-12-01"
    assert "when it was measured" in why(read({**pulse, "issued": "2025-12-01T00:00:00Z"}))


@pytest.mark.parametrize("code", ["entered-in-error", "cancelled", "registered"])
def test_a_measurement_without_standing_is_listed(code: str) -> None:
    assert why(read(observation("8867-4", 70, "/min", status=code))) == f"marked {code}"


def test_a_measurement_of_somebody_else_is_listed() -> None:
    focus = [{"reference": "RelatedPerson/child"}]
    assert "focus" in why(read(observation("8867-4", 140, "/min", focus=focus)))


def test_measurements_not_used_here_are_counted_together() -> None:
    many = [observation("4544-3", 40, "%", id=str(n)) for n in range(3)]
    (line,) = read(*many).not_understood
    assert (line.where, line.entries) == ("3 resources", (1, 2, 3))


# Whom it is about


@pytest.mark.parametrize(
    "subject", [None, {"reference": "Patient/bo"}, {"display": "Ade"}, {"reference": "Group/g"}]
)
def test_what_is_not_surely_about_the_person_is_not_taken(subject: Any) -> None:
    record = read(condition(subject=subject), medicine(subject=subject), allergy(patient=subject))
    assert len(record.not_understood) == 3
    assert [*record.conditions, *record.medicines, *record.allergies] == []


def test_a_subject_that_is_in_the_file_but_no_patient_is_not_the_person() -> None:
    record = read(condition(subject={"reference": "Observation/o"}), observation("9279-1", 1, "h"))
    assert record.not_understood[0].why == "its subject is not the Patient of this file"


@pytest.mark.parametrize("field", [{"modifierExtension": [{"url": "x"}]}, {"implicitRules": "x"}])
def test_a_resource_whose_meaning_may_be_turned_is_not_taken(field: dict[str, Any]) -> None:
    assert read(condition(**field)).conditions == ()


# The person


def person(**fields: Any) -> Imported:
    return read(person=ADE | fields)


def test_what_is_not_written_is_unknown() -> None:
    found = read(person={"resourceType": "Patient"}).person
    assert (found.family, found.sex, found.deceased, found.birth_date) == (None,) * 4
    assert found.key == read(person={"resourceType": "Patient"}).person.key


def test_control_characters_are_taken_out_of_a_name_and_said() -> None:
    record = person(name=[{"family": "A\x00d\u202ee", "given": ["Bo\ud800\x1b"]}])
    assert (record.person.family, record.person.given) == ("Ade", ("Bo",))
    assert words(record).count("cannot be seen") == 2


@pytest.mark.parametrize("family", ["O'Brien-Ng", "Müller", "محمد‌رضا", "李", "Nguyễn"])
def test_a_name_of_any_script_is_left_alone(family: str) -> None:
    record = person(name=[{"family": family}])
    assert (record.person.family, record.warnings) == (family, ())


def test_a_name_as_one_text_is_not_split() -> None:
    found = person(name=[{"text": "Maria del Mar"}]).person
    assert (found.full_name, found.family, found.given) == ("Maria del Mar", None, ())


def test_the_official_name_is_preferred_and_old_ones_are_left() -> None:
    names = [{"use": "maiden", "family": "Old"}, {"family": "Bo"}]
    assert person(name=names).person.family == "Bo"
    assert person(name=[*names, {"use": "official", "family": "Ade"}]).person.family == "Ade"


@pytest.mark.parametrize(("year", "kept"), [(2031, True), (2032, False)])
def test_a_birth_more_than_130_years_ago_is_left_out(year: int, kept: bool) -> None:
    entry = [{"resource": ADE | {"birthDate": "1901-12-31"}}]
    whole = {"resourceType": "Bundle", "type": "batch", "entry": entry}
    record = read_bundle(json.dumps(whole).encode(), now=NOW.replace(year=year))
    assert (record.person.birth_date is not None) is kept
    assert (words(record) == "") is kept


def test_a_birth_with_a_time_keeps_its_day() -> None:
    born = person(birthDate="1980-02-29T23:30:00-05:00").person.birth_date
    assert born is not None
    assert (born.value, born.precision) == (date(1980, 2, 29), "day")


def test_a_sex_of_another_vocabulary_is_left_out() -> None:
    record = person(gender="F")
    assert record.person.sex is None
    assert "'F' is not a FHIR gender" in words(record)
    assert person(gender="unknown").person.sex == "unknown"


def test_the_first_ranked_current_phone_is_taken() -> None:
    phones = [
        {"system": "phone", "value": "1", "use": "old", "rank": 1},
        {"system": "phone", "value": "2"},
        {"system": "phone", "value": "3", "rank": 2},
        {"system": "email", "value": "a@example.org"},
    ]
    found = person(telecom=phones).person
    assert (found.phone, found.email) == ("3", "a@example.org")


def test_an_address_as_one_text_is_one_line() -> None:
    homes = [{"use": "old", "text": "1 Old Road"}, {"text": "2 New Road"}]
    found = person(address=homes).person.address
    assert found is not None
    assert (found.lines, found.city) == (("2 New Road",), None)


def test_numbers_are_left_by_kind_by_system_and_when_old() -> None:
    kinds = "http://terminology.hl7.org/CodeSystem/v2-0203"
    numbers = [
        {"type": coded(kinds, "PPN"), "value": "X1"},
        {"system": "http://hl7.org/fhir/sid/us-ssn", "value": "999"},
        {"use": "old", "value": "7"},
        {"system": "urn:clinic", "value": "8"},
    ]
    found = person(identifier=numbers).person.identifiers
    assert [(number.system, number.value) for number in found] == [("urn:clinic", "8")]


def test_the_preferred_language_is_taken() -> None:
    spoken = [{"language": {"text": "Spanish"}}, {"language": status("en"), "preferred": True}]
    assert person(communication=spoken).person.language == "en"
    assert person(communication=spoken[:1]).person.language == "Spanish"


def test_a_death_with_a_date_is_a_death() -> None:
    found = person(deceasedDateTime="2025").person
    assert found.deceased is True
    assert person(deceasedBoolean=False).person.deceased is False


# The file


def test_a_text_without_end_is_cut_and_said() -> None:
    for length, said in ((4000, 0), (4001, 1)):
        record = read(condition(code={"text": "x" * length}))
        assert len(record.conditions[0].text) == 4000
        assert words(record).count("cut after 4000") == said


def test_a_list_without_end_costs_its_resource_only() -> None:
    assert len(read(condition(note=[{}] * 1000)).conditions) == 1
    assert "the most is 1000" in why(read(condition(note=[{}] * 1001)))


def test_one_page_of_several_is_said() -> None:
    own = {"relation": "self", "url": "https://else/1"}
    record = read(link=[own, {"relation": "next", "url": "https://else/2"}])
    assert words(record).count("one page of several") == 1
    assert [one.code for one in record.warnings] == ["more-pages"]
    assert read(link=[own]).warnings == ()


def test_a_wrong_type_costs_one_resource_only() -> None:
    record = read(condition(code=7), condition(id="d"))
    assert why(record) == "Condition.code should be an object, is a number"
    assert len(record.conditions) == 1


def test_an_entry_repeated_word_for_word_is_listed() -> None:
    record = read(condition(), condition())
    assert len(record.conditions) == 1
    assert why(record) == "the same as entry 1, word for word"


def test_namesakes_too_deep_to_compare_are_not_both_taken() -> None:
    deep: list[Any] = []
    for _ in range(5000):
        deep = [deep]
    twice = [{"resource": condition(extension=deep)} for _ in range(2)]
    kept, listed = tell_apart(twice)
    assert (len(kept), len(listed)) == (1, 1)
    assert "too deep to be compared" in listed[0].why


def test_two_without_id_that_say_the_same_are_one() -> None:
    record = read(condition(id=None), condition(id=None, note=[{"text": "again"}]))
    assert len(record.conditions) == 1
    assert why(record) == "says the same as entry 1"


def test_now_must_be_aware() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        read_bundle(b"", now=NOW.replace(tzinfo=None))


def test_a_changed_resource_has_a_new_key_and_the_same_origin() -> None:
    (before,) = read(condition(clinicalStatus=status("active"))).conditions
    (after,) = read(condition(clinicalStatus=status("resolved"))).conditions
    assert before.key != after.key
    assert before.origin == after.origin


def test_what_we_do_not_read_does_not_change_a_key() -> None:
    (before,) = read(condition(meta={"versionId": "1"})).conditions
    (after,) = read(condition(meta={"versionId": "2"})).conditions
    assert before.key == after.key


def test_measurements_carry_their_origin() -> None:
    taken: list[VitalSign | Observation] = list(read(observation("8867-4", 70, "/min")).vital_signs)
    assert [(t.origin.resource_type, t.origin.id, t.origin.entry) for t in taken] == [
        ("Observation", "o", 1)
    ]


@pytest.mark.parametrize("entry", [7, None, [], {}, {"resource": 1}, {"resource": {}}])
def test_an_entry_that_holds_nothing_is_listed(entry: Any) -> None:
    whole = {"resourceType": "Bundle", "type": "batch", "entry": [entry, {"resource": ADE}]}
    record = read_bundle(json.dumps(whole).encode(), now=NOW)
    assert [left.entries for left in record.not_understood] == [(0,)]
    assert record.entries == 2
