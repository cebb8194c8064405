"""What waits at the bedside, as a room and the page of devices show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max, QuerySet

from kapstone import devices
from kapstone.web.records.bedside import doubts
from kapstone.web.records.lengths import span
from kapstone.web.records.models import BedsideReading, Device
from kapstone.web.records.tiles import said

# What a page may hear by Bluetooth, each as service:characteristic.
CHARACTERISTICS = " ".join(f"{row.service}:{row.id}" for row in devices.characteristics().values())
# How much of the queue one look at a room may cost.
MOST_SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Something a device told that waits for a person; with doubts it is not one tap away."""

    pk: int
    source: int
    device: str
    at: datetime
    words: str
    notes: tuple[str, ...]
    doubts: tuple[str, ...]
    age: timedelta


def offers(session: Any, *, now: datetime) -> tuple[Offer, ...]:
    """What waits in the room of a session: of each device the newest of each kind, newest first.

    An older one of a kind is not offered again: the newer one is what there is now.
    """
    since = now - timedelta(minutes=devices.listening().fresh_min)
    rows = of_session(session.pk).filter(at__gte=since)
    newest = rows.values("device", "what").annotate(newest=Max("pk")).values("newest")
    keys = list(newest.values_list("newest", flat=True))
    told = BedsideReading.objects.waiting().filter(pk__in=keys).select_related("device")
    waiting = list(told.defer("raw").order_by("-at", "-pk"))
    heard = {row.device_id: row.at for row in reversed(waiting) if row.signs}
    shown = [row for row in waiting if row.signs or row.at > heard.get(row.device_id, since)]
    return tuple(offer(row, session, now=now) for row in shown[:MOST_SHOWN])


def of_session(session: int) -> QuerySet[BedsideReading]:
    return BedsideReading.objects.filter(session=session)


def offer(row: BedsideReading, session: Any, *, now: datetime) -> Offer:
    return Offer(
        pk=row.pk,
        source=row.device_id,
        device=row.device.label,
        at=row.at,
        words=said(row.signs),
        notes=notes(row),
        doubts=doubts(
            row, session, started=session.started_at, home=session.discharged_at, now=now
        ),
        age=max(now - row.at, timedelta()),
    )


def notes(row: BedsideReading) -> tuple[str, ...]:
    """What is to be said beside it, but for what stands among its doubts."""
    said_too = (each for each in row.notes if each not in devices.UNPLACED)
    return (*said_too, *clock_words(row))


def clock_words(row: BedsideReading) -> tuple[str, ...]:
    """What is to be said of a clock that is too far from ours; nothing of one that is not."""
    if row.skew_s is None or abs(row.skew_s) <= devices.listening().skew_s:
        return ()
    apart = span(timedelta(seconds=abs(row.skew_s)))
    if row.skew_s > 0:
        return (f"The device's clock is {apart} ahead; set it.",)
    return (f"The device's clock is {apart} behind, or the message was late.",)


def nobodys(practice: int) -> QuerySet[BedsideReading]:
    """What devices without a place told, newest first."""
    rows = BedsideReading.objects.waiting().filter(device__practice=practice, session=None)
    return rows.exclude(what="").select_related("device").defer("raw").order_by("-received_at")


def stands(device: Any) -> str:
    """Where a device of `Device.objects.standing()` is, in words."""
    if device.revoked:
        return "revoked"
    if device.in_session:
        return "at one session"
    return device.in_room or "nowhere"


def last_heard(found: Sequence[Device]) -> dict[int, BedsideReading]:
    """The newest reading of each device."""
    keys = [device.pk for device in found]
    newest = BedsideReading.objects.filter(device__in=keys).values("device").annotate(n=Max("pk"))
    rows = BedsideReading.objects.filter(pk__in=[each["n"] for each in newest]).defer("raw")
    return {row.device_id: row for row in rows}
