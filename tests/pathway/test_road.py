from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from kapstone.pathway import (
    Consultation,
    CourseFacts,
    Intake,
    Review,
    Roadmap,
    Screening,
    SessionFacts,
    Step,
    next_steps,
)

from .people import AGREED, NOW, past, ready, vega, with_session


def step(facts: CourseFacts, id: str, now: datetime = NOW) -> Step:
    return next(each for each in next_steps(facts, now=now) if each.id == id)


def test_the_road_of_the_mock_up_has_nine_columns() -> None:
    road = [each for each in next_steps(vega(), now=NOW) if each.on_road]
    assert [(each.title, each.state, each.detail) for each in road] == [
        ("Consultation", "done", "18 min, 28 Sep"),
        ("Intake", "done", "100 %, 30 Sep"),
        ("Screening", "done", "Extra oversight: BP"),
        ("Consent", "done", "v4, 9 Oct"),
        ("Preparation", "done", "2 of 2"),
        ("Medicine", "now", "IV 0.5 mg/kg, today 13:00"),
        ("Integration", "later", "within 72 h"),
        ("Review", "later", "after 4"),
        ("Maintenance", "later", "if it serves"),
    ]
    assert (road[5].number, road[5].of, road[5].blocks) == (3, 6, ())


def test_a_newcomer_starts_with_the_consultation() -> None:
    states = {each.id: each.state for each in next_steps(CourseFacts(), now=NOW)}
    assert states.pop("consultation") == "now"
    assert set(states.values()) <= {"later"}


def test_times_are_told_in_the_practices_zone() -> None:
    denver = timezone(timedelta(hours=-7))
    assert step(vega(), "medicine", NOW.astimezone(denver)).detail == "IV 0.5 mg/kg, today 06:00"


def test_another_year_is_named() -> None:
    later = datetime(2027, 1, 3, tzinfo=UTC)
    assert step(vega(), "consultation", later).detail == "18 min, 28 Sep 2026"


def test_a_booked_call_waits_and_a_missed_one_is_now() -> None:
    booked = CourseFacts(consultation=Consultation(booked_for=NOW + timedelta(hours=1)))
    assert step(booked, "consultation").state == "waiting"
    missed = CourseFacts(consultation=Consultation(booked_for=NOW - timedelta(hours=1)))
    assert step(missed, "consultation").state == "now"


def test_a_call_without_a_fit_says_so_and_is_not_over() -> None:
    call = Consultation(held_at=NOW, minutes=18)
    assert step(CourseFacts(consultation=call), "consultation").blocks
    no_fit = CourseFacts(consultation=replace(call, fit=False))
    assert step(no_fit, "consultation").state == "done"
    assert step(no_fit, "intake").state == "skipped"


def test_intake_shows_the_question_where_the_person_stopped() -> None:
    intake = Intake(answered=0.6, stopped_at_question="Medicines now")
    facts = replace(vega(), intake=intake)
    assert step(facts, "intake").detail == "60 %, stopped at: Medicines now"


def test_intake_of_unknown_length_is_not_nought_percent() -> None:
    assert "%" not in step(replace(vega(), intake=Intake()), "intake").detail


@pytest.mark.parametrize(
    ("decision", "state"),
    [("suitable", "done"), ("extra_oversight", "done"), ("not_yet", "blocked"), (None, "now")],
)
def test_screening_stands_as_it_was_decided(decision: Any, state: str) -> None:
    facts = replace(vega(), screening=replace(vega().screening, decision=decision))
    assert step(facts, "screening").state == state


def test_another_path_at_screening_skips_the_rest() -> None:
    screening = replace(vega().screening, decision="another_path")
    facts = replace(vega(), screening=screening, consent=CourseFacts().consent, sessions=())
    assert step(facts, "consent").state == "skipped"
    assert step(facts, "medicine").state == "skipped"


def test_an_unsigned_decision_is_no_decision() -> None:
    facts = replace(vega(), screening=Screening(decision="suitable"))
    assert step(facts, "screening").state == "now"


def test_a_withdrawn_consent_blocks_consent_and_medicine() -> None:
    facts = replace(vega(), consent=replace(vega().consent, withdrawn=True, withdrawn_at=NOW))
    assert step(facts, "consent").state == "blocked"
    assert step(facts, "medicine").state == "blocked"
    assert "Consent was withdrawn at 12:50" in step(facts, "medicine").blocks


