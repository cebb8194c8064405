"""After the medicine: when the first contact belongs, and when a commitment is asked after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Literal

from kapstone.knowledge import Knowledge, read, rows

FILE = "pathway/integration.toml"
SATURDAY = 6
How = Literal["kept", "changed", "let_go", "not_now"]
AskingState = Literal["due", "overdue", "later", "over", "let_go", "unknown"]
BookedState = Literal["booked", "late", "missing", "unknown"]


class Row(Knowledge):
    """A row with what it rests on."""

    id: str
    basis: str
    evidence: tuple[str, ...] = ()
    sources: tuple[str, ...]


class ContactWindow(Row):
    """When the first contact belongs, in hours after going home, and what the form offers."""

    from_h: int
    until_h: int
    offered_after_h: int
    minutes: int

    @property
    def opens(self) -> timedelta:
        return timedelta(hours=self.from_h)

    @property
    def closes(self) -> timedelta:
        return timedelta(hours=self.until_h)

    @property
    def offered(self) -> timedelta:
        return timedelta(hours=self.offered_after_h)


class CheckInRow(Row):
    """A moment at which a commitment is asked after, in hours since it was made."""

    title: str
    after_h: int
    early_h: int


class OwnDay(Row):
    """The moment that the person's own day gives."""

    title: str
    early_h: int


class Asking(Row):
    """How long a question waits, in hours, and how often it is written about."""

    late_after_h: int
    open_h: int
    most_nudges: int


class Domain(Row):
    """A part of life that integration is about, with something to try."""

    title: str
    ask: str
    idea: str


class JournalPrompt(Row):
    """A question to write to."""

    domain: str
    ask: str


@cache
def contact_window() -> ContactWindow:
    return ContactWindow.model_validate(read(FILE)["contact"])


@cache
def check_ins() -> tuple[CheckInRow, ...]:
    """The moments in the order of time."""
    return tuple(sorted(rows(FILE, "check_in", CheckInRow), key=lambda row: row.after_h))


@cache
def own_day() -> OwnDay:
    return OwnDay.model_validate(read(FILE)["own_day"])


@cache
def asking() -> Asking:
    return Asking.model_validate(read(FILE)["asking"])


@cache
def domains() -> Mapping[str, Domain]:
    """The parts of life by their ids [INT-05]."""
    return {row.id: row for row in rows(FILE, "domain", Domain)}


@cache
def journal_prompts() -> tuple[JournalPrompt, ...]:
    return tuple(rows(FILE, "prompt", JournalPrompt))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What was said of a commitment; `at` None: not known when."""

    how: How
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A commitment; all times aware, None is not known.

    `own_day_over_at` is when the day that the person chose is over; None when they chose none.
    """

    at: datetime | None
    own_day_over_at: datetime | None = None
    answers: tuple[Answered, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One time to ask; an answer from `counts_from` on is an answer to it."""

    id: str
    title: str
    at: datetime
    counts_from: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Where the asking stands: `now` is the moment to answer, `next` the first still to come.

    `over`: every moment has passed. `unknown`: when it was made or answered is not known.
    """

    state: AskingState
    now: Moment | None = None
    next: Moment | None = None


def moments(made_at: datetime, own_day_over_at: datetime | None = None) -> tuple[Moment, ...]:
    """When a commitment is asked after; not before the person's own day is over, if it has one."""
    every = [
        Moment(
            id=row.id,
            title=row.title,
            at=made_at + timedelta(hours=row.after_h),
            counts_from=made_at + timedelta(hours=row.after_h - row.early_h),
        )
        for row in check_ins()
    ]
    if own_day_over_at is None:
        return tuple(every)
    row = own_day()
    early = own_day_over_at - timedelta(hours=row.early_h)
    own = Moment(id=row.id, title=row.title, at=own_day_over_at, counts_from=early)
    return (own, *(each for each in every if each.at > own.at))


def asked(made: Made, *, now: datetime) -> Asked:
    """Whether a commitment is to be asked after now, and when next; `now` is aware.

    One question waits at most: the newest moment takes the place of those before it. What was let
    go is never asked after again.
    """
    if made.answers is not None and any(each.how == "let_go" for each in made.answers):
        return Asked(state="let_go")
    if made.at is None or made.answers is None or any(each.at is None for each in made.answers):
        return Asked(state="unknown")
    told = [each.at for each in made.answers if each.at is not None]
    last = max(told, default=None)
    left = [each for each in moments(made.at, made.own_day_over_at) if not _told(each, last)]
    passed = [each for each in left if each.at <= now]
    ahead = next((each for each in left if each.at > now), None)
    return _standing(passed[-1] if passed else None, ahead, now)


def _told(moment: Moment, last: datetime | None) -> bool:
    return last is not None and last >= moment.counts_from


def _standing(waits: Moment | None, ahead: Moment | None, now: datetime) -> Asked:
    rule = asking()
    if waits is None or now >= waits.at + timedelta(hours=rule.open_h):
        return Asked(state="later" if ahead else "over", next=ahead)
    late = now >= waits.at + timedelta(hours=rule.late_after_h)
    return Asked(state="overdue" if late else "due", now=waits, next=ahead)


def contact_booked(planned_for: datetime | None, booked: Iterable[datetime] | None) -> BookedState:
    """Whether a contact after a session is agreed in time [PRE-41, SCR-RDY-05]; never a gate.

    Counted from the planned hour, as nobody has gone home yet. A call on the same evening counts
    [INT-01]; `late`: agreed, but after the window; `unknown`: no plan, or nobody looked.
    """
    if planned_for is None or booked is None:
        return "unknown"
    after = [at for at in booked if at > planned_for]
    if not after:
        return "missing"
    return "booked" if min(after) <= planned_for + contact_window().closes else "late"


def offered_contact(planned_for: datetime) -> datetime:
    """A time to offer for the first contact; `planned_for` is aware and in the practice's zone.

    The middle of the window, or, on a weekend, its beginning or end when that is a working day.
    """
    window = contact_window()
    # Hours are counted in UTC, so that a change of the clock does not lead out of the window.
    times = [
        (planned_for.astimezone(UTC) + span).astimezone(planned_for.tzinfo)
        for span in (window.offered, window.opens, window.closes)
    ]
    return next((at for at in times if at.isoweekday() < SATURDAY), times[0])
