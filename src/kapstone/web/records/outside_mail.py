"""Mail to therapists outside: what is sent to them, and whether it is still to be sent."""

from __future__ import annotations

import logging
import threading
from datetime import datetime
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse

from kapstone.web.records import outside
from kapstone.web.records.models import (
    Outgoing,
    OutsideAsked,
    OutsideNote,
    OutsideTherapist,
    Person,
)

OVER, CAME = "it was taken back, or its time is over", "they have answered"
log = logging.getLogger("kapstone.outside")


def words_of(template: str, person: Person, token: str, **also: object) -> str:
    """A mail that names no person who is cared for, and nothing of their care."""
    address = settings.SITE_ADDRESS + reverse("outside_page", args=[token])
    told = {"practice": person.practice, "address": address, **also}
    return render_to_string(f"mail/{template}.txt", told).strip()


def send_code(therapist: OutsideTherapist, code: str, *, minutes: int) -> None:
    """Send it beside the answer, and not by the outbox: its rows would hold the code itself."""
    practice = therapist.person.practice
    text = render_to_string(
        "mail/outside_code.txt", {"practice": practice, "code": code, "minutes": minutes}
    )
    told = (f"A code from {practice}", text.strip(), therapist.email, therapist.pk)
    threading.Thread(target=send, args=told, name="outside-code").start()


def send(subject: str, text: str, to: str, therapist: int) -> None:
    try:
        send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [to])
    except (SMTPException, OSError):
        log.exception("therapist outside %s: the code could not be sent", therapist)


def has_answered(therapist: OutsideTherapist) -> bool:
    return OutsideNote.objects.filter(therapist=therapist).exists()


def unwanted(row: Outgoing, now: datetime) -> str:
    """Why it is not to be sent any more; empty when it is, or goes to no therapist outside."""
    asked = OutsideAsked.objects.filter(outgoing=row).select_related("therapist").first()
    invited = OutsideTherapist.objects.filter(outgoing=row).first()
    therapist = asked.therapist if asked else invited
    if therapist is None:
        return ""
    allowed = outside.allowed_now(therapist, now=now)
    if allowed is None:
        return OVER
    return CAME if asked and (has_answered(therapist) or not allowed.asks_note) else ""
