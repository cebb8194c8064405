"""Deeds of a medicine session itself: order, gates, start, stop."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal, TypedDict
from uuid import UUID

from django.db import transaction

from kapstone import monitoring, pathway
from kapstone.register import said
from kapstone.web.accounts.models import User
from kapstone.web.records import audit, cut_short, doses, live, presence, session_facts, stop_owed
from kapstone.web.records import pathway as course_pathway
from kapstone.web.records.actions.notices import new_notice
from kapstone.web.records.actions.sessions import enter_room, plan_of
from kapstone.web.records.actions.whose import refuse_others_at_home, refuse_strangers
from kapstone.web.records.made_from import refuse_unseen, weighed_before
from kapstone.web.records.models import (
    Course,
    GateOverride,
    Order,
    Phase,
    Review,
    Session,
)
from kapstone.web.records.refusals import (
    SHORTEST_REASON,
    Refused,
    is_blank,
    refuse_beyond,
    refuse_short,
)
from kapstone.web.records.rescreening import looked_at_again

ORDER_MEANING = "I have reviewed this person's record and order this dose."
# An infusion that ends within this of its time has gone in as ordered.
EARLY = timedelta(minutes=2)
# Nobody starts to the minute: what was signed for a time may begin so long before it.
BEFORE_ITS_TIME = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """A dose as it was typed: milligrams, minutes, the weight it is for and the vial's strength.

    `diluted` says whether what is in the vial is diluted before it is given, `pump_mg_ml` how
    strong it then is; `booster_mg` is a second dose, None when there is none.
    """

    mg: Decimal
    over_min: int | None
    weight_kg: float
    weight_at: datetime
    concentration_mg_ml: Decimal | None = None
    diluted: bool | None = None
    pump_mg_ml: Decimal | None = None
    pump_steps: tuple[monitoring.PumpStep, ...] = ()
    booster_mg: Decimal | None = None
    booster_after_min: int | None = None
    hold_min: int | None = None
    spit: bool | None = None
    nasal: str = ""


# What a dose and its order call by the same name.
SAME = tuple(each.name for each in fields(Dose) if each.name not in {"mg", "pump_steps"})


@transaction.atomic
def sign_order(
    session: Session,
    dose: Dose,
    *,
    reason: str = "",
    at: datetime,
    by: User,
    seen: str | None = None,
) -> Order:
    """Sign an order; a dose outside the ranges of the literature needs a reason, a block has none.

    Nothing here proposes a dose: the checks only say where a typed dose stands. `seen` is what
    the page showed when it was typed (`made_from.shown`): refused when that stands no longer.
    """
    session = Session.objects.locked(session.pk)
    refuse_strangers(session, by, "sign orders")
    refuse_beyond(max(dose.mg, dose.booster_mg or dose.mg))
    if phase_at(session, "started"):
        raise Refused("started", "The session has begun; its order can no longer be changed.")
    route = plan_of(session).route
    refuse_unseen(seen, session.order_set.newest(), route)
    checks = checks_of(session, route, dose, now=at, given_at=due(session, at))
    refuse_unreasoned(checks, reason)
    order: Order = Order.objects.create(
        session=session,
        route=route,
        dose_mg=dose.mg,
        pump_steps=[[step.minutes, str(step.mg)] for step in dose.pump_steps],
        **{name: getattr(dose, name) for name in SAME},
        checks=[asdict(check) for check in checks],
        reason=reason.strip(),
        signed_name=by.signed_name,
        meaning=ORDER_MEANING,
        corrects=session.order_set.newest(),
        at=at,
        by=by,
    )
    about, what = f"order:{order.pk}", {"route": route, "dose_mg": str(dose.mg)}
    audit.record(by, "sign order", person=session.course.person, about=about, **what)
    return order


def due(session: Session, now: datetime) -> datetime:
    """When the session is to be given: what is planned for next week is not given too soon today.

    A plan of the past, and a session that is to start now, count from now.
    """
    return max(now, plan_of(session).planned_for)


def checks_of(
    session: Session, route: str, dose: Dose, *, now: datetime, given_at: datetime | None = None
) -> tuple[monitoring.OrderCheck, ...]:
    """Where a typed order stands against the limits for orders and the person's own history.

    Intervals and counts are as of `given_at`; None is now.
    """
    # "Weighed today" means the practice's day.
    now = now.astimezone(session.course.person.practice.zone)
    order = monitoring.Order(
        route=route,
        dose_mg=dose.mg,
        weight_kg=dose.weight_kg,
        weight_at=dose.weight_at,
        **weighed_before(session, dose.weight_at),
        over_min=dose.over_min,
        concentration_mg_ml=dose.concentration_mg_ml,
        diluted=dose.diluted,
        pump_mg_ml=dose.pump_mg_ml,
        pump_steps=dose.pump_steps,
        booster_mg=dose.booster_mg or Decimal(0),
        booster_after_min=dose.booster_after_min,
        hold_min=dose.hold_min,
        spit=dose.spit,
        nasal=nasal_of(dose.nasal),
        age=session.course.person.age(now.date()),
        **road_of(session),
    )
    history = history_of(session)
    return monitoring.check_order(
        order, history=history, first=not history, now=now, given_at=given_at
    )


class Road(TypedDict):
    """Where the course stands, as the limits of frequency ask for it."""

    phase: Literal["course", "maintenance"]
    sessions_since_review: int


def road_of(session: Session) -> Road:
    review = Review.objects.standing().filter(course=session.course).order_by("-at").first()
    kept_up = review is not None and review.choice == "maintenance"
    return {
        "phase": "maintenance" if kept_up else "course",
        "sessions_since_review": sessions_since(session.course, review),
    }


def frequencies_of(
    session: Session, route: str, history: tuple[monitoring.PastDose, ...], *, now: datetime
) -> tuple[monitoring.Frequency, ...]:
    """How often so far, beside the limits that an order of the session is checked against."""
    return monitoring.frequencies(route, history=history, now=now, **road_of(session))


def sessions_since(course: Course, review: Review | None) -> int:
    """How many sessions of the course have begun since its last review."""
    begun = Phase.objects.standing().filter(session__course=course, phase="started")
    return int((begun.filter(at__gt=review.at) if review else begun).count())


def history_of(session: Session) -> tuple[monitoring.PastDose, ...]:
    """What this person was given before, on any course, in order of time.

    As it was charted, boosters included: what nobody charted is not known, whatever was ordered.
    """
    person = session.course.person
    began = Phase.objects.standing().filter(session__course__person=person, phase="started")
    started = dict(began.order_by("at").values_list("session", "at"))
    orders = Order.objects.standing().filter(session__in=started).exclude(session=session)
    given = doses.given_in(started)
    found = [
        monitoring.PastDose(
            at=started[order.session_id],
            route=order.route,
            dose_mg=given.get(order.session_id),
        )
        for order in orders
    ]
    return tuple(sorted(found, key=lambda dose: dose.at))


def refuse_unreasoned(checks: tuple[monitoring.OrderCheck, ...], reason: str) -> None:
    if not checks:
        return
    says = " ".join(check.says for check in checks)
    if any(check.level == "block" for check in checks):
        raise Refused("blocked", f"This order cannot be signed. {says}")
    words = f"{says} Give the reason in at least {SHORTEST_REASON} letters."
    refuse_short(reason, words, code="needs-reason")


@transaction.atomic
def start_session(session: Session, *, at: datetime, by: User) -> Phase:
    """Start the medicine; refused while any gate is shut, naming those gates.

    The course is held: no second session of it starts, and no consent is taken back, meanwhile.
    """
    Course.objects.locked(session.course_id)
    session = Session.objects.locked(session.pk)
    refuse_others_at_home(session, by)
    if phase_at(session, "started"):
        raise Refused("started", "This session has already begun.")
    refuse_ended(session.course)
    shut = [gate for gate in gates_of(session, now=at) if not gate.lets_through]
    if shut:
        names = [f"{gate.title}: {gate.says}" for gate in shut]
        raise Refused("gates-shut", f"Not yet. {'; '.join(names)}", names)
    refuse_blocked_now(session, at)
    if presence.of(session, now=at).alone is not False:
        # Nobody has signed in: whoever starts the medicine is the one who is there.
        enter_room(session, by, at=at, by=by)
    return write_phase(session, "started", at=at, by=by)


def refuse_ended(course: Course) -> None:
    """Nobody is given medicine on a road that a review has ended."""
    review = Review.objects.standing().filter(course=course).order_by("-at", "-pk").first()
    if review and review.choice in pathway.ENDED:
        chosen = review.choice.replace("_", " ")
        raise Refused(
            "ended", f"The last review of this course decided: {chosen}. Review it again first."
        )


def refuse_blocked_now(session: Session, now: datetime) -> None:
    """The order was checked when it was signed; another session may have begun since [DCK-08]."""
    order = session.order_set.standing().get()
    given_at = begins_at(session, now)
    checks = checks_of(session, order.route, dose_of(order), now=now, given_at=given_at)
    if says := " ".join(check.says for check in checks if check.level == "block"):
        raise Refused("blocked", f"The order can no longer be given as it was signed. {says}")


def begins_at(session: Session, now: datetime) -> datetime:
    """When a session that starts now counts as begun: as planned, where that is minutes away."""
    planned = plan_of(session).planned_for
    return planned if now < planned <= now + BEFORE_ITS_TIME else now


def dose_of(order: Order) -> Dose:
    same = {name: getattr(order, name) for name in SAME}
    return Dose(mg=order.dose_mg, pump_steps=steps_of(order.pump_steps), **same)


def steps_of(kept: list[tuple[int, str]]) -> tuple[monitoring.PumpStep, ...]:
    return tuple(monitoring.PumpStep(minutes, Decimal(mg)) for minutes, mg in kept)


def nasal_of(word: str) -> monitoring.Nasal | None:
    """What gives the spray, of the words that are known."""
    known: dict[str, monitoring.Nasal] = {"device": "device", "compounded": "compounded"}
    return known.get(word)


def gates_of(session: Session, *, now: datetime) -> tuple[pathway.Gate, ...]:
    """The gates of a session at a moment, its person screened again with what is known by then."""
    courses = Course.objects.filter(pk=session.course_id)
    ((course, facts),) = course_pathway.facts_of(courses, now=now).items()
    if session.number not in {each.number for each in facts.sessions if each.started_at}:
        facts = looked_at_again(course, facts, now=now)
    return course_pathway.gates(course, facts, session.number, now=now)


@transaction.atomic
def override_gate(
    session: Session, gate: str, *, reason: str, at: datetime, by: User
) -> GateOverride:
    """Let a gate be passed, as the prescriber, with a reason that stays beside it.

    Refused for a gate that nobody may pass: consent, a stop, a reading far outside.
    """
    session = Session.objects.locked(session.pk)
    refuse_override(session, gate, at=at, by=by)
    refuse_short(reason, f"Give the reason in at least {SHORTEST_REASON} letters; it is kept.")
    row: GateOverride = GateOverride.objects.create(
        session=session,
        gate=gate,
        reason=reason.strip(),
        corrects=session.gateoverride_set.newest(gate=gate),
        at=at,
        by=by,
    )
    audit.record(
        by,
        "override gate",
        person=session.course.person,
        about=f"session:{session.pk}",
        gate=gate,
        reason=reason.strip(),
    )
    return row


def refuse_override(session: Session, gate: str, *, at: datetime, by: User) -> None:
    if not by.has_role("prescriber"):
        raise Refused("not-prescriber", "Only a prescriber can pass a gate.")
    refuse_strangers(session, by, "override gates")
    found = next((each for each in gates_of(session, now=at) if each.id == gate), None)
    if found is None or found.overridable_by is None:
        title = found.title if found else gate
        raise Refused("not-overridable", f"{title}: nobody may pass this as it stands.")


def phase_at(session: Session, phase: str) -> datetime | None:
    rows = session.phase_set.standing().filter(phase=phase).order_by("-at")
    at: datetime | None = rows.values_list("at", flat=True).first()
    return at


def write_phase(session: Session, phase: str, *, at: datetime, by: User, **also: Any) -> Phase:
    row: Phase = Phase.objects.create(session=session, phase=phase, at=at, by=by, **also)
    audit.record(
        by, f"session {phase}", person=session.course.person, about=f"session:{session.pk}"
    )
    live.tell(session, "phase")
    return row


@transaction.atomic
def stop_session(
    session: Session,
    *,
    words: str = "",
    at: datetime,
    by: User,
    client_id: UUID | None = None,
    arrived: datetime | None = None,
) -> Phase:
    """The medicine has ended, as planned or before its time.

    The stop and its time are kept at once, whatever is missing: before its time without words a
    notice asks for the reason and the amount. `arrived` is when one that waited on a tablet came.
    """
    session = Session.objects.locked(session.pk)
    refuse_others_at_home(session, by)
    if client_id and (found := Phase.objects.filter(client_id=client_id).first()):
        kept: Phase = found
        return kept
    if not phase_at(session, "started"):
        raise Refused("not-started", "This session has not begun.")
    if stopped := phase_at(session, "stopped"):
        when = stopped.astimezone(session.course.person.practice.zone)
        raise Refused("stopped", f"The medicine was already stopped, at {when:%H:%M}.")
    end = session_facts.giving(session).infusion_end
    row = write_phase(session, "stopped", at=at, by=by, words=words, client_id=client_id)
    if end and at < end - EARLY and is_blank(words):
        owe_reason(row, at=arrived or at)
    return row


def owe_reason(stop: Phase, *, at: datetime) -> None:
    """Ask for why the medicine was stopped before its time; call it inside the deed."""
    session, short = stop.session, cut_short.of(stop.session)
    clock = stop.at.astimezone(session.course.person.practice.zone)
    beside = f" By the pump's rates it was about {said(short.in_mg)} (calculated)." if short else ""
    new_notice(
        session.course.person,
        kind=stop_owed.KIND,
        level="yellow",
        says=f"Medicine stopped at {clock:%H:%M}, before its time: the reason is still missing",
        do=f"Write why it was stopped, and how much of the dose went in.{beside}",
        session=session,
        at=at,
        by=stop.by,
    )
