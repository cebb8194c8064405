"""The ways a message leaves: e-mail, and SMS through an adapter that the practice chooses."""

from __future__ import annotations

import sys
from collections.abc import Callable
from http.client import HTTPException
from smtplib import SMTPException, SMTPRecipientsRefused
from typing import Protocol
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import orjson
from django.conf import settings
from django.core.mail import EmailMessage

from kapstone.web.records.models import Outgoing

TIMEOUT_S = 10.0
# The gateway will say the same tomorrow: the number is wrong, gone, or wants no messages.
FOR_GOOD = frozenset({400, 410, 422})


class Undelivered(Exception):
    """A message that did not leave, as far as we know; `for_good` when no later try will help."""

    def __init__(self, words: str, *, for_good: bool = False) -> None:
        super().__init__(words)
        self.for_good = for_good


class Sms(Protocol):
    """What an SMS adapter does; `key` is the same at every try of one message."""

    def __call__(self, to: str, text: str, *, key: str) -> None:
        """Hand the message over; raises Undelivered."""


def console(to: str, text: str, *, key: str) -> None:
    """Write the message where the server writes, for trying things out."""
    sys.stdout.write(f"SMS {key} to {to}: {text}\n")
    sys.stdout.flush()


class NoRedirect(HTTPRedirectHandler):
    """A gateway that moved is a setting to change: a number is not sent to where it points."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


def http(to: str, text: str, *, key: str) -> None:
    """POST the message as JSON to the practice's gateway, with the key as `Idempotency-Key`."""
    request = Request(  # noqa: S310  # settings let no other scheme through than HTTP
        settings.SMS_URL,
        data=orjson.dumps({"to": to, "text": text}),
        headers={
            "Authorization": f"Bearer {settings.SMS_TOKEN}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        },
        method="POST",
    )
    try:
        build_opener(NoRedirect).open(request, timeout=TIMEOUT_S).close()
    except HTTPError as answer:
        answer.close()
        words = f"the SMS gateway answered {answer.code}"
        raise Undelivered(words, for_good=answer.code in FOR_GOOD) from answer
    except (OSError, HTTPException) as fault:
        raise Undelivered(f"the SMS gateway could not be reached: {fault}") from fault


ADAPTERS: dict[str, Sms] = {"console": console, "http": http}


def sms_is_offered() -> bool:
    return settings.SMS in ADAPTERS


def send_sms(to: str, text: str, *, key: str) -> None:
    if not sms_is_offered():
        raise Undelivered("no SMS adapter is set; set KAPSTONE_SMS")
    ADAPTERS[settings.SMS](to, text, key=key)


def send_email(row: Outgoing) -> None:
    """By Django's mail, under a Message-ID that is the same at every try."""
    host = urlsplit(settings.SITE_ADDRESS).hostname
    message = EmailMessage(
        row.subject,
        row.text,
        settings.DEFAULT_FROM_EMAIL,
        [row.to],
        headers={"Message-ID": f"<{row.key}@{host}>"},
    )
    try:
        message.send()
    except SMTPRecipientsRefused as refused:
        for_good = all(code >= 500 for code, _ in refused.recipients.values())
        raise Undelivered(str(refused), for_good=for_good) from refused
    except ValueError as fault:  # not an address
        raise Undelivered(str(fault), for_good=True) from fault
    except (SMTPException, OSError) as fault:
        raise Undelivered(str(fault)) from fault


CHANNELS: dict[str, Callable[[Outgoing], None]] = {
    "email": send_email,
    "sms": lambda row: send_sms(row.to, row.text, key=row.key),
}


def send(row: Outgoing) -> None:
    """Hand the row to its channel; raises Undelivered."""
    CHANNELS[row.channel](row)
