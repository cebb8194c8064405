"""Somebody who works here and is cared for here meets on their own pages only their own course."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from web.logging_in import Enter

from kapstone.web.accounts import roles
from kapstone.web.accounts.models import User
from kapstone.web.portal.own import my_course
from kapstone.web.records.actions import intake as deeds
from kapstone.web.records.models import Course, Entry, IntakeAnswer, Person


@pytest.fixture
def desk_course(desk: User, course: Course, now: datetime) -> Course:
    """The front desk, cared for here too; Ade's course is the newer of the two."""
    desk.roles = [*desk.roles, roles.PATIENT]
    desk.save()
    person = Person.objects.create(
        practice=course.person.practice,
        number="K-0900",
        given="Desk",
        family="Own",
        birth_date=date(1980, 1, 1),
        user=desk,
    )
    Course.objects.create(person=course.person, number=7, at=now, by=desk)
    return Course.objects.create(person=person, number=1, at=now, by=desk)


def test_their_course_is_their_own_and_not_the_newest_of_the_practice(
    desk: User, desk_course: Course
) -> None:
    assert my_course(desk) == desk_course


def test_of_two_courses_of_their_own_it_is_the_newer(
    ade_user: User, course: Course, desk: User, now: datetime
) -> None:
    second = Course.objects.create(person=course.person, number=2, at=now, by=desk)
    assert my_course(ade_user) == second


def test_an_answer_of_theirs_goes_to_their_own_intake(
    desk: User, desk_course: Course, enter: Enter
) -> None:
    enter(desk).post("/me/intake/takes_medicines/", {"answer": "no"})
    assert [row.course for row in IntakeAnswer.objects.all()] == [desk_course]


def test_their_trail_names_who_looked_at_them_and_at_nobody_else(
    desk: User, desk_course: Course, course: Course, ade_user: User, enter: Enter
) -> None:
    deeds.answer_intake(course, "takes_medicines", "no", at=course.at, by=ade_user)
    assert Entry.objects.filter(person=course.person).exists()
    page = enter(desk).get("/me/data/")
    assert page.status_code == 200
    assert "Ade Bello" not in page.content.decode()
