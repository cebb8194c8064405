"""Diagnoses of other records: coded ones count, words wait for a person, a denial is shown."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from web.imports.records import SUBJECT, bundle, condition, no_known_allergy
from web.logging_in import Enter

from kapstone.web.accounts.models import User
from kapstone.web.clinician.on_record import on_record
from kapstone.web.records import facts, imports, other_records
from kapstone.web.records.actions import intake
from kapstone.web.records.actions import screening as deeds
from kapstone.web.records.models import Course, GivenFact, Statement

SNOMED = "http://snomed.info/sct"


def coded(code: str, text: str, **also: Any) -> dict[str, Any]:
    return condition(text, code={"coding": [{"system": SNOMED, "code": code, "display": text}]}) | {
        "clinicalStatus": {"coding": [{"code": "active"}]},
        **also,
    }


ANEURYSM = coded("233985008", "Abdominal aortic aneurysm")


def taken(course: Course, by: User, *resources: dict[str, Any]) -> None:
    imports.take(course.person, bundle(*resources), file_name="a.json", by=by)


def stops(course: Course, now: datetime) -> set[str]:
    return {one.id for one in facts.screen(course, now=now).findings if one.action == "stop"}


def test_a_coded_aneurysm_of_another_record_stops(
    course: Course, osei: User, now: datetime
) -> None:
    taken(course, osei, ANEURYSM)
    given = facts.collect(course, now=now)["aneurysm"]
    assert (given.value, given.origin) == (True, "import")
    assert given.words == "Abdominal aortic aneurysm (from 2020-01-01)"
    assert "SCR-CAR-01" in stops(course, now)


def test_their_later_no_to_the_question_does_not_undo_a_coded_diagnosis(
    course: Course, osei: User, ade_user: User, now: datetime
) -> None:
    taken(course, osei, ANEURYSM)
    later = now + timedelta(hours=1)
    intake.answer_intake(course, "aneurysm", "no", at=later, by=ade_user)
    assert "SCR-CAR-01" in stops(course, later)
    first, second = facts.differing(course, now=later)["aneurysm"]
    assert (first.origin, first.value, second.origin, second.value) == (
        *("import", True),
        *("person", False),
    )


def test_a_prescriber_who_settles_it_does(course: Course, osei: User, now: datetime) -> None:
    taken(course, osei, ANEURYSM)
    later = now + timedelta(hours=1)
    told = {"fact": "aneurysm", "value": False, "origin": "clinician", "at": later}
    deeds.give_fact(course.person, "aneurysm", False, origin="clinician", at=later, by=osei)
    assert "SCR-CAR-01" in stops(course, later)
    why = "CT of yesterday: no aneurysm; the code was of another person."
    deeds.settle_fact(course, deeds.Telling(**told, words=why), by=osei)  # type: ignore[arg-type]
    assert "SCR-CAR-01" not in stops(course, later)


def test_a_record_that_they_deny_is_not_weighed_where_no_stop_hangs_on_it(
    course: Course, osei: User, ade_user: User, now: datetime
) -> None:
    taken(course, osei, coded("44054006", "Type 2 diabetes mellitus"))
    assert facts.collect(course, now=now)["diabetes"].value is True
    row = Statement.objects.get(kind="condition")
    intake.confirm_statement(row, answer=False, at=now, by=ade_user)
    assert "diabetes" not in facts.collect(course, now=now)


def test_a_stop_of_a_record_that_they_deny_stands_and_shows_as_differing(
    course: Course, osei: User, ade_user: User, now: datetime
) -> None:
    taken(course, osei, ANEURYSM)
    row = Statement.objects.get(kind="condition")
    intake.confirm_statement(row, answer=False, at=now, by=ade_user)
    assert "SCR-CAR-01" in stops(course, now)
    values = {each.origin: each.value for each in facts.differing(course, now=now)["aneurysm"]}
    assert values == {"import": True, "person": False}


def test_words_alone_are_no_fact_until_somebody_confirms(
    course: Course, osei: User, enter: Enter, now: datetime
) -> None:
    taken(course, osei, condition("Aortic aneurysm"))
    assert "aneurysm" not in facts.collect(course, now=now)
    client = enter(osei)
    row = Statement.objects.get(kind="condition")
    page = client.get(f"/courses/{course.pk}/screening/").content.decode()
    assert f"/courses/{course.pk}/on-record/{row.pk}/" in page
    client.post(f"/courses/{course.pk}/on-record/{row.pk}/", {"fact": "aneurysm"})
    given = facts.collect(course, now=now + timedelta(minutes=1))["aneurysm"]
    assert (given.value, given.origin, given.words) == (True, "import", "Aortic aneurysm")


@pytest.mark.parametrize("fact", ["porphyria", "no_such_fact", ""])
def test_a_record_confirms_nothing_that_it_does_not_suggest(
    course: Course, osei: User, enter: Enter, now: datetime, fact: str
) -> None:
    taken(course, osei, condition("Aortic aneurysm"))
    row = Statement.objects.get(kind="condition")
    answer = enter(osei).post(f"/courses/{course.pk}/on-record/{row.pk}/", {"fact": fact})
    assert answer.status_code == 404
    assert fact not in facts.collect(course, now=now)


def test_another_practice_confirms_nothing(
    course: Course, osei: User, marsh: User, enter: Enter
) -> None:
    taken(course, osei, condition("Aortic aneurysm"))
    row = Statement.objects.get(kind="condition")
    url = f"/courses/{course.pk}/on-record/{row.pk}/"
    assert enter(marsh).post(url, {"fact": "aneurysm"}).status_code == 404


def test_no_known_allergy_waits_for_a_person(course: Course, osei: User, now: datetime) -> None:
    taken(course, osei, no_known_allergy())
    assert "ketamine_allergy" not in facts.collect(course, now=now)


def test_an_allergy_to_ketamine_counts(course: Course, osei: User, now: datetime) -> None:
    allergy = {
        "resourceType": "AllergyIntolerance",
        "code": {"text": "Ketamine"},
        "patient": SUBJECT,
    }
    taken(course, osei, allergy)
    assert facts.collect(course, now=now)["ketamine_allergy"].value is True


def test_a_laboratory_value_of_another_record_is_a_fact(
    course: Course, osei: User, now: datetime
) -> None:
    alt = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "1742-6"}]},
        "subject": SUBJECT,
        "effectiveDateTime": "2026-10-20T08:00:00Z",
        "valueQuantity": {"value": 120, "unit": "U/L"},
        "referenceRange": [{"high": {"value": 40, "unit": "U/L"}}],
    }
    taken(course, osei, alt)
    assert facts.collect(course, now=now)["alt_times_uln"].value == 3.0


def test_an_answer_of_a_form_named_after_facts_is_kept(
    course: Course, osei: User, now: datetime
) -> None:
    form = {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "subject": SUBJECT,
        "authored": "2026-10-30T08:00:00Z",
        "item": [{"linkId": "seizures", "answer": [{"valueCoding": {"code": "active"}}]}],
    }
    taken(course, osei, form)
    assert facts.collect(course, now=now)["seizures"].value == "active"


@pytest.mark.parametrize("days", [(20, 143), (143, 20)])
@pytest.mark.parametrize("at_once", [True, False])
def test_the_last_heart_event_counts_in_whatever_order_records_come(
    course: Course, osei: User, now: datetime, days: tuple[int, int], at_once: bool
) -> None:
    attacks = [
        coded("401314000", f"Heart attack {ago}", onsetDateTime=f"{now - timedelta(days=ago):%F}")
        for ago in days
    ]
    for each in [attacks] if at_once else [attacks[:1], attacks[1:]]:
        taken(course, osei, *each)
    assert facts.collect(course, now=now)["days_since_heart_event"].value == 20
    assert "SCR-CAR-04" in stops(course, now)


def form(at: datetime, fact: str, answer: dict[str, Any]) -> dict[str, Any]:
    return {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "subject": SUBJECT,
        "authored": at.isoformat(),
        "item": [{"linkId": fact, "answer": [answer]}],
    }


@pytest.mark.parametrize("origin", ["clinician", "person", "import"])
def test_a_later_no_of_another_record_does_not_undo_a_yes(
    course: Course, osei: User, now: datetime, origin: str
) -> None:
    said = now - timedelta(days=2)
    deeds.give_fact(course.person, "aneurysm", True, origin=origin, at=said, by=osei)
    taken(course, osei, form(now - timedelta(days=1), "aneurysm", {"valueBoolean": False}))
    assert "SCR-CAR-01" in stops(course, now)
    if origin != "import":
        values = {each.origin: each.value for each in facts.differing(course, now=now)["aneurysm"]}
        assert values == {origin: True, "import": False}


@pytest.mark.parametrize(("days", "value"), [(180, True), (181, False)])
def test_what_was_said_here_stands_against_another_record_while_it_is_fresh(
    course: Course, osei: User, now: datetime, days: int, value: bool
) -> None:
    fact, at = "arrhythmia_uncontrolled", now - timedelta(days=1)
    said = at - timedelta(days=days)
    deeds.give_fact(course.person, fact, True, origin="clinician", at=said, by=osei)
    taken(course, osei, form(at, fact, {"valueBoolean": False}))
    assert facts.collect(course, now=now)[fact].value is value


def test_a_later_graver_answer_counts_whoever_gives_it(
    course: Course, osei: User, now: datetime
) -> None:
    calm = form(now - timedelta(days=3), "pre_eclampsia", {"valueCoding": {"code": "never"}})
    taken(course, osei, calm)
    for day, origin, value in ((2, "person", "past"), (1, "import", "current")):
        at = now - timedelta(days=day)
        deeds.give_fact(course.person, "pre_eclampsia", value, origin=origin, at=at, by=osei)
        assert facts.collect(course, now=now)["pre_eclampsia"].value == value


@pytest.mark.parametrize(("fact", "counts"), [("lung_disease_severe", False), ("aneurysm", True)])
def test_a_form_without_a_date_answers_nothing_that_ages(
    course: Course, osei: User, now: datetime, fact: str, counts: bool
) -> None:
    undated = form(now, fact, {"valueBoolean": True})
    del undated["authored"]
    taken(course, osei, undated)
    assert (fact in facts.collect(course, now=now)) is counts
    row = Statement.objects.get(kind="answer")
    asks = [(each.fact, each.value) for each in other_records.suggested(row, now)]
    assert asks == ([] if counts else [(fact, None)])


def test_whatever_waits_for_a_tap_is_shown_first_and_the_rest_is_counted(
    course: Course, osei: User, enter: Enter, now: datetime
) -> None:
    """However many there are, and also what is over and "no known allergy"."""
    harmless = [condition(f"Something harmless {number}") for number in range(41)]
    over = condition("Aortic aneurysm", clinicalStatus={"coding": [{"code": "resolved"}]})
    taken(course, osei, *harmless, ANEURYSM, over, no_known_allergy())
    shown, not_weighed = on_record(course)
    assert {each.row.text for each in shown[:2]} == {"Aortic aneurysm", "No known allergy"}
    assert [each.row.text for each in shown[2:]] == ["Abdominal aortic aneurysm"]
    assert not_weighed == 41
    page = enter(osei).get(f"/courses/{course.pk}/screening/").content.decode()
    assert page.count("/on-record/") == 2
    assert "41 more not weighed" in page


def test_a_tap_on_what_only_a_clinician_may_say_is_a_clinicians_word(
    course: Course, osei: User, enter: Enter
) -> None:
    manic = {"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "F31.13"}
    taken(course, osei, coded("", "Manic episode") | {"code": {"coding": [manic]}})
    row = Statement.objects.get(kind="condition")
    url = f"/courses/{course.pk}/on-record/{row.pk}/"
    for fact, origin in (("mania_current", "clinician"), ("bipolar_type", "import")):
        enter(osei).post(url, {"fact": fact})
        assert GivenFact.objects.get(fact=fact).origin == origin
