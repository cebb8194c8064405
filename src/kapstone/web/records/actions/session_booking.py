"""Deeds of a medicine session's booking: chair, recovery, people and the person, as one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from kapstone import monitoring
from kapstone.web.accounts.models import User
from kapstone.web.records import access, couples, taken
from kapstone.web.records.actions import booking, courses, sessions
from kapstone.web.records.actions.places import FOR_MEDICINE, hold_calendar
from kapstone.web.records.actions.whose import refuse_strangers_to_course
from kapstone.web.records.models import Course, Place, Roadmap, Session, SessionPlan
from kapstone.web.records.refusals import Refused
from kapstone.web.records.taken import Span

# Who has which part, and the deed that somebody who has it must be allowed.
STAFF = {"prescriber": "sign orders", "monitor": "give medicine", "therapist": "prepare"}
IN_RECOVERY = ("recovery", *FOR_MEDICINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionBooking:
    """What a medicine session takes: a chair for the giving, and a place to rest afterwards.

    `recovery` None rests in the chair. At home there is neither. Whoever is named is taken for as
    long as the chair is.
    """

    route: str
    starts_at: datetime
    chair_min: int
    chair: Place | None = None
    recovery: Place | None = None
    prescriber: User | None = None
    monitor: User | None = None
    therapist: User | None = None

    @property
    def stays_until(self) -> datetime:
        """When the shortest stay of the route is over, if all goes as planned [DIS-01]."""
        rests = monitoring.stay_after_min(self.route, self.chair_min)
        return self.chair_until + timedelta(minutes=rests)

    @property
    def chair_until(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.chair_min)

    @property
    def at_home(self) -> bool:
        return monitoring.route_named(self.route).at_home


def spans_of(asked: SessionBooking, person: int) -> list[Span]:
    """Everything that the booking takes, each with its own time."""
    giving: dict[str, Any] = {"starts_at": asked.starts_at, "ends_at": asked.chair_until}
    resting: dict[str, Any] = {"starts_at": asked.chair_until, "ends_at": asked.stays_until}
    wanted = [Span(starts_at=asked.starts_at, ends_at=asked.stays_until, person=person)]
    if asked.chair:
        wanted.append(Span(**giving, part="chair", place=asked.chair.pk))
        if asked.stays_until > asked.chair_until:
            rests_in = asked.recovery or asked.chair
            wanted.append(Span(**resting, part="recovery", place=rests_in.pk))
    for part in STAFF:
        if who := getattr(asked, part):
            wanted.append(Span(**giving, part=part, who=who.pk))
    return wanted


@transaction.atomic
def book_session(
    course: Course, asked: SessionBooking, *, at: datetime, by: User, anyway: bool = False
) -> Session:
    """Plan a medicine session with all that it takes: either all is free, or nothing is booked."""
    refuse_strangers_to_course(course, by)
    hold_calendar(course.person.practice_id)
    courses.refuse_past(asked.starts_at, at)
    refuse_other_route(course, asked.route, by)
    wanted = free_or_refused(course, asked, at=at, anyway=anyway)
    session = sessions.plan_session(
        course,
        route=asked.route,
        planned_for=asked.starts_at,
        room=name_of(asked.chair),
        at=at,
        by=by,
    )
    booking.write_parts(sessions.plan_of(session), course.person, wanted, at=at, by=by)
    return session


@transaction.atomic
def plan_session(
    course: Course, *, route: str, planned_for: datetime, room: str, at: datetime, by: User
) -> Session:
    """Plan a session and book nothing; refused where its room is a chair that is taken then."""
    refuse_strangers_to_course(course, by)
    hold_calendar(course.person.practice_id)
    refuse_taken_room(course, room, planned_for, at=at)
    told: dict[str, Any] = {"route": route, "planned_for": planned_for, "room": room}
    return sessions.plan_session(course, **told, at=at, by=by)


def refuse_taken_room(
    course: Course, room: str, planned_for: datetime, *, at: datetime, but: Session | None = None
) -> None:
    """A room by its name is asked for as a chair is, for an hour; the two of a couple share one."""
    chair = taken.chairs_by_name(course.person.practice).get(taken.plainly(room))
    if chair is None or is_beside_partner(course, room, planned_for):
        return
    until = planned_for + taken.NOT_KNOWN
    wanted = [Span(starts_at=planned_for, ends_at=until, part="chair", place=chair)]
    booking.refuse_taken(course, wanted, at=at, but=but)


def is_beside_partner(course: Course, room: str, planned_for: datetime) -> bool:
    """Whether the partner is planned in this room at about this time."""
    couple = couples.couple_of(course.person)
    if couple is None:
        return False
    partner = couples.partner_in(couple, course.person)
    near = (planned_for - taken.NOT_KNOWN, planned_for + taken.NOT_KNOWN)
    plans = SessionPlan.objects.standing().filter(
        session__course__person=partner, cancelled=False, planned_for__range=near
    )
    rooms = plans.values_list("room", flat=True)
    return taken.plainly(room) in map(taken.plainly, rooms)


@transaction.atomic
def rebook_session(
    session: Session, asked: SessionBooking, *, at: datetime, by: User, anyway: bool = False
) -> SessionPlan:
    """Move a planned session, or give it other places and people, in one step."""
    course = session.course
    refuse_strangers_to_course(course, by)
    hold_calendar(course.person.practice_id)
    courses.refuse_past(asked.starts_at, at)
    if asked.route != sessions.plan_of(session).route:
        refuse_other_route(course, asked.route, by)
    wanted = free_or_refused(course, asked, at=at, anyway=anyway, but=session)
    plan = sessions.move_session(
        session,
        route=asked.route,
        planned_for=asked.starts_at,
        room=name_of(asked.chair),
        at=at,
        by=by,
    )
    booking.write_parts(plan, course.person, wanted, at=at, by=by)
    return plan


def free_or_refused(
    course: Course,
    asked: SessionBooking,
    *,
    at: datetime,
    anyway: bool,
    but: Session | None = None,
) -> list[Span]:
    """What it takes, once every part of it may be and is free."""
    refuse_unfit(course, asked)
    wanted = spans_of(asked, course.person_id)
    booking.refuse_taken(course, wanted, at=at, but=but, anyway=anyway)
    return wanted


def refuse_unfit(course: Course, asked: SessionBooking) -> None:
    """Refuse what cannot be: a route we do not have, no chair, somebody who does other work."""
    if asked.route not in monitoring.routes():
        raise Refused("no-such-route", "Choose a route that there is.")
    if asked.at_home and (asked.chair or asked.recovery):
        raise Refused("at-home", "A session at home takes no chair; leave the places empty.")
    if not asked.at_home and asked.chair is None:
        raise Refused("no-chair", "Choose the chair; the booking holds it for this session.")
    booking.refuse_unfit_place(course, asked.chair, FOR_MEDICINE, asked.stays_until)
    booking.refuse_unfit_place(course, asked.recovery, IN_RECOVERY, asked.stays_until)
    for part, deed in STAFF.items():
        refuse_stranger(course, getattr(asked, part), part, deed)


def refuse_stranger(course: Course, who: User | None, part: str, deed: str) -> None:
    if who is None:
        return
    here = who.practice_id == course.person.practice_id and who.is_active
    if not here or not access.may(who, deed):
        raise Refused("not-on-staff", f"{who.signed_name} cannot be the {part} here.")


def refuse_other_route(course: Course, route: str, by: User) -> None:
    """The route comes from the roadmap; only who plans roadmaps chooses another one."""
    if access.may(by, "plan roadmaps"):
        return
    plan = Roadmap.objects.newest(course=course)
    if plan is None:
        raise Refused("no-roadmap", "No roadmap is planned yet; a clinician plans it first.")
    if plan.route != route:
        words = "The roadmap says another route; a prescriber or therapist changes it first."
        raise Refused("other-route", words)


def name_of(place: Place | None) -> str:
    if place is None:
        return ""
    found: str = Place.objects.standing().get(pk=place.pk).name
    return found


def booked_of(plan: SessionPlan) -> SessionBooking | None:
    """What the plan takes now; None when it was planned without a place or people."""
    parts = {row.part: row for row in plan.parts.select_related("place", "who")}
    if not parts:
        return None
    staff: dict[str, Any] = {each: parts[each].who for each in STAFF if each in parts}
    first = next(row for name, row in parts.items() if name != "recovery")
    chair, recovery = parts.get("chair"), parts.get("recovery")
    return SessionBooking(
        route=plan.route,
        starts_at=plan.planned_for,
        chair_min=(first.ends_at - first.starts_at) // timedelta(minutes=1),
        chair=chair.place if chair else None,
        recovery=recovery.place if recovery and chair and recovery.place != chair.place else None,
        **staff,
    )


def carried(session: Session, plan: dict[str, Any], *, at: datetime) -> list[Span]:
    """What a move takes along of the places and people, once it is free at the new time."""
    held = booked_of(sessions.plan_of(session))
    if plan.get("cancelled"):
        return []
    if held is None:
        room = plan.get("room", "")
        refuse_taken_room(session.course, room, plan["planned_for"], at=at, but=session)
        return []
    asked = replace(held, route=plan["route"], starts_at=plan["planned_for"])
    named = taken.chairs_by_name(session.course.person.practice)
    if held.chair and (chair := named.get(taken.plainly(plan.get("room", "")))):
        # The chair that is named is the one that is held: what is shown and what is taken agree.
        asked = replace(asked, chair=Place.objects.get(pk=chair))
    if asked.at_home:
        asked = replace(asked, chair=None, recovery=None)
    return free_or_refused(session.course, asked, at=at, anyway=False, but=session)
