"""Deeds of intake: each answer as it is given, and the person's word on other records."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from kapstone import intake
from kapstone.instruments import reminding
from kapstone.web.accounts.models import User
from kapstone.web.records import audit, outbox, reaching
from kapstone.web.records.models import (
    Confirmation,
    Course,
    Entry,
    IntakeAnswer,
    IntakeFinished,
    Statement,
)
from kapstone.web.records.refusals import Refused


@transaction.atomic
def answer_intake(
    course: Course, question: str, raw: Any, *, at: datetime, by: User
) -> IntakeAnswer:
    """Keep one answer of the intake at once; a changed mind corrects the earlier one."""
    checked = intake.check(intake.question(question), raw)
    if isinstance(checked, intake.Refused):
        raise Refused("not-an-answer", checked.words)
    Course.objects.locked(course.pk)
    last = course.intakeanswer_set.newest(question=question)
    row: IntakeAnswer = IntakeAnswer.objects.create(
        course=course,
        question=question,
        value=checked.value,
        words=checked.words or "",
        corrects=last,
        at=at,
        by=by,
    )
    audit.record(
        by, "answer intake", person=course.person, about=f"course:{course.pk}", question=question
    )
    return row


@transaction.atomic
def finish_intake(course: Course, *, at: datetime, by: User) -> IntakeFinished:
    """The person says that this is all for now; open questions stay open and are shown."""
    Course.objects.locked(course.pk)
    row: IntakeFinished = IntakeFinished.objects.create(
        course=course,
        corrects=course.intakefinished_set.newest(),
        at=at,
        by=by,
    )
    audit.record(by, "finish intake", person=course.person, about=f"course:{course.pk}")
    return row


@transaction.atomic
def confirm_statement(
    statement: Statement, *, answer: bool | None, at: datetime, by: User, words: str = ""
) -> Confirmation:
    """The person says whether a statement of another record is right; None is not sure.

    The same answer again, as when a button is tapped twice, gives the row that stands.
    """
    statement = Statement.objects.locked(statement.pk)
    last: Confirmation | None = statement.confirmations.newest()
    if last and (last.answer, last.words, last.by_id) == (answer, words, by.pk):
        return last
    row: Confirmation = Confirmation.objects.create(
        statement=statement, answer=answer, words=words, corrects=last, at=at, by=by
    )
    audit.record(
        by, "confirm statement", person=statement.person, about=f"statement:{statement.pk}"
    )
    return row


@transaction.atomic
def remind(course: Course, *, address: str, at: datetime, by: User) -> None:
    """Send one reminder with a link; the mail names no reason for care."""
    person = course.person
    if not person.email:
        raise Refused("no-email", "There is no e-mail on file; write it under Details, or call.")
    since = at - timedelta(days=1)
    if Entry.objects.filter(person=person, did="remind", at__gt=since).exists():
        raise Refused("already", "A reminder went out within the last day.")
    known = reaching.of_person(person, at)
    if why := reminding.barrier(reaching.reached(known), now=at):
        raise Refused(why, f"Nothing is sent now: {reminding.reasons()[why]}.")
    stop = settings.SITE_ADDRESS + reverse("stop_reminders", args=[reaching.stop_token(person)])
    words = {"person": person, "address": address, "stop": stop}
    text = render_to_string("mail/reminder.txt", words)
    channel, to = reaching.address(known)
    outbox.put(to, subject=f"A note from {person.practice}", text=text, channel=channel)
    audit.record(by, "remind", person=person, about=f"course:{course.pk}")
