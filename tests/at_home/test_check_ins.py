"""The check-ins afterwards: four hours after the last dose, the next morning and a day after it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kapstone import at_home
from kapstone.at_home import CheckIn, CheckInSaid, Look

NEW_YORK = ZoneInfo("America/New_York")
TOOK = datetime(2026, 11, 3, 14, 0, tzinfo=NEW_YORK)
HOURS, MORNING, DAY = "four-hours", "next-morning", "a-day"


def of(
    minutes: float,
    *said: CheckInSaid,
    looks: tuple[Look, ...] = (),
    took: datetime | None = TOOK,
) -> dict[str, CheckIn]:
    now = (took or TOOK) + timedelta(minutes=minutes)
    found = at_home.check_ins(said, looks, took_at=took, zone=NEW_YORK, now=now)
    return {each.row.id: each for each in found}


def after(minutes: float) -> datetime:
    return TOOK + timedelta(minutes=minutes)


def test_nothing_is_asked_before_the_medicine_was_taken() -> None:
    assert of(600, took=None) == {}


def test_they_are_due_four_hours_after_the_next_morning_and_a_day_after() -> None:
    found = of(0)
    assert found[HOURS].due_at == after(240)
    assert found[MORNING].due_at == datetime(2026, 11, 4, 9, 0, tzinfo=NEW_YORK)
    assert found[DAY].due_at == after(24 * 60)
    assert [*found] == [HOURS, MORNING, DAY]
    assert {each.state for each in found.values()} == {"ahead"}
    assert {each.well for each in found.values()} == {None}


@pytest.mark.parametrize(
    ("took", "due"),
    [
        # A late evening, a very early morning, and the night in which the clocks go back.
        ((2026, 11, 3, 23, 0), (2026, 11, 4, 9, 0)),
        ((2026, 11, 3, 5, 0), (2026, 11, 3, 9, 0)),
        ((2026, 11, 3, 5, 1), (2026, 11, 4, 9, 0)),
        ((2026, 10, 31, 20, 0), (2026, 11, 1, 9, 0)),
    ],
)
def test_the_morning_is_the_first_nine_o_clock_four_hours_on(
    took: tuple[int, ...], due: tuple[int, ...]
) -> None:
    at, on = (datetime(*each[:5], tzinfo=NEW_YORK) for each in (took, due))  # type: ignore[arg-type,misc]  # five numbers
    found = of(0, took=at.astimezone(UTC))[MORNING].due_at
    assert (found, found.astimezone(NEW_YORK).hour) == (on, 9)


def test_they_stand_in_the_order_they_come_due() -> None:
    morning = datetime(2026, 11, 3, 8, 0, tzinfo=NEW_YORK)
    assert [*of(0, took=morning)] == [HOURS, DAY, MORNING]


def test_a_day_after_is_24_hours_also_when_the_clocks_change() -> None:
    evening = datetime(2026, 10, 31, 20, 0, tzinfo=NEW_YORK).astimezone(UTC)
    due = of(0, took=evening)[DAY].due_at
    assert due.astimezone(UTC) - evening == timedelta(hours=24)
    assert due.astimezone(NEW_YORK).hour == 19


def test_it_is_missed_at_the_end_of_the_grace_and_not_before() -> None:
    row = at_home.check_in_rows()[HOURS]
    assert of(240)[HOURS].state == "due"
    assert of(240 + row.grace_min - 0.1)[HOURS].state == "due"
    assert of(240 + row.grace_min)[HOURS].state == "missed"


def test_an_answer_settles_its_own_check_in_only_and_the_newest_counts() -> None:
    well = CheckInSaid(moment=HOURS, answer="well", at=after(250))
    unwell = CheckInSaid(moment=HOURS, answer="unwell", at=after(260))
    found = of(300, well)
    assert (found[HOURS].state, found[HOURS].well) == ("answered", True)
    assert found[MORNING].state == "ahead"
    assert of(300, unwell, well)[HOURS].well is False


def test_an_unknown_answer_or_one_of_the_future_is_none() -> None:
    odd = CheckInSaid(moment=HOURS, answer="great", at=after(250))
    later = CheckInSaid(moment=HOURS, answer="well", at=after(400))
    assert of(300, odd, later)[HOURS].state == "missed"


def test_a_sitter_answers_the_first_by_looking_in_from_then_on_and_no_other() -> None:
    early, late = Look(after(239), "asleep"), Look(after(241), "asleep")
    assert of(242, looks=(early,))[HOURS].state == "due"
    assert of(242, looks=(early, late))[HOURS].well is True
    assert of(242, looks=(Look(after(241), "unsure"),))[HOURS].well is False
    day = 24 * 60
    found = of(day, looks=(late, Look(after(day - 1), "awake")))
    assert (found[MORNING].state, found[DAY].state) == ("missed", "due")