def test_preparation_needs_its_sessions_and_a_safety_plan() -> None:
    one = replace(vega(), sessions=(), preparations=(AGREED,))
    assert (step(one, "preparation").state, step(one, "preparation").detail) == ("now", "1 of 2")
    assert step(one, "medicine").state == "later"
    no_plan = replace(vega(), safety_plan_at=None)
    assert step(no_plan, "preparation").blocks == ("No safety plan yet",)


def test_preparation_without_a_roadmap_is_not_over() -> None:
    facts = replace(vega(), roadmap=Roadmap())
    assert step(facts, "roadmap").state == "now"
    assert step(facts, "preparation").state == "now"


def test_medicine_begun_is_not_pulled_back_by_an_earlier_step() -> None:
    assert step(replace(vega(), safety_plan_at=None), "medicine").state == "now"


def test_what_is_missing_today_is_said_on_the_medicine_step() -> None:
    facts = with_session(escort=None)
    assert step(facts, "medicine").state == "now"
    assert step(facts, "medicine").blocks == (
        "Way home: Nobody has said who takes the person home",
    )


def test_a_later_session_waits_for_its_day() -> None:
    later = SessionFacts(number=3, planned_for=NOW + timedelta(days=7))
    found = step(vega(later), "medicine")
    assert (found.state, found.due, found.blocks) == ("waiting", later.planned_for, ())


def test_a_session_without_a_day_is_to_be_booked() -> None:
    facts = replace(vega(), sessions=(past(1, 13), past(2, 20)))
    assert (step(facts, "medicine").state, step(facts, "medicine").detail) == (
        "now",
        "to be booked",
    )


def test_integration_comes_between_two_medicines() -> None:
    later = SessionFacts(number=3, planned_for=NOW + timedelta(days=7))
    facts = replace(vega(later), integrations=(datetime(2026, 10, 14, tzinfo=UTC),))
    assert step(facts, "medicine").blocks == ("Integration after session 2 comes first",)


def test_the_first_contact_is_due_within_72_hours_and_then_late() -> None:
    facts = replace(vega(), sessions=(past(1, 13),), integrations=())
    home = datetime(2026, 10, 13, 15, 5, tzinfo=UTC)
    in_time = step(facts, "integration", home + timedelta(hours=72))
    assert (in_time.state, in_time.due) == ("now", home + timedelta(hours=72))
    assert in_time.detail == "by today 15:05"
    assert step(facts, "integration", home + timedelta(hours=73)).detail.startswith("late since")


def test_a_running_session_is_now() -> None:
    running = replace(ready(), started_at=NOW - timedelta(minutes=20))
    assert step(vega(running), "medicine").detail == "IV 0.5 mg/kg, since 12:30"


def course_of(count: int, **changes: Any) -> CourseFacts:
    done = tuple(past(number, 10 + number) for number in range(1, count + 1))
    contact = datetime(2026, 10, 10 + count, 20, 0, tzinfo=UTC)
    return replace(vega(), **({"sessions": done, "integrations": (contact,)} | changes))


def test_a_review_is_due_after_its_session_until_it_is_held() -> None:
    assert step(course_of(3), "review").detail == "after 4"
    due = step(course_of(4), "review")
    assert (due.state, due.detail) == ("now", "due since session 4")
    held = Review(decision="go_on", at=datetime(2026, 10, 20, tzinfo=UTC))
    assert step(course_of(4, review=held), "review").detail == "after 6"
    assert step(course_of(6, review=held), "review").state == "done"
    early = Review(decision="go_on", at=datetime(2026, 10, 12, tzinfo=UTC))
    assert step(course_of(6, review=early), "review").detail == "due since session 6"


def test_a_review_without_a_decision_is_not_over() -> None:
    held = Review(at=NOW)
    assert step(course_of(4, review=held), "review").state == "now"


def test_maintenance_follows_its_review() -> None:
    held = Review(decision="maintenance", at=NOW)
    facts = course_of(6, review=held)
    assert step(facts, "medicine").state == "done"
    assert (step(facts, "maintenance").state, step(facts, "maintenance").detail) == (
        "now",
        "since 3 Nov",
    )


