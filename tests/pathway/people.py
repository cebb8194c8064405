"""A person on the road, as in the mock-up: the day of her third medicine session."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from kapstone.knowledge.dose_day import checklist, routes
from kapstone.pathway import (
    Answer,
    Consent,
    Consultation,
    CourseFacts,
    Intake,
    Resting,
    Roadmap,
    Screening,
    SessionFacts,
    Signature,
    consent_expires_at,
    screening_valid_until,
)

NOW = datetime(2026, 11, 3, 12, 50, tzinfo=UTC)
SCREENED = datetime(2026, 10, 6, 10, 0, tzinfo=UTC)
AGREED = datetime(2026, 10, 9, 10, 0, tzinfo=UTC)


def rested(systolic: float = 132, diastolic: float = 84, minutes_ago: int = 5) -> Resting:
    return Resting(
        at=NOW - timedelta(minutes=minutes_ago),
        systolic_bp=systolic,
        diastolic_bp=diastolic,
        heart_rate=71,
        oxygen_saturation=97,
        respiratory_rate=14,
    )


def signed(by: int, name: str, role: str, minutes_ago: int = 30) -> Signature:
    at = NOW - timedelta(minutes=minutes_ago)
    return Signature(by=by, name=name, roles=frozenset({role}), at=at)


def said(ok: bool | None, minutes_ago: int = 30) -> Answer:
    """An answer that all who may sign a line gave."""
    everyone = ("prescriber", "Dr Osei"), ("session_monitor", "Abara"), ("therapist", "Lind")
    yeses = [signed(n, name, role, minutes_ago) for n, (role, name) in enumerate(everyone)]
    at = NOW - timedelta(minutes=minutes_ago)
    return Answer(ok=ok, at=at, signed=tuple(yeses) if ok else ())


def past(number: int, day: int) -> SessionFacts:
    start = datetime(2026, 10, day, 13, 0, tzinfo=UTC)
    return SessionFacts(
        number=number,
        planned_for=start,
        started_at=start,
        stopped_at=start + timedelta(minutes=40),
        discharged_at=start + timedelta(minutes=125),
    )


def ready(route: str = "iv") -> SessionFacts:
    """A session with everything in order."""
    return SessionFacts(
        number=3,
        planned_for=datetime(2026, 11, 3, 13, 0, tzinfo=UTC),
        planned_route=route,
        order_signed_at=NOW - timedelta(hours=2),
        order_route=route,
        order_says="IV 0.5 mg/kg",
        checks={check.id: said(True) for check in checklist(route)},
        resting=(rested(minutes_ago=8), rested(minutes_ago=5)),
        escort=said(True),
        cssrs_risk="none",
        cssrs_at=NOW - timedelta(hours=1),
        red_notices=(),
    )


def vega(session: SessionFacts | None = None) -> CourseFacts:
    return CourseFacts(
        age=41,
        consultation=Consultation(
            held_at=datetime(2026, 9, 28, 9, 0, tzinfo=UTC), minutes=18, fit=True
        ),
        intake=Intake(answered=1.0, finished_at=datetime(2026, 9, 30, 20, 0, tzinfo=UTC)),
        screening=Screening(
            decision="extra_oversight",
            signed_at=SCREENED,
            signed_by="Dr Osei",
            valid_until=screening_valid_until(SCREENED),
            knowledge_changed=False,
            oversight_for="BP",
            over=(),
        ),
        consent=Consent(
            version="v4",
            current_version="v4",
            signed_at=AGREED,
            expires_at=consent_expires_at(AGREED),
            withdrawn=False,
            routes=frozenset(routes()),
        ),
        roadmap=Roadmap(preparation=2, medicine=6, integration=6, review_after=(4,)),
        preparations=(AGREED + timedelta(days=1), AGREED + timedelta(days=2)),
        safety_plan_at=AGREED,
        sessions=(past(1, 13), past(2, 20), session or ready()),
        integrations=(
            datetime(2026, 10, 14, 14, 0, tzinfo=UTC),
            datetime(2026, 10, 22, 14, 0, tzinfo=UTC),
        ),
        sheets_due=0,
        sheets_overdue=0,
        open_risk_notice=False,
        unreviewed_risk=False,
    )


def with_session(**changes: object) -> CourseFacts:
    return vega(replace(ready(), **changes))  # type: ignore[arg-type]
