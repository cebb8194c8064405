"""Deeds about messages between a person and their practice."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kapstone.web.accounts.models import User
from kapstone.web.records import audit
from kapstone.web.records.models import Message, MessageSeen, Person
from kapstone.web.records.refusals import Refused


@transaction.atomic
def send_message(person: Person, *, text: str, at: datetime, by: User) -> Message:
    """Write to the person, or as the person to their practice."""
    if not text.strip():
        raise Refused("empty", "Write something first.")
    message: Message = Message.objects.create(
        person=person, text=text.strip(), from_person=by == person.user, at=at, by=by
    )
    audit.record(by, "send message", person=person, about=f"message:{message.pk}")
    return message


@transaction.atomic
def see_messages(person: Person, *, at: datetime, by: User) -> int:
    """Note that the messages of the other side have been read; gives how many were new."""
    from_person = by != person.user
    unread = Message.objects.filter(person=person, from_person=from_person, seen=None)
    MessageSeen.objects.bulk_create(MessageSeen(message=each, at=at, by=by) for each in unread)
    if count := len(unread):
        audit.record(by, "see messages", person=person, count=count)
        return count
    return 0
