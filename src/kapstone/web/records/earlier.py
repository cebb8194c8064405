"""The last medicine sessions of a person: what was given, and what was written down of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from kapstone import monitoring
from kapstone.web.accounts.models import User
from kapstone.web.records import session_facts
from kapstone.web.records.emergencies import after
from kapstone.web.records.models import (
    DoseGiven,
    EmergencyEvent,
    Mark,
    Notice,
    Phase,
    Reading,
    Session,
)

SHOWN, MOST_NOTICES = 5, 3
# Beside what is expected of a running session.
BESIDE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class LastDose:
    """One earlier session; `given_mg` None when no dose was charted in it."""

    session: Any
    route: monitoring.Route
    ordered_mg: Decimal | None
    given_mg: Decimal | None
    per_kg: Decimal | None
    figures: monitoring.Earlier
    effects: tuple[str, ...]
    emergencies: tuple[str, ...]
    notices: tuple[str, ...]
    more_notices: int
    stop_words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LastDoses:
    """The newest of the earlier sessions, and how many more there are."""

    shown: tuple[LastDose, ...]
    more: int


def last_doses(session: Session, user: User, *, before: datetime) -> LastDoses:
    """The sessions of the person that began before a moment, on any course, the newest first."""
    found = sessions_before(session, user, before)
    shown = [*found[:SHOWN]]
    of = Kept([each.pk for each in shown])
    return LastDoses(
        shown=tuple(of.as_dose(each) for each in shown), more=found.count() - len(shown)
    )


def sessions_before(session: Session, user: User, before: datetime) -> QuerySet[Any, Any]:
    """The sessions of the person that began before a moment, with their story, newest first."""
    began = Phase.objects.standing().filter(phase="started", at__lt=before)
    rows = Session.objects.visible_to(user).filter(course__person=session.course.person_id)
    rows = rows.filter(pk__in=began.values("session")).exclude(pk=session.pk)
    return session_facts.with_story(rows).order_by("-started_at", "-pk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """An earlier session in a line; `given_mg` None when no dose was charted in it."""

    session: Any
    route: monitoring.Route
    ordered_mg: Decimal | None
    given_mg: Decimal | None
    figures: monitoring.Earlier


def in_short(session: Session, user: User, *, before: datetime) -> tuple[Before, ...]:
    """The newest few, beside what is expected: three queries, as it is asked for all the time."""
    shown = [*sessions_before(session, user, before)[:BESIDE]]
    keys = [each.pk for each in shown]
    taken, doses = (standing(table, keys) for table in (Reading, DoseGiven)) if keys else ((), ())
    return tuple(
        line(
            each,
            [row for row in taken if row.session_id == each.pk],
            [row for row in doses if row.session_id == each.pk],
        )
        for each in shown
    )


def line(session: Any, taken: list[Reading], doses: list[DoseGiven]) -> Before:
    return Before(
        session=session,
        route=monitoring.route_named(session.order_route or session.route),
        ordered_mg=session.dose_mg,
        given_mg=given_of(doses),
        figures=figures(session, taken, doses),
    )


def given_of(doses: list[DoseGiven]) -> Decimal | None:
    return sum((row.amount_mg for row in doses), Decimal(0)) if doses else None


def standing(table: Any, sessions: list[int]) -> list[Any]:
    return list(table.objects.standing().filter(session__in=sessions).order_by("at", "pk"))


class Kept:
    """What was written down in some sessions: one query a table, whatever their number."""

    def __init__(self, sessions: list[int]) -> None:
        def rows(table: Any) -> list[Any]:
            return standing(table, sessions)

        self.readings, self.doses, self.marks = rows(Reading), rows(DoseGiven), rows(Mark)
        self.emergencies, self.notices, self.phases = (
            rows(EmergencyEvent),
            rows(Notice),
            rows(Phase),
        )

    def as_dose(self, session: Any) -> LastDose:
        def mine(rows: Iterable[Any]) -> list[Any]:
            return [row for row in rows if row.session_id == session.pk]

        taken, doses = mine(self.readings), mine(self.doses)
        given = given_of(doses)
        counted = session.dose_mg if given is None else given
        notices = [row.says for row in mine(self.notices) if row.kind not in emergency_kinds()]
        says = tuple(dict.fromkeys(notices))
        return LastDose(
            session=session,
            route=monitoring.route_named(session.order_route or session.route),
            ordered_mg=session.dose_mg,
            given_mg=given,
            per_kg=None if counted is None else monitoring.per_kg(counted, session.weight_kg),
            figures=figures(session, taken, doses),
            effects=effects(mine(self.marks)),
            emergencies=tuple(emergency(row, session) for row in mine(self.emergencies)),
            notices=says[:MOST_NOTICES],
            more_notices=len(says[MOST_NOTICES:]),
            stop_words=next((row.words for row in mine(self.phases) if row.phase == "stopped"), ""),
        )


def figures(session: Any, rows: list[Reading], doses: list[DoseGiven]) -> monitoring.Earlier:
    """Of an infusion minutes count from its start: it is charted when it has ended."""
    first = next((row.at for row in doses if row.amount_mg and row.kind != "infusion"), None)
    return monitoring.look_back(
        [row.to_core() for row in rows if row.resting],
        [row.to_core() for row in rows if not row.resting],
        started_at=session.started_at,
        home_at=session.discharged_at,
        first_at=None if session.over_min else first,
    )


def effects(marks: list[Mark]) -> tuple[str, ...]:
    """Each side effect once, as bad as it became: `Nausea (moderate)`."""
    order = [each.id for each in monitoring.severities()]
    worst: dict[str, str] = {}
    for row in marks:
        if row.kind == "side_effect":
            known = [worst.get(row.mark, ""), row.severity]
            worst[row.mark] = max(
                known, key=lambda each: order.index(each) if each in order else -1
            )
    names = {each.id: each.label for each in monitoring.side_effects()}
    words = {each.id: each.label.lower() for each in monitoring.severities()}
    return tuple(
        f"{names.get(mark, mark)} ({words.get(how, how or 'how bad is not known')})"
        for mark, how in worst.items()
    )


def emergency(row: EmergencyEvent, session: Any) -> str:
    title = monitoring.emergencies()[row.emergency].title
    return f"{title}, {after(row.at - session.started_at)}"


def emergency_kinds() -> set[str]:
    """An emergency opens a notice of its own kind, which says no more than the emergency."""
    return set(monitoring.emergencies())
