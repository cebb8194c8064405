"""Deeds of first words: a phone is let in, something is kept, and its person deletes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from kapstone.web import sealed
from kapstone.web.accounts.models import User
from kapstone.web.records import audit, captures
from kapstone.web.records.models import Capture, CaptureDeletion, CaptureDevice, Person
from kapstone.web.records.refusals import Refused, refuse_nul

LONGEST_S = 60
# A recorder stops a little after it was told to.
SLACK_S = 2
# As much as a server keeps in memory: nothing that was spoken lies on a disk before it is sealed.
MOST_BYTES = 1024 * 1024
MOST_LETTERS = 20_000
# More than anybody says in an hour; less than would fill a disk.
MOST_AN_HOUR = 60
WRITTEN = "text/plain"
# Each kind of sound by its first bytes; what a browser calls it is not asked.
SOUNDS = ((0, b"\x1aE\xdf\xa3", "audio/webm"), (0, b"OggS", "audio/ogg"), (4, b"ftyp", "audio/mp4"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a phone sent; `at` by its own counting, `seconds` None where it was written."""

    client_id: UUID
    at: datetime
    content: bytes
    seconds: float | None = None


@transaction.atomic
def trust_phone(person: Person, *, secret: str, at: datetime, by: User) -> CaptureDevice:
    """Let one phone of the person send their first words without a log-in, for a while."""
    refuse_anybody_else(person, by)
    row: CaptureDevice = CaptureDevice.objects.create(
        person=person,
        secret_hash=captures.hash_of(secret),
        expires_at=at + captures.LASTS,
        at=at,
        by=by,
    )
    audit.record(by, "trust phone", person=person, about=f"capture-device:{row.pk}")
    return row


@transaction.atomic
def take_phone_back(device: CaptureDevice, *, at: datetime, by: User) -> None:
    """From now on the phone sends nothing any more; saying it twice changes nothing."""
    refuse_anybody_else(device.person, by)
    Person.objects.locked(device.person_id)
    if device.ended or CaptureDevice.objects.filter(corrects=device).exists():
        return
    CaptureDevice.objects.create(**device.but(ended=True), at=at, by=by)
    audit.record(by, "take phone back", person=device.person, about=f"capture-device:{device.pk}")


def refuse_anybody_else(person: Person, by: User) -> None:
    if person.user_id != by.pk:
        raise Refused("not-yours", "Only the person themselves does this.")


@transaction.atomic
def keep(device: CaptureDevice, words: Words, *, at: datetime) -> Capture:
    """Keep what was spoken or written; the same `client_id` again gives the first.

    It counts at its own time, never in the future and never before the phone was let in. It stands
    under the name of the person, who let the phone in.
    """
    person = Person.objects.locked(device.person_id)
    of_person = Capture.objects.filter(person=person)
    found: Capture | None = of_person.filter(client_id=words.client_id).first()
    if found:
        return found
    content_type = type_of(words)
    if of_person.filter(recorded_at__gt=at - timedelta(hours=1)).count() >= MOST_AN_HOUR:
        raise Refused("too-many", "That is very much for one hour. The rest is sent later.")
    said_at = max(min(words.at, at), device.at)
    row: Capture = Capture.objects.create(
        person=person,
        device=device,
        session=captures.session_at(person, said_at),
        kind="written" if content_type == WRITTEN else "spoken",
        client_id=words.client_id,
        content_type=content_type,
        size=len(words.content),
        seconds=words.seconds,
        at=said_at,
        recorded_at=at,
        by=device.by,
    )
    noted(row, "keep first words", kind=row.kind)
    # Last: without a file there is no row, and a file without a row is written over the next time.
    sealed.put(row.file, words.content)
    return row


def noted(row: Capture, did: str, **detail: object) -> None:
    audit.record(row.by, did, person=row.person, about=f"capture:{row.pk}", **detail)


def type_of(words: Words) -> str:
    """The kind of what was sent, by what it is; whatever is none of ours is refused."""
    if len(words.content) > MOST_BYTES:
        raise Refused("too-large", "This is too large to be kept. Say it in a shorter piece.")
    if words.seconds is None:
        refuse_unreadable(words.content)
        return WRITTEN
    if not 0 < words.seconds <= LONGEST_S + SLACK_S:
        raise Refused("too-long", f"Speak for {LONGEST_S} seconds at most, then begin again.")
    for place, first, content_type in SOUNDS:
        if words.content[place : place + len(first)] == first:
            return content_type
    raise Refused("no-sound", "This is no sound that can be kept here. You can write instead.")


def refuse_unreadable(content: bytes) -> None:
    """Refuse what is no text, is empty, or is longer than anybody writes in an hour."""
    try:
        text = content.decode()
    except UnicodeDecodeError as why:
        raise Refused("unfit", "This text could not be read. Write it again.") from why
    refuse_nul(text)
    if not text.strip():
        raise Refused("empty", "Write something first.")
    if len(text) > MOST_LETTERS:
        raise Refused("too-large", f"Keep it to {MOST_LETTERS} characters, and begin again.")


@transaction.atomic
def delete_words(capture: Capture, *, at: datetime, by: User) -> None:
    """Erase it for good; that there was one stays known. Saying it twice changes nothing."""
    refuse_anybody_else(capture.person, by)
    Person.objects.locked(capture.person_id)
    if not CaptureDeletion.objects.filter(capture=capture).exists():
        CaptureDeletion.objects.create(capture=capture, at=at, by=by)
        audit.record(by, "delete first words", person=capture.person, about=f"capture:{capture.pk}")
    # Last: where it cannot be erased nothing says that it was.
    sealed.erase(capture.file)
