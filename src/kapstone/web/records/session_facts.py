"""The medicine sessions of courses, as the pathway and the lists need them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

from django.db.models import OuterRef, QuerySet, Subquery

from kapstone import instruments, monitoring, pathway
from kapstone.web.records.models import (
    Discharge,
    DoseGiven,
    Order,
    Phase,
    PumpRate,
    Session,
    SessionPlan,
)
from kapstone.web.records.prepared import Prepared
from kapstone.web.records.story import Row, SessionStory, Story, known, moment

RESTING_SIGNS = (
    "systolic_bp",
    "diastolic_bp",
    "heart_rate",
    "oxygen_saturation",
    "respiratory_rate",
)


def pick(rows: Any, name: str) -> Subquery:
    newest = rows.standing().filter(session=OuterRef("pk")).order_by("-at", "-pk")
    return Subquery(newest.values(name)[:1])


def with_story(sessions: QuerySet[Session]) -> QuerySet[Any, Any]:
    """Each session with its plan, its order and when it began and ended, as columns."""
    columns = {name: pick(rows, column) for name, (rows, column) in story_columns().items()}
    return sessions.annotate(**columns)


def story_columns() -> dict[str, tuple[Any, str]]:
    """From which rows each column of a session's story is taken."""
    plan, order = SessionPlan.objects, Order.objects
    phase = {name: Phase.objects.filter(phase=name) for name in ("arrived", "started", "stopped")}
    return {
        **{name: (plan, name) for name in ("route", "planned_for", "room", "cancelled")},
        "order_at": (order, "at"),
        "order_route": (order, "route"),
        **{name: (order, name) for name in ("dose_mg", "weight_kg", "over_min", "pump_steps")},
        **{f"{name}_at": (rows, "at") for name, rows in phase.items()},
        "discharged_at": (Discharge.objects, "at"),
        "escort_name": (Discharge.objects, "escort_name"),
    }


@cache
def names_of_columns() -> tuple[str, ...]:
    return tuple(story_columns())


STORIES = Prepared(
    lambda sessions: with_story(Session.objects.filter(pk__in=sessions)).values_list(
        *names_of_columns()
    )
)


def story_of(session: int) -> dict[str, Any]:
    """The story of one session by the names of its columns."""
    return dict(zip(names_of_columns(), STORIES.rows([session])[0], strict=True))


def told(session: Session) -> Any:
    """The same session with its story, as `with_story` would have given it."""
    for name, value in story_of(session.pk).items():
        setattr(session, name, value)
    return session


PAUSES = Prepared(
    lambda sessions: (
        Phase.objects.standing()
        .filter(session__in=sessions, phase__in=("paused", "resumed"))
        .order_by("at", "pk")
        .values_list("at", "phase")
    )
)
RATES = Prepared(
    lambda sessions: (
        PumpRate.objects.standing()
        .filter(session__in=sessions)
        .order_by("at", "pk")
        .values_list("at", "mg_h")
    )
)


GIVEN = Prepared(
    lambda sessions: (
        DoseGiven.objects.standing()
        .filter(session__in=sessions, amount_mg__gt=0)
        .order_by("at", "pk")
        .values_list("at", "kind", "amount_mg", "spat")
    )
)


class DoseRow(NamedTuple):
    """A dose as it was charted; `spat` None where that was not said."""

    at: datetime
    kind: str
    mg: Decimal
    spat: bool | None


def given(session: int, now: datetime) -> list[DoseRow]:
    """What was given until a moment and stands, oldest first."""
    rows = (DoseRow(*row) for row in GIVEN.rows([session]))
    return [row for row in rows if row.at <= now]


@dataclass(frozen=True, slots=True)
class Giving:
    """How a session is given: by its order, and by its plan while there is none.

    `infusion` is what its pump did; None before the start and on other routes.
    """

    route: str
    weight_kg: float | None
    over_min: int | None
    started_at: datetime | None
    stopped_at: datetime | None
    infusion: monitoring.Infusion | None

    @property
    def infusion_end(self) -> datetime | None:
        """When the infusion ended or is to end, its pauses and changes of rate counted.

        None before it starts and on other routes.
        """
        if self.stopped_at or self.infusion is None:
            return self.stopped_at
        return monitoring.ends_at(self.infusion)


def giving(session: Session) -> Giving:
    """What every reading of the session is compared with, in three short queries at most."""
    row = story_of(session.pk)
    over_min, started_at, stopped_at = (
        row[name] for name in ("over_min", "started_at", "stopped_at")
    )
    infusion = infusion_of(session.pk, row) if started_at and over_min else None
    route, weight_kg = row["order_route"] or row["route"], row["weight_kg"]
    return Giving(route, weight_kg, over_min, started_at, stopped_at, infusion)


