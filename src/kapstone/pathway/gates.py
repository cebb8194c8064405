"""The gates before a medicine session: what must hold, and what is still missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import permutations
from typing import cast

from kapstone.knowledge.dose_day import Check, checklist, route_named
from kapstone.pathway.answers import Gate, GateState, Role
from kapstone.pathway.facts import Answer, Consent, CourseFacts, Screening, SessionFacts, Signature
from kapstone.pathway.long_term import LongTermFacts, holding
from kapstone.pathway.resting import Finding, judge_breathing, judge_heart, judge_pressure
from kapstone.pathway.rows import GateRow, gate_rows
from kapstone.pathway.words import day, on_day, same_day

COURSE_GATES = ("screening", "consent")
FROM_RESTING = ("PRE-17", "PRE-18", "PRE-19")
MOST_NAMED = 3


def may_start(gates: Iterable[Gate]) -> bool:
    """Whether every gate lets the session start; no gates at all is no permission."""
    answers = [gate.lets_through for gate in gates]
    return bool(answers) and all(answers)


def gates(facts: CourseFacts, session_number: int, *, now: datetime) -> tuple[Gate, ...]:
    """Every gate before that medicine session, in the order they are worked through.

    `now` must be aware and in the practice's zone: "today" is its day, and what was ticked or
    passed on another day is not known any more. A session that has begun is judged at its start.
    Without a signed order there is no route, so the checklist's gates are absent and the order
    gate keeps the session shut.
    """
    session = facts.session(session_number)
    if session.started_at is not None:
        now = min(now, session.started_at.astimezone(now.tzinfo))
    findings = {
        "order": _order(session, now),
        "risk_notice": _risk_notice(facts),
        "risk_review": _risk_review(facts.unreviewed_risk),
        "red_notice": _red_notice(session, now),
        "PRE-05": _risk(session, now),
        "PRE-17": judge_pressure(session.resting, age=facts.age, at_home=session.at_home, now=now),
        "PRE-18": judge_heart(session.resting, now),
        "PRE-19": judge_breathing(session.resting, now),
    }
    if session.asked_alone is not None:
        findings["together"] = _together(session.asked_alone)
    if facts.long_term is not None and (held := _long_term(facts.long_term, now)):
        findings["long_term"] = held
    if not session.at_home:
        findings["PRE-24"] = _escort(_today(session.escort, now))
    judged = [_judged(gate_rows()[name], found, session, now) for name, found in findings.items()]
    screening = course_gate("screening", facts, now=now)
    agreed = _judged(gate_rows()["consent"], _consent_to(facts, session, now), session, now)
    return (screening, agreed, *judged, *_ticked(session, now))


def course_gate(name: str, facts: CourseFacts, *, now: datetime) -> Gate:
    """The `screening` or the `consent` gate: the same for every session, and nobody's to pass."""
    found = {"screening": _screening, "consent": _consent}[name]
    return _judged(gate_rows()[name], found(facts, now), SessionFacts(number=0), now)


def _judged(row: GateRow, finding: Finding, session: SessionFacts, now: datetime) -> Gate:
    by = row.overridable_by if finding.may_override else None
    reason = _reason(row.id, session, now) if by and finding.state != "ok" else None
    return Gate(
        id=row.id,
        title=row.title,
        state="overridden" if reason else finding.state,
        says=finding.says,
        who=row.who,
        overridable_by=by,
        evidence=row.evidence,
        sources=row.sources,
        reason=reason,
    )


def _reason(id: str, session: SessionFacts, now: datetime) -> str | None:
    """Why a prescriber passed this gate today; a newer reading or answer has to be judged anew."""
    passed = session.overrides.get(id)
    if passed is None or not _of_today(passed.at, now):
        return None
    newer = any(passed.at < at <= now for at in _weighed(id, session))
    return None if newer else passed.reason.strip() or None


def _weighed(id: str, session: SessionFacts) -> list[datetime]:
    """When that came to be known which a prescriber weighs at the gate."""
    if id in FROM_RESTING:
        return [each.at for each in session.resting]
    return [session.cssrs_at] if id == "PRE-05" and session.cssrs_at else []


def _of_today(at: datetime, now: datetime) -> bool:
    return at <= now and same_day(at, now)


def _today(answer: Answer | None, now: datetime) -> bool | None:
    """What was answered today; last week's yes says nothing of today."""
    return answer.ok if answer is not None and _of_today(answer.at, now) else None


def _ticked(session: SessionFacts, now: datetime) -> list[Gate]:
    if session.order_route is None:
        return []
    hard = [check for check in checklist(session.order_route) if check.gate == "hard"]
    return [_tick(check, session, now) for check in hard if check.judged_from is None]


