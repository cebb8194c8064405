"""Deeds around a therapist outside: let in, changed, taken back; read, written, asked politely."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from functools import partial

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from kapstone.web.accounts import links
from kapstone.web.accounts.models import User
from kapstone.web.records import access, audit, outbox, outside, outside_mail
from kapstone.web.records.actions.notices import open_notice
from kapstone.web.records.actions.one_by_one import one_by_one
from kapstone.web.records.models import (
    OutsideAllowed,
    OutsideAsked,
    OutsideCode,
    OutsideNote,
    OutsideReading,
    OutsideTherapist,
    OutsideTry,
    Person,
)
from kapstone.web.records.refusals import Refused, is_blank, refuse_nul

MOST_AT_ONCE = 3
LONGEST_DAYS = 366
LONGEST_PURPOSE, LONGEST_NOTE = 500, 10_000
CODE_MINUTES, MOST_TRIES, MOST_CODES_AN_HOUR = 20, 5, 6
# More than anybody writes in a day; less than would bury a chart.
MOST_NOTES_A_DAY = 10
# Opening the page again within a minute is the same reading.
SAME_READING = timedelta(minutes=1)
# The same note again within so long was sent twice by a slow line.
SENT_AGAIN = timedelta(minutes=1)
# A note is asked for so long after they were let in, and then no more.
ASKED_AFTER = tuple(timedelta(days=days) for days in (7, 14, 28))
# When a letter is polite, by the practice's clock.
FROM_H, UNTIL_H, WEEKDAYS = 9, 17, range(5)
KIND = "outside-note"
SAYS = "A therapist outside the practice sent a note: read it under Integration, Therapist outside."


@dataclass(frozen=True, slots=True, kw_only=True)
class Allows:
    """What the person ticked: keys of `records/outside.py`, why, and the last day."""

    allowed: tuple[str, ...]
    purpose: str
    until: date
    asks_note: bool


@transaction.atomic
def let_outside_in(
    person: Person,
    allows: Allows,
    *,
    name: str,
    licence: str,
    email: str,
    at: datetime,
    by: User,
) -> OutsideTherapist:
    """Let a therapist outside read what is ticked, until a day; a mail gives them the address."""
    refuse_anybody_else(person, by)
    person = Person.objects.locked(person.pk)
    refuse_no_address(name, email)
    refuse_nul(name, licence)
    if outside.open_ones(person, now=at).count() >= MOST_AT_ONCE:
        raise Refused("too-many", f"At most {MOST_AT_ONCE} at a time. Take one back first.")
    if User.objects.filter(email__iexact=email, practice=person.practice, is_active=True).exists():
        raise Refused("inside", "This address belongs to somebody who can log in here already.")
    # The number is in the address, and the row wants its mail: the mail gets its words after it.
    message = outbox.put(email, subject=f"A page from {person.practice}", text="")
    row: OutsideTherapist = OutsideTherapist.objects.create(
        person=person,
        name=name.strip(),
        licence=licence.strip(),
        email=email,
        outgoing=message,
        at=at,
        by=by,
    )
    message.text = outside_mail.words_of("outside_page", person, outside.token_of(row))
    message.save(update_fields=["text"])
    keep(row, allows, person, corrects=None, at=at, by=by)
    audit.record(by, "let outside therapist in", person=person, about=f"outside:{row.pk}")
    return row


def refuse_anybody_else(person: Person, by: User) -> None:
    if person.user_id != by.pk:
        raise Refused("not-yours", "Only the person themselves lets somebody outside read.")


def refuse_no_address(name: str, email: str) -> None:
    if is_blank(name):
        raise Refused("nameless", "Write the name of the therapist.")
    try:
        validate_email(email)
    except ValidationError as fault:
        raise Refused("no-address", "This is not an e-mail address. Look at it again.") from fault


def keep(
    therapist: OutsideTherapist,
    allows: Allows,
    person: Person,
    *,
    corrects: OutsideAllowed | None,
    at: datetime,
    by: User,
) -> OutsideAllowed:
    """The row that stands from now on; refused where it allows nothing, or for no time."""
    refuse_nul(allows.purpose)
    if is_blank(allows.purpose) or len(allows.purpose) > LONGEST_PURPOSE:
        raise Refused("no-purpose", f"Write what it is for, in at most {LONGEST_PURPOSE} letters.")
    if not allows.allowed:
        raise Refused("nothing", "Tick at least one thing that they may read.")
    if not set(allows.allowed) <= set(outside.keys(person)):
        raise Refused("not-there", "Something you ticked is not there any more. Look again.")
    expires_at = outside.end_of(allows.until, person)
    if not at < expires_at <= at + timedelta(days=LONGEST_DAYS):
        raise Refused("wrong-day", "Choose a last day from today on, within a year.")
    told = asdict(allows) | {"allowed": list(allows.allowed), "purpose": allows.purpose.strip()}
    del told["until"]
    row: OutsideAllowed = OutsideAllowed.objects.create(
        therapist=therapist, expires_at=expires_at, corrects=corrects, at=at, by=by, **told
    )
    return row


@transaction.atomic
def change_outside(
    therapist: OutsideTherapist, allows: Allows, *, at: datetime, by: User
) -> OutsideAllowed:
    """Let them read more, less, or for another time; what they have read stays read."""
    refuse_anybody_else(therapist.person, by)
    person = Person.objects.locked(therapist.person_id)
    last = outside.allowed_now(therapist, now=at)
    if last is None:
        raise Refused("over", "This page is shut. Let them in anew.")
    row = keep(therapist, allows, person, corrects=last, at=at, by=by)
    audit.record(by, "change outside therapist", person=person, about=f"outside:{therapist.pk}")
    return row


@transaction.atomic
def shut_outside(therapist: OutsideTherapist, *, at: datetime, by: User) -> None:
    """Take all of it back at once; saying it twice changes nothing. The team may, when asked to."""
    if therapist.person.user_id != by.pk:
        access.refuse_others(by, "integrate")
        if therapist.person.practice_id != by.practice_id:
            raise Refused("not-your-practice", "This person is cared for by another practice.")
    person = Person.objects.locked(therapist.person_id)
    last: OutsideAllowed | None = OutsideAllowed.objects.newest(therapist=therapist)
    if last is None or last.ended:
        return
    OutsideAllowed.objects.create(**last.but(ended=True), at=at, by=by)
    audit.record(by, "shut out outside therapist", person=person, about=f"outside:{therapist.pk}")


# Their side: they have no log-in, and are named by their row.


def send_outside_code(therapist: OutsideTherapist, *, at: datetime) -> None:
    """Send a code to the address that the person gave; a newer one replaces it."""
    code = make_code(therapist, at=at)
    outside_mail.send_code(therapist, code, minutes=CODE_MINUTES)


@transaction.atomic
def make_code(therapist: OutsideTherapist, *, at: datetime) -> str:
    """A new code, of which only the hash is kept."""
    Person.objects.locked(therapist.person_id)
    refuse_shut(therapist, at=at)
    codes = OutsideCode.objects.filter(therapist=therapist)
    if codes.filter(at__gt=at - timedelta(hours=1)).count() >= MOST_CODES_AN_HOUR:
        raise Refused("too-many", "Too many codes were asked for. Wait an hour.")
    made = links.make()
    expires_at = at + timedelta(minutes=CODE_MINUTES)
    OutsideCode.objects.create(
        therapist=therapist, code_hash=made.code_hash, expires_at=expires_at, at=at
    )
    return made.code


def refuse_shut(therapist: OutsideTherapist, *, at: datetime) -> OutsideAllowed:
    found = outside.allowed_now(therapist, now=at)
    if found is None:
        raise Refused("shut", "This page is shut: its time is over, or it was taken back.")
    return found


@transaction.atomic
def open_with_code(therapist: OutsideTherapist, code: str, *, at: datetime) -> bool:
    """Whether the code fits: the newest alone, in its time, once, and within five tries."""
    Person.objects.locked(therapist.person_id)
    refuse_shut(therapist, at=at)
    newest = OutsideCode.objects.filter(therapist=therapist).order_by("-pk").first()
    if newest is None or newest.expires_at <= at:
        return False
    tries = OutsideTry.objects.filter(code=newest)
    if tries.count() >= MOST_TRIES or tries.filter(fits=True).exists():
        return False
    fits = check_password(code, newest.code_hash)
    OutsideTry.objects.create(code=newest, fits=fits, at=at)
    return fits


@transaction.atomic
def read_outside(therapist: OutsideTherapist, *, at: datetime) -> list[outside.Part]:
    """What they may read, with a receipt of it; refused once it was taken back.

    Under the lock of the person, so that nothing is shown after the moment of taking it back.
    """
    person = Person.objects.locked(therapist.person_id)
    allowed = refuse_shut(therapist, at=at)
    parts = outside.shown(person, allowed.allowed, now=at)
    keys = [each.key for each in parts]
    last = OutsideReading.objects.filter(allowed=allowed).order_by("-pk").first()
    if last is None or last.shown != keys or at - last.at > SAME_READING:
        OutsideReading.objects.create(allowed=allowed, shown=keys, at=at)
        about = f"outside:{therapist.pk}"
        audit.record(None, "outside therapist reads", person=person, about=about, shown=keys)
    return parts


@transaction.atomic
def write_from_outside(
    therapist: OutsideTherapist, *, text: str, declines: bool, at: datetime
) -> OutsideNote:
    """Keep their note as they wrote it, or that they send none; the team is told that one came."""
    person = Person.objects.locked(therapist.person_id)
    refuse_shut(therapist, at=at)
    refuse_nul(text)
    if not declines and is_blank(text):
        raise Refused("empty", "Write something first.")
    if len(text) > LONGEST_NOTE:
        raise Refused("too-long", f"Keep the note to {LONGEST_NOTE} letters; send the rest after.")
    words = "" if declines else text.strip()
    last: OutsideNote | None = OutsideNote.objects.filter(therapist=therapist).last()
    if last and (last.text, last.declines) == (words, declines) and at - last.at < SENT_AGAIN:
        return last
    today = OutsideNote.objects.filter(therapist=therapist, at__gt=at - timedelta(days=1))
    if today.count() >= MOST_NOTES_A_DAY:
        raise Refused("too-many", "That is very much for one day. Send the rest later.")
    row: OutsideNote = OutsideNote.objects.create(
        therapist=therapist, text=words, declines=declines, at=at
    )
    audit.record(None, "outside therapist writes", person=person, about=f"outside:{therapist.pk}")
    if not declines:
        open_notice(person, kind=KIND, level="yellow", says=SAYS, at=at, by=therapist.by)
    return row


def ask_outside_due(*, at: datetime) -> int:
    """Ask those for a note who were to send one and have not; gives how many were written to."""
    rows = OutsideAllowed.objects.standing().filter(ended=False, asks_note=True, expires_at__gt=at)
    waiting = OutsideTherapist.objects.filter(allowed__in=rows, notes=None)
    begun = waiting.filter(at__lte=at - ASKED_AFTER[0]).select_related("person__practice")
    return one_by_one(begun.order_by("pk"), partial(ask_outside, at=at))


@transaction.atomic
def ask_outside(therapist: OutsideTherapist, *, at: datetime) -> int:
    """One mail, looked at once more under the lock; gives 1 or 0."""
    person = Person.objects.locked(therapist.person_id)
    number = next_number(therapist, person, at=at)
    if number is None:
        return 0
    token = outside.token_of(therapist)
    told = {"number": number, "most": len(ASKED_AFTER)}
    text = outside_mail.words_of("outside_asked", person, token, **told)
    message = outbox.put(therapist.email, subject=f"A note from {person.practice}", text=text)
    OutsideAsked.objects.create(therapist=therapist, number=number, outgoing=message, at=at)
    audit.record(None, "ask outside therapist", person=person, about=f"outside:{therapist.pk}")
    return 1


def next_number(therapist: OutsideTherapist, person: Person, *, at: datetime) -> int | None:
    """Which mail is due now, from 1; None when none is."""
    allowed = outside.allowed_now(therapist, now=at)
    if allowed is None or not allowed.asks_note or outside_mail.has_answered(therapist):
        return None
    local = at.astimezone(person.practice.zone)
    if local.weekday() not in WEEKDAYS or not FROM_H <= local.hour < UNTIL_H:
        return None
    asked = OutsideAsked.objects.filter(therapist=therapist).order_by("-number").first()
    number = asked.number + 1 if asked else 1
    # After a while without a worker they still do not come all at once.
    apart = asked is None or at - asked.at >= ASKED_AFTER[0]
    due = number <= len(ASKED_AFTER) and at >= therapist.at + ASKED_AFTER[number - 1]
    return number if due and apart else None