def test_a_maintenance_session_is_not_the_seventh_of_six() -> None:
    held = Review(decision="maintenance", at=NOW - timedelta(days=9))
    seventh = replace(ready(), number=7)
    facts = course_of(6, review=held)
    planned = replace(facts, sessions=(*facts.sessions, seventh))
    assert step(planned, "maintenance").detail == "since 25 Oct; IV 0.5 mg/kg, today 13:00"
    running = replace(facts, sessions=(*facts.sessions, replace(seventh, started_at=NOW)))
    assert (step(running, "medicine").number, step(running, "medicine").of) == (7, None)


@pytest.mark.parametrize("decision", ["ending", "another_path"])
def test_an_ending_stands_in_the_place_of_maintenance(decision: Any) -> None:
    facts = course_of(3, review=Review(decision=decision, at=NOW), integrations=())
    road = [each for each in next_steps(facts, now=NOW) if each.on_road]
    assert (len(road), road[-1].id, road[-1].state) == (9, "ending", "done")
    assert step(facts, "integration").state == "skipped"


@pytest.mark.parametrize(
    ("due", "overdue", "detail"),
    [
        (2, 1, "1 overdue"),
        (2, 0, "2 due"),
        (0, 0, "nothing due"),
        (None, 0, "not known what is due"),
    ],
)
def test_follow_up_counts_sheets(due: int | None, overdue: int | None, detail: str) -> None:
    facts = replace(vega(), sheets_due=due, sheets_overdue=overdue)
    assert step(facts, "follow_up").detail == detail


def test_an_unanswered_risk_notice_blocks_follow_up_even_after_an_ending() -> None:
    facts = course_of(3, review=Review(decision="ending", at=NOW), open_risk_notice=True)
    assert step(facts, "follow_up").state == "blocked"


@pytest.mark.parametrize(
    ("answered", "detail"),
    [(None, "answer the notice"), (False, "answer the notice"), (True, "close the notice")],
)
def test_a_notice_that_was_answered_waits_to_be_closed(answered: bool | None, detail: str) -> None:
    facts = replace(vega(), open_risk_notice=True, risk_answered=answered)
    found = step(facts, "follow_up")
    assert (found.state, found.detail) == ("blocked", detail)


def test_a_screening_out_of_date_is_to_be_signed_again_and_blocks_medicine() -> None:
    screening = replace(vega().screening, valid_until=NOW - timedelta(days=1))
    facts = replace(vega(), screening=screening)
    assert (step(facts, "screening").state, step(facts, "screening").detail) == (
        "now",
        "to be signed",
    )
    assert step(facts, "medicine").state == "blocked"


def test_a_consent_to_an_older_text_is_to_be_signed_again() -> None:
    facts = replace(vega(), consent=replace(vega().consent, current_version="v5"))
    assert step(facts, "consent").state == "now"
    assert step(facts, "medicine").state == "blocked"


def test_integration_is_done_when_all_of_it_was_held_after_the_last_medicine() -> None:
    contacts = tuple(datetime(2026, 10, 16 + day, 20, 0, tzinfo=UTC) for day in range(6))
    assert step(course_of(6, integrations=contacts), "integration").detail == "6 of 6"
    assert step(course_of(6, integrations=contacts), "integration").state == "done"
    unplanned = replace(course_of(6, integrations=contacts), roadmap=Roadmap(medicine=6))
    assert step(unplanned, "integration").detail == "6 held"
    assert step(unplanned, "integration").state == "now"


def test_an_ending_without_a_date_is_not_over() -> None:
    assert step(course_of(3, review=Review(decision="ending")), "ending").state != "done"


def test_sessions_beyond_the_plan_are_counted_without_it() -> None:
    plan = Roadmap(preparation=2, medicine=1, integration=1, review_after=(1,))
    review = Review(decision="maintenance", at=NOW)
    facts = replace(vega(), roadmap=plan, review=review, sessions=(past(1, 13), past(2, 20)))
    medicine, integration = step(facts, "medicine"), step(facts, "integration")
    assert (medicine.state, medicine.number, medicine.of) == ("done", 2, None)
    assert medicine.detail.startswith("2 held")
    assert (integration.number, integration.of) == (2, None)


def test_a_stop_since_the_decision_is_no_green_tick() -> None:
    signed = replace(vega().screening, knowledge_changed=True, stops_since=("Aneurysm",))
    found = step(replace(vega(), screening=signed), "screening")
    assert (found.state, found.detail) == ("blocked", "stop found, look again")
    assert "Aneurysm" in found.blocks[0]
