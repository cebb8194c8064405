"""When a practice reads messages: open or closed now, the next time, and when to expect an answer.

Hours are of the practice's own clock; spans are counted in UTC, where no day is longer than another
and no hour comes twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby, islice
from zoneinfo import ZoneInfo

from kapstone.web.accounts.models import Practice
from kapstone.web.records.models import OfficeHours

# A practice that is closed for longer than this is not expected to read anything.
FURTHEST = timedelta(days=370)
A_DAY = timedelta(days=1)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# As many days to come as a writer wants to know of.
SHOWN_AHEAD = timedelta(days=21)

Span = tuple[time, time]


@dataclass(frozen=True, slots=True)
class Closed:
    """Days on which nobody reads, both within, and why; `words` may be empty."""

    first: date
    last: date
    words: str = ""


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of one practice: for each day from Monday when it opens and closes, or None."""

    zone: ZoneInfo
    week: Sequence[Span | None]
    answer_days: int
    closed: Sequence[Closed] = field(default=())

    def spans(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """From this day on, each opening and closing in UTC."""
        last = day + FURTHEST
        while day <= last:
            if found := self.of_day(day):
                yield found
            day += A_DAY

    def back(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """The same, from this day into the past."""
        last = day - FURTHEST
        while day >= last:
            if found := self.of_day(day):
                yield found
            day -= A_DAY

    def of_day(self, day: date) -> tuple[datetime, datetime] | None:
        """When it opens and closes on a day, in UTC; None on a day without a minute to read."""
        span = self.week[day.weekday()]
        if span is None or any(each.first <= day <= each.last for each in self.closed):
            return None
        opens, closes = (
            datetime.combine(day, each, tzinfo=self.zone).astimezone(UTC) for each in span
        )
        # Hours that the clock skips, such as 2:00 to 3:00 on one day in spring, are none.
        return (opens, closes) if opens < closes else None


@dataclass(frozen=True, slots=True)
class Reading:
    """How it stands now: `next_at` is when somebody reads next, None when that is not known.

    `until` is when it closes, while it is open.
    """

    is_open: bool
    until: datetime | None
    next_at: datetime | None


def hours_of(practice: Practice | None) -> Hours | None:
    """What the practice settled last; None before it has."""
    row = OfficeHours.objects.now(practice)
    return as_hours(row) if row else None


def as_hours(row: OfficeHours) -> Hours:
    """A row as it was kept, with the zone that the practice has now."""
    week = [
        each and (time.fromisoformat(each[0]), time.fromisoformat(each[1])) for each in row.week
    ]
    closed = [
        Closed(date.fromisoformat(first), date.fromisoformat(last), words)
        for first, last, words in row.closed
    ]
    return Hours(row.practice.zone, week, row.answer_days, closed)


def reading(hours: Hours, now: datetime) -> Reading:
    """Whether somebody reads now, until when, and when next."""
    for opens, closes in hours.spans(here(hours, now)):
        if opens <= now < closes:
            return Reading(is_open=True, until=closes, next_at=now)
        if now < opens:
            return Reading(is_open=False, until=None, next_at=opens)
    return Reading(is_open=False, until=None, next_at=None)


def due_at(hours: Hours, at: datetime) -> datetime | None:
    """By when an answer is expected: the close of the reading day, `answer_days` after the first.

    The first is the one whose close comes after `at`. None when there is no such day to come.
    """
    closes = (closing for _, closing in hours.spans(here(hours, at)) if at < closing)
    return next(islice(closes, hours.answer_days, None), None)


def overdue_before(hours: Hours, now: datetime) -> datetime | None:
    """What was written before this moment, and is open, is overdue; None when nothing can be.

    The other side of `due_at`: a list of thousands is cut in the database.
    """
    closes = (closing for _, closing in hours.back(here(hours, now)) if closing <= now)
    return next(islice(closes, hours.answer_days, None), None)


def here(hours: Hours, moment: datetime) -> date:
    """The day by the practice's clock."""
    return moment.astimezone(hours.zone).date()


def in_words(hours: Hours) -> str:
    """The week in words, such as "Monday to Friday, 9:00 to 17:00"; days alike stand together."""
    runs = groupby(enumerate(hours.week), key=lambda pair: pair[1])
    return "; ".join(
        f"{days([day for day, _ in run])}, {clock_time(span[0])} to {clock_time(span[1])}"
        for span, run in runs
        if span is not None
    )


def days(run: Sequence[int]) -> str:
    first, last = DAYS[run[0]], DAYS[run[-1]]
    joined = "and" if len(run) == 2 else "to"
    return first if len(run) == 1 else f"{first} {joined} {last}"


def clock_time(at: time) -> str:
    return f"{at.hour}:{at:%M}"


def closed_soon(hours: Hours, now: datetime) -> list[Closed]:
    """The days to come, or now, on which nobody reads though they usually would."""
    today = here(hours, now)
    near = today + SHOWN_AHEAD
    return [each for each in hours.closed if each.last >= today and each.first <= near]


def shown(practice: Practice | None, now: datetime) -> Mapping[str, object]:
    """All that a page says of the hours; empty before the practice has settled them."""
    hours = hours_of(practice)
    if hours is None:
        return {}
    return {
        "week": in_words(hours),
        "reading": reading(hours, now),
        "due_at": due_at(hours, now),
        "closed": closed_soon(hours, now),
        "zone": hours.zone.key,
    }
