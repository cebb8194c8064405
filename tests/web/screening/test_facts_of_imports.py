"""A measurement of another record is as old as its own date, never as new as its import."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from web.imports.records import SUBJECT, bundle, condition, item_nine
from web.logging_in import Enter

from kapstone import screening
from kapstone.web.accounts.models import User
from kapstone.web.records import facts, imports
from kapstone.web.records.models import Course, RecordImport, Statement


def pressure(**also: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "8480-6"}]},
        "subject": SUBJECT,
        "valueQuantity": {"value": 118, "unit": "mmHg", "code": "mm[Hg]"},
    } | also


def known(course: Course, now: datetime) -> dict[str, screening.Given]:
    return facts.collect(course, now=now)


def test_a_pressure_without_a_date_is_no_fact_of_screening(
    course: Course, osei: User, now: datetime
) -> None:
    done = imports.take(course.person, bundle(pressure()), file_name="a.json", by=osei)
    assert "systolic_bp_mmhg" not in known(course, now)
    assert any("when it was measured" in each["why"] for each in done.record.not_understood)


def test_a_pressure_keeps_its_own_date_and_not_that_of_its_import(
    course: Course, osei: User, now: datetime
) -> None:
    old = pressure(effectiveDateTime="2019-05-04")
    imports.take(course.person, bundle(old), file_name="a.json", by=osei)
    assert known(course, now)["systolic_single_mmhg"].at == datetime(2019, 5, 4, tzinfo=UTC)
    assert "SCR-CAR-06" in {row.id for row in facts.screen(course, now=now).waiting}


def test_a_bare_year_is_read_as_its_first_day(course: Course, osei: User, now: datetime) -> None:
    """The oldest day that the words allow, so that nothing looks fresher than it may be."""
    imports.take(
        course.person, bundle(pressure(effectiveDateTime="2026")), file_name="a.json", by=osei
    )
    assert known(course, now)["systolic_single_mmhg"].at == datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("detail", [{}, {"at": None}])
def test_a_kept_measurement_without_a_date_is_not_weighed(
    course: Course, osei: User, now: datetime, detail: dict[str, None]
) -> None:
    """Its row has the time of the import, which says nothing of when it was measured."""
    source = RecordImport.objects.create(
        person=course.person,
        file_name="a",
        digest="a",
        taken={},
        not_understood=[],
        at=now,
        by=osei,
    )
    Statement.objects.create(
        person=course.person,
        kind="vital_sign",
        text="118 mmHg",
        code="systolic_bp",
        value=118,
        detail=detail,
        source=source,
        key="pressure",
        at=now - timedelta(minutes=1),
        by=osei,
    )
    assert not {"systolic_bp_mmhg", "systolic_single_mmhg"} & {*known(course, now)}


def test_the_chart_says_when_a_diagnosis_has_no_date(
    course: Course, osei: User, enter: Enter, now: datetime
) -> None:
    raw = bundle(condition("Gout", onsetDateTime=None), condition("Migraine"))
    imports.take(course.person, raw, file_name="a.json", by=osei)
    page = enter(osei).get(f"/courses/{course.pk}/intake/").content.decode()
    assert page.count("no date") == 1
    assert "1 Jan 2020" in page


def test_item_nine_of_another_record_rises_between_two_days_there(
    course: Course, osei: User, now: datetime
) -> None:
    both = bundle(item_nine(1, "2026-03-01T08:00:00Z"), item_nine(3, "2026-03-02T08:00:00Z"))
    imports.take(course.person, both, file_name="a.json", by=osei)
    assert known(course, now)["phq9_item9_rise"].value == 2


def test_one_item_nine_of_another_record_leaves_its_rise_unknown(
    course: Course, osei: User, now: datetime
) -> None:
    imports.take(course.person, bundle(item_nine(3)), file_name="a.json", by=osei)
    assert known(course, now)["phq9_item9"].value == 3
    assert "phq9_item9_rise" not in known(course, now)
