"""What came later than it happened: how late counts as late, and what a notice says of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from kapstone.web.accounts.models import User
from kapstone.web.records.actions.notices import new_notice
from kapstone.web.records.models import Notice, Session
from kapstone.web.records.refusals import Refused

# What is written down later than this waited on a device, and says so.
LATE = timedelta(minutes=1)
OWED_KIND = "owed-by-tablet"


def late_words(row: Any, session: Session, *, did: str = "Began") -> str:
    """That a row waited on a device, when it did; times on the practice's clock."""
    if row.corrects_id or row.recorded_at - row.at <= LATE:
        return ""
    zone = session.course.person.practice.zone
    was, came = (when.astimezone(zone) for when in (row.at, row.recorded_at))
    return f". {did} at {was:%H:%M}, arrived at {came:%H:%M}"


def note_owed(
    session: Session, what: str, why: Refused, *, given_at: datetime, at: datetime, by: User
) -> Notice:
    """Open a notice about what came late and would have been refused; call it inside the deed.

    What is still to be written is what the page would have asked for at once.
    """
    clock = given_at.astimezone(session.course.person.practice.zone)
    return new_notice(
        session.course.person,
        kind=OWED_KIND,
        level="yellow",
        says=f"{what} at {clock:%H:%M}, entered without a network: still to be written",
        do=why.words,
        session=session,
        at=at,
        by=by,
    )
