"""The check-ins after a session at home as they stand: due, answered, missed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef

from kapstone import at_home
from kapstone.web.records import doses, session_facts
from kapstone.web.records.models import (
    FactQuerySet,
    HomeCheckIn,
    Person,
    Phase,
    Session,
    SessionPlan,
    SitterLook,
)

# Longer than the last check-in and its grace take; what is older was for the people of that day.
LATELY = timedelta(days=3)


def took_at(session: Session) -> datetime | None:
    """When the last dose was taken; the start, where no dose is charted."""
    _, last = doses.first_and_last(session)
    found: datetime | None = last or session_facts.story_of(session.pk)["started_at"]
    return found


def of(session: Session, *, now: datetime) -> tuple[at_home.CheckIn, ...]:
    """Every check-in of a session at home; none before the medicine was taken."""
    said = [
        at_home.CheckInSaid(moment=row.moment, answer=row.answer, at=row.at)
        for row in HomeCheckIn.objects.standing().filter(session=session)
    ]
    looks = SitterLook.objects.filter(link__sitter__session=session)
    return at_home.check_ins(
        said,
        [at_home.Look(row.at, row.saw) for row in looks],
        took_at=took_at(session),
        zone=session.course.person.practice.zone,
        now=now,
    )


def words_of(session: Session) -> list[HomeCheckIn]:
    """What the person said, or who asked them wrote down, in the order of it."""
    rows = HomeCheckIn.objects.standing().filter(session=session).select_related("by")
    return list(rows.order_by("at", "pk"))


def asked_of_sitter(session: Session, *, now: datetime) -> at_home.CheckIn | None:
    """The check-in that the sitter is asked for, answered or not; None when none is."""
    rows = (each for each in of(session, now=now) if "sitter" in each.row.asked)
    return next(rows, None)


def lately_begun(*, now: datetime) -> FactQuerySet:
    """The sessions at home that began in the last days, whether or not anybody let them go."""
    plans = SessionPlan.objects.standing().filter(
        session=OuterRef("pk"), at_home=True, cancelled=False
    )
    began = Phase.objects.standing().filter(
        session=OuterRef("pk"), phase="started", at__range=(now - LATELY, now)
    )
    rows: Any = Session.objects.standing().filter(Exists(plans), Exists(began)).order_by("pk")
    found: FactQuerySet = rows
    return found


def open_for(person: Person, *, now: datetime) -> tuple[Session, at_home.CheckIn] | None:
    """The check-in that waits for an answer of this person now, due or missed; None without one."""
    for session in lately_begun(now=now).filter(course__person=person):
        for each in of(session, now=now):
            if each.state in {"due", "missed"}:
                return session, each
    return None
