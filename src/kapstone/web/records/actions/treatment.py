"""Deeds of a medicine session itself: order, start, stop, score, home."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from kapstone import monitoring, pathway
from kapstone.web.accounts.models import User
from kapstone.web.records import access, audit, presence, session_facts
from kapstone.web.records import pathway as course_pathway
from kapstone.web.records.actions.sessions import enter_room, plan_of
from kapstone.web.records.models import (
    Course,
    Discharge,
    DischargeScore,
    GateOverride,
    Order,
    Phase,
    Review,
    Session,
)
from kapstone.web.records.refusals import SHORTEST_REASON, Refused, refuse_short
from kapstone.web.records.rescreening import looked_at_again

ORDER_MEANING = "I have reviewed this person's record and order this dose."
# An infusion that ends within this of its time has gone in as ordered.
EARLY = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """A dose as it was typed: milligrams, minutes, the weight it is for and the vial's strength.

    `diluted` says whether what is in the vial is diluted before it is given.
    """

    mg: Decimal
    over_min: int | None
    weight_kg: float
    weight_at: datetime
    concentration_mg_ml: Decimal | None = None
    diluted: bool | None = None


@transaction.atomic
def sign_order(session: Session, dose: Dose, *, reason: str = "", at: datetime, by: User) -> Order:
    """Sign an order; a dose outside the ranges of the literature needs a reason, a block has none.

    Nothing here proposes a dose: the checks only say where a typed dose stands.
    """
    access.refuse_others(by, "sign orders")
    session = Session.objects.locked(session.pk)
    if phase_at(session, "started"):
        raise Refused("started", "The session has begun; its order can no longer be changed.")
    route = plan_of(session).route
    checks = checks_of(session, route, dose, now=at)
    refuse_unreasoned(checks, reason)
    order: Order = Order.objects.create(
        session=session,
        route=route,
        dose_mg=dose.mg,
        over_min=dose.over_min,
        weight_kg=dose.weight_kg,
        weight_at=dose.weight_at,
        concentration_mg_ml=dose.concentration_mg_ml,
        diluted=dose.diluted,
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


def checks_of(
    session: Session, route: str, dose: Dose, *, now: datetime
) -> tuple[monitoring.OrderCheck, ...]:
    """Where a typed order stands against the limits for orders and the person's own history."""
    # "Weighed today" means the practice's day.
    now = now.astimezone(session.course.person.practice.zone)
    review = Review.objects.standing().filter(course=session.course).order_by("-at").first()
    order = monitoring.Order(
        route=route,
        dose_mg=dose.mg,
        weight_kg=dose.weight_kg,
        weight_at=dose.weight_at,
        over_min=dose.over_min,
        concentration_mg_ml=dose.concentration_mg_ml,
        diluted=dose.diluted,
        age=session.course.person.age(now.date()),
        phase="maintenance" if review and review.choice == "maintenance" else "course",
        sessions_since_review=sessions_since(session.course, review),
    )
    history = history_of(session)
    return monitoring.check_order(order, history=history, first=not history, now=now)


def sessions_since(course: Course, review: Review | None) -> int:
    """How many sessions of the course have begun since its last review."""
    begun = Phase.objects.standing().filter(session__course=course, phase="started")
    return int((begun.filter(at__gt=review.at) if review else begun).count())


def history_of(session: Session) -> tuple[monitoring.PastDose, ...]:
    """The doses this person was given before, on any course, in order of time."""
    orders = (
        Order.objects.standing()
        .filter(session__course__person=session.course.person)
        .exclude(session=session)
        .select_related("session")
    )
    given = [(phase_at(order.session, "started"), order) for order in orders]
    return tuple(
        monitoring.PastDose(at=started, route=order.route, dose_mg=order.dose_mg)
        for started, order in sorted(
            ((at, order) for at, order in given if at), key=lambda pair: pair[0]
        )
    )


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
    if phase_at(session, "started"):
        raise Refused("started", "This session has already begun.")
    refuse_ended(session.course)
    shut = [gate for gate in gates_of(session, now=at) if not gate.lets_through]
    if shut:
        names = "; ".join(f"{gate.title}: {gate.says}" for gate in shut)
        raise Refused("gates-shut", f"Not yet. {names}")
    refuse_blocked_now(session, at)
    if presence.of(session, now=at).alone is not False:
        # Nobody has signed in: whoever starts the medicine is the one who is there.
        enter_room(session, by, at=at, by=by)
    return write_phase(session, "started", at=at, by=by)


def refuse_ended(course: Course) -> None:
    """Nobody is given medicine on a road that a review has ended."""
    review = Review.objects.standing().filter(course=course).order_by("-at", "-pk").first()
    if review and review.choice in pathway.ENDED:
        said = review.choice.replace("_", " ")
        raise Refused(
            "ended", f"The last review of this course decided: {said}. Review it again first."
        )


def refuse_blocked_now(session: Session, now: datetime) -> None:
    """The order was checked when it was signed; another session may have begun since [DCK-08]."""
    order = session.order_set.standing().get()
    checks = checks_of(session, order.route, dose_of(order), now=now)
    if says := " ".join(check.says for check in checks if check.level == "block"):
        raise Refused("blocked", f"The order can no longer be given as it was signed. {says}")


