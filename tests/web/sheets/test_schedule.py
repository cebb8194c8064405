"""The schedule asks each questionnaire once, and no two-week scale too soon."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from kapstone.web.accounts.models import User
from kapstone.web.records import pathway as course_pathway
from kapstone.web.records import schedule, worker
from kapstone.web.records.actions import courses, questionnaires, sessions
from kapstone.web.records.models import Course, Phase, Session, Sheet

DAY = timedelta(days=1)


# What is asked once a fit is found: the person's own questionnaires and what staff rate.
FIRST = {"phq9", "gad7", "cssrs-screener", "pc-ptsd-5", "taps1", "msm", "cgi-s"}


@pytest.fixture
def fit(course: Course, desk: User, now: datetime) -> Course:
    """A first call was held and found a fit."""
    told = {"minutes": 20, "brings": "Low mood", "fit": True, "why": "They want to come."}
    courses.hold_consultation(course, told, at=now, by=desk)
    return course


def dosed(course: Course, at: datetime, by: User) -> Session:
    session = sessions.plan_session(course, route="iv", planned_for=at, at=at, by=by)
    Phase.objects.create(session=session, phase="started", at=at, by=by)
    return session


def asked(course: Course) -> set[tuple[str, str]]:
    return set(Sheet.objects.filter(course=course).values_list("instrument", "anchor"))


def test_nobody_is_asked_before_the_first_call_found_a_fit(
    course: Course, lind: User, now: datetime
) -> None:
    assert questionnaires.schedule_due(course, at=now + DAY, by=lind) == []


def test_a_fit_is_followed_by_the_first_questionnaires(
    fit: Course, lind: User, now: datetime
) -> None:
    questionnaires.schedule_due(fit, at=now, by=lind)
    assert asked(fit) == {(each, "start+0d") for each in FIRST}


def test_asking_again_asks_nothing_new(fit: Course, lind: User, now: datetime) -> None:
    dosed(fit, now, lind)
    at = now + timedelta(hours=25)
    assert questionnaires.schedule_due(fit, at=at, by=lind)
    before = asked(fit)
    assert questionnaires.schedule_due(fit, at=at, by=lind) == []
    assert questionnaires.schedule_due(fit, at=at + timedelta(hours=1), by=lind) == []
    assert asked(fit) == before


def test_the_day_after_a_dose_asks_for_risk_and_for_no_two_week_scale(
    fit: Course, lind: User, now: datetime
) -> None:
    dosed(fit, now + 30 * DAY, lind)
    made = questionnaires.schedule_due(fit, at=now + 31 * DAY, by=lind)
    due_then = {sheet.instrument for sheet in made if sheet.due_at == now + 31 * DAY}
    assert due_then == {"cssrs-since", "mood-vas", "side-effects"}
    assert not {"phq9", "gad7"} & {sheet.instrument for sheet in made}


def test_a_scale_asked_by_hand_is_not_asked_again_within_the_week(
    fit: Course, lind: User, now: datetime
) -> None:
    dose = now + 30 * DAY
    dosed(fit, dose, lind)
    questionnaires.ask_now(fit, "phq9", at=dose + 3 * DAY, by=lind)
    made = questionnaires.schedule_due(fit, at=dose + 7 * DAY, by=lind)
    assert {sheet.instrument for sheet in made} == {"gad7"}


def test_the_risk_screener_opens_on_the_morning_of_a_planned_dose(
    fit: Course, lind: User, now: datetime
) -> None:
    planned = now + 20 * DAY
    sessions.plan_session(fit, route="iv", planned_for=planned, at=now, by=lind)
    questionnaires.schedule_due(fit, at=planned - timedelta(hours=23), by=lind)
    assert "cssrs-since" not in {instrument for instrument, _ in asked(fit)}
    questionnaires.schedule_due(fit, at=planned - timedelta(hours=5), by=lind)
    assert ("cssrs-since", "dose-1+0d") in asked(fit)


def test_the_baseline_opens_in_the_week_before_the_first_dose(
    fit: Course, lind: User, now: datetime
) -> None:
    planned = now + 40 * DAY
    sessions.plan_session(fit, route="iv", planned_for=planned, at=now, by=lind)
    assert not questionnaires.schedule_due(fit, at=planned - 8 * DAY, by=lind)
    made = questionnaires.schedule_due(fit, at=planned - 7 * DAY, by=lind)
    assert {"phq9", "gad7"} <= {sheet.instrument for sheet in made}
    assert {sheet.anchor for sheet in made} == {"baseline-3d"}


def test_a_planned_dose_does_not_put_off_what_the_last_one_asks_for(
    fit: Course, lind: User, now: datetime
) -> None:
    dosed(fit, now, lind)
    sessions.plan_session(fit, route="iv", planned_for=now + 60 * DAY, at=now, by=lind)
    made = questionnaires.schedule_due(fit, at=now + 30 * DAY, by=lind)
    assert {sheet.anchor for sheet in made} == {"dose-1+30d"}


def test_what_has_closed_is_not_asked_any_more(fit: Course, lind: User, now: datetime) -> None:
    assert questionnaires.schedule_due(fit, at=now + 15 * DAY, by=lind) == []


def test_the_worker_asks_for_every_course_and_asks_once(
    fit: Course, now: datetime, django_assert_max_num_queries: object
) -> None:
    assert worker.ask_due(now) == 0
    assert {sheet.by for sheet in Sheet.objects.all()} == {fit.by}
    assert {sheet.instrument for sheet in Sheet.objects.all()} == FIRST
    with django_assert_max_num_queries(5):  # type: ignore[operator]  # a fixture of pytest-django
        assert worker.ask_due(now) == 0
    assert Sheet.objects.count() == len(FIRST)


def test_follow_up_goes_on_after_a_good_ending(fit: Course, osei: User, now: datetime) -> None:
    dosed(fit, now, osei)
    courses.review_course(
        fit, choice="ending", reason="They are well, and say so themselves.", at=now + DAY, by=osei
    )
    found = schedule.changes(schedule.followed(), now=now + 91 * DAY)
    assert {each.anchor for each in found[fit.pk].ask} == {"dose-1+91d"}


def test_an_ending_before_any_dose_ends_the_questionnaires(
    fit: Course, osei: User, now: datetime
) -> None:
    courses.review_course(
        fit, choice="another_path", reason="They do not want any medicine now.", at=now, by=osei
    )
    assert not schedule.changes(schedule.followed(), now=now)


def test_the_pathway_counts_every_sheet_that_is_due(fit: Course, lind: User, now: datetime) -> None:
    questionnaires.schedule_due(fit, at=now, by=lind)
    [facts] = course_pathway.facts_of(Course.objects.filter(pk=fit.pk), now=now + DAY).values()
    assert (facts.sheets_due, facts.sheets_overdue) == (len(FIRST), len(FIRST))
