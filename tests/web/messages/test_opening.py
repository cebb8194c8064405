"""When a practice reads: by its own clock, over the change of the clocks, and on closed days."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapstone.web.accounts.models import Practice, User
from kapstone.web.records import opening
from kapstone.web.records.actions import office
from kapstone.web.records.models import Entry, OfficeHours
from kapstone.web.records.opening import Closed, Hours, due_at, overdue_before, reading
from kapstone.web.records.refusals import Refused

NINE_TO_FIVE = (time(9), time(17))
WEEK = [NINE_TO_FIVE] * 5 + [None, None]
NEW_YORK = ZoneInfo("America/New_York")


def hours(
    zone: str = "America/New_York", *, closed: tuple[Closed, ...] = (), days: int = 1
) -> Hours:
    return Hours(ZoneInfo(zone), WEEK, days, closed)


def there(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


@pytest.mark.parametrize(
    ("moment", "is_open", "next_at"),
    [
        ("2026-11-03T08:59", False, "2026-11-03T09:00"),
        ("2026-11-03T09:00", True, "2026-11-03T09:00"),
        ("2026-11-03T16:59", True, "2026-11-03T16:59"),
        ("2026-11-03T17:00", False, "2026-11-04T09:00"),
        ("2026-11-06T17:00", False, "2026-11-09T09:00"),
    ],
)
def test_it_opens_on_the_minute_and_closes_on_the_minute(
    moment: str, is_open: bool, next_at: str
) -> None:
    found = reading(hours(), there(moment))
    assert (found.is_open, found.next_at) == (is_open, there(next_at))


@pytest.mark.parametrize(
    ("night", "morning", "apart"),
    [
        # Clocks go back on 1 November 2026 and forward on 14 March 2027, both on a Sunday.
        ("2026-10-30T17:00", "2026-11-02T09:00", 65),
        ("2027-03-12T17:00", "2027-03-15T09:00", 63),
        ("2027-03-19T17:00", "2027-03-22T09:00", 64),
    ],
)
def test_the_change_of_the_clocks_is_minded(night: str, morning: str, apart: int) -> None:
    closed, opens = there(night).astimezone(UTC), reading(hours(), there(night)).next_at
    assert opens == there(morning)
    assert opens - closed == timedelta(hours=apart)


def test_an_hour_that_the_clock_skips_is_none() -> None:
    odd = Hours(NEW_YORK, [None] * 6 + [(time(2), time(3))], 0, ())
    assert reading(odd, there("2027-03-13T12:00")).next_at == there("2027-03-21T02:00")


def test_a_closed_day_is_skipped_for_reading_and_for_answering() -> None:
    thanksgiving = (Closed(date(2026, 11, 26), date(2026, 11, 27), "Thanksgiving"),)
    found = hours(closed=thanksgiving)
    assert reading(found, there("2026-11-25T18:00")).next_at == there("2026-11-30T09:00")
    assert due_at(found, there("2026-11-25T10:00")) == there("2026-11-30T17:00")


@pytest.mark.parametrize(
    ("at", "days", "due"),
    [
        ("2026-11-03T10:00", 0, "2026-11-03T17:00"),
        ("2026-11-03T10:00", 1, "2026-11-04T17:00"),
        ("2026-11-03T17:00", 1, "2026-11-05T17:00"),
        ("2026-11-06T10:00", 1, "2026-11-09T17:00"),
        ("2026-11-07T10:00", 1, "2026-11-10T17:00"),
    ],
)
def test_an_answer_is_expected_by_the_close_of_a_reading_day(at: str, days: int, due: str) -> None:
    assert due_at(hours(days=days), there(at)) == there(due)


MOMENTS = st.datetimes(
    min_value=datetime.fromisoformat("2026-09-01"),
    max_value=datetime.fromisoformat("2027-04-30"),
    timezones=st.just(UTC),
)


@given(MOMENTS, MOMENTS, st.integers(0, 5), st.sampled_from(["America/New_York", "Asia/Kolkata"]))
def test_what_is_overdue_is_what_was_due(at: datetime, now: datetime, days: int, zone: str) -> None:
    """The list is cut in the database by one moment; a message by message count agrees."""
    holidays = (Closed(date(2026, 12, 24), date(2027, 1, 3)),)
    found = hours(zone, closed=holidays, days=days)
    due, moment = due_at(found, at), overdue_before(found, now)
    assert due is not None
    assert moment is not None
    assert (due <= now) == (at < moment)


@given(MOMENTS)
def test_the_next_reading_is_open_and_not_before_now(now: datetime) -> None:
    found = reading(hours(), now)
    assert found.next_at is not None
    assert found.next_at >= now
    assert reading(hours(), found.next_at).is_open


def test_a_practice_that_never_opens_promises_nothing() -> None:
    shut = hours(closed=(Closed(date(2020, 1, 1), date(2030, 1, 1)),))
    assert reading(shut, there("2026-11-03T10:00")) == opening.Reading(False, None, None)
    assert due_at(shut, there("2026-11-03T10:00")) is None
    assert overdue_before(shut, there("2026-11-03T10:00")) is None


@pytest.mark.parametrize(
    ("week", "words"),
    [
        (WEEK, "Monday to Friday, 9:00 to 17:00"),
        (
            [NINE_TO_FIVE] * 2 + [None, NINE_TO_FIVE, (time(8, 30), time(12)), None, None],
            "Monday and Tuesday, 9:00 to 17:00; Thursday, 9:00 to 17:00; Friday, 8:30 to 12:00",
        ),
    ],
)
def test_the_week_is_said_as_somebody_would(week: list[opening.Span | None], words: str) -> None:
    assert opening.in_words(Hours(NEW_YORK, week, 1)) == words


# settling them


def test_what_is_settled_holds_and_what_stood_before_stays(
    practice: Practice, owen: User, desk: User, now: datetime
) -> None:
    assert opening.hours_of(practice) is None
    closed = [Closed(date(2026, 12, 25), date(2026, 12, 25), "Christmas")]
    office.settle_hours(WEEK, closed=closed, answer_days=1, at=now, by=owen)
    office.settle_hours(WEEK, closed=closed, answer_days=2, at=now, by=desk)
    assert opening.hours_of(practice) == Hours(NEW_YORK, WEEK, 2, closed)
    assert OfficeHours.objects.count() == Entry.objects.filter(did="settle hours").count() == 2


@pytest.mark.parametrize(
    ("week", "closed", "days", "code"),
    [
        ([None] * 7, [], 1, "no-hours"),
        ([*WEEK[:6]], [], 1, "no-hours"),
        ([(time(17), time(9)), *WEEK[1:]], [], 1, "backwards"),
        ([(time(9), time(9)), *WEEK[1:]], [], 1, "backwards"),
        (WEEK, [Closed(date(2026, 12, 2), date(2026, 12, 1))], 1, "backwards"),
        (WEEK, [], 6, "answer-days"),
        (WEEK, [], -1, "answer-days"),
    ],
)
def test_hours_that_cannot_be_meant_are_refused(
    week: list[opening.Span | None],
    closed: list[Closed],
    days: int,
    code: str,
    *,
    owen: User,
    now: datetime,
) -> None:
    with pytest.raises(Refused) as why:
        office.settle_hours(week, closed=closed, answer_days=days, at=now, by=owen)
    assert why.value.code == code
    assert not OfficeHours.objects.exists()


def test_a_clinician_does_not_settle_them(lind: User, now: datetime) -> None:
    with pytest.raises(Refused):
        office.settle_hours(WEEK, closed=[], answer_days=1, at=now, by=lind)