def dose_of(order: Order) -> Dose:
    return Dose(
        mg=order.dose_mg,
        over_min=order.over_min,
        weight_kg=order.weight_kg,
        weight_at=order.weight_at,
        concentration_mg_ml=order.concentration_mg_ml,
        diluted=order.diluted,
    )


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
    found = next((each for each in gates_of(session, now=at) if each.id == gate), None)
    if found is None or found.overridable_by is None:
        title = found.title if found else gate
        raise Refused("not-overridable", f"{title}: nobody may pass this as it stands.")


def phase_at(session: Session, phase: str) -> datetime | None:
    rows = session.phase_set.standing().filter(phase=phase).order_by("-at")
    at: datetime | None = rows.values_list("at", flat=True).first()
    return at


def write_phase(session: Session, phase: str, *, at: datetime, by: User, words: str = "") -> Phase:
    row: Phase = Phase.objects.create(session=session, phase=phase, words=words, at=at, by=by)
    audit.record(
        by, f"session {phase}", person=session.course.person, about=f"session:{session.pk}"
    )
    return row


@transaction.atomic
def stop_session(session: Session, *, words: str = "", at: datetime, by: User) -> Phase:
    """The medicine has ended, as planned or before its time."""
    session = Session.objects.locked(session.pk)
    if not phase_at(session, "started"):
        raise Refused("not-started", "This session has not begun.")
    if phase_at(session, "stopped"):
        raise Refused("stopped", "The medicine was already stopped.")
    end = session_facts.giving(session).infusion_end
    if end and at < end - EARLY and not words.strip():
        raise Refused("no-words", "Before its time: say why, and how much of the dose went in.")
    return write_phase(session, "stopped", at=at, by=by, words=words)


@transaction.atomic
def score_discharge(
    session: Session, tool: str, answers: Mapping[str, int], *, at: datetime, by: User
) -> DischargeScore:
    """Score Aldrete or modified PADSS; an item that was left out leaves no total."""
    session = Session.objects.locked(session.pk)
    if Discharge.objects.filter(session=session).exists():
        raise Refused("home", "This person has already gone home; the score of then stays.")
    score = monitoring.score_discharge(tool, answers)
    row: DischargeScore = DischargeScore.objects.create(
        session=session,
        tool=tool,
        answers=dict(answers),
        total=score.total,
        corrects=session.dischargescore_set.newest(tool=tool),
        at=at,
        by=by,
    )
    audit.record(
        by,
        "score discharge",
        person=session.course.person,
        about=f"session:{session.pk}",
        tool=tool,
    )
    return row


@transaction.atomic
def discharge(session: Session, told: Mapping[str, Any], *, at: datetime, by: User) -> Discharge:
    """The person goes home: refused without an escort, or while a criterion is not met.

    A prescriber may let somebody go against a criterion, with a reason that is kept.
    """
    access.refuse_others(by, "discharge")
    session = Session.objects.locked(session.pk)
    if not phase_at(session, "stopped"):
        raise Refused("not-stopped", "Stop the medicine first.")
    if Discharge.objects.filter(session=session).exists():
        raise Refused("home", "This person has already gone home.")
    if not str(told.get("escort_name", "")).strip():
        raise Refused("no-escort", "Name the adult who takes them home.")
    criteria = criteria_of(session, told, now=at)
    reason = str(told.get("override_reason", "")).strip()
    refuse_not_ready(criteria, reason, by)
    row: Discharge = Discharge.objects.create(
        session=session,
        escort_name=str(told["escort_name"]).strip(),
        escort_phone=told.get("escort_phone", ""),
        criteria=[asdict(each) for each in criteria],
        override_reason=reason,
        signed_name=by.signed_name,
        at=at,
        by=by,
    )
    audit.record(by, "discharge", person=session.course.person, about=f"session:{session.pk}")
    return row


def criteria_of(
    session: Session, told: Mapping[str, Any], *, now: datetime
) -> tuple[monitoring.Criterion, ...]:
    """Every discharge criterion of the route: met, not met, or not known."""
    return monitoring.ready_to_leave(leaving_of(session, told), now=now)


def leaving_of(session: Session, told: Mapping[str, Any]) -> monitoring.Leaving:
    """What is known of somebody who wants to go home; `told` answers what has to be asked."""
    rows = list(session.reading_set.standing().order_by("at"))
    stopped = phase_at(session, "stopped")
    scores = {row.tool: row.answers for row in session.dischargescore_set.standing()}
    return monitoring.Leaving(
        route=plan_of(session).route,
        started_at=phase_at(session, "started"),
        ended_at=stopped,
        last_dose_at=stopped,
        readings=[row.to_core() for row in rows if not row.resting],
        resting=monitoring.resting_values([row.to_core() for row in rows if row.resting]),
        aldrete=scored("aldrete", scores),
        padss=scored("padss", scores),
        asked={key: value for key, value in told.items() if key.startswith("DIS-")},
    )


def scored(tool: str, scores: Mapping[str, Mapping[str, int]]) -> monitoring.DischargeScore | None:
    return monitoring.score_discharge(tool, scores[tool]) if tool in scores else None


def refuse_not_ready(criteria: tuple[monitoring.Criterion, ...], reason: str, by: User) -> None:
    open_ones = [each for each in criteria if each.met is not True]
    if not open_ones:
        return
    if len(reason) >= SHORTEST_REASON and by.has_role("prescriber"):
        return
    says = "; ".join(each.label for each in open_ones)
    raise Refused(
        "not-ready",
        f"Not ready to go home: {says}. A prescriber may decide otherwise, with a reason of at "
        f"least {SHORTEST_REASON} letters.",
    )
