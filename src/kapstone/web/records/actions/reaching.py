"""Deeds about reaching a person: their wishes, a reminder of what is open, and the desk's calls."""

from __future__ import annotations

import re
import secrets
from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from kapstone.instruments import reminding
from kapstone.web.accounts.models import User
from kapstone.web.records import audit, outbox, reaching
from kapstone.web.records.models import ContactWishes, Person, PhoneCall, Reminder, Sheet
from kapstone.web.records.refusals import Refused

CHANNELS = ("email", "sms", "none")
WISHES = ("channel", "hour", "time_zone", "phone", "opted_out")
E164 = re.compile(r"\+[1-9]\d{7,14}")
OUTCOMES = {
    "no_answer": "No answer",
    "reached": "Reached: they will do it",
    "send_again": "Reached: they want the link again",
    "by_phone": "Reached: wants to answer by phone, ask a clinician",
    "declined": "Reached: they do not want to answer",
    "wrong_number": "Wrong number",
}


@transaction.atomic
def wish(person: Person, wishes: dict[str, Any], *, at: datetime, by: User) -> ContactWishes:
    """Keep how somebody wants to be reached; the same wishes again give the row that stands."""
    person = Person.objects.locked(person.pk)
    refuse_unusable(wishes)
    return keep_wishes(person, wishes, at=at, by=by)


def keep_wishes(person: Person, wishes: dict[str, Any], *, at: datetime, by: User) -> ContactWishes:
    """The new row, or the one that stands when it says the same."""
    last = ContactWishes.objects.newest(person=person)
    before = {name: getattr(last, name) for name in WISHES} if last else {}
    if last and before == wishes:
        standing: ContactWishes = last
        return standing
    row: ContactWishes = ContactWishes.objects.create(
        person=person, **wishes, corrects=last, at=at, by=by
    )
    about = f"wishes:{row.pk}"
    audit.record(by, "write wishes", person=person, about=about, before=before, after=wishes)
    return row


def refuse_unusable(wishes: dict[str, Any]) -> None:
    of = reminding.rules()
    if wishes["channel"] not in CHANNELS:
        raise Refused("no-such-channel", "Choose e-mail, text message, or no messages.")
    if not of.first_hour <= wishes["hour"] < of.last_hour:
        words = f"Choose an hour from {of.first_hour}:00 to {of.last_hour - 1}:00."
        raise Refused("no-such-hour", words)
    if wishes["time_zone"] not in available_timezones():
        raise Refused("no-such-zone", "Not a time zone; write one like America/New_York.")
    if wishes["phone"] and not E164.fullmatch(wishes["phone"]):
        raise Refused(
            "no-such-phone", "Write the number with + and the country, like +15550100123."
        )
    if wishes["channel"] == "sms" and not wishes["phone"]:
        raise Refused("no-phone", "Text messages need a phone number.")


@transaction.atomic
def opt_out(person: Person, *, at: datetime, by: User) -> ContactWishes:
    """No messages from now on; what waits in the outbox is withdrawn before it is tried.

    Never refused: the wishes that stand stay as they are, even where today's rules take others.
    """
    person = Person.objects.locked(person.pk)
    return keep_wishes(person, {**wishes_now(person, at), "opted_out": True}, at=at, by=by)


def wishes_now(person: Person, at: datetime) -> dict[str, Any]:
    """The wishes that stand, or what holds while none were told."""
    known = reaching.of_person(person, at)
    if known.wishes:
        return {name: getattr(known.wishes, name) for name in WISHES}
    usual = reaching.wishes_of(known)
    channel = "email" if person.email else "none"
    zone = usual.zone.key
    return {
        "channel": channel,
        "hour": usual.hour,
        "time_zone": zone,
        "phone": "",
        "opted_out": False,
    }


@transaction.atomic
def remind_due(person: Person, *, at: datetime) -> list[Reminder]:
    """Write to somebody about everything that is open and due to be spoken of now, if anything."""
    person = Person.objects.locked(person.pk)
    known = reaching.of_person(person, at)
    sheets = reaching.to_send(known, at)
    if not sheets:
        return []
    rows = put_reminder(known, sheets, at=at, by=sheets[0].by, by_hand=False)
    audit.record(None, "send reminder", person=person, about=f"outgoing:{rows[0].outgoing_id}")
    return rows


@transaction.atomic
def remind_now(person: Person, *, at: datetime, by: User) -> list[Reminder]:
    """The desk sends the link at once; the same rules hold, but for the hour."""
    person = Person.objects.locked(person.pk)
    known = reaching.of_person(person, at)
    if why := reminding.by_hand(reaching.reached(known), now=at):
        raise Refused(why, f"Nothing is sent now: {reminding.reasons()[why]}.")
    rows = put_reminder(known, known.wanted, at=at, by=by, by_hand=True)
    audit.record(by, "send reminder", person=person, about=f"outgoing:{rows[0].outgoing_id}")
    return rows


def put_reminder(
    known: reaching.Known, sheets: list[Sheet], *, at: datetime, by: User, by_hand: bool
) -> list[Reminder]:
    """One message with one link for all of the forms; only the link's hash is on these rows."""
    token = secrets.token_urlsafe(12)
    words = {
        "practice": known.person.practice,
        "address": settings.SITE_ADDRESS + reverse("reminded", args=[token]),
        "stop": settings.SITE_ADDRESS + reverse("stop_reminders", args=[token]),
    }
    text = render_to_string("mail/form.txt", words).strip()
    channel, to = reaching.address(known)
    subject = f"A note from {known.person.practice}"
    message = outbox.put(to, subject=subject, text=text, channel=channel)
    told: dict[str, Any] = {"outgoing": message, "by_hand": by_hand, "at": at, "by": by}
    told["token_hash"] = reaching.digest(token)
    before = {each: Reminder.objects.filter(sheet__in=known.rows_of(each)) for each in sheets}
    return [
        Reminder.objects.create(sheet=each, number=rows.count() + 1, **told)
        for each, rows in before.items()
    ]


@transaction.atomic
def note_call(person: Person, outcome: str, *, words: str, at: datetime, by: User) -> PhoneCall:
    """Write down a call about open forms; who does not want to answer is not asked again."""
    if outcome not in OUTCOMES:
        raise Refused("no-such-outcome", "Choose what came of the call.")
    person = Person.objects.locked(person.pk)
    row: PhoneCall = PhoneCall.objects.create(
        person=person, outcome=outcome, words=words.strip(), at=at, by=by
    )
    audit.record(by, "note call", person=person, about=f"call:{row.pk}", outcome=outcome)
    return row
