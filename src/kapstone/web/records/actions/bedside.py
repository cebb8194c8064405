"""What devices tell, and what a person makes of it: taken in, accepted, or set aside.

Taking in is no deed of a person: the row is its own trail, and nothing of it is a reading of
anybody's until a person accepts it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Exists, OuterRef

from kapstone import devices
from kapstone.web.accounts.models import User
from kapstone.web.records import access, audit, bedside, heard_devices, live, session_facts
from kapstone.web.records.actions import readings
from kapstone.web.records.heard_devices import HeardDevice
from kapstone.web.records.models import (
    AcceptedReading,
    BedsideReading,
    Discharge,
    Phase,
    Reading,
    Session,
    SessionPlan,
    SetAside,
)
from kapstone.web.records.refusals import Refused

OF_BEDSIDE = UUID("0c7f6a52-6a1e-4d63-9a1e-5b7b2f3f9f10")
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A message as it came. `device` when a key or a tablet proved it, else it goes by its name;
    `session` when it came from a tablet in that room.
    """

    message: devices.DeviceMessage
    raw: bytes
    device: HeardDevice | None = None
    session: Session | None = None


def take_device_readings(heard: Sequence[Heard], *, at: datetime) -> list[Refused | None]:
    """Keep what came together in one commit; for each message None when it is kept, or why not.

    When this returns, what it calls kept is on the disk. A reading that is sent again is kept once.
    """
    with transaction.atomic():
        known = known_devices(heard)
        answers = [refusal(each, known) for each in heard]
        taken = [each for each, why in zip(heard, answers, strict=True) if why is None]
        rows = [row for each in taken for row in rows_of(each, known, at)]
        stand_at(rows, known, at)
        fresh = write({(row.device_id, row.fingerprint): row for row in rows})
        tell_screens(fresh, known)
    return answers


def known_devices(heard: Sequence[Heard]) -> dict[str, HeardDevice]:
    """The devices that the messages are of, by what they call themselves, with key and place."""
    proved = {each.device.identity: each.device for each in heard if each.device}
    named = {name for each in heard for name in identities(each)}
    return proved | heard_devices.called(named - set(proved))


def identities(heard: Heard) -> list[str]:
    if heard.device is not None:
        return [heard.device.identity]
    return [reading.device for reading in heard.message.readings]


def refusal(heard: Heard, known: dict[str, HeardDevice]) -> Refused | None:
    """Why a message is not kept: one of its devices is not known here, or no longer heard."""
    for name in identities(heard):
        if name not in known:
            words = f"device {name[:64]} is not registered here; add it under Devices"
            return Refused("unknown-device", words)
        if known[name].revoked:
            words = f"device {name[:64]} was revoked; give it a new key under Devices"
            return Refused("revoked", words)
    return None


def rows_of(heard: Heard, known: dict[str, HeardDevice], at: datetime) -> Iterator[BedsideReading]:
    """A row for each time at which something was told; nothing told is nothing to keep."""
    message = heard.message
    for reading in message.readings:
        if not reading.signs and not reading.notes:
            continue
        device = heard.device or known[reading.device]
        taken, doubt = placed(reading.taken, device, at)
        sent, late_doubt = placed(message.sent, device, at)
        timing = devices.settle(taken, sent, at)
        unsure = doubt if taken else late_doubt
        yield BedsideReading(
            device_id=device.pk,
            session=heard.session,
            signs=dict(reading.signs),
            what=",".join(sorted(reading.signs)),
            notes=[*reading.notes, unsure] if unsure else list(reading.notes),
            patient=patient_told(message.patient),
            control_id=message.control_id,
            fingerprint=devices.fingerprint(message, reading),
            raw=heard.raw,
            at=timing.at,
            taken_at=taken,
            received_at=at,
            skew_s=timing.skew_s,
        )


def placed(
    told: devices.DeviceTime | None, device: HeardDevice, received: datetime
) -> tuple[datetime | None, str]:
    """When a device's time was by its own place, and why that is in doubt."""
    return told.placed(device.zone, received=received) if told else (None, "")


def patient_told(told: devices.PatientTold) -> dict[str, Any]:
    """What was told, and only that."""
    every = {
        "numbers": list(told.numbers),
        "family": told.family,
        "given": told.given,
        "born": told.born.isoformat() if told.born else None,
    }
    return {name: value for name, value in every.items() if value}


def stand_at(rows: Iterable[BedsideReading], known: dict[str, HeardDevice], at: datetime) -> None:
    """Give each new row the session that its device stands at now, if it stands at one."""
    by_pk = {device.pk: device for device in known.values()}
    loose = [row for row in rows if row.session_id is None]
    placed = [by_pk[row.device_id] for row in loose]
    ends = ends_of({each.in_session for each in placed if each.in_session})
    rooms = sessions_in({(each.practice_id, each.in_room) for each in placed if each.in_room}, at)
    for row, device in zip(loose, placed, strict=True):
        here = rooms.get((device.practice_id, device.in_room or ""))
        over = ends.get(device.in_session or 0)
        # What was taken before the person went home is theirs, also when it comes later.
        row.session_id = here if over and row.at > over else device.in_session or here


def ends_of(sessions: set[int]) -> dict[int, datetime]:
    """From when what a device tells is no longer of each session; one that goes on is left out."""
    if not sessions:
        return {}
    off = SessionPlan.objects.standing().filter(session__in=sessions, cancelled=True)
    home = Discharge.objects.standing().filter(session__in=sessions)
    return dict([*off.values_list("session", "at"), *home.values_list("session", "at")])


