"""Writing to somebody that one small question about a commitment waits."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from kapstone.web.records import audit, nudging, outbox, reaching
from kapstone.web.records.actions.one_by_one import one_by_one
from kapstone.web.records.asking_after import Question
from kapstone.web.records.models import Nudge, Person


def nudge_due(*, at: datetime) -> int:
    """Write to each person at their hour; gives to how many."""
    return one_by_one(nudging.due(at), partial(nudge, at=at))


@transaction.atomic
def nudge(person: Person, *, at: datetime) -> int:
    """One message about one question, looked at once more under the lock; gives 1 or 0."""
    person = Person.objects.locked(person.pk)
    found = nudging.to_send(person, at)
    if found is None:
        return 0
    put(*found, at=at)
    return 1


def put(known: reaching.Known, each: Question, *, at: datetime) -> Nudge:
    person = known.person
    stop = reverse("stop_reminders", args=[reaching.stop_token(person)])
    words = {
        "practice": person.practice,
        "address": settings.SITE_ADDRESS + reverse("enter"),
        "stop": settings.SITE_ADDRESS + stop,
    }
    text = render_to_string("mail/question.txt", words).strip()
    channel, to = reaching.address(known)
    subject = f"A note from {person.practice}"
    message = outbox.put(to, subject=subject, text=text, channel=channel)
    row: Nudge = Nudge.objects.create(
        commitment=each.commitment,
        moment=each.asked.now.id if each.asked.now else "",
        outgoing=message,
        at=at,
        by=each.commitment.by,
    )
    audit.record(None, "nudge", person=person, about=f"commitment:{each.commitment.pk}")
    return row
