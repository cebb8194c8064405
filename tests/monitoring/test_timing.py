"""A practice's own check times: increasing, and within twelve hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kapstone.monitoring import (
    Reading,
    Schedule,
    check_times,
    minutes_said,
    next_check,
    schedules,
    time_doubts,
    timed,
    times_of,
    watch,
)
from kapstone.monitoring.timing import Times

START = datetime(2026, 11, 3, 13, 0, tzinfo=UTC)
IM, IV = schedules()["im"], schedules()["iv"]


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


@pytest.mark.parametrize("row", schedules().values(), ids=lambda row: row.route)
def test_a_schedule_with_the_times_that_ship_is_the_shipped_one(row: Schedule) -> None:
    assert timed(row, times_of(row)) == row
    assert [*time_doubts(row, times_of(row))] == []


def test_an_infusion_settles_other_times_than_what_is_given_at_once() -> None:
    assert [*times_of(IV)] == ["during_every_min", "after_end_min", "then_every_min"]
    assert [*times_of(IM)] == ["minutes", "then_every_min"]
    assert timed(IM, {"during_every_min": 5}) == IM
    assert minutes_said(times_of(IM)["minutes"]) == "5, 10, 15, 20, 30, 45, 60"


@pytest.mark.parametrize(
    ("times", "words"),
    [
        ({"minutes": ()}, "Give at least one time."),
        ({"minutes": (-1, 5)}, "-1 min is before it: give 0 or more."),
        ({"minutes": (0, 5)}, ""),
        ({"minutes": (5, 5)}, "5 follows 5: each time is later than the one before."),
        ({"minutes": (5, 4)}, "4 follows 5: each time is later than the one before."),
        ({"minutes": (5, 65)}, ""),
        ({"minutes": (5, 66)}, "66 is more than 60 min after 5."),
        ({"minutes": tuple(range(0, 721, 60))}, ""),
        ({"minutes": (*range(0, 721, 60), 721)}, "721 min is beyond 12 h (720 min)."),
        ({"minutes": 5}, "Give at least one time."),
        ({"then_every_min": 0}, "One figure, from 1 to 60 min (CHECK-LONGEST)."),
        ({"then_every_min": 1}, ""),
        ({"then_every_min": 60}, ""),
        ({"then_every_min": 61}, "One figure, from 1 to 60 min (CHECK-LONGEST)."),
        ({"then_every_min": (15,)}, "One figure, from 1 to 60 min (CHECK-LONGEST)."),
    ],
)
def test_both_sides_of_what_can_be_settled(times: Times, words: str) -> None:
    assert [said for _, said in time_doubts(IM, times)] == ([words] if words else [])


def test_checks_are_due_by_the_settled_times() -> None:
    own = timed(IM, {"minutes": (7, 21), "then_every_min": 40})
    assert check_times("im", started=START, times=own) == (at(7), at(21))
    full = Reading(at(21), dict.fromkeys(IM.needs, 1.0))
    assert next_check([full], route="im", started=START, times=own) == at(61)
    seen = watch([], route="im", started=START, now=at(8), resting={}, times=own)
    assert (seen.next_due, seen.overdue_min) == (at(7), 1.0)
    assert watch([], route="im", started=START, now=at(8), resting={}).next_due == at(5)


def test_an_infusion_is_due_by_the_settled_times_on_either_side_of_its_end() -> None:
    own = timed(IV, {"during_every_min": 20, "after_end_min": (5, 50)})
    found = check_times("iv", started=START, infusion_end=at(40), times=own)
    assert found == (at(0), at(20), at(40), at(45), at(90))


def test_whoever_is_checked_closer_is_so_by_whichever_is_closer() -> None:
    for every, expected in ((20, 5), (3, 3)):
        own = timed(IV, {"during_every_min": every})
        assert check_times("iv", started=START, closer=True, times=own)[1] == at(expected)
