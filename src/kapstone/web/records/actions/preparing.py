"""Deeds of preparation: each answer as it is given, and what the team says was covered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from kapstone import intake
from kapstone.intake import own_words, readiness
from kapstone.web.accounts.models import User
from kapstone.web.records import access, audit, carried
from kapstone.web.records.actions.courses import refuse_too_many
from kapstone.web.records.models import Course, PreparationAnswer
from kapstone.web.records.refusals import Refused, refuse_nul


@transaction.atomic
def answer_preparation(
    course: Course,
    question: str,
    given: str | Sequence[str] | None,
    *,
    words: str = "",
    at: datetime,
    by: User,
) -> PreparationAnswer:
    """Keep one answer at once; `given` None says that it was asked and not answered.

    The same answer again, as when a form is sent twice, gives the row that stands.
    """
    refuse_nul(words, *([given] if isinstance(given, str) else given or ()))
    checked = own_words.check_own(own_words.own_question(question), given, words)
    if isinstance(checked, intake.Refused):
        raise Refused("not-an-answer", checked.words)
    if question == "intention" and isinstance(checked.value, str):
        refuse_too_many(checked.value)
    Course.objects.locked(course.pk)
    value = list(checked.value) if isinstance(checked.value, tuple) else checked.value
    last: PreparationAnswer | None = PreparationAnswer.objects.newest(
        course=course, question=question
    )
    stands = carried.of(course).get(question)
    if (
        last
        and stands
        and (stands.at, stands.value, stands.words)
        == (
            last.at,
            value,
            checked.words,
        )
    ):
        return last
    return keep(course, question, value, words=checked.words, at=at, by=by)


@transaction.atomic
def say_ready(
    course: Course, line: str, ok: bool | None, *, at: datetime, by: User
) -> PreparationAnswer:
    """Say of one line of the checklist whether it was covered; None takes that back."""
    access.refuse_others(by, "prepare")
    if line not in {each.id for each in readiness.said_lines()}:
        raise Refused("no-such-line", f"{line} is not a line that somebody says.")
    Course.objects.locked(course.pk)
    question = carried.READY + line
    last: PreparationAnswer | None = PreparationAnswer.objects.newest(
        course=course, question=question
    )
    if last and last.value is ok:
        return last
    return keep(course, question, ok, at=at, by=by)


def keep(
    course: Course, question: str, value: Any, *, words: str = "", at: datetime, by: User
) -> PreparationAnswer:
    """Append the row, in place of the one that stood."""
    row: PreparationAnswer = PreparationAnswer.objects.create(
        course=course,
        question=question,
        value=value,
        words=words,
        corrects=PreparationAnswer.objects.newest(course=course, question=question),
        at=at,
        by=by,
    )
    about = f"course:{course.pk}"
    audit.record(by, "answer preparation", person=course.person, about=about, question=question)
    return row
