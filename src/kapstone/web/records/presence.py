"""Who is beside the person in a session, out of the comings and goings that were written down."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db.models import QuerySet

from kapstone import monitoring
from kapstone.web.accounts.models import User
from kapstone.web.accounts.roles import PRESCRIBER, SESSION_MONITOR, THERAPIST
from kapstone.web.records import at_home, counts, one_room, session_facts
from kapstone.web.records.models import Presence, Session

COUNTED = (PRESCRIBER, SESSION_MONITOR, THERAPIST)


def of(session: Session, *, now: datetime) -> monitoring.Room:
    """Who is with the person, and when nobody was."""
    giving = session_facts.giving(session)
    found = stays(session)
    if monitoring.route_named(giving.route).at_home and (sitter := at_home.stay(session)):
        found.append(sitter)
    room = monitoring.alone(found, now, started=giving.started_at or now)
    return in_two_rooms(session, room, now=now) if room.present else room


def in_two_rooms(session: Session, room: monitoring.Room, *, now: datetime) -> monitoring.Room:
    """The room as nobody knows it to be when all who are in it are signed in to another one too."""
    two = {who.signed_name for who in signed_in(session, now) if elsewhere(session, who, now=now)}
    if any(each.person not in two for each in room.present):
        return room
    names = ", ".join(each.person for each in room.present)
    return replace(room, alone=None, says=f"In two rooms: {names}. Nobody knows who is here")


def signed_in(session: Session, now: datetime) -> list[User]:
    """Everybody who has come in by now and has not left."""
    here: dict[int, User] = {}
    moves = session.presence_set.standing().until(now).select_related("who").order_by("at", "pk")
    for row in moves:
        here.pop(row.who_id, None)
        if row.entered:
            here[row.who_id] = row.who
    return list(here.values())


def elsewhere(session: Session, who: User, *, now: datetime) -> list[Session]:
    """The other running sessions that somebody is signed in to, but for those of the same room."""
    if session_facts.story_of(session.pk)["discharged_at"]:
        return []
    here: dict[int, bool] = {}
    moves = Presence.objects.standing().filter(who=who).exclude(session=session).until(now)
    for row, entered in moves.order_by("at", "pk").values_list("session", "entered"):
        here[row] = entered
    there = Session.objects.filter(pk__in=[row for row, entered in here.items() if entered])
    rows = session_facts.with_story(counts.under_way(there))
    this = session_facts.told(session)
    return [each for each in rows if not one_room.is_beside(this, each)]


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
