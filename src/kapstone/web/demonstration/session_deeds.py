"""The deeds of a medicine session in a synthetic life, from the order to the way home."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from kapstone import monitoring, synthesis
from kapstone.web.accounts.models import User
from kapstone.web.demonstration import agreeing, first_visit, next_steps, sheets
from kapstone.web.demonstration import sessions as running
from kapstone.web.demonstration.life import Life
from kapstone.web.records.actions import (
    leaving,
    notices,
    pump,
    readings,
    screening,
    sessions,
    treatment,
)
from kapstone.web.records.models import Consent, Notice, ScreeningDecision, Session

OVER_MIN = {"iv": 40}
STRENGTH_MG_ML = {"iv": Decimal(50)}
IN_PUMP_MG_ML = Decimal(1)
# An infusion begins with a fifth of its dose over the first ten minutes.
FIRST_MIN, FIRST_SHARE = 10, 5
BOOSTER_MG, BOOSTER_AFTER_MIN = Decimal(10), 12
HELD_MIN = 12
SLOWED_AT_MIN, SLOWED_TO_MG_H = 10, Decimal(30)
SIGNS = {"moaas": "sedation_moaas"}


def look_again(life: Life, at: datetime, by: User) -> None:
    """A decision and a consent run out; a course of a year renews both before the next dose."""
    soon = at + timedelta(days=2)
    decided = ScreeningDecision.objects.standing().filter(course=life.course).latest("at")
    if decided.valid_until < soon:
        first_visit.look_again(life, at=at, by=by)
        words = "Looked at again with the person; nothing new stands against it."
        screening.decide_screening(
            life.course, decision=decided.decision, reason=words, at=at, by=by
        )
    signed = Consent.objects.standing().filter(course=life.course).latest("at")
    if signed.expires_at < soon:
        agreeing.agree(life, signed.signed_name, at)


def sign_order(life: Life, event: synthesis.Event) -> None:
    what, mg = event.what, Decimal(str(event.what["dose_mg"]))
    look_again(life, event.at - timedelta(minutes=5), life.who(event.by))
    treatment.sign_order(
        life.sessions[what["session"]],
        treatment.Dose(
            mg=mg,
            over_min=OVER_MIN.get(what["route"]),
            weight_kg=what["weight_kg"],
            weight_at=event.at - timedelta(hours=1),
            concentration_mg_ml=STRENGTH_MG_ML.get(what["route"]),
            **parts_of(what["route"], mg),
        ),
        reason=what["words"],
        at=event.at,
        by=life.who(event.by),
    )


def parts_of(route: str, mg: Decimal) -> dict[str, Any]:
    """What an order of the route says besides its milligrams."""
    first = mg / FIRST_SHARE
    steps = [(FIRST_MIN, first), (OVER_MIN["iv"] - FIRST_MIN, mg - first)]
    of_route: dict[str, dict[str, Any]] = {
        "iv": {
            "diluted": True,
            "pump_mg_ml": IN_PUMP_MG_ML,
            "pump_steps": tuple(monitoring.PumpStep(minutes, each) for minutes, each in steps),
        },
        "im": {"booster_mg": BOOSTER_MG, "booster_after_min": BOOSTER_AFTER_MIN},
        "sl": {"hold_min": HELD_MIN, "spit": True},
    }
    return of_route.get(route, {})


def record_check(life: Life, event: synthesis.Event) -> None:
    session = life.sessions[event.what["session"]]
    check = event.what["check"]
    if check in asked_of(life.routes[event.what["session"]]):
        words = event.what.get("words", "")
        by = life.who(event.by)
        sessions.record_check(session, check, ok=event.what["ok"], words=words, at=event.at, by=by)


def asked_of(route: str) -> set[str]:
    """The checks that somebody ticks; the others are judged from readings and answers."""
    return {each.id for each in monitoring.checklist(route) if each.judged_from in {None, "escort"}}


def record_resting(life: Life, event: synthesis.Event) -> None:
    reading(life, event, resting=True)


def record_reading(life: Life, event: synthesis.Event) -> None:
    reading(life, event, resting=False)
    if event.what["at_min"] == SLOWED_AT_MIN and runs_still(life, event):
        words = "A little anxious: slower for the rest, with the prescriber."
        mg_h = SLOWED_TO_MG_H
        session = life.sessions[event.what["session"]]
        pump.set_pump(session, mg_h, words=words, at=event.at, by=life.who(event.by))


def runs_still(life: Life, event: synthesis.Event) -> bool:
    """Whether the infusion of this event is one that a visitor finds running."""
    key = event.what["session"]
    ended = {each.what["session"] for each in life.told.events if each.deed == "stop_session"}
    return life.routes[key] == "iv" and key not in ended


def reading(life: Life, event: synthesis.Event, *, resting: bool) -> None:
    signs = {
        SIGNS.get(name, name): float(value)
        for name, value in event.what.items()
        if name not in {"session", "at_min"}
    }
    readings.record_reading(
        life.sessions[event.what["session"]],
        signs,
        resting=resting,
        at=event.at,
        by=life.who(event.by),
    )


def enter_room(life: Life, event: synthesis.Event) -> None:
    session, who = life.sessions[event.what["session"]], life.who(event.what["who"])
    answer_what_does_not_apply(life, event)
    sessions.enter_room(session, who, at=event.at, by=who)


def answer_what_does_not_apply(life: Life, event: synthesis.Event) -> None:
    """The lines of the checklist that the synthesis leaves out, once, before the first one enters.

    The escort stays open where the story leaves it open.
    """
    session = life.sessions[event.what["session"]]
    answered = set(session.checkanswer_set.values_list("check_id", flat=True)) | {"PRE-24"}
    for check in sorted(asked_of(life.routes[event.what["session"]]) - answered):
        for role in synthesis.roles_that_tick(check):
            words, by = "Does not apply", life.staff_in(role)
            sessions.record_check(session, check, ok=True, words=words, at=event.at, by=by)


def leave_room(life: Life, event: synthesis.Event) -> None:
    session, who = life.sessions[event.what["session"]], life.who(event.what["who"])
    sessions.leave_room(session, who, at=event.at, by=who)


def decide_about_risk(life: Life, session: Session, at: datetime) -> None:
    """A passing wish on the screener of the day shuts a gate that the prescriber decides about."""
    for gate in treatment.gates_of(session, now=at):
        if gate.id == "PRE-05" and gate.overridable_by and not gate.lets_through:
            words = (
                "Seen together before the session: a passing wish, no plan, no intent. We go on."
            )
            treatment.override_gate(
                session, gate.id, reason=words, at=at, by=life.staff_in("prescriber")
            )


def start_session(life: Life, event: synthesis.Event) -> None:
    session = life.sessions[event.what["session"]]
    decide_about_risk(life, session, event.at)
    next_steps.keep_up(life, session.number, event.at)
    treatment.start_session(session, at=event.at, by=life.who(event.by))


def mark(life: Life, event: synthesis.Event, kind: str, **told: Any) -> None:
    session, by = life.sessions[event.what["session"]], life.who(event.by)
    sessions.mark(session, kind=kind, **told, at=event.at, by=by)


def record_mark(life: Life, event: synthesis.Event) -> None:
    mark(life, event, "state", mark=event.what["mark"])


def record_touch(life: Life, event: synthesis.Event) -> None:
    mark(life, event, "touch", mark=event.what["mark"], area=event.what["area"])


def record_music(life: Life, event: synthesis.Event) -> None:
    mark(life, event, "music", mark="music", words=event.what["words"])


def record_side_effect(life: Life, event: synthesis.Event) -> None:
    what = event.what
    mark(life, event, "side_effect", mark=what["effect"], severity=what["severity"])


def stop_session(life: Life, event: synthesis.Event) -> None:
    treatment.stop_session(
        life.sessions[event.what["session"]],
        words=event.what["reason"],
        at=event.at,
        by=life.who(event.by),
    )


def score_discharge(life: Life, event: synthesis.Event) -> None:
    session, by = life.sessions[event.what["session"]], life.who(event.by)
    running.settle(session, at=event.at, by=by)
    for tool in ("aldrete", "padss"):
        items = [item.id for item in monitoring.tools()[tool].items]
        answers = sheets.by_place(items, event.what[tool])
        leaving.score_discharge(session, tool, answers, at=event.at, by=by)


def discharge(life: Life, event: synthesis.Event) -> None:
    session = life.sessions[event.what["session"]]
    told = {"escort_name": event.what["escort"], "escort_phone": event.what["phone"]}
    close_notices(session, event.at, life.who(event.by))
    running.answer_all(session, at=event.at, by=life.who(event.by))
    leaving.discharge(session, told, at=event.at, by=life.who(event.by))


def close_notices(session: Session, at: datetime, by: User) -> None:
    """Before the way home somebody answers what crossed a limit."""
    for notice in Notice.objects.filter(session=session).open():
        words = "Stayed beside them and took it again; it settled."
        notices.answer_notice(notice, words=words, closes=True, at=at, by=by)
