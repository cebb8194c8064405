"""When questionnaires are due, around doses that come weekly, twice weekly or move."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapstone.instruments import (
    Asked,
    Dose,
    Due,
    LaidOut,
    Plan,
    asking,
    beside,
    counted_from,
    instrument,
    is_of_schedule,
    laid_out,
    screen_positive,
)
from kapstone.instruments.schedule import schedule

START = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
DOSE = START + 40 * DAY
# The gate before a dose asks for the answer of the same day.
MORNING = timedelta(hours=6)


def of(found: LaidOut, name: str) -> dict[str, Due]:
    return {each.anchor: each for each in found.due if each.instrument == name}


def whole(*doses: datetime, **also: Any) -> LaidOut:
    given = tuple(Dose(at=at, ended_at=at + 2 * HOUR) for at in doses)
    return laid_out(Plan(started=START, doses=given, **also))


def asked(name: str, anchor: str, at: datetime) -> tuple[Asked, ...]:
    return (Asked(instrument=name, anchor=anchor, at=at),)


courses = st.lists(st.integers(0, 300 * 24), max_size=12, unique=True).map(
    lambda hours: [START + timedelta(hours=hour) for hour in hours]
)
roads = st.one_of(st.none(), st.integers(1, 8))
tracks = st.sets(st.sampled_from([each.id for each in schedule().track])).map(frozenset)


def test_a_course_begins_with_a_screening() -> None:
    found = {each.instrument: each.due_at for each in whole().due}
    assert found.items() >= {"phq9": START, "gad7": START, "cssrs-screener": START}.items()


def test_a_course_without_a_first_call_is_asked_nothing() -> None:
    assert laid_out(Plan()) == LaidOut((), ())


def test_before_a_dose_risk_is_asked_and_the_check_closes_with_the_dose() -> None:
    check = of(whole(DOSE), "cssrs-since")["dose-1+0d"]
    assert (check.opens_at, check.due_at, check.closes_at) == (DOSE - MORNING, DOSE, DOSE)


def test_the_baseline_opens_a_week_before_the_first_dose_and_closes_with_it() -> None:
    baseline = of(whole(DOSE, DOSE + 7 * DAY), "phq9")["baseline-3d"]
    assert (baseline.opens_at, baseline.closes_at) == (DOSE - 7 * DAY, DOSE)


def test_a_day_after_a_dose_nothing_is_asked_that_looks_back_over_weeks() -> None:
    found = [each.instrument for each in whole(DOSE).due if each.due_at == DOSE + DAY]
    assert "cssrs-since" in found
    assert all((asking(name).recall_days or 0) <= 1 for name in found)


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
    found = of(whole(DOSE, DOSE + 7 * DAY, DOSE + 14 * DAY, medicine=3), "phq9")
    inside = [each.due_at for each in found.values() if DOSE <= each.due_at <= DOSE + 21 * DAY]
    assert inside == [DOSE + 7 * DAY, DOSE + 14 * DAY, DOSE + 21 * DAY]


def test_what_two_rows_ask_on_one_day_is_asked_once_and_said() -> None:
    found = whole(DOSE, DOSE + 7 * DAY)
    assert "dose-2+0d" in of(found, "phq9")
    words = {(each.instrument, each.anchor): each.words for each in found.left_out}
    assert words["phq9", "dose-1+7d"] == "asked that day already"


def test_with_doses_twice_a_week_the_short_form_stands_in_between() -> None:
    found = whole(DOSE, DOSE + 3 * DAY)
    assert "dose-2+0d" not in of(found, "phq9")
    assert "dose-2+0d" in of(found, "cssrs-since")
    first = of(found, "phq2")["dose-1+0d"]
    assert first.instead_of == "phq9"


@pytest.mark.parametrize(("days_later", "full"), [(9, False), (10, True)])
def test_the_long_form_comes_back_after_a_week_whatever_the_hour(
    days_later: int, full: bool
) -> None:
    """The first one falls on the tenth day: the week after the dose before it."""
    second = DOSE + days_later * DAY - 4 * HOUR
    seen = asked("phq9", "asked-1", DOSE + 5 * DAY)
    found = whole(DOSE, second, asked=seen)
    assert ("dose-2+0d" in of(found, "phq9")) is full
    assert ("dose-2+0d" in of(found, "phq2")) is not full


def test_weekly_questions_go_on_until_the_road_ends() -> None:
    on = of(whole(DOSE, medicine=3), "phq9")
    off = of(whole(DOSE, medicine=1), "phq9")
    assert {"dose-1+7d", "dose-1+14d", "dose-1+21d"} <= set(on)
    assert {"dose-1+14d", "dose-1+21d"}.isdisjoint(off)


def test_a_later_dose_takes_over_the_weeks_and_the_months() -> None:
    found = of(whole(DOSE, DOSE + 12 * DAY), "phq9")
    assert "dose-1+7d" in found
    assert {"dose-1+14d", "dose-1+30d"}.isdisjoint(found)


def test_a_dose_beyond_the_road_is_maintenance() -> None:
    found = whole(DOSE, DOSE + 60 * DAY, medicine=1)
    with_it = {each.row for each in found.due if each.anchor == "dose-2+0d"}
    assert {"maintenance-dose", "dose-day"} <= with_it
    assert not [each for each in found.due if each.anchor == "dose-2+7d"]


def test_what_hangs_on_a_dose_not_given_waits_for_it() -> None:
    planned = laid_out(Plan(started=START, doses=(Dose(at=DOSE, given=False),)))
    after = [each for each in planned.due if each.due_at > DOSE]
    assert after
    assert not any(each.sure for each in after)
    assert planned.open_at(DOSE + DAY) == ()
    assert "cssrs-since" in {each.instrument for each in planned.open_at(DOSE - HOUR)}


@pytest.mark.parametrize(("early", "open_"), [(timedelta(0), True), (timedelta(seconds=1), False)])
def test_only_what_has_opened_is_open(early: timedelta, open_: bool) -> None:
    found = whole(DOSE).open_at(DOSE - MORNING - early)
    assert ("cssrs-since" in {each.instrument for each in found}) is open_


@pytest.mark.parametrize(("days_before", "again"), [(4, False), (5, True)])
def test_an_answer_counts_for_its_week_two_days_to_either_side(
    days_before: int, again: bool
) -> None:
    due = DOSE + 7 * DAY
    found = whole(DOSE, asked=asked("gad7", "asked-1", due - days_before * DAY))
    assert ("dose-1+7d" in of(found, "gad7")) is again
    said = {(each.instrument, each.anchor): each.words for each in found.left_out}
    assert (("gad7", "dose-1+7d") in said) is not again


@pytest.mark.parametrize(("days_before", "again"), [(4, False), (5, True)])
def test_what_was_answered_late_is_not_asked_again_while_it_still_counts(
    days_before: int, again: bool
) -> None:
    """The month's form was due long before it was answered; the next is overdue and open."""
    due = DOSE + 30 * DAY
    now = due + 6 * DAY
    late = Asked(
        instrument="phq9",
        anchor="dose-1+7d",
        at=due - 20 * DAY,
        answered_at=now - days_before * DAY,
    )
    found = whole(DOSE, asked=(late,), as_of=now, medicine=1)
    assert ("dose-1+30d" in of(found, "phq9")) is again
    left = {(each.instrument, each.anchor) for each in found.left_out}
    assert (("phq9", "dose-1+30d") in left) is not again


