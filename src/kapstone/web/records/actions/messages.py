"""Deeds about messages between a person and their practice."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction

from kapstone.web import sealed
from kapstone.web.accounts.models import User
from kapstone.web.records import access, attached, audit, away, threads
from kapstone.web.records.models import Attachment, Message, MessageSeen, Person, Thread
from kapstone.web.records.refusals import Refused, refuse_nul

LONGEST = 5_000
LONGEST_SUBJECT = 120
# More than anybody sends in a day; less than would fill a disk.
MOST_FILES_A_DAY = 30
# The same words again within so long are the same message, sent twice by a slow line or a thumb.
SENT_AGAIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Heading:
    """What a new thread is about, and for whom; `to` is None for whoever is there."""

    about: str
    subject: str = ""
    to: User | None = None


@transaction.atomic
def begin_thread(
    person: Person,
    heading: Heading,
    *,
    text: str,
    at: datetime,
    by: User,
    files: Sequence[attached.File] = (),
) -> Thread:
    """Begin to write about something: the thread and its first message, or neither.

    The same sent again at once gives the first thread.
    """
    subject = " ".join(heading.subject.split())
    refuse_nul(subject)
    if len(subject) > LONGEST_SUBJECT:
        raise Refused("long-subject", f"Keep the subject to {LONGEST_SUBJECT} letters.")
    if heading.about not in threads.ABOUT:
        raise Refused("no-such-about", "Choose what it is about.")
    if heading.to and (heading.to.practice_id != person.practice_id or not away.reads(heading.to)):
        raise Refused("not-on-staff", "Choose somebody of the team, or whoever is there.")
    refuse_strangers(person, None, by)
    Person.objects.locked(person.pk)
    told = {"subject": subject, "about": heading.about, "addressed_to": heading.to}
    last: Thread | None = Thread.objects.filter(person=person, by=by, **told).last()
    if last and sent_just_now(person, last, text, len(files), at=at, by=by):
        return last
    thread: Thread = Thread.objects.create(person=person, at=at, by=by, **told)
    send_message(person, text=text, at=at, by=by, thread=thread, files=files)
    return thread


@transaction.atomic
def send_message(
    person: Person,
    *,
    text: str,
    at: datetime,
    by: User,
    thread: Thread | None = None,
    files: Sequence[attached.File] = (),
    read_to: int | None = None,
) -> Message:
    """Write to the person, or as the person to their practice; all of it, or nothing and why.

    Without a thread it stands where everything stood before there were any. `read_to` is the last
    message that the page showed: no newer one is closed. The same again gives the first message.
    """
    refuse_strangers(person, thread, by)
    refuse_unfit(text)
    # The person's row is the lock: nothing is written between the look and the answer.
    Person.objects.locked(person.pk)
    if again := sent_just_now(person, thread, text, len(files), at=at, by=by):
        return again
    if read_to is not None:
        refuse_unread(person, thread, read_to)
    kept = looked_at(person, files, at=at)
    message: Message = Message.objects.create(
        person=person,
        thread=thread,
        text=text.strip(),
        from_person=by == person.user,
        at=at,
        by=by,
    )
    about = f"message:{message.pk}"
    detail = {"files": len(kept)} if kept else {}
    audit.record(by, "send message", person=person, about=about, **detail)
    rows = [attach(message, each) for each in kept]
    # Last: without a file there is no row, and a file without a row is nobody's.
    for row, each in zip(rows, kept, strict=True):
        sealed.put(row.file, each.content)
    return message


def sent_just_now(
    person: Person, thread: Thread | None, text: str, files: int, *, at: datetime, by: User
) -> Message | None:
    """The last message of the thread, where it is this very one; asked under the person's lock."""
    rows = Message.objects.filter(person=person, thread=thread)
    last: Message | None = rows.order_by("-pk").first()
    if last is None or last.by_id != by.pk or last.text != text.strip():
        return None
    is_new = abs(at - last.at) < SENT_AGAIN and last.attachments.count() == files
    return last if is_new else None


def refuse_strangers(person: Person, thread: Thread | None, by: User) -> None:
    """Refuse whoever is neither of the two sides, and a thread of somebody else."""
    if by != person.user:
        access.refuse_others(by, "answer messages")
        if by.practice_id != person.practice_id:
            raise Refused("not-your-practice", "This person is cared for by another practice.")
    if thread and thread.person_id != person.pk:
        raise Refused("other-thread", "This is a thread of somebody else.")


def refuse_unread(person: Person, thread: Thread | None, read_to: int) -> None:
    """What came while somebody wrote an answer may be what matters; it is read first."""
    rows = Message.objects.filter(person=person, thread=thread).open()
    if rows.filter(pk__gt=read_to).exists():
        raise Refused("unread", "They wrote more meanwhile. Read it above, then send this again.")


def refuse_unfit(text: str) -> None:
    """A message cut short in silence could lose the sentence that matters."""
    if not text.strip():
        raise Refused("empty", "Write something first.")
    if len(text) > LONGEST:
        raise Refused("too-long", f"Please write at most {LONGEST} letters; send the rest after.")
    refuse_nul(text)


def looked_at(
    person: Person, files: Sequence[attached.File], *, at: datetime
) -> list[attached.Checked]:
    """The files as they may be kept; the first that may not refuses them all."""
    if len(files) > attached.MOST_FILES:
        raise Refused("too-many-files", f"Send at most {attached.MOST_FILES} files at a time.")
    if files:
        mine = Attachment.objects.filter(message__person=Person.objects.locked(person.pk))
        if mine.filter(at__gt=at - timedelta(days=1)).count() + len(files) > MOST_FILES_A_DAY:
            raise Refused("too-many-files", "That is very much for one day. Send the rest later.")
    return [attached.checked(each) for each in files]


def attach(message: Message, each: attached.Checked) -> Attachment:
    row: Attachment = Attachment.objects.create(
        message=message,
        name=each.name,
        content_type=each.content_type,
        size=len(each.content),
        digest=hashlib.sha256(each.content).hexdigest(),
        key=uuid4(),
        at=message.at,
        by=message.by,
    )
    return row


@transaction.atomic
def see_messages(person: Person, thread: Thread | None, *, at: datetime, by: User) -> int:
    """Note that `by` has read what the other side wrote; gives how many were new to them."""
    sent = Message.objects.filter(person=person, thread=thread)
    theirs = by == person.user
    unread = sent.filter(from_person=False, seen=None) if theirs else sent.new_to(by)
    MessageSeen.objects.bulk_create(MessageSeen(message=each, at=at, by=by) for each in unread)
    if count := len(unread):
        audit.record(by, "see messages", person=person, count=count)
        return count
    return 0


@transaction.atomic
def deal_with_messages(
    person: Person, thread: Thread | None, *, read_to: int, at: datetime, by: User
) -> int:
    """Close what the person wrote without an answer, by name; gives how many were open.

    Only up to the number `read_to` of the last message on the page: what came since stays open.
    """
    refuse_strangers(person, thread, by)
    # The person's row is the lock: two taps at once must not both close the same messages.
    Person.objects.locked(person.pk)
    waits = Message.objects.filter(person=person, thread=thread).open()
    found: Iterable[Message] = list(waits.filter(pk__lte=read_to))
    if not found:
        raise Refused("not-open", "Nothing is open here: somebody answered it or dealt with it.")
    rows = [MessageSeen(message=each, dealt_with=True, at=at, by=by) for each in found]
    MessageSeen.objects.bulk_create(rows)
    audit.record(by, "deal with messages", person=person, count=len(rows))
    return len(rows)
