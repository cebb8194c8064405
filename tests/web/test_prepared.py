"""A prepared query gives what the queryset it was written from would give."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from kapstone.web.accounts.models import User
from kapstone.web.records import story
from kapstone.web.records.actions import courses, people
from kapstone.web.records.models import Course, Note
from kapstone.web.records.prepared import Prepared


def notes_of(courses: list[int]) -> QuerySet[Any, Any]:
    rows = Note.objects.standing().filter(course__in=courses).order_by("at")
    told: QuerySet[Any, Any] = rows.values_list("course", "text", "at")
    return told


@pytest.fixture
def two(course: Course, lind: User, now: datetime) -> list[int]:
    """Two courses with a note each; one holds what a query could take for a place of its own."""
    other = people.add_person({"given": "Bo", "family": "Ray"}, at=now, by=lind)
    for each, text in ((course, "100 %s sure"), (other, "-4815162342")):
        courses.write_note(each, kind="phone", text=text, at=now, by=lind)
    return [course.pk, other.pk]


@pytest.mark.parametrize("how_many", [0, 1, 2])
def test_it_gives_the_rows_of_its_queryset(how_many: int, two: list[int]) -> None:
    wanted = two[:how_many]
    assert Prepared(notes_of).rows(wanted) == list(notes_of(wanted))


def test_it_asks_again_each_time(two: list[int], lind: User, now: datetime) -> None:
    prepared = Prepared(notes_of)
    assert len(prepared.rows(two)) == 2
    later = now + timedelta(days=1)
    note = Course.objects.get(pk=two[0])
    courses.write_note(note, kind="phone", text="A third", at=later, by=lind)
    assert [text for _, text, _ in prepared.rows(two)][-1] == "A third"


def test_a_text_of_the_query_may_hold_a_per_cent_sign(two: list[int]) -> None:
    sure = Prepared(lambda keys: notes_of(keys).filter(text__contains="%s"))
    assert [text for _, text, _ in sure.rows(two)] == ["100 %s sure"]


def test_the_story_of_many_courses_is_one_query(two: list[int]) -> None:
    with CaptureQueriesContext(connection) as asked:
        found = story.of(two)
    assert (len(asked), sorted(found)) == (1, sorted(two))