def test_an_answer_takes_no_place_of_what_had_closed_before() -> None:
    due = DOSE + 7 * DAY
    late = Asked(instrument="phq9", anchor="asked-1", at=due + 6 * DAY, answered_at=due + 6 * DAY)
    found = whole(DOSE, asked=(late,), as_of=due + 6 * DAY)
    assert "dose-1+7d" in of(found, "phq9")


def test_a_recent_answer_never_puts_off_the_risk_questions_of_the_next_contact() -> None:
    found = whole(DOSE, asked=asked("cssrs-since", "asked-1", DOSE - 13 * HOUR))
    assert "dose-1+0d" in of(found, "cssrs-since")


def test_risk_answered_for_a_day_is_asked_again_when_the_dose_moves() -> None:
    before = asked("cssrs-since", "dose-1+0d", DOSE)
    assert "dose-1+0d" not in of(whole(DOSE, asked=before), "cssrs-since")
    assert "dose-1+0d" in of(whole(DOSE + 2 * DAY, asked=before), "cssrs-since")


@pytest.mark.parametrize(
    ("anchor", "schedules"),
    [
        ("start+0d", True),
        ("baseline-3d", True),
        ("dose-12+365d", True),
        ("asked-20261103T130000", False),
        ("phq9-0", False),
    ],
)
def test_the_schedule_knows_its_own_names(anchor: str, schedules: bool) -> None:
    assert is_of_schedule(anchor) is schedules


@given(courses, roads, tracks)
def test_a_scale_is_never_due_inside_the_time_it_looks_back_to(
    doses: list[datetime], road: int | None, on: frozenset[str]
) -> None:
    found = whole(*doses, medicine=road, tracks=on)
    for name in {each.instrument for each in found.due if each.keep != "risk"}:
        recall = asking(name).recall_days or 0
        least = min(recall, 7) if name in schedule().asked_weekly else recall
        times = [each.due_at for each in of(found, name).values()]
        assert all((b.date() - a.date()).days >= least for a, b in pairwise(times)), name


