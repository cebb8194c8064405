"""Run as a script: many book one chair and one room at once; prints what stands then.

Words: how many at once. Each is a thread with a connection of its own, and a person of its own.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from itertools import combinations
from typing import Any

import django

django.setup()

from django.db import connections  # noqa: E402
from server.lines_crowd import at_once  # noqa: E402

from kapstone.web import clock  # noqa: E402
from kapstone.web.accounts.models import Practice, User  # noqa: E402
from kapstone.web.records.actions import (  # noqa: E402
    appointments,
    courses,
    people,
    places,
    standby,
)
from kapstone.web.records.actions.session_booking import SessionBooking  # noqa: E402
from kapstone.web.records.models import (  # noqa: E402
    Appointment,
    BookedPart,
    Course,
    Outgoing,
    Place,
    SessionPlan,
    TimeTaken,
)

WAITS = {"kind": "review", "minutes": 50, "day_part": "any", "who": None, "reason": "Works days"}
PLAN = {"preparation": 2, "medicine": 2, "integration": 2, "route": "iv"}


def staff(name: str, role: str, practice: Practice) -> User:
    return User.objects.create_user(
        f"{name.lower()}@example.org", "x" * 16, name=name, practice=practice, roles=[role]
    )


def place(name: str, purpose: str, by: User) -> Place:
    terms = {"name": name, "purpose": purpose, "at_once": 1, "out_from": None}
    return places.add_place(terms, at=clock.now(), by=by)


def course(number: int, desk: User, osei: User) -> Course:
    told = {"given": f"Given{number}", "family": "Bello", "email": f"g{number}@example.org"}
    made = people.add_person(told, at=clock.now(), by=desk)
    plan = PLAN | {"days_between": 7, "review_after": 1}
    courses.plan_roadmap(made, plan, at=clock.now(), by=osei)
    return made


def medicine(chair: Place, starts_at: datetime, by: User, each: Course) -> object:
    asked = SessionBooking(route="iv", starts_at=starts_at, chair_min=60, chair=chair)
    return appointments.book_session(each, asked, at=clock.now(), by=by)


def talk(room: Place, starts_at: datetime, by: User, each: Course) -> object:
    told: dict[str, Any] = {"kind": "preparation", "minutes": 50, "place": room}
    return appointments.agree(each, starts_at=starts_at, at=clock.now(), by=by, **told)


def overlapping() -> int:
    """How many pairs of parts that hold are in the same place at once."""
    rows = list(BookedPart.objects.taken())
    return sum(
        one.place_id == other.place_id
        and one.starts_at < other.ends_at
        and other.starts_at < one.ends_at
        for one, other in combinations(rows, 2)
    )


def booked(deed: Callable[[Course], object], everybody: list[Course]) -> Counter[str]:
    return Counter(at_once([partial(deed, each) for each in everybody]))


def moved(rows: list[Appointment], starts_at: datetime, by: User) -> Counter[str]:
    """Everybody's appointment to the same hour and the same room."""

    def move(row: Appointment) -> object:
        return appointments.move(row, starts_at=starts_at, at=clock.now(), by=by)

    return Counter(at_once([partial(move, row) for row in rows]))


def offered(room: Place, starts_at: datetime, by: User, everybody: list[Course]) -> dict[str, Any]:
    """One free time offered to all who wait, and taken by all at once."""
    offers = [
        standby.offer_time(
            standby.put_on_list(each, WAITS, at=clock.now(), by=by),
            starts_at=starts_at,
            who=None,
            place=room,
            secret=f"secret-{each.pk}",
            at=clock.now(),
            by=by,
        )
        for each in everybody
    ]

    def take(offer: Any) -> object:
        return standby.take_offer(offer, at=clock.now())

    sent = Counter(at_once([partial(take, offer) for offer in offers]))
    return {"sent": sent, "taken": TimeTaken.objects.count()}


def main(many: int) -> None:
    practice = Practice.objects.create(name="Ash Lane")
    desk, osei = (staff(*who, practice) for who in (("Desk", "front_desk"), ("Osei", "prescriber")))
    chair, room = place("Chair 1", "chair", desk), place("Talk 1", "talk", desk)
    everybody = [course(number, desk, osei) for number in range(many)]
    connections.close_all()
    starts = (clock.now() + timedelta(days=2)).replace(minute=0, second=0, microsecond=0)
    told = Outgoing.objects.count()
    found: dict[str, Any] = {
        "chair": booked(partial(medicine, chair, starts, desk), everybody),
        "room": booked(partial(talk, room, starts + timedelta(days=1), desk), everybody),
    }
    found["plans"], found["talks"] = SessionPlan.objects.count(), Appointment.objects.count()
    found["mails"] = Outgoing.objects.count() - told
    rows = [
        appointments.agree(
            each,
            kind="integration",
            minutes=50,
            place=room,
            starts_at=starts + timedelta(days=2, hours=number),
            at=clock.now(),
            by=desk,
        )
        for number, each in enumerate(everybody)
    ]
    found["moved"] = moved(rows, starts + timedelta(days=6), desk)
    found["offered"] = offered(room, starts + timedelta(days=8), desk, everybody)
    print(json.dumps(found | {"overlapping": overlapping()}))  # noqa: T201  # read by the test


if __name__ == "__main__":
    main(int(sys.argv[1]))
