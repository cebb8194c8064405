"""Who is beside the person in a session, out of the comings and goings that were written down."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from kapstone import monitoring
from kapstone.web.accounts.models import User
from kapstone.web.accounts.roles import PRESCRIBER, SESSION_MONITOR, THERAPIST
from kapstone.web.records import at_home, session_facts
from kapstone.web.records.models import Presence, Session

COUNTED = (PRESCRIBER, SESSION_MONITOR, THERAPIST)


def of(session: Session, *, now: datetime) -> monitoring.Room:
    """Who is with the person, and when nobody was."""
    giving = session_facts.giving(session)
    found = stays(session)
    if monitoring.route_named(giving.route).at_home and (sitter := at_home.stay(session)):
        found.append(sitter)
    return monitoring.alone(found, now, started=giving.started_at or now)


def stays(session: Session) -> list[monitoring.Presence]:
    """Each stay in the room, from coming in to leaving."""
    here: dict[int, Presence] = {}
    found: list[monitoring.Presence] = []
    for row in session.presence_set.standing().select_related("who").order_by("at", "pk"):
        if row.entered:
            here.setdefault(row.who_id, row)
        elif came := here.pop(row.who_id, None):
            found.append(stay(came, row.at))
    return [*found, *(stay(came, None) for came in here.values())]


def stay(came: Presence, left_at: datetime | None) -> monitoring.Presence:
    who: User = came.who
    role = next((role for role in COUNTED if who.has_role(role)), "other")
    return monitoring.Presence(person=who.signed_name, role=role, came_at=came.at, left_at=left_at)


def attended(sessions: QuerySet[Session]) -> set[int]:
    """Those of the sessions in which somebody is signed in, in one query."""
    here: set[tuple[int, int]] = set()
    moves = Presence.objects.standing().filter(session__in=sessions).order_by("at", "pk")
    for session, who, entered in moves.values_list("session_id", "who_id", "entered"):
        (here.add if entered else here.discard)((session, who))
    return {session for session, _ in here}


def is_there(session: Session, user: User) -> bool:
    last = session.presence_set.standing().filter(who=user).order_by("-at", "-pk").first()
    return bool(last and last.entered)
