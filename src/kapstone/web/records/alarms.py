"""What stands before everything else: an emergency that runs, a sitter who calls for help."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Subquery, Value, When

from kapstone import at_home
from kapstone.web.records import at_home as home
from kapstone.web.records import emergencies
from kapstone.web.records.models import EmergencyEvent, Session, SitterLook


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """An alarm that nobody has ended; it has run since `since`.

    `says` is `kind: ` and its full name; `short` the name where there is room for two words.
    """

    id: str
    kind: str
    says: str
    short: str
    since: datetime


def of(session: Session, *, now: datetime) -> tuple[Alarm, ...]:
    """The emergencies that run in a session, the newest first, then the sitter's call for help."""
    running = emergencies.running(emergencies.of_session(session), now)
    found = [
        Alarm(
            id=f"emergency-{each.event.pk}",
            kind="EMERGENCY",
            says=f"EMERGENCY: {each.of.title}",
            short=each.of.label,
            since=each.event.at,
        )
        for each in running
    ]
    return (*found, *called(session))


def called(session: Session) -> tuple[Alarm, ...]:
    """The sitter's call for help, until a later look of theirs says that all is well."""
    looks = home.looks_of(session)
    sight = at_home.sights().get(looks[-1].saw) if looks else None
    if sight is None or sight.is_well:
        return ()
    said = Alarm(
        id=f"look-{looks[-1].pk}",
        kind="HELP",
        says=f"HELP: {sight.label}",
        short=sight.label,
        since=looks[-1].at,
    )
    return (said,)


def first(sessions: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    """The sessions with an alarm as `calls` 0, the others as 1, for ordering and for finding."""
    events = EmergencyEvent.objects.standing().filter(session=OuterRef("pk"), end=None)
    looks = SitterLook.objects.filter(link__sitter__session=OuterRef("pk")).order_by("-at", "-pk")
    unwell = [each.id for each in at_home.sights().values() if not each.is_well]
    loud = Q(Exists(events)) | Q(last_saw__in=unwell)
    rows = sessions.annotate(last_saw=Subquery(looks.values("saw")[:1]))
    told: QuerySet[Any, Any] = rows.annotate(
        calls=Case(When(loud, then=Value(0)), default=Value(1))
    )
    return told
