"""What the chart knows for screening, also where a row is strange."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from kapstone.screening import describe
from kapstone.web.accounts.models import User
from kapstone.web.records import facts
from kapstone.web.records.actions import questionnaires, screening
from kapstone.web.records.models import Course, GivenFact, IntakeAnswer, Reading, Session
from kapstone.web.records.refusals import Refused

ODD: list[Any] = [None, 0, -170, "", "170", "tall", True, [], {}, [170]]


def measured(course: Course, by: User, at: datetime, height: Any, weight: Any) -> None:
    for question, value in (("height_cm", height), ("weight_kg", weight)):
        IntakeAnswer.objects.create(
            course=course, question=question, value=value, words=str(value), at=at, by=by
        )


def test_the_body_mass_index_comes_from_height_and_weight(
    course: Course, ade_user: User, now: datetime
) -> None:
    measured(course, ade_user, now, 170, 50.46)
    given = facts.collect(course, now=now)["bmi"]
    assert given.value == pytest.approx(17.4602, abs=1e-4)
    assert describe("bmi", given).endswith("17.46 kg/m2")


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_an_odd_height_or_weight_gives_no_body_mass_index(
    course: Course, ade_user: User, now: datetime, odd: Any
) -> None:
    measured(course, ade_user, now, odd, odd)
    assert "bmi" not in facts.collect(course, now=now)
    assert facts.screen(course, now=now).waiting


@pytest.mark.parametrize(
    ("fact", "value"), [("systolic_bp_mmhg", "high"), ("pregnant", "maybe"), ("bmi", True)]
)
def test_a_kept_fact_of_another_kind_is_unknown_and_breaks_no_page(
    course: Course, osei: User, now: datetime, fact: str, value: Any
) -> None:
    """The vocabulary may have changed since the row was written."""
    GivenFact.objects.create(
        person=course.person, fact=fact, value=value, origin="clinician", at=now, by=osei
    )
    assert fact not in facts.collect(course, now=now)
    facts.screen(course, now=now)


def test_a_reading_at_rest_is_a_fact_and_one_under_ketamine_is_not(
    course: Course, osei: User, now: datetime
) -> None:
    session = Session.objects.create(course=course, number=1, at=now, by=osei)
    before, under = now - timedelta(hours=2), now - timedelta(hours=1)
    for at, resting, systolic in ((before, True, 124.0), (under, False, 171.0)):
        Reading.objects.create(
            session=session,
            signs={"systolic_bp": systolic, "oxygen_saturation": None},
            resting=resting,
            client_id=uuid4(),
            at=at,
            by=osei,
        )
    known = facts.collect(course, now=now)
    alone = known["systolic_single_mmhg"]
    assert (alone.value, alone.at, alone.origin) == (124.0, before, "reading")
    assert not {"systolic_bp_mmhg", "oxygen_saturation_percent"} & {*known}


def test_two_readings_at_rest_make_the_blood_pressure(
    course: Course, osei: User, now: datetime
) -> None:
    session = Session.objects.create(course=course, number=1, at=now, by=osei)
    for minutes, systolic in ((20, 171.0), (12, 128.0), (10, 120.0)):
        Reading.objects.create(
            session=session,
            signs={"systolic_bp": systolic, "diastolic_bp": 80.0},
            resting=True,
            client_id=uuid4(),
            at=now - timedelta(minutes=minutes),
            by=osei,
        )
    known = facts.collect(course, now=now)
    assert known["systolic_bp_mmhg"].value == 124.0
    assert "systolic_single_mmhg" not in known


def test_the_age_is_that_of_today(course: Course) -> None:
    """Ade was born on 1 June 1985; a course may last over a birthday."""
    assert facts.collect(course, now=datetime(2027, 6, 2, tzinfo=UTC))["age_years"].value == 42


def test_not_known_takes_back_what_a_clinician_said_before(
    course: Course, osei: User, now: datetime
) -> None:
    for hour, value in enumerate([False, None, True]):
        at = now - timedelta(hours=5 - hour)
        screening.give_fact(course.person, "pregnant", value, origin="clinician", at=at, by=osei)
        given = facts.collect(course, now=now).get("pregnant")
        assert (given.value if given else None) is value


@pytest.mark.parametrize("fact", ["ecg_needed", "no_such_fact"])
def test_what_is_worked_out_is_not_given(
    course: Course, osei: User, now: datetime, fact: str
) -> None:
    with pytest.raises(Refused):
        screening.give_fact(course.person, fact, True, origin="clinician", at=now, by=osei)


def sheet_with_item_nine(course: Course, value: float | None, at: datetime, by: User) -> None:
    sheet = questionnaires.ask_now(course, "phq9", at=at, by=by)
    questionnaires.answer_item(sheet, "sleep", 1, at=at, by=by)
    if value is not None:
        questionnaires.answer_item(sheet, "self_harm", value, at=at, by=by)
    questionnaires.finish_sheet(sheet, at=at, by=by)


def item_nine(course: Course, now: datetime) -> tuple[Any, Any]:
    found = facts.collect(course, now=now)
    return found["phq9_item9"].value, found["phq9_item9_rise"].value


def test_item_nine_of_the_first_sheet_has_risen_from_nothing(
    course: Course, osei: User, now: datetime
) -> None:
    sheet_with_item_nine(course, 1, now, osei)
    assert item_nine(course, now) == (1, 1)


@pytest.mark.parametrize(("before", "after"), [(1, 2), (2, 2), (2, 1)])
def test_item_nine_is_held_against_the_sheet_before(
    course: Course, osei: User, now: datetime, before: float, after: float
) -> None:
    sheet_with_item_nine(course, before, now - timedelta(days=7), osei)
    sheet_with_item_nine(course, None, now - timedelta(days=3), osei)
    sheet_with_item_nine(course, after, now, osei)
    assert item_nine(course, now) == (after, after - before)


def test_a_sheet_without_item_nine_answers_nothing(
    course: Course, osei: User, now: datetime
) -> None:
    sheet_with_item_nine(course, None, now, osei)
    assert "phq9_item9" not in facts.collect(course, now=now)


CALM = {"wish_dead": 0, "thoughts": 0, "behavior": 0}


@pytest.mark.parametrize(
    ("instrument", "days_after", "answers"),
    [("cssrs-since", 0, CALM), ("cssrs-screener", 2, CALM)],
)
def test_a_raised_item_nine_is_followed_by_a_cssrs_of_that_day_or_later(
    decided_on: Callable[..., set[str]], instrument: str, days_after: int, answers: dict[str, int]
) -> None:
    assert "SUI-P3" not in decided_on(instrument, days_after, answers)


@pytest.mark.parametrize(
    ("instrument", "days_after", "answers"),
    [("cssrs-since", -1, CALM), ("gad7", 1, {"nervous": 0}), ("cssrs-since", 0, {"wish_dead": 0})],
)
def test_neither_an_earlier_nor_a_half_answered_cssrs_follows_it(
    decided_on: Callable[..., set[str]], instrument: str, days_after: int, answers: dict[str, int]
) -> None:
    assert "SUI-P3" in decided_on(instrument, days_after, answers)


@pytest.fixture
def decided_on(course: Course, osei: User, now: datetime) -> Callable[..., set[str]]:
    """The rules that speak after a PHQ-9 with item 9 at 3, and another sheet some days from it."""

    def speaking(instrument: str, days_after: int, answers: dict[str, int]) -> set[str]:
        day = now - timedelta(days=5)
        sheet_with_item_nine(course, 3, day, osei)
        at = day + timedelta(days=days_after, hours=-1)
        sheet = questionnaires.ask_now(course, instrument, at=at, by=osei)
        for item, value in answers.items():
            questionnaires.answer_item(sheet, item, value, at=at, by=osei)
        questionnaires.finish_sheet(sheet, at=at, by=osei)
        return {each.id for each in facts.screen(course, now=now).findings}

    return speaking
