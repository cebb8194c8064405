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
from kapstone.web.records.actions import people, sessions
from kapstone.web.records.models import (
    Appointment,
    Course,
    GivenFact,
    Note,
    Reading,
    Session,
    Statement,
)

ENCOUNTERS, FACTS = 500, 5_000


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


def somebody(by: User) -> Course:
    details = {"given": "Ade", "family": "Bello", "email": "ade@example.org"}
    return people.add_person(details, at=clock.now(), by=by)


def long_chart(course: Course, by: User) -> None:
    """500 encounters and 5,000 facts over three years, spread over the tables."""
    encounters(course, by)
    told(course, by)
    readings(course, by, 1_000)


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


def readings(course: Course, by: User, count: int) -> Session:
    """Twenty sessions with fifty readings each, the way a long course has them."""
    session = sessions.plan_session(
        course, route="iv", planned_for=clock.now() + timedelta(days=1), at=clock.now(), by=by
    )
    Reading.objects.bulk_create(
        Reading(session=session, signs={"heart_rate": 72}, client_id=uuid4(), at=clock.now(), by=by)
        for _ in range(count)
    )
    return session


def inside(user: User) -> Client:
    """A client that is logged in, past the second factor."""
    client = Client(HTTP_ACCEPT_ENCODING="gzip")
    client.force_login(user)
    kept = client.session
    kept["second_factor"] = True
    kept.save()
    return client


def p95_ms(deed: Callable[[], Any], times: int) -> tuple[float, float]:
    """Median and 95th percentile of `times` calls, in milliseconds, after ten to warm up."""
    for _ in range(10):
        deed()
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        deed()
        taken.append((time.perf_counter() - began) * 1_000)
    taken.sort()
    return taken[len(taken) // 2], taken[int(len(taken) * 0.95)]
