"""The chairs of the demonstration's practice, its sessions to come in them, and who waits."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

from kapstone.web.accounts.models import User
from kapstone.web.records import access
from kapstone.web.records.actions import appointments, places, standby
from kapstone.web.records.actions.session_booking import SessionBooking
from kapstone.web.records.models import Consultation, Phase, Place, SessionPlan
from kapstone.web.records.refusals import Refused

CHAIR_MIN = 60
REST, TALK = "Quiet room", "Talk 1"
MOST_WAITING = 2


def stand(staff: dict[str, User], now: datetime) -> None:
    """Write the places down, and give each session to come the chair of its room."""
    desk = next(each for each in staff.values() if access.may(each, places.DEED))
    ahead = SessionPlan.objects.standing().filter(cancelled=False, at_home=False)
    rooms = sorted(set(ahead.exclude(room="").order_by().values_list("room", flat=True)))
    chairs = {room: place(room, "chair", 1, desk, now) for room in rooms}
    rest = place(REST, "recovery", 3, desk, now)
    place(TALK, "talk", 1, desk, now)
    begun = Phase.objects.filter(phase="started").values("session")
    to_come = ahead.filter(planned_for__gt=now).exclude(session__in=begun)
    for plan in to_come.select_related("session__course__person__practice").order_by("pk"):
        if plan.room in chairs:
            give_chair(plan, chairs[plan.room], rest, staff, now)
    wait(desk, now)


def place(name: str, purpose: str, at_once: int, desk: User, now: datetime) -> Place:
    terms = {"name": name, "purpose": purpose, "at_once": at_once, "out_from": None}
    return places.add_place(terms, at=now, by=desk)


def give_chair(
    plan: SessionPlan, chair: Place, rest: Place, staff: dict[str, User], now: datetime
) -> None:
    """Book it by whoever plans; two in one room at once stay as they were planned."""
    asked = SessionBooking(
        route=plan.route,
        starts_at=plan.planned_for,
        chair_min=CHAIR_MIN,
        chair=chair,
        recovery=rest,
    )
    by = next(each for each in staff.values() if access.may(each, "plan roadmaps"))
    with suppress(Refused):
        appointments.rebook_session(plan.session, asked, at=now, by=by, anyway=True)


def wait(desk: User, now: datetime) -> None:
    """Two who had their first call wait for an earlier time."""
    told: dict[str, Any] = {"kind": "preparation", "minutes": 50, "day_part": "morning"}
    told |= {"who": None, "reason": "Works afternoons"}
    held = Consultation.objects.standing().filter(fit=True).select_related("course__person")
    for row in held.order_by("-at", "-pk")[:MOST_WAITING]:
        standby.put_on_list(row.course, told, at=now, by=desk)
