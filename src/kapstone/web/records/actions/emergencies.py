"""Deeds in an emergency: it begins with one tap, each step keeps its time, it ends with words."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q

from kapstone import monitoring
from kapstone.web.accounts.models import User
from kapstone.web.records import audit, live
from kapstone.web.records.actions.late import late_words
from kapstone.web.records.actions.notices import open_notice
from kapstone.web.records.actions.whose import refuse_strangers
from kapstone.web.records.models import EmergencyEvent, EmergencyStep, Session
from kapstone.web.records.refusals import Refused, is_blank


@transaction.atomic
def begin_emergency(
    session: Session, emergency: str, *, at: datetime, by: User, client_id: UUID | None = None
) -> EmergencyEvent:
    """Start the clock of an emergency, and call for it; one that ran at that moment is given back.

    What a tablet sends late is held against what ran at its own time.
    """
    session = Session.objects.locked(session.pk)
    refuse_strangers(session, by)
    known = monitoring.emergencies().get(emergency)
    if known is None:
        raise Refused("no-such-emergency", f"{emergency!r} is not an emergency that is listed.")
    sent = client_id and EmergencyEvent.objects.filter(client_id=client_id).first()
    if there := sent or ran(session, emergency, at):
        return there
    event: EmergencyEvent = EmergencyEvent.objects.create(
        session=session, emergency=emergency, client_id=client_id or uuid4(), at=at, by=by
    )
    person = session.course.person
    open_notice(
        person,
        kind=known.id,
        level="red",
        says=f"Emergency: {known.title}{late_words(event, session)}",
        do=known.escalate,
        session=session,
        at=at,
        by=by,
    )
    audit.record(by, "begin emergency", person=person, about=f"session:{session.pk}", of=emergency)
    live.tell(session, "emergency")
    return event


def ran(session: Session, emergency: str, at: datetime) -> EmergencyEvent | None:
    """The emergency of this kind that had begun by a moment and had not ended."""
    rows = EmergencyEvent.objects.filter(session=session, emergency=emergency).until(at)
    return rows.filter(Q(end=None) | Q(end__at__gt=at)).order_by("-at", "-pk").first()


@transaction.atomic
def take_step(
    event: EmergencyEvent, step: int, *, at: datetime, by: User, client_id: UUID | None = None
) -> EmergencyStep:
    """Keep that a listed step was done now; done again, it is kept again."""
    steps = monitoring.emergencies()[event.emergency].steps
    if not 0 <= step < len(steps):
        raise Refused("no-such-step", "That is not one of the steps listed here.")
    return write(event, step=step, words=steps[step], at=at, by=by, client_id=client_id)


@transaction.atomic
def note_emergency(
    event: EmergencyEvent, words: str, *, at: datetime, by: User, client_id: UUID | None = None
) -> EmergencyStep:
    """Write down in free words what happened, also after it is over."""
    return write(event, words=said(words), at=at, by=by, client_id=client_id, late=True)


@transaction.atomic
def end_emergency(
    event: EmergencyEvent, words: str, *, at: datetime, by: User, client_id: UUID | None = None
) -> EmergencyStep:
    """Stop the clock; words may come later, and the notice stays open until somebody closes it."""
    return write(event, words=words.strip(), ends=True, at=at, by=by, client_id=client_id)


def said(words: str) -> str:
    if is_blank(words):
        raise Refused("no-words", "Say in a few words what happened.")
    return words.strip()


def write(
    event: EmergencyEvent,
    *,
    words: str,
    at: datetime,
    by: User,
    client_id: UUID | None,
    step: int | None = None,
    ends: bool = False,
    late: bool = False,
) -> EmergencyStep:
    """Append one row; the session is locked, so that nothing is written after the end unseen."""
    session = Session.objects.locked(event.session_id)
    refuse_strangers(session, by)
    if client_id and (found := EmergencyStep.objects.filter(client_id=client_id).first()):
        kept: EmergencyStep = found
        return kept
    over = event.steps.exclude(end_of=None)
    if not late and (over if ends else over.filter(at__lte=at)).exists():
        raise Refused("ended", "This emergency was ended; what is left to say goes into a note.")
    row: EmergencyStep = EmergencyStep.objects.create(
        event=event,
        step=step,
        words=words,
        end_of=event if ends else None,
        client_id=client_id or uuid4(),
        at=at,
        by=by,
    )
    did = "end emergency" if ends else "note emergency"
    audit.record(by, did, person=session.course.person, about=f"session:{session.pk}")
    live.tell(session, "emergency")
    return row
