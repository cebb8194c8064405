"""The practice that is measured: one person with a long chart."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import django
from django.core.management import call_command

django.setup()

from django.test import Client

from kapstone.web import clock
from kapstone.web.accounts import roles
from kapstone.web.accounts.models import Practice, User
from kapstone.web.records.actions import people, screening, sessions
from kapstone.web.records.models import (
    Appointment,
    Course,
    Discharge,
    GivenFact,
    Note,
    Order,
    Phase,
    Reading,
    Session,
    Sheet,
    SheetScore,
    Statement,
)

ENCOUNTERS, SESSIONS, READINGS = 500, 20, 50


def practice() -> User:
    """An empty practice and its prescriber, in a migrated database."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    here = Practice.objects.create(name="Ash Lane")
    return User.objects.create_user(
        "osei@example.org",
        name="Osei",
        practice=here,
        roles=[roles.PRESCRIBER, roles.SESSION_MONITOR],
    )


def somebody(by: User, number: int = 0) -> Course:
    details = {"given": "Ade", "family": "Bello", "email": f"ade{number or ''}@example.org"}
    return people.add_person(details, at=clock.now(), by=by)


def long_chart(course: Course, by: User) -> None:
    """500 encounters and 5,000 facts over three years, spread over the tables."""
    encounters(course, by)
    told(course, by)
    scores(course, by, 150)
    for number in range(1, SESSIONS + 1):
        # The last one is still to come, with its order signed: its gates are on the page.
        session(course, by, number, over=number < SESSIONS)
    reason = "Many sessions without harm; goes on."
    screening.decide_screening(course, decision="not_yet", reason=reason, at=clock.now(), by=by)


START = clock.now() - timedelta(days=1_095)


def when(place: int, of: int) -> datetime:
    return START + timedelta(days=1_090) * place / of


def encounters(course: Course, by: User) -> None:
    Appointment.objects.bulk_create(
        Appointment(
            course=course,
            kind="integration",
            starts_at=when(n, ENCOUNTERS),
            minutes=50,
            at=when(n, ENCOUNTERS),
            by=by,
        )
        for n in range(ENCOUNTERS)
    )
    Note.objects.bulk_create(
        Note(
            course=course,
            kind="integration",
            text=f"Meeting {n}. " + "Steady. " * 20,
            at=when(n, 1_500),
            by=by,
        )
        for n in range(1_500)
    )


def told(course: Course, by: User) -> None:
    GivenFact.objects.bulk_create(
        GivenFact(
            person=course.person,
            fact="systolic_bp_mmhg",
            value=120 + n % 20,
            origin="reading",
            at=when(n, 1_500),
            by=by,
        )
        for n in range(1_500)
    )
    Statement.objects.bulk_create(
        Statement(
            person=course.person,
            kind="vital_sign",
            text="Body weight",
            code="weight_kg",
            value=70.0,
            unit="kg",
            key=uuid4().hex,
            at=when(n, 1_000),
            by=by,
        )
        for n in range(1_000)
    )


def scores(course: Course, by: User, count: int) -> None:
    """Finished PHQ-9 sheets; the chart page draws them."""
    for n in range(count):
        at = when(n, count)
        written = {"course": course, "at": at, "by": by}
        times = {"opens_at": at, "due_at": at, "closes_at": at}
        sheet = Sheet.objects.create(
            instrument="phq9", version="1", anchor=f"week-{n}", **times, **written
        )
        SheetScore.objects.create(
            sheet=sheet, total=20 - n % 12, missing=[], answers={}, at=at, by=by
        )


def session(course: Course, by: User, number: int, *, over: bool) -> Session:
    """A session with its plan, order and fifty readings; one that is over has its phases too."""
    at = when(number, SESSIONS) if over else clock.now()
    session = sessions.plan_session(course, route="iv", planned_for=at, at=at, by=by)
    order(session, by, at)
    kept = {"session": session, "by": by}
    if over:
        for minutes, phase in ((0, "arrived"), (20, "started"), (60, "stopped")):
            Phase.objects.create(phase=phase, at=at + timedelta(minutes=minutes), **kept)
        home = {"escort_name": "Robin", "criteria": [], "signed_name": "Osei"}
        Discharge.objects.create(at=at + timedelta(hours=2), **home, **kept)
    readings(session, by, at, READINGS)
    return session


def order(session: Session, by: User, at: datetime) -> None:
    dose = {"route": "iv", "dose_mg": 35, "over_min": 40, "weight_kg": 70.0, "weight_at": at}
    signed = {"signed_name": "Osei", "meaning": "Ordered", "at": at, "by": by}
    Order.objects.create(session=session, **dose, **signed)


def running(course: Course, by: User) -> Session:
    """A session that began an hour ago, with twenty readings so far."""
    began = clock.now() - timedelta(hours=1)
    session = sessions.plan_session(course, route="iv", planned_for=began, at=began, by=by)
    order(session, by, began)
    Phase.objects.create(session=session, phase="started", at=began, by=by)
    readings(session, by, began, 20)
    return session


def readings(session: Session, by: User, at: datetime, count: int) -> None:
    Reading.objects.bulk_create(
        Reading(
            session=session,
            signs={"heart_rate": 72, "systolic_bp": 128, "diastolic_bp": 82},
            client_id=uuid4(),
            at=at + timedelta(minutes=n),
            by=by,
        )
        for n in range(count)
    )


def inside(user: User) -> Client:
    """A client that is logged in, past the second factor."""
    client = Client(HTTP_ACCEPT_ENCODING="gzip")
    client.force_login(user)
    kept = client.session
    kept["second_factor"] = True
    kept.save()
    return client


def timed(deed: Callable[[], Any], times: int, goal_ms: float) -> dict[str, str]:
    """Median and 95th percentile of `times` calls after ten to warm up, and their CPU time.

    Processor time is that of this process alone: it says what the deed costs when others use the
    machine as well; the wall clock says what somebody waited.
    """
    for _ in range(10):
        deed()
    waited, worked = [], []
    for _ in range(times):
        began, busy = time.perf_counter(), time.process_time()
        deed()
        waited.append((time.perf_counter() - began) * 1_000)
        worked.append((time.process_time() - busy) * 1_000)
    return {
        "median": f"{percentile(waited, 0.5):.1f} ms",
        "p95": f"{percentile(waited, 0.95):.1f} ms | <= {goal_ms:g} ms",
        "processor, median": f"{percentile(worked, 0.5):.1f} ms",
    }


def percentile(taken: list[float], share: float) -> float:
    return sorted(taken)[min(int(len(taken) * share), len(taken) - 1)]
