"""When people are typically near how they were, counted from what was given in a session."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from kapstone import monitoring
from kapstone.web.records import session_facts
from kapstone.web.records.actions.readings import JUDGING_FAULTS
from kapstone.web.records.models import Session

logger = logging.getLogger(__name__)


def of(session: Session, *, now: datetime) -> monitoring.NearBaseline | None:
    """The window of a session whose medicine was started; None while it is not known."""
    try:
        giving = session_facts.giving(session)
        if giving.started_at is None:
            return None
        given = [(at, kind) for at, kind in session_facts.GIVEN.rows([session.pk]) if at <= now]
        first = given[0][0] if given else giving.started_at
        until = given_until(giving, given, now)
        return monitoring.near_baseline(giving.route, first_at=first, given_until=until)
    except JUDGING_FAULTS:
        # A usual range is the least of what a room shows: it never hides a figure.
        logger.exception("session %s: no usual window", session.pk)
        return None


def given_until(
    giving: session_facts.Giving, given: Sequence[tuple[datetime, str]], now: datetime
) -> datetime | None:
    """The end of an infusion with all that moves it, a booster counted; else the last dose."""
    if not monitoring.route_named(giving.route).infused:
        # That "ended" was pressed later moves nothing: nobody was given more by it.
        return given[-1][0] if given else giving.stopped_at or giving.started_at
    if giving.infusion is None:
        return giving.stopped_at
    # When the infusion itself was charted says nothing of its end.
    boosters = [at for at, kind in given if kind != "infusion"]
    return max([monitoring.ends_after_pause(giving.infusion, now), *boosters])
