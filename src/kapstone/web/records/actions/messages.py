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
    """Note that `by` has read what the other side wrote; gives how many were new to them."""
    sent = Message.objects.filter(person=person)
    theirs = by == person.user
    unread = sent.filter(from_person=False, seen=None) if theirs else sent.new_to(by)
    MessageSeen.objects.bulk_create(MessageSeen(message=each, at=at, by=by) for each in unread)
    if count := len(unread):
        audit.record(by, "see messages", person=person, count=count)
        return count
    return 0


@transaction.atomic
def deal_with_messages(person: Person, *, at: datetime, by: User) -> int:
    """Close what the person wrote without an answer, by name; gives how many were open."""
    # The person's row is the lock: two taps at once must not both close the same messages.
    Person.objects.locked(person.pk)
    found = list(Message.objects.filter(person=person).open())
    if not found:
        raise Refused("not-open", "Nothing is open here: somebody answered it or dealt with it.")
    MessageSeen.objects.bulk_create(
        MessageSeen(message=each, dealt_with=True, at=at, by=by) for each in found
    )
    audit.record(by, "deal with messages", person=person, count=len(found))
    return len(found)
