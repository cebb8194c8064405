"""Messages on their way: a row is sent until it is sent or given up; the backlog can be seen.

What is guaranteed, when a worker dies between handing a message over and noting it: it is handed
over once more, under the same key. An SMS gateway that honours `Idempotency-Key` then sends
nothing; by mail the same message may come twice, and both have the same Message-ID.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import QuerySet

from kapstone.web import clock
from kapstone.web.records import channels, home_mail, nudging, outside_mail, reaching, standby
from kapstone.web.records.models import Outgoing

MOST_TRIES = 8


def put(to: str, *, subject: str, text: str, channel: str = "email") -> Outgoing:
    """Put a message into the outbox, inside the deed it belongs to."""
    return Outgoing.objects.create(to=to, subject=subject, text=text, channel=channel)


def waiting() -> QuerySet[Outgoing]:
    """What is neither sent, nor given up, nor withdrawn."""
    return Outgoing.objects.filter(sent_at=None, given_up_at=None, withdrawn_at=None)


def deliver() -> int:
    """Send what is due; gives how many were sent.

    A row is sent outside the transaction that claims it: a worker that dies between sending and
    noting it sends once more, never not at all.
    """
    sent = 0
    while row := claim():
        if row.withdrawn_at is None and row.given_up_at is None:
            sent += send(row)
    return sent


def claim() -> Outgoing | None:
    """The next due row, put off for a while so that no other worker takes it.

    Or withdrawn; or given up, when a worker died at the last try: it may have arrived.
    """
    now = clock.now()
    with transaction.atomic():
        due = waiting().select_for_update(skip_locked=skips_locked(), no_key=True)
        row = due.filter(next_try_at__lte=now).order_by("next_try_at").first()
        if row and row.tries >= MOST_TRIES:
            row.given_up_at, row.failed = now, row.failed or "the last try was never finished"
            row.save()
        elif row and (why := unwanted(row, now)):
            row.withdrawn_at, row.failed = now, why
            row.save()
        elif row:
            row.tries += 1
            row.next_try_at = now + timedelta(minutes=2**row.tries)
            row.save()
    return row


def unwanted(row: Outgoing, now: datetime) -> str:
    """Why a message is not to be sent any more, whatever it is about; empty when it is."""
    of = (reaching, home_mail, nudging, standby, outside_mail)
    asked = (about.unwanted(row, now) for about in of)
    return next((why for why in asked if why), "")


def skips_locked() -> bool:

    return connection.features.has_select_for_update_skip_locked


def send(row: Outgoing) -> bool:
    try:
        channels.send(row)
    except channels.Undelivered as fault:
        note_failure(row, fault)
        return False
    row.sent_at = clock.now()
    row.save(update_fields=["sent_at"])
    return True


def note_failure(row: Outgoing, fault: channels.Undelivered) -> None:
    row.failed = str(fault)
    if fault.for_good or row.tries >= MOST_TRIES:
        row.given_up_at = clock.now()
    row.save(update_fields=["failed", "given_up_at"])