def later_doses(session: int, route: str, now: datetime) -> list[datetime]:
    """When more was given after the first dose, where that begins the clock of the checks again."""
    if not monitoring.begins_again(route):
        return []
    return [row.at for row in given(session, now)][1:]


def infusion_of(session: int, row: dict[str, Any]) -> monitoring.Infusion:
    """The infusion of a session that has begun, from its story and what was charted since."""
    return monitoring.Infusion(
        steps=steps_of(row),
        started_at=row["started_at"],
        sets=tuple(pump_sets(PAUSES.rows([session]), RATES.rows([session]))),
        stopped_at=row["stopped_at"],
    )


def steps_of(row: dict[str, Any]) -> tuple[monitoring.PumpStep, ...]:
    """The steps of the pump; one even step where the order names none."""
    named = [monitoring.PumpStep(minutes, Decimal(mg)) for minutes, mg in row["pump_steps"] or ()]
    return tuple(named) or (monitoring.PumpStep(row["over_min"], row["dose_mg"]),)


def pump_sets(
    pauses: list[tuple[datetime, str]], rates: list[tuple[datetime, Decimal]]
) -> list[monitoring.PumpSet]:
    """Each pause, and what the pump went on with: the rate last set, or as it was ordered."""
    charted = [*((at, phase, None) for at, phase in pauses), *((at, "", mg) for at, mg in rates)]
    rate: Fraction | None = None
    found: list[monitoring.PumpSet] = []
    for at, phase, mg in sorted(charted, key=lambda each: each[0]):
        rate = rate if mg is None else Fraction(mg)
        found.append(monitoring.PumpSet(at, Fraction(0) if phase == "paused" else rate))
    return found


def of_story(told: Story) -> Iterator[pathway.SessionFacts]:
    """The sessions of a course in order; what was called off is left out."""
    risk = told.newest("cssrs")
    return (facts(session, risk, told.joint.get(session.pk)) for session in told.sessions)


def facts(
    session: SessionStory, risk: Row | None, asked_alone: bool | None
) -> pathway.SessionFacts:
    """One session; `risk` is the newest C-SSRS of its course, whose open branch is unknown.

    `asked_alone` is None where it is no session together with a partner.
    """
    plan, order = session.newest("plan"), session.newest("order")
    over = session.newest("discharge").get("at")
    checks = answers(session.all("check"))
    return pathway.SessionFacts(
        number=session.number,
        planned_for=moment(plan.get("planned_for")),
        planned_route=plan.get("route"),
        order_signed_at=order.get("at"),
        order_route=order.get("route"),
        order_says=says(order),
        checks=checks,
        resting=tuple(resting(row["signs"], row["at"]) for row in session.all("resting")),
        started_at=session.phase("started"),
        stopped_at=session.phase("stopped"),
        discharged_at=over,
        escort=checks.get("PRE-24"),
        cssrs_risk=instruments.RISK_OF_LEVEL.get(risk["band"]) if risk else None,
        cssrs_at=risk["at"] if risk else None,
        overrides={
            row["gate"]: pathway.Override(reason=row["reason"], at=row["at"])
            for row in session.all("override")
        },
        red_notices=tuple(
            pathway.RedNotice(says=row["says"], at=row["at"]) for row in session.all("red")
        ),
        asked_alone=asked_alone,
    )


def answers(rows: list[Row]) -> dict[str, pathway.Answer]:
    """Each line of the checklist as it was last answered, with who said yes since it was not."""
    found: dict[str, pathway.Answer] = {}
    for row in rows:
        ok, before = known(row["ok"]), found.get(row["check_id"])
        signed = (*(before.signed if before else ()), signature(row)) if ok else ()
        found[row["check_id"]] = pathway.Answer(ok=ok, at=row["at"], signed=signed)
    return found


def signature(row: Row) -> pathway.Signature:
    name = f"{row['by__title']} {row['by__name']}".strip()
    roles = frozenset(row["by__roles"])
    return pathway.Signature(by=row["by"], name=name, roles=roles, at=row["at"])


def resting(signs: Row, at: datetime) -> pathway.Resting:
    return pathway.Resting(at=at, **{name: signs.get(name) for name in RESTING_SIGNS})


def says(order: Row) -> str | None:
    if not order:
        return None
    return order_says(order["route"], float(order["dose_mg"]), order["weight_kg"])


def order_says(route: str, dose_mg: float, weight_kg: float) -> str:
    """The order in short words, such as "IV 0.5 mg/kg"."""
    known = monitoring.routes()[route]
    if not known.infused and known.short != "IM":
        return f"{known.short} {dose_mg:g} mg"
    return f"{known.short} {dose_mg / weight_kg:.2g} mg/kg"