def _tick(check: Check, session: SessionFacts, now: datetime) -> Gate:
    states: dict[bool | None, GateState] = {True: "ok", False: "open", None: "unknown"}
    answer = session.checks.get(check.id)
    state, lacks = states[_today(answer, now)], ""
    if answer and state == "ok":
        lacks = second_missing(check, [each for each in answer.signed if _of_today(each.at, now)])
        state = "open" if lacks else state
    reason = _reason(check.id, session, now) if check.overridable_by and state != "ok" else None
    return Gate(
        id=check.id,
        title=check.label,
        state="overridden" if reason else state,
        says=lacks or check.passes,
        who=cast("tuple[Role, ...]", check.who),
        overridable_by=check.overridable_by,
        evidence=(check.id,),
        sources=check.sources,
        reason=reason,
    )


def second_missing(check: Check, signed: Sequence[Signature]) -> str:
    """Who still has to sign a line that two people sign; empty when nobody has to."""
    pairs = permutations(signed, 2)
    if not check.second or any(_is_pair(check, *pair) for pair in pairs):
        return ""
    names = " and ".join(dict.fromkeys(each.name for each in signed)) or "nobody"
    wanted = dict.fromkeys(role for each in signed for role in _partners(check, each))
    roles = " or ".join(role.replace("_", " ") for role in wanted or check.who)
    return f"Ticked by {names}; second person missing: {roles}"


def _is_pair(check: Check, first: Signature, second: Signature) -> bool:
    fits = first.roles & set(check.who) and second.roles & set(check.second)
    return first.by != second.by and bool(fits)


def _partners(check: Check, one: Signature) -> tuple[str, ...]:
    """Whose signature makes this one a pair."""
    after = check.second if one.roles & set(check.who) else ()
    before = check.who if one.roles & set(check.second) else ()
    return (*after, *before)


def _screening(facts: CourseFacts, now: datetime) -> Finding:
    screening = facts.screening
    if screening.decision is None or screening.signed_at is None:
        return Finding("unknown", "No signed screening decision")
    words = screening.decision.replace("_", " ").capitalize()
    signed = f"{words}, signed {day(screening.signed_at, now)}"
    if screening.signed_by:
        signed += f" by {screening.signed_by}"
    if screening.decision in ("not_yet", "another_path"):
        return Finding("stop", signed)
    return _still_holds(screening, signed, now)


def _still_holds(screening: Screening, signed: str, now: datetime) -> Finding:
    if screening.signed_at is not None and screening.signed_at > now:
        return Finding("open", f"{signed}, which is still to come")
    if screening.stops_since:
        named = named_first(screening.stops_since)
        return Finding("stop", f"Stop since the decision: {named}. {signed}; look again")
    if screening.valid_until is None or screening.knowledge_changed is None:
        return Finding("unknown", f"{signed}; not known whether it still holds")
    if screening.valid_until < now:
        return Finding("open", f"{signed}; ran out on {day(screening.valid_until, now)}")
    if screening.knowledge_changed or screening.settled_since:
        return Finding("open", _look_again(screening, signed))
    return _signed_by_enough(screening, signed, f"in date until {day(screening.valid_until, now)}")


def _look_again(screening: Screening, signed: str) -> str:
    if screening.knowledge_changed:
        return f"{signed}; the rules now find something new, look again"
    named = named_first(screening.settled_since)
    return f"Settled since the decision: {named}. {signed}; look again"


def _signed_by_enough(screening: Screening, signed: str, holds: str) -> Finding:
    """Over some stops a decision needs two prescribers [ENG-07]."""
    if screening.over is None:
        return Finding("unknown", f"{signed}; not known whether over a stop")
    if not screening.over:
        return Finding("ok", f"{signed}; {holds}")
    signed += f" over {named_first(screening.over)}"
    if screening.second_by is None:
        return Finding("open", f"{signed}; a second prescriber has to sign too")
    return Finding("ok", f"{signed}; {screening.second_by} signed too; {holds}")


