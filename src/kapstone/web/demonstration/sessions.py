"""The demonstration's running sessions: readings that arrive, and the way home for old ones."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

import numpy as np

from kapstone import monitoring
from kapstone.synthesis import vitals
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.accounts.roles import PRESCRIBER, THERAPIST
from kapstone.web.demonstration import stock
from kapstone.web.records import counts, emergencies, session_facts
from kapstone.web.records.actions import emergencies as emergency_deeds
from kapstone.web.records.actions import leaving, readings, treatment
from kapstone.web.records.models import Session

CLOSED = "The demonstration was stopped over night; closed on waking."
SIGN_OF = {"moaas": "sedation_moaas"}


def running() -> list[Any]:
    """Sessions that began and whose person has not gone home, with their story."""
    rows = session_facts.with_story(counts.under_way(Session.objects.all()))
    return list(rows.select_related("course__person").order_by("pk"))


def signs_at(session: Any, now: datetime) -> dict[str, float]:
    """What a cuff and an oximeter would show now; the same session has the same body."""
    rng = np.random.default_rng([session.pk, int(now.timestamp()) // 60])
    once = vitals.session(
        vitals.people(1, np.random.default_rng(session.course.person_id)),
        np.random.default_rng(session.pk),
    )
    minutes = (now - session.started_at).total_seconds() / 60
    found = vitals.signs(once, minutes, rng)
    return {
        SIGN_OF.get(name, name): float(getattr(found, name)[0])
        for name in (
            "systolic_bp",
            "diastolic_bp",
            "heart_rate",
            "oxygen_saturation",
            "respiratory_rate",
            "moaas",
        )
    }


def nurse(session: Any) -> User:
    """Who watches this session: whoever came into its room first."""
    came = session.presence_set.order_by("at").first()
    watches: User = came.who if came else session.by
    return watches


def take_reading(session: Any, now: datetime) -> None:
    readings.record_reading(
        session, signs_at(session, now), at=now, by=nurse(session), client_id=uuid4()
    )


def settle(session: Session, *, at: datetime, by: User) -> None:
    """The last reading before going home: the pressure down again, the person back."""
    rows = list(session.reading_set.standing().order_by("at"))
    lowest = {
        sign: min(row.signs[sign] for row in rows if sign in row.signs)
        for sign in ("systolic_bp", "diastolic_bp")
    }
    back = {"heart_rate": 72.0, "respiratory_rate": 14.0, "oxygen_saturation": 98.0}
    felt = {"sedation_moaas": 5.0, "dissociation": 0.0, "anxiety": 1.0, "nausea": 0.0}
    readings.record_reading(session, lowest | back | felt, at=at, by=by)


def bring_home(session: Any) -> None:
    """End a session of another day as it would have ended."""
    now, by = clock.now(), nurse(session)
    if session.stopped_at is None:
        treatment.stop_session(session, words="dose complete", at=now, by=by)
    settle(session, at=now, by=by)
    for tool in ("aldrete", "padss"):
        full = {item.id: 2 for item in monitoring.tools()[tool].items}
        leaving.score_discharge(session, tool, full, at=now, by=by)
    prescriber = colleague(session, PRESCRIBER) or by
    stock.account_for(session, witness=prescriber, at=now, by=by)
    for each in emergencies.running(emergencies.of_session(session), now):
        emergency_deeds.end_emergency(each.event, CLOSED, at=now, by=by)
    reasons = {f"reason-{row.id}": CLOSED for row in monitoring.criteria()}
    told = {"escort_name": "A friend of theirs", **reasons}
    answer_all(session, at=now, by=by)
    leaving.discharge(session, told, at=now, by=prescriber)


def answer_all(session: Any, *, at: datetime, by: User) -> None:
    """Yes to every line; the therapist signs the one that two sign."""
    lines = [row for row in monitoring.criteria() if row.asks]
    leaving.answer_leaving(session, {row.id: True for row in lines}, at=at, by=by)
    two = {row.id: True for row in lines if row.signed_by}
    leaving.answer_leaving(session, two, at=at, by=colleague(session, THERAPIST) or by)


def colleague(session: Any, role: str) -> User | None:
    """Somebody of the session's practice who works in this role."""
    staff = User.objects.filter(practice=session.course.person.practice).order_by("pk")
    return next((each for each in staff if each.has_role(role)), None)
