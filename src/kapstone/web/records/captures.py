"""First words as they stand: which phone may send, and what there is to hear and read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.utils.crypto import salted_hmac

from kapstone.web import sealed
from kapstone.web.accounts.models import User
from kapstone.web.records import access
from kapstone.web.records.models import (
    Appointment,
    Capture,
    CaptureDevice,
    Person,
    Phase,
    Session,
)

# How long a phone may send, and how long after its beginning words still belong to a session.
LASTS = timedelta(days=14)
BELONGS = timedelta(hours=24)


def hash_of(secret: str) -> str:
    """What is kept of a secret of 256 bits, which nobody could guess back."""
    return sha256(secret.encode()).hexdigest()


def device_of(secret: str, *, now: datetime) -> CaptureDevice | None:
    """The phone of an address, while it may send; None when it is wrong, too old or taken back."""
    rows = open_devices(now).filter(secret_hash=hash_of(secret), person__user__is_active=True)
    found: CaptureDevice | None = rows.select_related("by", "person__practice").first()
    return found


def open_devices(now: datetime) -> Any:
    return CaptureDevice.objects.standing().filter(ended=False, expires_at__gt=now)


def owner_of(device: CaptureDevice) -> str:
    """Whose a phone's words are, for the phone alone: a name that says nothing to anybody else."""
    return salted_hmac("capture", str(device.person_id)).hexdigest()[:32]


def session_at(person: Person, at: datetime) -> Session | None:
    """The newest session that had begun in the day before."""
    began = Phase.objects.standing().filter(phase="started", session__course__person=person)
    rows = began.filter(at__lte=at, at__gt=at - BELONGS).select_related("session")
    newest = rows.order_by("-at", "-pk").first()
    return newest.session if newest else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One of them for a page; `words` None where they were spoken, or cannot be read here."""

    row: Capture
    words: str | None
    is_new: bool
    is_deleted: bool


def shown(rows: Iterable[Capture], *, new: frozenset[int] = frozenset()) -> list[Shown]:
    """Rows with their words; `rows` come with `select_related("session", "deletion")`."""
    return [
        Shown(
            row=row,
            words=words_of(row),
            is_new=row.pk in new,
            is_deleted=is_deleted(row),
        )
        for row in rows
    ]


def is_deleted(row: Capture) -> bool:
    return hasattr(row, "deletion")


def words_of(row: Capture) -> str | None:
    """What was written; None where it was spoken, deleted, or its file cannot be read."""
    if row.kind != "written" or is_deleted(row):
        return None
    content = sealed.get(row.file)
    return None if content is None else content.decode()


def new_among(rows: Sequence[Capture]) -> frozenset[int]:
    """Those that came since the last integration session."""
    found = Capture.objects.new().filter(pk__in=[row.pk for row in rows])
    return frozenset(found.values_list("pk", flat=True))


def waiting_of(appointments: Sequence[Appointment], user: User) -> frozenset[int]:
    """The people of these integration sessions who kept something since the last one."""
    if not access.may(user, "integrate"):
        return frozenset()
    people = {row.course.person_id for row in appointments if row.kind == "integration"}
    rows = Capture.objects.visible_to(user).new().filter(person__in=people)
    return frozenset(rows.values_list("person_id", flat=True))
