"""The deed of noticing, without anybody asking, that a running session has nobody beside it."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import transaction

from kapstone import monitoring
from kapstone.web.records import counts, presence
from kapstone.web.records.actions.notices import open_notice
from kapstone.web.records.actions.one_by_one import one_by_one
from kapstone.web.records.models import Notice, Session


def call_for_those_alone(*, at: datetime) -> int:
    """Open a notice for each running session left alone too long; gives how many were opened."""
    running = counts.under_way(Session.objects.all())
    beside = presence.attended(running)
    # Only a room that is empty now is looked at closely, in a transaction of its own.
    empty = [session for session in running if session.pk not in beside]
    return one_by_one(empty, partial(call_for, at=at))


@transaction.atomic
def call_for(session: Session, *, at: datetime) -> bool:
    """One notice for each time that nobody was there; while it lasts, closing it opens no other."""
    session = Session.objects.locked(session.pk)
    found, kind = presence.of(session, now=at), monitoring.alone_limit().id
    gap = next((each for each in found.gaps if each.until is None and each.level == "red"), None)
    told = Notice.objects.filter(session=session, kind=kind)
    if gap is None or told.filter(at__gte=gap.since).exists():
        return False
    says, by = found.says, session.presence_set.standing().latest("at", "pk").by
    person = session.course.person
    open_notice(person, kind=kind, level="red", says=says, do=gap.do, session=session, at=at, by=by)
    return True
