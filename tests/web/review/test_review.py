"""A review is decided by a prescriber, with a reason and a name; the chart stays quick."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from django.test import Client
from web.logging_in import logged_in

from kapstone import instruments
from kapstone.web.accounts.models import User
from kapstone.web.records import counts
from kapstone.web.records.actions import integration, notices, questionnaires, screening, sessions
from kapstone.web.records.models import Course, Phase, Review, Statement
from kapstone.web.records.refusals import SHORTEST_REASON

REASON = "PHQ-9 halved; Ade wants to go on."
Queries = Callable[[int], AbstractContextManager[None]]


@pytest.fixture
def as_osei(osei: User) -> Client:
    return logged_in(osei)


@pytest.fixture
def lived(course: Course, osei: User, ade_user: User, now: datetime) -> Course:
    """A course with sessions, scores, side effects, words and statements."""
    for number in range(4):
        at = now - timedelta(days=30 - 7 * number)
        session = sessions.plan_session(course, route="iv", planned_for=at, at=at, by=osei)
        Phase.objects.create(session=session, phase="started", at=at, by=osei)
        sessions.mark(session, kind="side_effect", mark="nausea", severity="mild", at=at, by=osei)
        for name in ("phq9", "gad7", "cssrs-since"):
            finished(course, name, 3 - number if name != "cssrs-since" else 0, at, ade_user)
    why = "Bloods first, then again."
    screening.decide_screening(course, decision="not_yet", reason=why, at=now, by=osei)
    ahead = now + timedelta(days=3)
    sessions.plan_session(course, route="iv", planned_for=ahead, at=now, by=osei)
    integration.record_insight(course, words="I can rest.", at=now, by=ade_user)
    for number in range(30):
        Statement.objects.create(
            person=course.person, kind="condition", text=f"Condition {number}", key=f"k{number}",
            at=now, by=osei,
        )  # fmt: skip
    return course


def finished(course: Course, name: str, value: int, at: datetime, by: User) -> None:
    sheet = questionnaires.ask_now(course, name, at=at, by=by)
    of = instruments.instrument(name)
    while item := instruments.next_item(of, questionnaires.answers_of(sheet)):
        top = max(choice.value for choice in of.choices_of(item))
        given = 0 if item.risk else min(value, top)
        questionnaires.answer_item(sheet, item.id, given, at=at, by=by)
    questionnaires.finish_sheet(sheet, at=at, by=by)


def test_the_review_lays_out_what_there_is_to_weigh(as_osei: Client, lived: Course) -> None:
    page = as_osei.get(f"/courses/{lived.pk}/review/").content.decode()
    for words in ("PHQ-9", "GAD-7", "Session 4", "Nausea, mild", "I can rest."):
        assert words in page
    assert "checked" not in page


def test_a_road_is_not_decided_past_an_unanswered_notice_of_risk(
    as_osei: Client, course: Course, osei: User, now: datetime
) -> None:
    notice = notices.open_notice(
        course.person, kind="suicide-risk", level="si_low", says="Speak with them", at=now, by=osei
    )
    assert "Speak with them" in as_osei.get(f"/courses/{course.pk}/review/").content.decode()
    form = {"choice": "go_on", "reason": REASON}
    refused = as_osei.post(f"/courses/{course.pk}/review/sign/", form)
    assert "is unanswered; answer it first" in refused.content.decode()
    assert not Review.objects.exists()
    notices.answer_notice(notice, words="Called; safe tonight.", closes=False, at=now, by=osei)
    assert as_osei.post(f"/courses/{course.pk}/review/sign/", form).status_code == 302


def test_a_decision_is_signed_by_name_and_stays_readable(
    as_osei: Client, course: Course, osei: User
) -> None:
    form = {"choice": "space_out", "reason": REASON}
    assert as_osei.post(f"/courses/{course.pk}/review/sign/", form).status_code == 302
    review = Review.objects.get()
    assert (review.choice, review.reason, review.signed_name) == (
        "space_out",
        REASON,
        osei.signed_name,
    )
    page = as_osei.get(f"/courses/{course.pk}/review/").content.decode()
    assert REASON in page
    assert "Go on, further apart" in page


@pytest.mark.parametrize(
    "form",
    [
        {"choice": "go_on", "reason": "  "},
        {"choice": "go_on", "reason": "x"},
        {"choice": "go_on", "reason": f" {'x' * (SHORTEST_REASON - 1)} "},
        {"choice": "", "reason": REASON},
        {"choice": "more"},
    ],
)
def test_a_review_without_reason_or_choice_is_refused(
    form: dict[str, str], as_osei: Client, course: Course
) -> None:
    answer = as_osei.post(f"/courses/{course.pk}/review/sign/", form)
    assert answer.status_code == 422
    assert form.get("reason", "").strip() in answer.content.decode()
    assert not Review.objects.exists()


def test_a_therapist_reads_the_review_and_cannot_sign_it(lind: User, course: Course) -> None:
    client = logged_in(lind)
    assert "A prescriber decides" in client.get(f"/courses/{course.pk}/review/").content.decode()
    form = {"choice": "go_on", "reason": REASON}
    assert client.post(f"/courses/{course.pk}/review/sign/", form).status_code == 403
    assert not Review.objects.exists()


MOST_QUERIES = {"": 14}


@pytest.mark.parametrize("page", ["", "followup/", "review/", "integration/"])
def test_a_long_course_takes_no_more_queries_than_its_page_has(
    page: str, as_osei: Client, lived: Course, django_assert_max_num_queries: Queries
) -> None:
    """Fourteen for the chart with log-in, rail, audit entry and therapy; twenty for the others."""
    as_osei.get(f"/courses/{lived.pk}/{page}")  # what is read once a process is read now
    with django_assert_max_num_queries(MOST_QUERIES.get(page, 20)):
        answer = as_osei.get(f"/courses/{lived.pk}/{page}")
    assert answer.status_code == 200


def test_the_rail_counts_what_there_is(
    *, lived: Course, desk: User, osei: User, marsh: User, ade_user: User, now: datetime
) -> None:
    sheet = questionnaires.ask_now(lived, "phq9", at=now, by=osei)
    risky = next(item.id for item in instruments.instrument("phq9").item if item.risk)
    questionnaires.answer_item(sheet, risky, 1, at=now, by=ade_user)
    expected = {"people": 1, "running": 4, "notices": 1, "messages": 0, "differences": 0}
    assert counts.for_rail(osei) == expected
    assert set(counts.for_rail(marsh).values()) == {0}
