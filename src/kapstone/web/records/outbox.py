"""Mail on its way: a row is sent until it is sent or given up; the backlog can be seen."""

from __future__ import annotations

from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.db import connection, transaction

from kapstone.web import clock
from kapstone.web.records.models import Outgoing

MOST_TRIES = 8


def put(to: str, *, subject: str, text: str) -> Outgoing:
    """Put a message into the outbox, inside the deed it belongs to."""
    return Outgoing.objects.create(to=to, subject=subject, text=text)


def deliver() -> int:
    """Send what is due; gives how many were sent.

    A row is sent outside the transaction that claims it: a worker that dies between sending and
    noting it sends once more, never not at all.
    """
    sent = 0
    while row := claim():
        sent += send(row)
    return sent


def claim() -> Outgoing | None:
    """The next due row, put off for a while so that no other worker takes it."""
    with transaction.atomic():
        due = Outgoing.objects.select_for_update(skip_locked=skips_locked(), no_key=True).filter(
            sent_at=None, next_try_at__lte=clock.now(), tries__lt=MOST_TRIES
        )
        row = due.order_by("next_try_at").first()
        if row:
            row.tries += 1
            row.next_try_at = clock.now() + timedelta(minutes=2**row.tries)
            row.save()
    return row


def skips_locked() -> bool:

    return connection.features.has_select_for_update_skip_locked


def send(row: Outgoing) -> bool:
    try:
        send_mail(row.subject, row.text, settings.DEFAULT_FROM_EMAIL, [row.to])
    except (SMTPException, OSError, ValueError) as fault:  # ValueError: not an address
        row.failed = str(fault)
        row.save(update_fields=["failed"])
        return False
    row.sent_at = clock.now()
    row.save(update_fields=["sent_at"])
    return True