def named_first(titles: Sequence[str]) -> str:
    """The first few, and how many there are besides."""
    more = len(titles) - MOST_NAMED
    return ", ".join(titles[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _consent(facts: CourseFacts, now: datetime) -> Finding:
    consent = facts.consent
    if consent.withdrawn:
        when = f" {on_day(consent.withdrawn_at, now)}" if consent.withdrawn_at else ""
        return Finding("stop", f"Consent was withdrawn{when}")
    if consent.version is None or consent.signed_at is None:
        return Finding("unknown", "No signed consent")
    signed = f"Consent {consent.version}, signed {day(consent.signed_at, now)}"
    if consent.signed_at > now:
        return Finding("open", f"{signed}, which is still to come")
    return _in_force(consent, signed, now)


def _consent_to(facts: CourseFacts, session: SessionFacts, now: datetime) -> Finding:
    """The consent in force, and that its words told of the route ordered [CON-43]."""
    found, told, route = _consent(facts, now), facts.consent.routes, session.order_route
    if found.state != "ok" or route is None or (told is not None and route in told):
        return found
    if told is None:
        return Finding("unknown", f"{found.says}; not known for which route")
    ordered = route_named(route).label
    return Finding("open", f"{found.says}, does not tell of {ordered}; ask for consent again")


def _in_force(consent: Consent, signed: str, now: datetime) -> Finding:
    expires = consent.expires_at
    if expires is None or consent.withdrawn is None or consent.current_version is None:
        return Finding("unknown", f"{signed}; not known whether it still holds")
    if expires <= now:
        return Finding("open", f"{signed}; ran out on {day(expires, now)}")
    if consent.version != consent.current_version:
        return Finding("open", f"{signed}; the text is now {consent.current_version}, sign again")
    return Finding("ok", signed)


def _order(session: SessionFacts, now: datetime) -> Finding:
    if session.order_route is None or session.order_signed_at is None:
        return Finding("unknown", f"No signed order for session {session.number}")
    said = session.order_says or route_named(session.order_route).short
    if session.order_signed_at > now:
        return Finding("open", f"Order {said}: signed in the future, check the clock")
    found = f"Order {said}, signed {day(session.order_signed_at, now)}"
    if session.planned_route is None:
        return Finding("unknown", f"{found}; not known by which route it is planned")
    if session.planned_route != session.order_route:
        ordered, planned = route_named(session.order_route), route_named(session.planned_route)
        tells = f"the order is for {ordered.label}, the plan for {planned.label}"
        return Finding("open", f"{found}; {tells}: sign an order for the plan, or change the plan")
    return Finding("ok", found)


def _risk_notice(facts: CourseFacts) -> Finding:
    if facts.open_risk_notice is None:
        return Finding("unknown", "Not known whether a risk notice is waiting")
    if facts.open_risk_notice:
        return Finding("stop", risk_waits(facts))
    return Finding("ok", "No risk notice is waiting")


def risk_waits(facts: CourseFacts) -> str:
    """What an open notice of suicide risk waits for."""
    if facts.risk_answered:
        return "A suicide-risk notice was answered and waits to be closed"
    return "A suicide-risk notice waits for a clinician's answer"


def _risk_review(unreviewed: bool | None) -> Finding:
    """An urgent answer blocks dosing until it was reviewed; closing its notice does not open it."""
    if unreviewed is None:
        return Finding("unknown", "Not known whether an urgent risk answer waits for review")
    if unreviewed:
        return Finding(
            "stop", "An urgent risk answer waits for a prescriber's or therapist's review"
        )
    return Finding("ok", "No urgent risk answer waits for review")


def _red_notice(session: SessionFacts, now: datetime) -> Finding:
    """What a red notice says stands until a prescriber answers it, or somebody closes it."""
    if session.red_notices is None:
        return Finding("unknown", "Not known whether a red notice of this session waits")
    waits = [each.says for each in session.red_notices if each.at <= now]
    if not waits:
        return Finding("ok", "No red notice of this session waits")
    return Finding("stop", f"Waits for a prescriber's answer, or to be closed: {' '.join(waits)}")


def _long_term(facts: LongTermFacts, now: datetime) -> Finding | None:
    """What was found over months holds the dose, and so does what nobody looked at for too long."""
    held = holding(facts, now=now)
    if not held:
        return None
    state: GateState = "stop" if any(each.state == "found" for each in held) else "open"
    return Finding(state, " ".join(f"{each.says.rstrip('.')}." for each in held[:MOST_NAMED]), True)


def _together(settled: bool) -> Finding:
    """The same words whatever is missing: who looks over a shoulder learns nothing [CPL-02]."""
    if settled:
        return Finding("ok", "Each was asked alone")
    return Finding("open", "Not settled yet: each is asked alone first. Until then plan them apart")


def _risk(session: SessionFacts, now: datetime) -> Finding:
    """The C-SSRS since last contact; anything but today's calm answer needs a clinician."""
    if session.cssrs_risk is None or session.cssrs_at is None:
        return Finding("unknown", "C-SSRS since last contact not answered")
    asked = f"C-SSRS {on_day(session.cssrs_at, now)}"
    if session.cssrs_risk == "si_urgent":
        return Finding("stop", f"{asked}: urgent; stay with the person, prescriber now")
    if session.cssrs_at > now or not same_day(session.cssrs_at, now):
        return Finding("open", f"{asked}: ask again today")
    if session.cssrs_risk == "none":
        return Finding("ok", f"{asked}: no thoughts of suicide")
    if session.at_home is not False:
        return Finding("stop", f"{asked}: thoughts of suicide; not at home, prescriber now")
    return Finding("open", f"{asked}: thoughts of suicide; prescriber decides, safety plan", True)


def _escort(named: bool | None) -> Finding:
    if named is None:
        return Finding("unknown", "Nobody has said who takes the person home", True)
    if not named:
        return Finding("open", "Nobody to take the person home", True)
    return Finding("ok", "An adult is named to take the person home")
