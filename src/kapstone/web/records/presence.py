"""Who is beside the person in a session, out of the comings and goings that were written down."""

from __future__ import annotations

from datetime import datetime

from kapstone import monitoring
from kapstone.web.accounts.models import User
from kapstone.web.accounts.roles import PRESCRIBER, SESSION_MONITOR, THERAPIST
from kapstone.web.records import session_facts
from kapstone.web.records.models import Presence, Session

COUNTED = (PRESCRIBER, SESSION_MONITOR, THERAPIST)


def of(session: Session, *, now: datetime) -> monitoring.Room:
    """Who is with the person, and when nobody was."""
    started = session_facts.giving(session).started_at
    return monitoring.alone(stays(session), now, started=started or now)


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


def is_there(session: Session, user: User) -> bool:
    last = session.presence_set.standing().filter(who=user).order_by("-at", "-pk").first()
    return bool(last and last.entered)
