"""The review page: each finding with its answers, its wording, its source, what would move it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils.html import strip_tags
from web.logging_in import Enter

from kapstone import screening
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import facts
from kapstone.web.records.actions import intake
from kapstone.web.records.actions import screening as deeds
from kapstone.web.records.models import Course, Statement


@pytest.fixture
def page(course: Course, osei: User, ade_user: User, enter: Enter, now: datetime) -> str:
    told = {"takes_medicines": "yes", "medicines": ["Phenelzine", "", ""], "aneurysm": "yes"}
    for question, raw in told.items():
        intake.answer_intake(course, question, raw, at=now, by=ade_user)
    deeds.give_fact(course.person, "systolic_bp_mmhg", 188.0, origin="reading", at=now, by=osei)
    return enter(osei).get(f"/courses/{course.pk}/screening/").content.decode()


def test_a_finding_shows_their_own_answer_who_said_it_and_when(page: str) -> None:
    assert "Aneurysm" in page
    assert "their own answer, Today" in strip_tags(page)
    assert "Medicines: Phenelzine" in page


def test_a_measured_fact_names_who_wrote_it(page: str, osei: User) -> None:
    assert f"measured here · {osei.signed_name}, Today" in strip_tags(page)


def test_each_finding_has_the_rules_wording_and_a_source(
    page: str, course: Course, now: datetime
) -> None:
    found = facts.screen(course, now=now).findings
    assert {"SCR-CAR-01", "SCR-CAR-07"} <= {each.id for each in found}
    assert all(each.sources for each in found)
    for each in found:
        assert f"/rules/{each.id}/" in page


def test_it_says_what_would_change_the_decision_of_each_finding(
    page: str, course: Course, now: datetime
) -> None:
    known, medicines = facts.collect(course, now=now), facts.medicines(course)
    for each in screening.what_would_change(known, medicines=medicines, now=now):
        assert each.words in page


def test_an_answer_can_be_said_to_be_otherwise(page: str, course: Course) -> None:
    assert f"/courses/{course.pk}/facts/?also=aneurysm" in page


def test_a_fact_that_has_aged_shows_what_it_was_and_that_it_no_longer_counts(
    page: str, course: Course, osei: User, enter: Enter, now: datetime
) -> None:
    """The pressure was 188; ten days later its rule is open again, and nobody forgets why."""
    with clock.at(now + timedelta(days=10)):
        later = enter(osei).get(f"/courses/{course.pk}/screening/").content.decode()
    assert "Systolic blood pressure 188 mmHg" in later
    assert "no longer weighed" in later
    assert "no longer weighed" not in page


def test_what_another_record_says_stands_above_the_findings(
    course: Course, osei: User, ade_user: User, enter: Enter, now: datetime
) -> None:
    """An imported stroke is no answer to the question about strokes, and is not to be missed."""
    rows = {"Stroke": "active", "Broken arm": "resolved"}
    for text, status in rows.items():
        Statement.objects.create(
            person=course.person, kind="condition", text=text, status=status, key=text, at=now,
            by=osei,
        )  # fmt: skip
    page = enter(osei).get(f"/courses/{course.pk}/screening/").content.decode()
    said = page[page.index("Other records say") : page.index("What was found")]
    assert "Stroke" in said
    assert "not asked yet" in said
    assert "Broken arm" not in said
    intake.confirm_statement(Statement.objects.get(text="Stroke"), answer=True, at=now, by=ade_user)
    page = enter(osei).get(f"/courses/{course.pk}/screening/").content.decode()
    assert "they say yes" in page[page.index("Other records say") : page.index("What was found")]
