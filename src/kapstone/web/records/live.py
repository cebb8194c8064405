"""Tells other screens what changed in a session: a row in the deed's own transaction.

The row is there exactly when the fact is. Rows are numbered in the order in which they are
committed, so that a screen which knows the last number it heard has missed nothing before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from kapstone import devices, monitoring
from kapstone.web.records import audit, bedside, tiles
from kapstone.web.records.models import BedsideReading, Change, Reading, Session
from kapstone.web.records.prepared import Prepared

# What PostgreSQL wakes the listeners by; on SQLite they look for themselves.
CHANNEL = "kapstone_live"
KEPT = timedelta(hours=1)
# Whose session it is: practice, its clock, and what the person is known by.
OF_SESSIONS = Prepared(
    lambda sessions: Session.objects.filter(pk__in=sessions).values_list(
        "pk",
        "course__person__practice",
        "course__person__practice__time_zone",
        *(f"course__person__{part}" for part in ("number", "family", "given", "birth_date")),
    )
)


def tell(session: Session, kind: str, **what: Any) -> Change:
    """Say that something of the session changed; call it inside the deed that changed it."""
    practice = session.course.person.practice_id
    row = Change(practice_id=practice, session=session, kind=kind, what=what)
    write([row])
    return row


def write(rows: Sequence[Change]) -> None:
    """Keep what the screens are told, in the transaction of the deed."""
    # No savepoint: a deed must not stand whose screens were not told, whoever catches the fault.
    with transaction.atomic(savepoint=False):
        # Numbers are given in the order of commits: whoever comes later waits here.
        audit.hold_chain()
        Change.objects.bulk_create(rows)
        wake()


def wake() -> None:
    """Let the listeners of PostgreSQL know, once the transaction is committed."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])


def tell_reading(reading: Reading, session: Session) -> Change:
    """A new reading: its figures, which no limit has been compared with yet."""
    return tell(
        session, "reading", tiles=[] if reading.resting else list(figures(reading, session))
    )


def figures(reading: Reading, session: Session) -> Iterator[dict[str, str]]:
    local = reading.at.astimezone(session.course.person.practice.zone)
    for group in tiles.groups(set(reading.signs)):
        if group[0] in reading.signs:
            yield {
                "id": group[0],
                "value": tiles.figure(group, reading.signs),
                "at": reading.at.isoformat(),
                "hour": f"{local:%H:%M}",
                "mark": tiles.NOT_YET,
            }


def tell_told(rows: Sequence[BedsideReading], labels: Mapping[int, str]) -> None:
    """What devices tell now, of rows with a session; with doubts about it no figure is sent."""
    keys = {row.session_id for row in rows if row.session_id}
    known = {of[0]: of for of in OF_SESSIONS.rows(keys)}
    if rows:
        write([told_of(row, labels[row.device_id], *known[row.session_id]) for row in rows])


def told_of(
    row: BedsideReading, label: str, session: int, practice: int, time_zone: str, *person: Any
) -> Change:
    number, family, given, born = person
    whose = devices.Whose(number=number, family=family, given=given, born=born)
    doubtful = bedside.not_plainly(row.told(), whose) or monitoring.implausible(row.signs)
    # What a device had stored is not what it tells now.
    sure = not doubtful and devices.is_fresh(row.at, row.received_at)
    told = {
        "device": row.device_id,
        "label": label,
        "words": tiles.said(row.signs) if sure else "",
        "at": row.at.isoformat(),
        "hour": f"{row.at.astimezone(ZoneInfo(time_zone)):%H:%M:%S}",
    }
    return Change(practice_id=practice, session_id=session, kind="told", what={"told": told})


def tell_judged(
    reading: Reading, session: Session, crossed: Sequence[monitoring.Crossed]
) -> Change:
    """The limits have been compared: what each figure of the reading crossed, and any other."""
    return tell(session, "judged", tiles=[] if reading.resting else list(levels(reading, crossed)))


def levels(reading: Reading, crossed: Sequence[monitoring.Crossed]) -> Iterator[Mapping[str, str]]:
    over = {each.sign: each.level for each in reversed(crossed)}
    for group in tiles.groups(set(reading.signs) | set(over)):
        level = next((over[sign] for sign in group if sign in over), "")
        if level or group[0] in reading.signs:
            at = reading.at.isoformat()
            yield {"id": group[0], "at": at, "level": level, "mark": tiles.mark(level)}


def newest() -> int:
    """The number of the last change; a page that was made after it shows it."""
    return Change.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def forget(*, before: datetime) -> int:
    """Throw away what no screen will ask for again; gives how many."""
    # The newest stays: new pages begin at its number.
    return Change.objects.filter(at__lt=before - KEPT).exclude(pk=newest()).delete()[0]