def sessions_in(rooms: set[tuple[int, str]], at: datetime) -> dict[tuple[int, str], int | None]:
    """The session that is in each room now; None where there are two: then nobody can tell."""
    if not rooms:
        return {}
    came = Phase.objects.filter(session=OuterRef("session"), phase__in=("arrived", "started"))
    plans = SessionPlan.objects.standing().filter(
        Exists(came.filter(corrected_by=None)),
        room__in={room for _, room in rooms},
        planned_for__gte=at - A_DAY,
        cancelled=False,
        session__discharge=None,
    )
    found: dict[tuple[int, str], int | None] = {}
    for *place, session in plans.values_list(
        "session__course__person__practice", "room", "session"
    ):
        key = (place[0], place[1])
        found[key] = None if key in found else session
    return found


def write(rows: dict[tuple[int, str], BedsideReading]) -> list[BedsideReading]:
    """Insert what is not there yet, and give it; on PostgreSQL another may have been quicker."""
    alike = BedsideReading.objects.filter(
        device__in={device for device, _ in rows}, fingerprint__in={name for _, name in rows}
    )
    there = set(alike.values_list("device_id", "fingerprint")) if rows else set()
    fresh = [row for key, row in rows.items() if key not in there]
    if fresh:
        BedsideReading.objects.bulk_create(fresh, ignore_conflicts=True)
    return fresh


def tell_screens(rows: Sequence[BedsideReading], known: dict[str, HeardDevice]) -> None:
    """Say on the screens of their sessions what the devices tell now."""
    labels = {device.pk: device.label for device in known.values()}
    live.tell_told([row for row in rows if row.session_id and row.signs], labels)


def accept_reading(
    told: BedsideReading, session: Session, *, at: datetime, by: User, despite: str = ""
) -> Reading:
    """Take what a device told for a reading of this session; the second tap gives the first's.

    Refused where something speaks against taking it unseen, unless `despite` says why it holds.
    Kept first, judged second, as every reading.
    """
    access.refuse_others(by, "run sessions")
    reading = keep_accepted(told, session, at=at, by=by, despite=despite.strip())
    readings.judge_or_leave(reading)
    return reading


@transaction.atomic
def keep_accepted(
    told: BedsideReading, session: Session, *, at: datetime, by: User, despite: str
) -> Reading:
    session = Session.objects.locked(session.pk)
    told = BedsideReading.objects.locked(told.pk)
    refuse_elsewhere(told, session, by)
    found = AcceptedReading.objects.filter(bedside=told).select_related("reading").first()
    if found is not None:
        row: Reading = found.reading
        if row.session_id != session.pk:
            raise Refused("other-session", "This was accepted for another session already.")
        return row
    refuse_not_theirs(told, session)
    story = session_facts.story_of(session.pk)
    started, home = story["started_at"], story["discharged_at"]
    if not despite:
        refuse_doubtful(bedside.doubts(told, session, started=started, home=home, now=at))
    reading = readings.keep(
        session,
        told.signs,
        at=told.at,
        by=by,
        resting=started is None or told.at < started,
        client_id=uuid5(OF_BEDSIDE, str(told.pk)),
    )
    AcceptedReading.objects.create(bedside=told, reading=reading, despite=despite, at=at, by=by)
    about = f"reading:{reading.pk}"
    person = session.course.person
    audit.record(by, "accept reading", person=person, about=about, bedside=told.pk, despite=despite)
    return reading


def refuse_elsewhere(told: BedsideReading, session: Session, by: User) -> None:
    if {told.device.practice_id, session.course.person.practice_id} != {by.practice_id}:
        raise Refused("elsewhere", "This reading is not of your practice.")


def refuse_not_theirs(told: BedsideReading, session: Session) -> None:
    """Refuse what is of another session, what was set aside, and what has no figure."""
    if told.session_id not in (None, session.pk):
        raise Refused("other-session", "The device stood at another session when it told this.")
    if SetAside.objects.filter(bedside=told).exists():
        raise Refused("set-aside", "This was set aside; take another reading.")
    if not told.signs:
        raise Refused("empty", "The device told no figure; take another reading.")


def refuse_doubtful(doubts: Sequence[str]) -> None:
    if doubts:
        raise Refused("doubtful", f"{' '.join(doubts)} Look at it, and say why it holds.")


@transaction.atomic
def set_aside(told: BedsideReading, why: str, *, at: datetime, by: User) -> SetAside:
    """Take what a device told for nobody's reading, and say why; a second time gives the first."""
    access.refuse_others(by, "run sessions")
    told = BedsideReading.objects.locked(told.pk)
    if told.device.practice_id != by.practice_id:
        raise Refused("elsewhere", "This reading is not of your practice.")
    if not why.strip():
        raise Refused("no-reason", "Say why it is set aside.")
    if AcceptedReading.objects.filter(bedside=told).exists():
        raise Refused("accepted", "This was accepted; correct the reading instead.")
    if found := SetAside.objects.filter(bedside=told).first():
        return found
    row = SetAside.objects.create(bedside=told, why=why.strip()[:200], at=at, by=by)
    person = told.session.course.person if told.session else None
    audit.record(by, "set reading aside", person=person, about=f"bedside:{told.pk}", why=row.why)
    return row
