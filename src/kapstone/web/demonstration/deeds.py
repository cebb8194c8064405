"""Each deed of a synthetic life as the deed of the chart that it stands for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from kapstone import synthesis
from kapstone.intake import alone as asked_alone
from kapstone.web.demonstration import (
    agreeing,
    first_visit,
    intake_answers,
    other_record,
    preparing,
    session_deeds,
    sheets,
)
from kapstone.web.demonstration.life import ROUTES, Life
from kapstone.web.records import couples
from kapstone.web.records.actions import (
    alone,
    consents,
    courses,
    integration,
    messages,
    notices,
    people,
    screening,
    sessions,
)
from kapstone.web.records.models import Consent, Notice
from kapstone.web.records.models.notices import URGENT

What = Mapping[str, Any]
Deed = Callable[[Life, synthesis.Event], None]

REVIEWS = {"more_sessions": "go_on", "good_ending": "ending"}
FACTS = {
    "systolic_bp": "systolic_bp_mmhg",
    "diastolic_bp": "diastolic_bp_mmhg",
    "heart_rate": "heart_rate_bpm",
    "oxygen_saturation": "oxygen_saturation_percent",
    "weight": "weight_kg",
}


def do(life: Life, event: synthesis.Event, *, others: Mapping[str, Life]) -> None:
    """Write one event into the chart."""
    if event.deed == "link_partner":
        link_partner(life, event, others[event.what["partner"]])
    else:
        DEEDS[event.deed](life, event)


def add_person(life: Life, event: synthesis.Event) -> None:
    details = dict(event.what)
    details["birth_date"] = date.fromisoformat(details["birth_date"])
    by = life.staff[event.by]
    life.course_row = people.add_person(details, at=event.at, by=by)
    courses.choose_team(
        life.course,
        prescriber=life.staff_in("prescriber"),
        therapist=life.staff_in("therapist"),
        at=event.at,
        by=by,
    )


def link_partner(life: Life, event: synthesis.Event, partner: Life) -> None:
    """The second of the two to arrive makes the link; who called on the same day find it made."""
    if partner.course_row is not None and couples.couple_of(life.person) is None:
        by = life.who(event.by)
        people.link_couple(life.person, partner.person, at=event.at, by=by)


def answer_alone(life: Life, event: synthesis.Event) -> None:
    """Nobody of the demonstration's couple has anything to fear at home."""
    given = {each.id: asked_alone.NO for each in asked_alone.alone_questions()}
    alone.answer_alone(
        life.person, given, reach="as_usual", reach_words="", at=event.at, by=life.who(event.by)
    )


def book_consultation(life: Life, event: synthesis.Event) -> None:
    courses.book(
        life.course,
        kind="consultation",
        starts_at=datetime.fromisoformat(event.what["at"]),
        minutes=event.what["length_min"],
        who=life.who(event.what["with"]),
        at=event.at,
        by=life.who(event.by),
    )


def hold_consultation(life: Life, event: synthesis.Event) -> None:
    told = {name: event.what[name] for name in ("brings", "hopes", "questions", "fit", "why")}
    told |= {"minutes": 18, "next_step": event.what["next"]}
    courses.hold_consultation(life.course, told, at=event.at, by=life.who(event.by))


def answer_intake(life: Life, event: synthesis.Event) -> None:
    intake_answers.answer(life, event)


def finish_intake(life: Life, event: synthesis.Event) -> None:
    intake_answers.finish(life, event)


def give_fact(life: Life, event: synthesis.Event) -> None:
    fact = FACTS.get(event.what["fact"], event.what["fact"])
    first_visit.give(life, event, fact)


def decide_screening(life: Life, event: synthesis.Event) -> None:
    first_visit.look_again(life, at=event.at, by=life.who(event.by))
    screening.decide_screening(
        life.course,
        decision=event.what["decision"],
        reason=event.what["words"],
        at=event.at,
        by=life.who(event.by),
        person_told=True,
    )


def withdraw_consent(life: Life, event: synthesis.Event) -> None:
    signed = Consent.objects.standing().filter(course=life.course).latest("at")
    consents.withdraw_consent(
        signed, reason=event.what["words"], at=event.at, by=life.who(event.by)
    )


def plan_roadmap(life: Life, event: synthesis.Event) -> None:
    counts = ("preparation", "medicine", "integration", "review_after", "words")
    plan = {name: event.what[name] for name in counts}
    plan |= {"route": ROUTES[event.what["route"]], "days_between": 7}
    courses.plan_roadmap(life.course, plan, at=event.at, by=life.who(event.by))


