"""Deeds of sharing: the person lets their therapist see a questionnaire, and takes that back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kapstone.web.accounts.models import User
from kapstone.web.records import audit, sharing
from kapstone.web.records.models import AnswersShared, Person
from kapstone.web.records.refusals import Refused


@transaction.atomic
def share_answers(person: Person, instrument: str, *, at: datetime, by: User) -> AnswersShared:
    """From now on the therapist sees these answers, and those given before."""
    return say(person, instrument, agreed=True, did="share answers", at=at, by=by)


@transaction.atomic
def stop_sharing(person: Person, instrument: str, *, at: datetime, by: User) -> AnswersShared:
    """What is answered from now on is kept again; what was shared stays so: it was read."""
    return say(person, instrument, agreed=False, did="stop sharing answers", at=at, by=by)


def say(
    person: Person, instrument: str, *, agreed: bool, did: str, at: datetime, by: User
) -> AnswersShared:
    """Only the person themselves; the same word said twice is kept once."""
    person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if person.user_id != by.pk:
        raise Refused("not-yours", "Only the person themselves shares these answers.")
    if instrument not in sharing.private_ones(person):
        raise Refused("not-kept", "This questionnaire is read by the whole team already.")
    last = AnswersShared.objects.filter(person=person, instrument=instrument).order_by("-pk")
    before: AnswersShared | None = last.first()
    if before is not None and before.agreed == agreed:
        return before
    row: AnswersShared = AnswersShared.objects.create(
        person=person, instrument=instrument, agreed=agreed, at=at, by=by
    )
    audit.record(by, did, person=person, about=f"answers_shared:{row.pk}", instrument=instrument)
    return row
