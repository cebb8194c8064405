from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from kapstone import pathway
from kapstone.web.accounts.models import User
from kapstone.web.records import pathway as course_pathway
from kapstone.web.records.actions import courses, sessions
from kapstone.web.records.models import Course, Discharge, Phase
from kapstone.web.records.waiting import reviews_due

PLAN = {
    "preparation": 2,
    "medicine": 4,
    "integration": 4,
    "route": "iv",
    "days_between": 7,
    "review_after": 2,
}
FIRST, GAP = timedelta(days=60), timedelta(days=7)


def been(course: Course, number: int, now: datetime, by: User) -> datetime:
    """A medicine session that is over; gives when the person went home."""
    at = now - FIRST + GAP * number
    session = sessions.plan_session(course, route="iv", planned_for=at, at=at, by=by)
    Phase.objects.create(session=session, phase="started", at=at, by=by)
    home = at + timedelta(hours=2)
    Discharge.objects.create(session=session, escort_name="Jo", criteria={}, at=home, by=by)
    return home


def is_due(course: Course, now: datetime) -> bool:
    """Whether the list has it; the pathway, which the chart shows, must say the same."""
    mine = Course.objects.filter(pk=course.pk)
    (facts,) = course_pathway.facts_of(mine, now=now).values()
    step = next(
        each
        for each in pathway.next_steps(facts, now=timezone.localtime(now))
        if each.id == "review"
    )
    listed: Any = reviews_due(mine, now).first()
    assert (listed.due if listed else None) == step.due
    return listed is not None


@pytest.mark.parametrize("choice", ["go_on", "space_out"])
def test_a_review_is_due_half_way_and_again_at_the_end(
    course: Course, osei: User, now: datetime, choice: str
) -> None:
    courses.plan_roadmap(course, PLAN, at=now - FIRST, by=osei)
    found = [is_due(course, now)]
    for number in range(1, 5):
        home = been(course, number, now, osei)
        found.append(is_due(course, now))
        if number == 2:
            later = home + timedelta(hours=1)
            courses.review_course(
                course, choice=choice, reason="The score has halved since.", at=later, by=osei
            )
            found.append(is_due(course, now))
    assert found == [False, False, True, False, False, True]


def test_without_a_plan_nobody_is_told_of_a_review(
    course: Course, osei: User, now: datetime
) -> None:
    been(course, 1, now, osei)
    assert not reviews_due(Course.objects.filter(pk=course.pk), now).exists()
