"""The deed of recording a reading: kept first, judged second, so that no fault costs a reading."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

from django.db import Error as DatabaseFault
from django.db import IntegrityError, transaction

from kapstone import knowledge, monitoring
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import audit, check_times, close_checks, lines, live, session_facts
from kapstone.web.records.actions.late import late_words
from kapstone.web.records.actions.notices import new_notice, open_notice
from kapstone.web.records.actions.whose import refuse_others_at_home
from kapstone.web.records.models import Judgement, Notice, Reading, Session
from kapstone.web.records.prepared import Prepared
from kapstone.web.records.refusals import Refused

Signs = Mapping[str, float]
logger = logging.getLogger(__name__)

BEFORE = "Do not start. Rest, take it again; the prescriber decides."
# A device sends hundreds in an hour, and each is compared with all before it.
READINGS = Prepared(
    lambda sessions: (
        Reading.objects.standing()
        .filter(session__in=sessions)
        .order_by("at", "pk")
        .values_list("at", "signs", "resting")
    )
)

# What a broken knowledge file, a slip in a comparison or a busy database can raise.
JUDGING_FAULTS = (
    knowledge.KnowledgeError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    DatabaseFault,
)


def record_reading(
    session: Session,
    signs: Signs,
    *,
    at: datetime,
    by: User,
    resting: bool = False,
    client_id: UUID | None = None,
) -> Reading:
    """Keep a reading, then judge it; the same `client_id` again gives the first reading.

    Two transactions on purpose: when judging fails the reading is already safe, shows as not yet
    judged, and the worker tries again.
    """
    if not signs:
        raise Refused("empty", "Enter at least one value.")
    client_id = client_id or uuid4()
    try:
        reading = keep(session, signs, at=at, by=by, resting=resting, client_id=client_id)
    except IntegrityError:
        # Two tablets sent the same reading at once; the database let one of them through.
        reading = Reading.objects.get(client_id=client_id)
    judge_or_leave(reading)
    return reading


def keep_as_typed(
    session: Session,
    signs: Signs,
    *,
    at: datetime,
    by: User,
    client_id: UUID,
    first: Reading | None = None,
    resting: bool = False,
) -> Reading:
    """Keep an unlikely reading that was taken again at once; the one after it is to correct it.

    It may itself have been taken again for a `first`.

    It is not judged: a slip of the typing would open a notice about nobody. Left uncorrected it is
    judged like any other (`judge_unjudged`).
    """
    if not monitoring.implausible(signs):
        raise Refused("likely", "Only a value that looks like a slip is taken again.")
    if first:
        return replace(first, signs, at=at, by=by, client_id=client_id)
    return keep(session, signs, at=at, by=by, resting=resting, client_id=client_id)


def record_repeated(
    session: Session,
    typed: Signs,
    signs: Signs,
    *,
    at: datetime,
    by: User,
    resting: bool = False,
) -> Reading:
    """Keep both answers of somebody who was asked again: what was typed first, which looked like
    a slip, and in its place what was typed then, which is judged."""
    with transaction.atomic():
        first = keep_as_typed(session, typed, at=at, by=by, client_id=uuid4(), resting=resting)
        row = replace(first, signs, at=at, by=by, client_id=uuid4())
    judge_or_leave(row)
    return row


def judge_or_leave(reading: Reading) -> None:
    """Judge a kept reading; a fault is logged and leaves it for the worker to judge."""
    try:
        judge(reading)
    except JUDGING_FAULTS:
        # Whatever is wrong with the limits, the reading was taken and stays; the screen says
        # that it was not compared.
        logger.exception("reading %s was kept but not judged", reading.pk)


@transaction.atomic
def keep(
    session: Session, signs: Signs, *, at: datetime, by: User, resting: bool, client_id: UUID
) -> Reading:
    refuse_others_at_home(session, by)
    found: Reading | None = Reading.objects.filter(client_id=client_id).first()
    if found:
        return found
    refuse_impossible(signs)
    reading: Reading = Reading.objects.create(
        session=session, signs=dict(signs), resting=resting, client_id=client_id, at=at, by=by
    )
    audit.record(by, "record reading", person=session.course.person, about=f"session:{session.pk}")
    live.tell_reading(reading, session)
    return reading


def refuse_impossible(signs: Signs) -> None:
    """Refuse what no person can have: kept, it would stand beside every later figure."""
    if never := monitoring.impossible(signs):
        raise Refused("impossible", f"{'. '.join(never)}. Type it again.")


def correct_reading(
    reading: Reading,
    signs: Signs,
    *,
    by: User,
    at: datetime | None = None,
    client_id: UUID | None = None,
) -> Reading:
    """Put another reading in the place of a mistaken one, and judge it; both stay on record."""
    if not signs:
        raise Refused("empty", "Enter at least one value.")
    row = replace(reading, signs, at=at or reading.at, by=by, client_id=client_id or uuid4())
    judge_or_leave(row)
    return row


@transaction.atomic
def replace(reading: Reading, signs: Signs, *, at: datetime, by: User, client_id: UUID) -> Reading:
    session = Session.objects.locked(reading.session_id)
    refuse_others_at_home(session, by)
    found: Reading | None = Reading.objects.filter(client_id=client_id).first()
    if found:
        return found
    if Reading.objects.filter(corrects=reading).exists():
        raise Refused("corrected", "This reading was already corrected; correct the newer one.")
    refuse_impossible(signs)
    changed = reading.but(session=session, signs=dict(signs), client_id=client_id)
    row: Reading = Reading.objects.create(**changed, at=at, by=by)
    audit.record(by, "correct reading", person=session.course.person, about=f"reading:{row.pk}")
    live.tell(session, "corrected")
    return row


@transaction.atomic
def judge(reading: Reading) -> Judgement:
    """Compare a kept reading with the limits, open the notices it deserves; safe to run again."""
    session = Session.objects.locked(reading.session_id)
    kept: Judgement | None = Judgement.objects.filter(reading=reading).first()
    if kept:
        return kept
    crossed = crossed_at(session, reading.at)
    judgement: Judgement = Judgement.objects.create(
        reading=reading,
        crossed=[
            {"limit": each.limit_id, "sign": each.sign, "level": each.level, "says": each.says}
            for each in crossed
        ],
        knowledge_digest=knowledge.digest(("monitoring/limits.toml",)),
        at=reading.at,
        by=reading.by,
    )
    for each in crossed:
        tell(session, each, reading)
    live.tell_judged(reading, session, crossed)
    return judgement


def tell(session: Session, crossed: monitoring.Crossed, reading: Reading) -> None:
    """Open the notice that a crossing deserves, unless an open one tells of it already."""
    opening = new_notice if is_worse_than_told(session, crossed) else open_notice
    opening(
        session.course.person,
        kind=crossed.limit_id,
        level=crossed.level,
        says=f"{crossed.says}{late_words(reading, session, did='Taken')}",
        do=what_to_do(session, crossed),
        session=session,
        at=reading.at,
        by=reading.by,
    )


def told_of(reading: Reading, limit: str) -> Notice | None:
    """The notice of a limit that a reading crossed: its own, or one that told of it already.

    Two readings of one time are told apart by when they were compared: one corrects the other.
    """
    judged = Judgement.objects.filter(reading=reading).first()
    if judged is None:
        raise Refused("not-compared", "This reading is not compared yet: try again in a minute.")
    rows = Notice.objects.filter(session=reading.session_id, kind=limit)
    own = rows.filter(at=reading.at, recorded_at__gte=judged.recorded_at).order_by("pk").first()
    level = next((each["level"] for each in judged.crossed if each["limit"] == limit), None)
    alike = rows.filter(level=level)
    found: Notice | None = (
        own or alike.open().order_by("pk").first() or alike.order_by("-at", "-pk").first()
    )
    return found


@transaction.atomic
def look_again(session: Session, since: datetime) -> None:
    """Tell what readings that came late bring to light in those taken after them.

    Two signs may cross a limit only together, and one of them came late. What was judged stays as
    it stood, nothing is closed, and what was told of a reading is not told again.
    """
    session = Session.objects.locked(session.pk)
    rows = session.reading_set.standing().filter(resting=False, at__gt=since)
    for row in rows.exclude(judgement=None).select_related("judgement", "by").order_by("at", "pk"):
        told = {(each["limit"], each["level"]) for each in row.judgement.crossed}
        for each in crossed_at(session, row.at):
            alike = Notice.objects.filter(session=session, kind=each.limit_id, level=each.level)
            if (each.limit_id, each.level) not in told and not alike.filter(at=row.at).exists():
                tell(session, each, row)


def what_to_do(session: Session, crossed: monitoring.Crossed) -> str:
    """What the practice settled; before the medicine there is none to stop or slow."""
    if session.phase_set.filter(phase="started").exists():
        return crossed.do
    emergency = monitoring.named_in(crossed.do)
    symptoms = f" With symptoms: emergency steps ({emergency.id})." if emergency else ""
    return f"{BEFORE}{symptoms}"


def is_worse_than_told(session: Session, crossed: monitoring.Crossed) -> bool:
    """Whether the open red notice of the limit tells of a milder figure: a worse one needs its own.

    Below red the latest figure on the board is enough, so that not every step up is answered.
    """
    if crossed.level != "red":
        return False
    alike = Notice.objects.filter(session=session, kind=crossed.limit_id, level=crossed.level)
    told = alike.open().order_by("-at", "-pk").first()
    if told is None:
        return False
    taken = session.reading_set.standing().filter(at__lte=told.at).order_by("-at", "-pk")
    before = next((row.signs[crossed.sign] for row in taken if crossed.sign in row.signs), None)
    limit = next(each for each in monitoring.limits() if each.id == crossed.limit_id)
    return before is None or limit.is_worse(crossed.value, before)


def crossed_at(session: Session, now: datetime) -> tuple[monitoring.Crossed, ...]:
    """The limits that the readings until a moment have crossed."""
    readings, resting, giving = taken_until(session, now)
    return monitoring.compare(
        readings,
        route=giving.route,
        started=giving.started_at or now,
        resting=resting,
        by=lines.in_force(session.course.person.practice_id, now),
    )


def watch_at(session: Session, now: datetime) -> monitoring.Watch:
    """What the limits say of the session at a moment, and when it is looked at next."""
    readings, resting, giving = taken_until(session, now)
    practice = session.course.person.practice_id
    return monitoring.watch(
        readings,
        route=giving.route,
        started=giving.started_at or now,
        now=now,
        resting=resting,
        infusion_end=giving.infusion_end,
        closer=is_closer(session, giving.route, resting, now),
        by=lines.in_force(practice, now),
        times=check_times.in_force(practice, giving.route, now),
        later_doses=session_facts.later_doses(session.pk, giving.route, now),
    )


def taken_until(
    session: Session, now: datetime
) -> tuple[list[monitoring.Reading], Signs, session_facts.Giving]:
    """The readings to judge, the values at rest, and the giving they are judged by.

    Before the start the readings at rest are judged as they stand.
    """
    during: list[monitoring.Reading] = []
    resting: list[monitoring.Reading] = []
    for at, signs, at_rest in READINGS.rows([session.pk]):
        if at <= now:
            (resting if at_rest else during).append(monitoring.Reading(at=at, signs=signs))
    return during or resting, monitoring.resting_values(resting), session_facts.giving(session)


def is_closer(session: Session, route: str, resting: Signs, now: datetime) -> bool:
    """Whether checks come closer; a fault in what is known of the person hides no reading."""
    try:
        return close_checks.asked_for(session, route, resting, now=now)
    except JUDGING_FAULTS:
        logger.exception("session %s: not known who asks for closer checks", session.pk)
        return True


def judge_unjudged() -> int:
    """Judge what a fault left over, each by itself; gives how many are still unjudged."""
    # What was corrected before it was judged is compared in its correction.
    unjudged = Reading.objects.standing().filter(judgement=None)
    for reading in unjudged.until(clock.now()):
        judge_or_leave(reading)
    return unjudged.count()
