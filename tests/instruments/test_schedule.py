"""When questionnaires are due, around doses that come weekly, twice weekly or move."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapstone.instruments import Due, due, instrument
from kapstone.instruments.schedule import schedule

START = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
DOSE = START + 20 * DAY
# The gate before a dose asks for the answer of the same day.
MORNING = timedelta(hours=6)
LATE = START + 900 * DAY


def of(found: tuple[Due, ...], name: str) -> dict[str, Due]:
    return {each.anchor: each for each in found if each.instrument == name}


def whole(*doses: datetime) -> tuple[Due, ...]:
    return due(course_started=START, doses=doses, now=LATE)


courses = st.lists(st.integers(0, 300 * 24), max_size=12, unique=True).map(
    lambda hours: [START + timedelta(hours=hour) for hour in hours]
)


def test_a_course_begins_with_a_baseline() -> None:
    found = due(course_started=START, doses=[], now=START)
    assert [(each.instrument, each.anchor, each.due_at) for each in found] == [
        ("phq9", "start+0d", START),
        ("gad7", "start+0d", START),
        ("cssrs-screener", "start+0d", START),
    ]


def test_before_a_dose_risk_is_asked_and_the_check_closes_with_the_dose() -> None:
    check = of(whole(DOSE), "cssrs-since")["dose-1+0d"]
    assert (check.opens_at, check.due_at, check.closes_at) == (DOSE - MORNING, DOSE, DOSE)


def test_a_score_stands_right_before_the_first_dose() -> None:
    assert of(whole(DOSE), "phq9")["dose-1+0d"].closes_at == DOSE


def test_a_day_after_a_dose_only_the_window_since_last_contact_is_asked() -> None:
    found = [each.instrument for each in whole(DOSE) if each.due_at == DOSE + DAY]
    assert found == ["cssrs-since"]


def test_a_week_after_a_dose_scores_are_asked_two_days_to_either_side() -> None:
    week = of(whole(DOSE), "gad7")["dose-1+7d"]
    assert week.opens_at == DOSE + 5 * DAY
    assert week.closes_at == DOSE + 9 * DAY


@pytest.mark.parametrize(("day", "either_side"), [(30, 7), (91, 14), (182, 14), (365, 14)])
def test_follow_up_is_counted_from_the_last_dose(day: int, either_side: int) -> None:
    second = DOSE + 7 * DAY
    later = of(whole(DOSE, second), "phq9")[f"dose-2+{day}d"]
    assert later.due_at == second + day * DAY
    assert later.opens_at == later.due_at - either_side * DAY
    assert later.closes_at == later.due_at + either_side * DAY


def test_with_doses_a_week_apart_each_week_has_one_score() -> None:
    found = of(whole(DOSE, DOSE + 7 * DAY, DOSE + 14 * DAY), "phq9")
    inside = [each.due_at for each in found.values() if DOSE <= each.due_at <= DOSE + 21 * DAY]
    assert inside == [DOSE, DOSE + 7 * DAY, DOSE + 14 * DAY, DOSE + 21 * DAY]


def test_with_doses_twice_a_week_a_two_week_scale_is_not_asked_twice_a_week() -> None:
    found = whole(DOSE, DOSE + 3 * DAY)
    assert "dose-2+0d" not in of(found, "phq9")
    assert "dose-2+0d" in of(found, "cssrs-since")


@pytest.mark.parametrize(("days_later", "asked"), [(6, False), (7, True)])
def test_a_score_is_due_again_after_a_week_whatever_the_hour(days_later: int, asked: bool) -> None:
    second = DOSE + days_later * DAY - timedelta(hours=4)
    assert ("dose-2+0d" in of(whole(DOSE, second), "phq9")) is asked


@pytest.mark.parametrize(("days_before", "asked"), [(4, False), (5, True)])
def test_an_answer_counts_for_its_week_two_days_to_either_side(
    days_before: int, asked: bool
) -> None:
    answered = {"phq9": [DOSE - days_before * DAY]}
    found = due(course_started=START, doses=[DOSE], now=LATE, answered=answered)
    assert ("dose-1+0d" in of(found, "phq9")) is asked


def test_a_recent_answer_never_puts_off_the_risk_screener() -> None:
    answered = {"cssrs-since": [DOSE - timedelta(hours=2)]}
    found = due(course_started=START, doses=[DOSE], now=LATE, answered=answered)
    assert "dose-1+0d" in of(found, "cssrs-since")


@pytest.mark.parametrize(("early", "open_"), [(timedelta(0), True), (timedelta(seconds=1), False)])
def test_only_what_has_opened_is_listed(early: timedelta, open_: bool) -> None:
    found = due(course_started=START, doses=[DOSE], now=DOSE - MORNING - early)
    assert ("dose-1+0d" in of(found, "cssrs-since")) is open_


@given(courses)
def test_a_two_week_scale_is_never_due_twice_a_week(doses: list[datetime]) -> None:
    times = [each.due_at for each in of(whole(*doses), "phq9").values()]
    assert all((b.date() - a.date()).days >= 7 for a, b in pairwise(times))


@given(courses)
def test_risk_is_asked_before_and_after_every_dose(doses: list[datetime]) -> None:
    times = {each.due_at for each in of(whole(*doses), "cssrs-since").values()}
    assert times >= set(doses) | {dose + DAY for dose in doses}


@given(courses, st.integers(0, 400))
def test_what_is_listed_stays_listed_and_opens_before_it_closes(
    doses: list[datetime], day: int
) -> None:
    now = due(course_started=START, doses=doses, now=START + day * DAY)
    later = due(course_started=START, doses=doses, now=START + (day + 1) * DAY)
    assert set(now) <= set(later)
    assert all(each.opens_at <= each.due_at <= each.closes_at for each in later)


@given(courses)
def test_one_anchor_names_one_time_of_one_questionnaire(doses: list[datetime]) -> None:
    names = [(each.instrument, each.anchor) for each in whole(*doses)]
    assert len(names) == len(set(names))


def test_every_questionnaire_of_the_schedule_is_there() -> None:
    assert {instrument(name).id for row in schedule() for name in row.instruments} == {
        "phq9",
        "gad7",
        "cssrs-screener",
        "cssrs-since",
    }
