"""The plan, preparation, safety plan and notes: what stands, what is refused, what stays."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from kapstone.web.accounts.models import User
from kapstone.web.records.actions import courses, people
from kapstone.web.records.models import (
    CareTeam,
    Course,
    Note,
    Person,
    Preparation,
    Roadmap,
    SafetyPlan,
)
from kapstone.web.records.refusals import Refused

PLAN: dict[str, Any] = {
    "preparation": 2,
    "medicine": 6,
    "integration": 6,
    "route": "iv",
    "days_between": 4,
    "review_after": 6,
}


def code(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.code


def test_a_changed_plan_leaves_the_old_one_readable(
    course: Course, osei: User, now: datetime
) -> None:
    first = courses.plan_roadmap(course, PLAN, at=now, by=osei)
    second = courses.plan_roadmap(course, {**PLAN, "medicine": 8}, at=now, by=osei)
    assert second.corrects == first
    assert list(Roadmap.objects.standing()) == [second]
    assert Roadmap.objects.get(pk=first.pk).medicine == 6


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"route": "smoke"}, "no-such-route"),
        ({"medicine": 0}, "no-medicine"),
        ({"review_after": 0}, "review-off-the-road"),
        ({"review_after": 7}, "review-off-the-road"),
        ({"days_between": 0}, "no-days-between"),
    ],
)
def test_a_road_that_cannot_be_walked_is_refused(
    course: Course, osei: User, now: datetime, changed: dict[str, Any], why: str
) -> None:
    with pytest.raises(Refused) as refused:
        courses.plan_roadmap(course, {**PLAN, **changed}, at=now, by=osei)
    assert code(refused) == why
    assert not Roadmap.objects.exists()


def test_a_single_session_needs_no_days_between(course: Course, osei: User, now: datetime) -> None:
    one = {**PLAN, "medicine": 1, "review_after": 1, "days_between": 0}
    assert courses.plan_roadmap(course, one, at=now, by=osei).medicine == 1


def test_the_team_does_its_own_work_and_is_of_this_practice(
    course: Course, osei: User, lind: User, marsh: User, now: datetime
) -> None:
    team = courses.choose_team(course, prescriber=osei, therapist=lind, at=now, by=osei)
    for prescriber, therapist in ((lind, None), (None, osei), (marsh, None)):
        with pytest.raises(Refused) as refused:
            courses.choose_team(course, prescriber=prescriber, therapist=therapist, at=now, by=osei)
        assert code(refused) == "not-on-staff"
    assert list(CareTeam.objects.standing()) == [team]


def test_no_touch_is_what_stands_when_nothing_was_said(
    course: Course, lind: User, now: datetime
) -> None:
    assert courses.hold_preparation(course, {}, at=now, by=lind).comforts == {"touch": []}


@pytest.mark.parametrize("touch", ["hand", ["hand", "everywhere"]])
def test_touch_is_agreed_area_by_area_or_not_at_all(
    course: Course, lind: User, now: datetime, touch: object
) -> None:
    with pytest.raises(Refused) as refused:
        courses.hold_preparation(course, {"comforts": {"touch": touch}}, at=now, by=lind)
    assert code(refused) == "no-such-touch"
    assert not Preparation.objects.exists()


def test_three_intentions_are_held_and_four_are_a_list(
    course: Course, lind: User, now: datetime
) -> None:
    courses.hold_preparation(course, {"intentions": "one\n\ntwo\nthree"}, at=now, by=lind)
    with pytest.raises(Refused) as refused:
        courses.hold_preparation(course, {"intentions": "1\n2\n3\n4"}, at=now, by=lind)
    assert code(refused) == "too-many-intentions"


def test_a_safety_plan_keeps_its_lines_and_its_versions(
    ade: Person, lind: User, now: datetime
) -> None:
    first = courses.make_safety_plan(ade, {"sign_1": " I go quiet ", "sign_2": ""}, at=now, by=lind)
    second = courses.make_safety_plan(ade, {"reasons": "My niece"}, at=now, by=lind)
    assert first.fields == {"sign_1": "I go quiet"}
    assert list(SafetyPlan.objects.standing()) == [second]


@pytest.mark.parametrize(
    ("fields", "why"), [({"sign_1": "  "}, "empty-plan"), ({"sign_9": "x"}, "no-such-line")]
)
def test_a_safety_plan_has_something_in_the_lines_it_has(
    ade: Person, lind: User, now: datetime, fields: dict[str, str], why: str
) -> None:
    with pytest.raises(Refused) as refused:
        courses.make_safety_plan(ade, fields, at=now, by=lind)
    assert code(refused) == why


def test_a_corrected_note_stays_and_is_corrected_once(
    course: Course, osei: User, now: datetime
) -> None:
    first = courses.write_note(course, kind="clinical", text="Slept wel", at=now, by=osei)
    second = courses.write_note(
        course, kind="clinical", text="Slept well", at=now, by=osei, corrects=first
    )
    assert list(Note.objects.standing()) == [second]
    assert Note.objects.get(pk=first.pk).text == "Slept wel"
    with pytest.raises(Refused) as refused:
        courses.write_note(course, kind="clinical", text="Again", at=now, by=osei, corrects=first)
    assert code(refused) == "corrected"


def test_a_note_says_something(course: Course, osei: User, now: datetime) -> None:
    with pytest.raises(Refused) as refused:
        courses.write_note(course, kind="clinical", text=" \n", at=now, by=osei)
    assert code(refused) == "no-words"


def test_a_note_is_corrected_on_its_own_course(course: Course, desk: User, now: datetime) -> None:
    details = {"given": "Cy", "family": "Voss", "email": "cy@example.org"}
    other = people.add_person(details, at=now, by=desk)
    note = courses.write_note(course, kind="call", text="Called", at=now, by=desk)
    with pytest.raises(Refused) as refused:
        courses.write_note(other, kind="call", text="Called", at=now, by=desk, corrects=note)
    assert code(refused) == "other-course"
