"""Deeds of consent: ask for it, sign exactly what was read, take it back at any time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from kapstone import consent, documents
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import access, audit, counts, outbox
from kapstone.web.records.actions.notices import open_notice
from kapstone.web.records.models import Consent, ConsentWithdrawal, Course, Person, Session
from kapstone.web.records.refusals import Refused

WITHDRAWN = "consent-withdrawn"


@transaction.atomic
def sign_consent(
    course: Course,
    document: consent.Document,
    *,
    name: str,
    read_back: Mapping[str, str | None],
    choices: Mapping[str, bool | None],
    at: datetime,
    by: User,
    digest_read: str | None = None,
    missed: Iterable[str] = (),
    tries: int | None = None,
) -> Consent:
    """Sign the words that were shown: the row keeps them, the answers, the name and its meaning.

    Only the person signs, in their own name, and the read-back has to be right first. `digest_read`
    is the digest that stood on the person's screen: other words than those are refused. `missed`
    names the questions answered wrongly at first, `tries` says how often they were answered.
    """
    Course.objects.locked(course.pk)
    refuse_other_signer(course.person, name, by)
    refuse_other_words(document, digest_read)
    checked = consent.check_read_back(read_back, route=document.route)
    refuse_not_understood(checked)
    local = at.astimezone(course.person.practice.zone)
    made = signing(document, choices, checked, name=name, at=local)
    asked = {"answers": dict(read_back), "missed": sorted(missed), "tries": tries}
    row: Consent = Consent.objects.create(
        course=course,
        read_back=asked | asdict(checked),
        corrects=Consent.objects.newest(course=course),
        at=at,
        by=by,
        **columns(made),
    )
    digests = {"text": row.text_digest, "pdf": row.pdf_digest}
    audit.record(by, "sign consent", person=course.person, about=f"consent:{row.pk}", **digests)
    return row


def signing(
    document: consent.Document,
    choices: Mapping[str, bool | None],
    checked: consent.ReadBack,
    *,
    name: str,
    at: datetime,
) -> consent.SignedConsent:
    return consent.SignedConsent(
        document=document,
        choices=consent.choices_made(document, choices),
        read_back=checked,
        signatures=(consent.sign(role="person", name=name, at=at),),
    )


def refuse_other_signer(person: Person, typed: str, by: User) -> None:
    """Only the person signs, and in their own name."""
    own = person.name
    if person.user_id != by.pk:
        raise Refused("not-yours", "Only the person can sign their own consent.")
    if not typed.strip():
        raise Refused("no-name", "Type your full name to sign.")
    if not consent.same_name(typed, own):
        raise Refused(
            "other-name", f"You are signed in as {own}. Type your name as it stands here."
        )


def columns(signed: consent.SignedConsent) -> dict[str, Any]:
    """What was signed, and the printed form of exactly that, as columns."""
    (signature,) = signed.signatures
    pdf = documents.consent_pdf(signed)
    return {
        "version": signed.document.version,
        "text_digest": signed.document.digest,
        "document": signed.document.to_data(),
        "choices": dict(signed.choices),
        "signed_name": signature.name,
        "meaning": signature.meaning,
        "expires_at": consent.renews_at(signature.at),
        "pdf": pdf,
        "pdf_digest": hashlib.sha256(pdf).hexdigest(),
    }


def refuse_other_words(document: consent.Document, digest_read: str | None) -> None:
    """Nobody signs words that changed under their eyes, nor those of an old version."""
    if digest_read not in (None, document.digest) or document.version != consent.version():
        raise Refused(
            "text-changed", "The words changed while you were reading. Read the new ones first."
        )


def refuse_not_understood(checked: consent.ReadBack) -> None:
    if checked.passed is True:
        return
    if checked.missing:
        raise Refused("read-back-open", "Some questions about the text are not answered yet.")
    explained = " ".join(why for _, why in checked.wrong)
    raise Refused("read-back-wrong", f"Please read this again, then answer once more. {explained}")


@transaction.atomic
def withdraw_consent(signed: Consent, *, reason: str, at: datetime, by: User) -> ConsentWithdrawal:
    """Take consent back; no reason is asked, and the next medicine session is shut at once.

    The person does it, or a clinician of their practice to whom they said it.
    """
    person = signed.course.person
    Course.objects.locked(signed.course_id)
    if not (person.user_id == by.pk or heard_by(signed, by)):
        raise Refused("not-yours", "Only the person, or their clinician, can take this back.")
    if Consent.objects.filter(corrects=signed).exists():
        raise Refused("replaced", "A newer consent stands in for this one; take that one back.")
    if ConsentWithdrawal.objects.filter(consent=signed).exists():
        raise Refused("withdrawn", "This consent was already taken back.")
    row: ConsentWithdrawal = ConsentWithdrawal.objects.create(
        consent=signed, reason=reason.strip(), at=at, by=by
    )
    audit.record(by, "withdraw consent", person=person, about=f"consent:{signed.pk}")
    if not call_into_rooms(signed.course, at=at, by=by):
        says = withdrawn_words(row)
        open_notice(person, kind=WITHDRAWN, level="yellow", says=says, at=at, by=by)
    return row


def call_into_rooms(course: Course, *, at: datetime, by: User) -> bool:
    """Tell those who are with the person now: consent ends during a session too [CON-20]."""
    running = list(counts.under_way(Session.objects.filter(course=course)))
    for session in running:
        open_notice(
            course.person,
            kind=WITHDRAWN,
            level="red",
            says=f"{course.person.given} took consent back.",
            do="Give no more medicine. Stay with them until they are fit to go home; care goes on.",
            session=session,
            at=at,
            by=by,
        )
    return bool(running)


def withdrawn_words(row: ConsentWithdrawal) -> str:
    """Who took what back and when, on the practice's clock."""
    person = row.consent.course.person
    local = row.at.astimezone(person.practice.zone)
    heard = "" if person.user_id == row.by_id else f", as told to {row.by.signed_name}"
    return f"{person.name} took their consent back on {clock.written(local)}{heard}."


def heard_by(signed: Consent, by: User) -> bool:
    return access.may(by, "see charts") and by.practice_id == signed.course.person.practice_id


@transaction.atomic
def ask_for_consent(course: Course, *, at: datetime, by: User) -> None:
    """Send the person the way to the text; the mail names no treatment and no reason for care."""
    person = course.person
    if not person.email or person.user is None:
        raise Refused("no-email", "There is no e-mail address yet; add one under Details.")
    address = settings.SITE_ADDRESS + reverse("portal:consent")
    words = {"person": person, "practice": person.practice, "address": address}
    outbox.put(
        person.email,
        subject=f"Something to read from {person.practice}",
        text=render_to_string("mail/something_to_read.txt", words),
    )
    audit.record(by, "ask for consent", person=person, about=f"course:{course.pk}", at=at)
