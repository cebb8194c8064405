"""The medicine sessions of courses, as the pathway and the lists need them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from django.db.models import CharField, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast

from kapstone import instruments, monitoring, pathway
from kapstone.web.records.models import (
    CheckAnswer,
    Discharge,
    GateOverride,
    Order,
    Phase,
    Reading,
    Session,
    SessionPlan,
    SheetScore,
)

# number, primary key, facts
Numbered = tuple[int, int, pathway.SessionFacts]

RESTING_SIGNS = (
    "systolic_bp",
    "diastolic_bp",
    "heart_rate",
    "oxygen_saturation",
    "respiratory_rate",
)


@dataclass(slots=True)
class Before:
    """What was gathered before one session: answers, overrides, readings at rest."""

    checks: dict[str, bool | None] = field(default_factory=dict)
    overrides: dict[str, str] = field(default_factory=dict)
    resting: list[pathway.Resting] = field(default_factory=list)


def pick(rows: Any, name: str) -> Subquery:
    newest = rows.standing().filter(session=OuterRef("pk")).order_by("-at", "-pk")
    return Subquery(newest.values(name)[:1])


def with_story(sessions: QuerySet[Session]) -> QuerySet[Any, Any]:
    """Each session with its plan, its order and when it began and ended, as columns."""
    return sessions.annotate(
        route=pick(SessionPlan.objects, "route"),
        planned_for=pick(SessionPlan.objects, "planned_for"),
        room=pick(SessionPlan.objects, "room"),
        cancelled=pick(SessionPlan.objects, "cancelled"),
        order_at=pick(Order.objects, "at"),
        order_route=pick(Order.objects, "route"),
        dose_mg=pick(Order.objects, "dose_mg"),
        weight_kg=pick(Order.objects, "weight_kg"),
        over_min=pick(Order.objects, "over_min"),
        arrived_at=pick(Phase.objects.filter(phase="arrived"), "at"),
        started_at=pick(Phase.objects.filter(phase="started"), "at"),
        stopped_at=pick(Phase.objects.filter(phase="stopped"), "at"),
        discharged_at=pick(Discharge.objects, "at"),
        escort_name=pick(Discharge.objects, "escort_name"),
    )


def of_courses(courses: list[int]) -> dict[int, list[Numbered]]:
    """The sessions of each course, in order; what was called off is left out."""
    rows: Any = with_story(Session.objects.filter(course__in=courses).order_by("number"))
    stories = [row for row in rows if not row.cancelled]
    open_ones = [row.pk for row in stories if row.discharged_at is None]
    before = gathered(open_ones)
    risks = newest_risk({row.course_id for row in stories if row.discharged_at is None})
    found: dict[int, list[Numbered]] = defaultdict(list)
    for row in stories:
        each = facts(row, before.get(row.pk, Before()), risks.get(row.course_id))
        found[row.course_id].append((row.number, row.pk, each))
    return found


def newest_risk(courses: set[int]) -> dict[int, tuple[pathway.Risk | None, datetime]]:
    """What the newest C-SSRS of each course came to, and when; an open branch is unknown."""
    if not courses:
        return {}
    rows = (
        SheetScore.objects.standing()
        .filter(sheet__course__in=courses, sheet__instrument__startswith="cssrs")
        .order_by("at", "pk")
    )
    return {
        course: (instruments.RISK_OF_LEVEL.get(band), at)
        for course, band, at in rows.values_list("sheet__course", "band", "at")
    }


def facts(
    row: Any, before: Before, risk: tuple[pathway.Risk | None, datetime] | None
) -> pathway.SessionFacts:
    level, asked_at = risk or (None, None)
    return pathway.SessionFacts(
        number=row.number,
        planned_for=row.planned_for,
        order_signed_at=row.order_at,
        order_route=row.order_route,
        order_says=order_says(row),
        checks=before.checks,
        resting=tuple(before.resting),
        started_at=row.started_at,
        stopped_at=row.stopped_at,
        discharged_at=row.discharged_at,
        escort_named=before.checks.get("PRE-24"),
        cssrs_risk=level,
        cssrs_at=asked_at,
        overrides=before.overrides,
    )


def order_says(row: Any) -> str | None:
    """The order in short words, such as "IV 0.5 mg/kg"; None while there is none."""
    if row.dose_mg is None:
        return None
    route = monitoring.routes()[row.order_route]
    if not monitoring.routes()[row.order_route].infused and route.short != "IM":
        return f"{route.short} {float(row.dose_mg):g} mg"
    return f"{route.short} {float(row.dose_mg) / row.weight_kg:.2g} mg/kg"


def gathered(sessions: list[int]) -> Mapping[int, Before]:
    """Checks, overrides and readings at rest of these sessions, in one query."""
    found: dict[int, Before] = defaultdict(Before)
    if not sessions:
        return found
    rows = lines(CheckAnswer.objects.all(), "check", "check_id", "ok", sessions).union(
        lines(GateOverride.objects.all(), "override", "gate", "reason", sessions),
        lines(Reading.objects.filter(resting=True), "resting", "client_id", "signs", sessions),
        all=True,
    )
    for session, kind, key, text, at in rows.order_by("when"):
        add(found[session], kind, key, text, at)
    return found


def lines(rows: Any, kind: str, key: str, value: str, sessions: list[int]) -> Any:
    return (
        rows.standing()
        .filter(session__in=sessions)
        .annotate(
            kind=Value(kind, output_field=CharField()),
            key=Cast(key, CharField()),
            text=Cast(value, CharField()),
            when=F("at"),
        )
        .values_list("session", "kind", "key", "text", "when")
    )


def add(before: Before, kind: str, key: str, text: str | None, at: datetime) -> None:
    if kind == "check":
        before.checks[key] = None if text is None else text.lower() in {"1", "true"}
    elif kind == "override":
        before.overrides[key] = text or ""
    else:
        signs = orjson.loads(text or "{}")
        before.resting.append(
            pathway.Resting(at=at, **{name: signs.get(name) for name in RESTING_SIGNS})
        )
