"""The medicines that somebody wrote into the intake, whatever order a database keeps them in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from kapstone import intake
from kapstone.web.accounts.models import User
from kapstone.web.portal.intake import lines
from kapstone.web.records import facts
from kapstone.web.records.models import Course, IntakeAnswer


def told(course: Course, by: User, at: datetime, line: dict[str, Any]) -> IntakeAnswer:
    answers = {"takes_medicines": True, "medicines": [line]}
    for question, value in answers.items():
        row: IntakeAnswer = IntakeAnswer.objects.create(
            course=course, question=question, value=value, at=at, by=by
        )
    return row


@pytest.mark.parametrize("order", [("name", "dose"), ("dose", "name")])
def test_a_medicine_is_read_from_the_box_of_its_name(
    order: tuple[str, str], course: Course, ade_user: User, now: datetime
) -> None:
    said = {"name": "lithium", "dose": "300 mg"}
    told(course, ade_user, now, {box: said[box] for box in order})
    [found] = facts.medicines(course) or []
    assert (found.text, found.recognised) == ("lithium, 300 mg", True)


def test_a_medicine_without_its_name_is_not_recognised_and_not_lost(
    course: Course, ade_user: User, now: datetime
) -> None:
    told(course, ade_user, now, {"name": None, "dose": "300 mg", "how_often": "daily"})
    [found] = facts.medicines(course) or []
    assert not found.recognised


def test_a_line_comes_back_in_the_boxes_it_was_written_in(
    course: Course, ade_user: User, now: datetime
) -> None:
    row = told(course, ade_user, now, {"dose": None, "how_often": "daily", "name": "lithium"})
    first = lines(intake.question("medicines"), row, None)[0]
    assert first == [("Name", "lithium"), ("How much", ""), ("How often", "daily")]