@given(courses, roads, tracks)
def test_nothing_that_looks_back_is_open_in_the_two_days_after_a_dose(
    doses: list[datetime], road: int | None, on: frozenset[str]
) -> None:
    found = whole(*doses, medicine=road, tracks=on)
    for each in found.due:
        if each.keep != "risk" and (asking(each.instrument).recall_days or 0) > 1:
            for dose in doses:
                assert each.closes_at <= dose or each.opens_at >= dose + 48 * HOUR


@given(courses, roads, tracks)
def test_no_visit_passes_the_ceiling(
    doses: list[datetime], road: int | None, on: frozenset[str]
) -> None:
    found = whole(*doses, medicine=road, tracks=on)
    for day in {each.due_at.date() for each in found.due}:
        visit = [each for each in found.due if each.due_at.date() == day]
        alone = sum(each.minutes for each in visit if not each.choose_one)
        choice = {(each.choose_one, each.anchor): 0.0 for each in visit if each.choose_one}
        for each in visit:
            if each.choose_one:
                key = (each.choose_one, each.anchor)
                choice[key] = max(choice[key], each.minutes)
        total = alone + sum(choice.values())
        assert total <= schedule().ceiling_min or all(each.keep == "risk" for each in visit)


@given(courses, roads, tracks)
def test_every_time_lies_in_its_window(
    doses: list[datetime], road: int | None, on: frozenset[str]
) -> None:
    for each in whole(*doses, medicine=road, tracks=on).due:
        assert each.opens_at <= each.due_at <= each.closes_at


@given(courses, roads, tracks, st.randoms(use_true_random=False))
def test_the_order_of_the_doses_does_not_matter(
    doses: list[datetime], road: int | None, on: frozenset[str], chance: Any
) -> None:
    shuffled = doses.copy()
    chance.shuffle(shuffled)
    assert whole(*shuffled, medicine=road, tracks=on) == whole(*doses, medicine=road, tracks=on)


@given(courses, roads)
def test_risk_is_asked_before_and_after_every_dose(doses: list[datetime], road: int | None) -> None:
    times = {each.due_at for each in of(whole(*doses, medicine=road), "cssrs-since").values()}
    assert times >= set(doses)
    asked_at = {each.due_at for each in whole(*doses, medicine=road).due if each.keep == "risk"}
    assert asked_at >= {dose + DAY for dose in doses}


@given(courses, roads, tracks)
def test_one_anchor_names_one_time_of_one_questionnaire(
    doses: list[datetime], road: int | None, on: frozenset[str]
) -> None:
    found = whole(*doses, medicine=road, tracks=on)
    names = [(each.instrument, each.anchor) for each in found.due]
    assert len(names) == len(set(names))
    assert all(is_of_schedule(anchor) for _, anchor in names)


@given(courses, roads, tracks)
def test_laying_out_again_what_was_asked_asks_nothing_new(
    doses: list[datetime], road: int | None, on: frozenset[str]
) -> None:
    first = whole(*doses, medicine=road, tracks=on)
    taken = tuple(
        Asked(instrument=each.instrument, anchor=each.anchor, at=each.due_at)
        for each in first.due
        if not each.choose_one
    )
    again = whole(*doses, medicine=road, tracks=on, asked=taken)
    assert {each for each in again.due if not each.choose_one} == set()


def test_every_questionnaire_of_the_schedule_is_there() -> None:
    for _, ask in schedule().asks():
        for name in filter(None, (ask.instrument, ask.otherwise)):
            assert instrument(name).id == name


@pytest.mark.parametrize(
    ("anchor", "words"),
    [
        ("start+0d", "with the first call"),
        ("baseline-3d", "3 days before the first dose"),
        ("dose-2+1d", "1 day after dose 2"),
        ("dose-12+365d", "365 days after dose 12"),
        ("asked-20261103T130000", "asked by hand"),
    ],
)
def test_an_anchor_says_in_words_what_it_is_counted_from(anchor: str, words: str) -> None:
    assert counted_from(anchor) == words


def test_a_row_that_is_not_there_is_refused() -> None:
    assert schedule().row("baseline").anchor == "first_dose"
    with pytest.raises(LookupError, match="no such row"):
        schedule().row("moon")


def test_reviews_stand_beside_the_sheets() -> None:
    doses = tuple(Dose(at=DOSE + n * 7 * DAY) for n in range(4))
    found = beside(Plan(doses=doses, medicine=4, review_after=3), schedule())
    reviews = {each.row.id: each.at for each in found if not each.row.ask}
    assert reviews == {
        "second-dose-review": DOSE + 8 * DAY,
        "mid-course-review": DOSE + 15 * DAY,
    }


def test_what_suggests_a_track_has_a_cut() -> None:
    names = {name for track in schedule().track for name in track.suggested_by}
    for name in names:
        assert screen_positive(instrument(name), {}) in {None, False}