def plan_session(life: Life, event: synthesis.Event) -> None:
    key, route = event.what["session"], ROUTES[event.what["route"]]
    life.routes[key] = route
    life.sessions[key] = sessions.plan_session(
        life.course,
        route=route,
        planned_for=datetime.fromisoformat(event.what["at"]),
        room=event.what["room"],
        at=event.at,
        by=life.who(event.by),
    )


def hold_preparation(life: Life, event: synthesis.Event) -> None:
    what = event.what
    told = {
        "intentions": " ".join(what["intentions"]),
        "worries": " ".join(what["worries"]),
        "comforts": preparing.comforts(what),
        "expectations_read": True,
    }
    courses.hold_preparation(life.course, told, at=event.at, by=life.who(event.by))


def make_safety_plan(life: Life, event: synthesis.Event) -> None:
    fields = preparing.safety_plan(event.what)
    courses.make_safety_plan(life.person, fields, at=event.at, by=life.who(event.by))


# What the screening rests on: that it was asked, and not only that somebody called.
ASKED = "C-SSRS screener gone through on the phone, question by question."


def answer_notice(life: Life, event: synthesis.Event) -> None:
    by, words = life.who(event.by), event.what["words"]
    for notice in Notice.objects.filter(person=life.person).open():
        urgent = notice.level == URGENT
        answer = notices.review_risk if urgent else notices.answer_notice
        answer(notice, words=words, closes=True, at=event.at, by=by)
        if urgent:
            told = first_visit.telling("cssrs_after_item9", True, event.at, ASKED)
            screening.give_facts(life.person, [told], by=by)


def write_note(life: Life, event: synthesis.Event) -> None:
    by, kind = life.who(event.by), event.what["kind"]
    if kind == "integration":
        integration.hold_integration(life.course, how="in_person", at=event.at, by=by)
    courses.write_note(life.course, kind=kind, text=event.what["words"], at=event.at, by=by)


def record_insight(life: Life, event: synthesis.Event) -> None:
    life.insights[event.what["insight"]] = integration.record_insight(
        life.course, words=event.what["words"], at=event.at, by=life.who(event.by)
    )


def make_commitment(life: Life, event: synthesis.Event) -> None:
    life.commitments[event.what["commitment"]] = integration.make_commitment(
        life.insights[event.what["insight"]],
        words=event.what["words"],
        due_on=(event.at + timedelta(days=7)).date(),
        at=event.at,
        by=life.who(event.by),
    )


def check_in(life: Life, event: synthesis.Event) -> None:
    integration.check_in(
        life.commitments[event.what["commitment"]],
        how="kept" if event.what["kept"] else "changed",
        words=event.what["words"],
        at=event.at,
        by=life.who(event.by),
    )


def write_journal(life: Life, event: synthesis.Event) -> None:
    integration.write_journal(
        life.person,
        text=event.what["words"],
        shared=False,
        at=event.at,
        by=life.who(event.by),
    )


def review_course(life: Life, event: synthesis.Event) -> None:
    decision = event.what["decision"]
    courses.review_course(
        life.course,
        choice=REVIEWS.get(decision, decision),
        reason=event.what["words"],
        at=event.at,
        by=life.who(event.by),
    )


def send_message(life: Life, event: synthesis.Event) -> None:
    messages.send_message(life.person, text=event.what["words"], at=event.at, by=life.who(event.by))


DEEDS: dict[str, Deed] = {
    deed.__name__: deed
    for deed in (
        add_person,
        answer_alone,
        book_consultation,
        hold_consultation,
        answer_intake,
        finish_intake,
        give_fact,
        first_visit.tell_news,
        other_record.import_record,
        decide_screening,
        agreeing.sign_consent,
        withdraw_consent,
        plan_roadmap,
        plan_session,
        hold_preparation,
        make_safety_plan,
        answer_notice,
        session_deeds.sign_order,
        session_deeds.record_check,
        session_deeds.record_resting,
        session_deeds.record_reading,
        session_deeds.enter_room,
        session_deeds.leave_room,
        session_deeds.start_session,
        session_deeds.record_mark,
        session_deeds.record_touch,
        session_deeds.record_music,
        session_deeds.record_side_effect,
        session_deeds.stop_session,
        session_deeds.score_discharge,
        session_deeds.discharge,
        write_note,
        record_insight,
        make_commitment,
        check_in,
        write_journal,
        review_course,
        send_message,
        sheets.assign_sheet,
        sheets.answer_item,
        sheets.finish_sheet,
    )
}
