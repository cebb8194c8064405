"""What the person and other records say of medicines; an open list is never an empty one."""

from __future__ import annotations

from datetime import datetime

import pytest
from web.imports.records import SUBJECT, bundle

from kapstone import fhir
from kapstone.web.accounts.models import User
from kapstone.web.records import facts, imports
from kapstone.web.records.actions import intake as deeds
from kapstone.web.records.models import Course, RecordImport, Statement


def answer(course: Course, by: User, now: datetime, **said: str | list[str]) -> None:
    for question, raw in said.items():
        deeds.answer_intake(course, question, raw, at=now, by=by)


@pytest.fixture
def another_record(course: Course, osei: User, now: datetime) -> Statement:
    """Another practice's record names warfarin."""
    source = RecordImport.objects.create(
        person=course.person,
        file_name="a",
        digest="a",
        taken={},
        not_understood=[],
        at=now,
        by=osei,
    )
    return Statement.objects.create(
        person=course.person,
        kind="medicine",
        text="Warfarin 5 mg",
        status="active",
        key="warfarin",
        source=source,
        at=now,
        by=osei,
    )


def named(course: Course) -> list[str] | None:
    found = facts.medicines(course)
    return None if found is None else [each.text for each in found]


def whole(course: Course) -> bool:
    return all(each.recognised for each in facts.medicines(course) or [])


def test_nothing_asked_is_unknown(course: Course) -> None:
    assert named(course) is None


def test_yes_before_the_list_is_given_is_unknown(
    course: Course, ade_user: User, now: datetime
) -> None:
    answer(course, ade_user, now, takes_medicines="yes")
    assert named(course) is None


def test_not_sure_is_unknown(course: Course, ade_user: User, now: datetime) -> None:
    answer(course, ade_user, now, takes_medicines="unsure")
    assert named(course) is None


def test_no_is_an_empty_list(course: Course, ade_user: User, now: datetime) -> None:
    answer(course, ade_user, now, takes_medicines="no")
    assert named(course) == []


def test_a_line_is_read_by_its_name_and_shown_with_its_dose(
    course: Course, ade_user: User, now: datetime
) -> None:
    """PostgreSQL keeps the keys of a line shortest first, so `dose` stands before `how_often`."""
    answer(course, ade_user, now, takes_medicines="yes")
    answer(course, ade_user, now, medicines=["Sertraline", "50 mg", "mornings", "", "", ""])
    assert named(course) == ["Sertraline, 50 mg, mornings"]
    assert whole(course)


@pytest.mark.parametrize(
    ("boxes", "ingredients", "recognised"),
    [
        (["Sertraline", "a little one", "when I feel it"], ("sertraline",), True),
        (["Sertraline", "", "stopped in May"], (), False),
        (["Sertraline", "with lithium", ""], ("sertraline", "lithium"), True),
        (["Foozol", "50 mg", "daily"], (), False),
    ],
)
def test_beside_the_name_only_another_medicine_and_doubt_count(
    course: Course,
    ade_user: User,
    now: datetime,
    boxes: list[str],
    ingredients: tuple[str, ...],
    *,
    recognised: bool,
) -> None:
    answer(course, ade_user, now, takes_medicines="yes", medicines=boxes)
    [found] = facts.medicines(course) or []
    assert (found.ingredients, found.recognised) == (ingredients, recognised)


def test_no_after_a_list_takes_the_list_back(course: Course, ade_user: User, now: datetime) -> None:
    answer(course, ade_user, now, takes_medicines="yes")
    answer(course, ade_user, now, medicines=["Sertraline", "", ""])
    answer(course, ade_user, now, takes_medicines="no")
    assert named(course) == []


@pytest.mark.parametrize("said", [None, "yes", "unsure"])
def test_another_record_alone_does_not_close_the_list(
    course: Course, another_record: Statement, ade_user: User, now: datetime, said: str | None
) -> None:
    """What it names is weighed; that there may be more keeps the question open."""
    if said:
        answer(course, ade_user, now, takes_medicines=said)
    assert "Warfarin 5 mg" in (named(course) or [])
    assert not whole(course)
    waiting = {each.id for each in facts.screen(course, now=now).waiting}
    assert "MED-UNREAD" in waiting


def test_no_with_another_record_lists_what_the_record_names(
    course: Course, another_record: Statement, ade_user: User, now: datetime
) -> None:
    answer(course, ade_user, now, takes_medicines="no")
    assert named(course) == ["Warfarin 5 mg"]
    assert whole(course)


@pytest.mark.parametrize("status", ["active", *sorted(fhir.NOT_TAKEN_NOW)])
def test_what_a_record_calls_not_taken_now_is_not_weighed(
    course: Course, osei: User, status: str
) -> None:
    told = {
        "resourceType": "MedicationStatement",
        "status": status,
        "subject": SUBJECT,
        "medicationCodeableConcept": {"text": "Warfarin 5 mg"},
    }
    imports.take(course.person, bundle(told), file_name="a.json", by=osei)
    assert ("Warfarin 5 mg" in (named(course) or [])) is (status == "active")
