"""The deed of setting the pump of a running infusion to another rate."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid4

from django.db import transaction

from kapstone import monitoring
from kapstone.web.accounts.models import User
from kapstone.web.records import audit, live, session_facts
from kapstone.web.records.actions.beyond_order import Ask, held, refuse_asked
from kapstone.web.records.actions.late import note_owed
from kapstone.web.records.actions.whose import refuse_strangers
from kapstone.web.records.models import PumpRate, Session
from kapstone.web.records.refusals import Refused, refuse_beyond


@transaction.atomic
def set_pump(
    session: Session,
    mg_h: Decimal,
    *,
    words: str = "",
    at: datetime,
    by: User,
    client_id: UUID | None = None,
    arrived: datetime | None = None,
) -> PumpRate:
    """Chart that the pump runs at another rate from now on; the same `client_id` gives the first.

    A rate faster than any that was ordered, beyond the practice's limits, or faster than now while
    more is held back, can have happened: it has its reason, or a notice asks for one where it
    waited on a tablet until it `arrived`.
    """
    session = Session.objects.locked(session.pk)
    refuse_strangers(session, by, "give medicine")
    if client_id and (found := PumpRate.objects.filter(client_id=client_id).first()):
        kept: PumpRate = found
        return kept
    infusion = running(session_facts.giving(session), at)
    refuse_rate(mg_h)
    try:
        refuse_asked(faster(session, infusion, mg_h, at), words)
    except Refused as why:
        if arrived is None:
            raise
        what = f"Pump at {float(mg_h):g} mg/h"
        note_owed(session, what, why, given_at=at, at=arrived, by=by)
    row: PumpRate = PumpRate.objects.create(
        session=session,
        mg_h=mg_h,
        words=words.strip(),
        client_id=client_id or uuid4(),
        at=at,
        by=by,
    )
    note(row, session)
    return row


def refuse_rate(mg_h: Decimal) -> None:
    if mg_h <= 0:
        raise Refused("no-rate", "A pump that stands still is paused or stopped.")
    refuse_beyond(mg_h)


def note(row: PumpRate, session: Session) -> None:
    about, rate = f"session:{session.pk}", str(row.mg_h)
    audit.record(row.by, "set pump", person=session.course.person, about=about, mg_h=rate)
    live.tell(session, "pump")


def running(giving: session_facts.Giving, at: datetime) -> monitoring.Infusion:
    """The infusion, when its pump ran at that moment."""
    infusion = giving.infusion
    if infusion is None:
        raise Refused("no-infusion", "There is no running infusion to change the rate of.")
    if at < infusion.started_at:
        raise Refused("too-early", "That is before the medicine was started.")
    if infusion.stopped_at and at >= infusion.stopped_at:
        raise Refused("stopped", "The medicine was already stopped.")
    last = next((each for each in reversed(infusion.sets) if each.at <= at), None)
    if last and last.mg_h == 0:
        raise Refused("paused", "The medicine is paused: go on first.")
    return infusion


def faster(
    session: Session, infusion: monitoring.Infusion, mg_h: Decimal, at: datetime
) -> list[Ask]:
    """What is asked about a rate: beyond the limits or the order, and faster while it is held."""
    weight = session_facts.story_of(session.pk)["weight_kg"]
    check = monitoring.check_rate(mg_h, weight)
    fastest = max(step.mg_h for step in infusion.steps)
    asks: list[Ask] = []
    if check:
        asks.append(("fast-rate", f"{check.says} [{check.id}]."))
    elif mg_h > fastest:
        asks.append(("fast-rate", f"At most {float(fastest):.1f} mg/h was ordered."))
    if mg_h > monitoring.rate_at(infusion, at):
        asks += held(session, at)
    return asks
