"""The demonstration's evening at home: one person who knows the medicine, and their sitter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db.models import Count, Q

from kapstone import consent, instruments, monitoring, pathway, screening
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.accounts.roles import PRESCRIBER, SESSION_MONITOR, THERAPIST
from kapstone.web.demonstration import first_visit
from kapstone.web.demonstration.sessions import signs_at
from kapstone.web.demonstration.stock import LASTS, SUPPLIER
from kapstone.web.records import at_home as home
from kapstone.web.records import consenting, facts
from kapstone.web.records.actions import (
    at_home,
    consents,
    questionnaires,
    readings,
    register,
    sessions,
    sitting,
    treatment,
)
from kapstone.web.records.actions import screening as deciding
from kapstone.web.records.models import Course, Holding, Review, Session, SitterLink
from kapstone.web.records.session_facts import told as with_story

ROUTE = "lozenge_home"
# What the practice has settled with somebody who may be treated at home; else nothing speaks.
WELL: dict[str, Any] = {
    "home_session_planned": True,
    "tolerated_sessions_observed": 4,
    "home_doses_supplied": 2,
    "ambulance_minutes": 9,
    "home_esketamine_planned": False,
    "home_diversion_risk": False,
    "home_route_closed": False,
    "lives_alone": False,
    "planned_route": "sublingual",
}
LOT = {
    "form": "lozenge",
    "product": "Ketamine lozenge 50 mg",
    "unit_mg": Decimal(50),
    "lot": "HL-H1",
}
CALM = {
    "systolic_bp": 118.0,
    "diastolic_bp": 74.0,
    "heart_rate": 66.0,
    "oxygen_saturation": 98.0,
    "respiratory_rate": 14.0,
}
REASON = "Known from the sessions here; the same dose, at home with a sitter."
BEGAN_MIN = 38
LOOKED_MIN = (24, 9)
READ_MIN = 8
CUFF_EVERY = timedelta(minutes=29)
MOST_ROUNDS = 5


def stage(staff: Mapping[str, User], now: datetime) -> Session | None:
    """One session at home that runs at `now`; None when nobody in this practice fits."""
    course = who_knows_it()
    if course is None:
        return None
    team = {role: first(staff, role) for role in (PRESCRIBER, SESSION_MONITOR, THERAPIST)}
    with clock.at(now - timedelta(days=1)):
        lot = received(team[SESSION_MONITOR])
    began = now - timedelta(minutes=BEGAN_MIN)
    with clock.at(began - timedelta(minutes=90)):
        session = agreed(course, team, began)
    with clock.at(began - timedelta(minutes=30)):
        link = released(session, lot, team)
    with clock.at(began):
        begun(session, team)
    for minutes in LOOKED_MIN:
        with clock.at(now - timedelta(minutes=minutes)):
            look(link)
    read = now - timedelta(minutes=READ_MIN)
    with clock.at(read):
        take_reading(with_story(session), read)
    return session


def first(staff: Mapping[str, User], role: str) -> User:
    return next(each for each in staff.values() if each.has_role(role))


def own_user(course: Course) -> User:
    user: Any = course.person.user
    found: User = user
    return found


def who_knows_it() -> Course | None:
    """The last course with two lozenge sessions in the practice, none ahead, and not ended."""
    here = Q(session__sessionplan__route="lozenge_clinic", session__discharge__isnull=False)
    open_ = Q(session__discharge__isnull=True, session__isnull=False)
    rows = Course.objects.standing().annotate(
        tolerated=Count("session", filter=here, distinct=True),
        ahead=Count("session", filter=open_, distinct=True),
    )
    found: list[Course] = list(rows.filter(tolerated__gte=2, ahead=0).order_by("-pk"))
    for course in found:
        review = Review.objects.standing().filter(course=course).order_by("-at", "-pk").first()
        if review is None or review.choice not in pathway.ENDED:
            return course
    return None


def received(nurse: User) -> Holding:
    now = clock.now()
    label = LOT | SUPPLIER | {"invoice": "I-900", "expires_on": (now + LASTS).date()}
    return register.receive(label, units=12, at=now, by=nurse).holding


def agreed(course: Course, team: Mapping[str, User], began: datetime) -> Session:
    """Planned, screened for a session at home, consented, ordered."""
    now, prescriber, person = clock.now(), team[PRESCRIBER], own_user(course)
    session = sessions.plan_session(course, route=ROUTE, planned_for=began, at=now, by=prescriber)
    find_well(course, prescriber)
    deciding.decide_screening(course, decision="suitable", reason=REASON, at=now, by=prescriber)
    document = consent.document(
        route=ROUTE,
        practice=str(course.person.practice),
        tracks=consenting.tracks_of(course, ROUTE),
    )
    right = {each.id: each.right for each in consent.read_back_questions(ROUTE)}
    consents.sign_consent(
        course, document, name=course.person.name, read_back=right, choices={}, at=now, by=person
    )
    dose = treatment.Dose(mg=Decimal(100), over_min=None, weight_kg=70.0, weight_at=now)
    treatment.sign_order(session, dose, reason=REASON, at=now, by=prescriber)
    return session


def find_well(course: Course, by: User) -> None:
    """Whatever the rules wait for: as it was the last time, else as somebody fit for home."""
    now = clock.now()
    tell(course, WELL, by)
    for _ in range(MOST_ROUNDS):
        open_ = facts.screen(course, now=now).waiting
        names = {lack.fact for rule in open_ for lack in rule.missing} - {screening.MEDICINES}
        if not names:
            return
        last = facts.collect(course, now=now)
        tell(course, {name: found(name, last) for name in sorted(names)}, by)


def found(name: str, last: screening.Facts) -> Any:
    """What is settled for the home is settled; anything else as it was, or well."""
    return True if name.startswith("home_") else first_visit.last_or_well(name, last)


def tell(course: Course, told: Mapping[str, Any], by: User) -> None:
    rows = [
        deciding.Telling(
            fact=name,
            value=value,
            origin=screening.fact(name).from_[-1],
            at=clock.now(),
            words="",
        )
        for name, value in told.items()
    ]
    deciding.give_facts(course.person, rows, by=by)


def released(session: Session, lot: Holding, team: Mapping[str, User]) -> SitterLink:
    """A sitter who agreed, two calm readings, two lozenges, and the checklist of the day."""
    now, person = clock.now(), own_user(session.course)
    sitter = at_home.name_sitter(
        session,
        name="Jo Marlow",
        phone="+1 555 0164",
        adult=True,
        person_agrees=True,
        at=now,
        by=person,
    )
    link = at_home.make_link(
        sitter, on_call=team[THERAPIST], call_phone="+1 555 0199", at=now, by=team[THERAPIST]
    )
    sitting.answer_as_sitter(link, agrees=True, name="Jo Marlow", at=now)
    for minutes in (6, 2):
        at = now - timedelta(minutes=minutes)
        readings.record_reading(session, CALM, resting=True, at=at, by=person)
    at_home.release(session, lot, units=2, at=now, by=team[SESSION_MONITOR])
    ask_about_risk(session.course, person)
    for check in monitoring.checklist(ROUTE):
        if check.judged_from is None:
            able = [each for each in team.values() if sessions.may_tick(check, each)]
            for by in able[: 2 if check.second else 1]:
                sessions.record_check(session, check.id, ok=True, at=now, by=by)
    return link


def ask_about_risk(course: Course, person: User) -> None:
    """The C-SSRS of the day, with no to everything."""
    now = clock.now()
    soon = {
        "opens_at": now,
        "due_at": now + timedelta(days=1),
        "closes_at": now + timedelta(days=2),
    }
    sheet = questionnaires.assign_sheet(
        course, "cssrs-since", anchor="at home", **soon, at=now, by=person
    )
    of, answers = instruments.instrument("cssrs-since"), dict[str, float]()
    while item := instruments.next_item(of, answers):
        answers[item.id] = 0
        questionnaires.answer_item(sheet, item.id, 0, at=now, by=person)
    questionnaires.finish_sheet(sheet, at=now, by=person)


def begun(session: Session, team: Mapping[str, User]) -> None:
    """The person counts and begins."""
    told: dict[str, Any] = {"at": clock.now(), "by": own_user(session.course)}
    at_home.count_at_home(session, "before", counted=2, **told)
    at_home.start_at_home(session, taking=2, client_id=uuid4(), **told)


def look(link: SitterLink) -> None:
    now = clock.now()
    saw = "asleep" if now.minute % 2 else "awake"
    sitting.take_look(link, sitting.Seen(client_id=uuid4(), saw=saw, at=now), at=now)


def go_on(session: Any, now: datetime) -> None:
    """The sitter goes on looking, a little before each look is due, and helps with the cuff."""
    standing = home.evening(session, now=now).standing
    link = home.open_link(home.sitter_of(session), now=now)
    if link and standing.due_at and now >= standing.due_at - timedelta(minutes=2):
        look(link)
    last = session.reading_set.filter(resting=False).order_by("-at").first()
    if now - (last.at if last else session.started_at) >= CUFF_EVERY:
        take_reading(session, now)


def take_reading(session: Any, now: datetime) -> None:
    person = own_user(session.course)
    readings.record_reading(session, signs_at(session, now), at=now, by=person)
