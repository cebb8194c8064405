"""Whether somebody is reminded of an open form now, later, or called by the front desk instead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo

from kapstone.knowledge import Knowledge, rows

FILE = "instruments/reminding.toml"
Channel = Literal["email", "sms", "none"]


class RuleRow(Knowledge):
    """One number of the rule, with its unit and what it is for."""

    id: str
    value: int
    unit: str
    says: str
    basis: str
    sources: tuple[str, ...]


class ReasonRow(Knowledge):
    """Why somebody is called or not written to, in the words of the call list."""

    id: str
    title: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The numbers of `reminding.toml`; hours of the day are by the person's own clock."""

    most: int
    apart_h: int
    hour: int
    first_hour: int
    last_hour: int
    late_min: int
    ahead_h: int
    before_session_h: int
    after_session_h: int
    session_h: int
    open_session_h: int
    call_after_h: int
    last_chance_h: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenForm:
    """A form that is not finished, with when the person was written to about it."""

    id: int
    opens_at: datetime
    due_at: datetime
    closes_at: datetime
    reminded: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """How somebody wants to be reached; channel `none` also when there is no address for it.

    `wants_call`: they said themselves that they want a call and no message.
    """

    channel: Channel
    hour: int
    zone: ZoneInfo
    opted_out: bool = False
    wants_call: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicineSession:
    """A session that was not called off; `ended_at` is when the person went home."""

    planned_for: datetime | None
    started_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """What is known of one person: their forms, their wishes, and every message they were sent.

    `undelivered`: a message to the address they have now was given up for good.
    `asked_again_at`: when they last asked, by phone, for the link once more.
    """

    forms: tuple[OpenForm, ...]
    wishes: Wishes
    messages: tuple[datetime, ...] = ()
    sessions: tuple[MedicineSession, ...] = ()
    undelivered: bool = False
    asked_again_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """What is to be done about one form, and why.

    `at`: waiting, when to look again (None: when something changes); calling, since when.
    """

    form: int
    does: Literal["send", "wait", "call"]
    why: str
    at: datetime | None


@cache
def rules() -> Rules:
    return Rules(**{row.id: row.value for row in rows(FILE, "rule", RuleRow)})


@cache
def reasons() -> dict[str, str]:
    """The reasons by their ids, in words."""
    return {row.id: row.title for row in rows(FILE, "reason", ReasonRow)}


def weigh(person: Reached, *, now: datetime, by: Rules | None = None) -> tuple[Word, ...]:
    """For each form: send now, wait, or hand over to the front desk. All times aware.

    Everything that says `send` goes into one message.
    """
    of = by or rules()
    return tuple(word(person, form, now=now, of=of) for form in person.forms)


def word(person: Reached, form: OpenForm, *, now: datetime, of: Rules) -> Word:
    begins = max(form.opens_at, form.due_at - hours(of.ahead_h))
    if now >= form.closes_at:
        return Word(form.id, "wait", "over", None)
    if now < begins:
        return Word(form.id, "wait", "not-yet", begins)
    if since := left_open_since(person, now=now, of=of):
        return Word(form.id, "call", "session-open", max(since, begins))
    # Somebody who is under the medicine is neither written to nor called.
    for session in person.sessions:
        if is_quiet(session, now, of):
            return Word(form.id, "wait", "medicine-session", quiet(session, of)[1])
    if why := no_way(person):
        return Word(form.id, "call", why, begins)
    return used_up_word(form, begins, now, of) or today(person, form, now=now, of=of)


def used_up_word(form: OpenForm, begins: datetime, now: datetime, of: Rules) -> Word | None:
    """The hand-over once no further message is to be sent; None while one may be."""
    closing = max(form.due_at, form.closes_at - hours(of.last_chance_h), begins)
    if now >= closing:
        return Word(form.id, "call", "closing", closing)
    if len(form.reminded) < of.most:
        return None
    since = max(form.reminded, default=begins) + hours(of.call_after_h)
    return Word(form.id, "call" if now >= since else "wait", "most-sent", since)


def today(person: Reached, form: OpenForm, *, now: datetime, of: Rules) -> Word:
    """Whether this is the hour; otherwise when the next one comes."""
    wishes, day = person.wishes, local_day(now, person.wishes.zone)
    tomorrow = at_hour(day + timedelta(days=1), wishes.hour, wishes.zone)
    if written_today(person, now=now, of=of):
        return Word(form.id, "wait", "today-already", tomorrow)
    begin = at_hour(day, wishes.hour, wishes.zone)
    if now < begin:
        return Word(form.id, "wait", "their-hour", begin)
    if now < begin + timedelta(minutes=of.late_min) and by_day(now, wishes.zone, of):
        return Word(form.id, "send", "", now)
    return Word(form.id, "wait", "their-hour", tomorrow)


def no_way(person: Reached) -> str:
    """Why no message can reach the person at all; empty when one can."""
    if person.wishes.opted_out:
        return "opted-out"
    if person.wishes.channel == "none":
        return "wants-call" if person.wishes.wants_call else "no-channel"
    return "undelivered" if person.undelivered else ""


def by_hand(person: Reached, *, now: datetime, by: Rules | None = None) -> str:
    """Why the front desk may not send the link now; empty when it may.

    A further message after the last one needs the person's own word: `asked_again_at`.
    """
    of = by or rules()
    forms = [form for form in person.forms if form.opens_at <= now < form.closes_at]
    if not forms:
        return "over"
    if why := barrier(person, now=now, by=of):
        return why
    return "most-sent" if all(used_up(form, person.asked_again_at, of) for form in forms) else ""


def barrier(person: Reached, *, now: datetime, by: Rules | None = None) -> str:
    """Why nothing may be sent by hand now, whatever it is about; empty when something may.

    The hour is the sender's to choose, within the day.
    """
    of = by or rules()
    if (why := no_way(person)) and why != "undelivered":
        return why
    if any(is_quiet(session, now, of) for session in person.sessions):
        return "medicine-session"
    if written_today(person, now=now, of=of):
        return "today-already"
    return "" if by_day(now, person.wishes.zone, of) else "night"


def used_up(form: OpenForm, asked_again_at: datetime | None, of: Rules) -> bool:
    if len(form.reminded) < of.most:
        return False
    return asked_again_at is None or asked_again_at < max(form.reminded, default=asked_again_at)


def quiet(session: MedicineSession, of: Rules) -> tuple[datetime, datetime | None]:
    """From when until when nothing is sent for the sake of a session; an end of None is unknown."""
    began = [at for at in (planned_quiet(session, of), session.started_at) if at is not None]
    begin = min(began) if began else session.ended_at
    if session.ended_at is not None:
        end: datetime | None = session.ended_at + hours(of.after_session_h)
    elif session.started_at is None and session.planned_for is not None:
        end = session.planned_for + hours(of.session_h)
    else:
        end = None
    if begin is None:
        raise ValueError("a session needs a time: planned, begun or ended")
    return begin, end


def planned_quiet(session: MedicineSession, of: Rules) -> datetime | None:
    return session.planned_for and session.planned_for - hours(of.before_session_h)


def is_quiet(session: MedicineSession, now: datetime, of: Rules) -> bool:
    begin, end = quiet(session, of)
    return begin <= now and (end is None or now < end)


def left_open_since(person: Reached, *, now: datetime, of: Rules) -> datetime | None:
    """Since when a session that began and did not end is a question for the front desk."""
    open_ones = (
        each.started_at + hours(of.open_session_h)
        for each in person.sessions
        if each.started_at is not None and each.ended_at is None
    )
    return min((since for since in open_ones if since <= now), default=None)


def written_today(person: Reached, *, now: datetime, of: Rules) -> bool:
    """Whether a message went out on this day of the person's calendar, or too few hours ago."""
    zone = person.wishes.zone
    return any(
        local_day(at, zone) == local_day(now, zone) or now - at < hours(of.apart_h)
        for at in person.messages
    )


def by_day(now: datetime, zone: ZoneInfo, of: Rules) -> bool:
    return of.first_hour <= now.astimezone(zone).hour < of.last_hour


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def at_hour(day: date, hour: int, zone: ZoneInfo) -> datetime:
    """The moment at which a clock of the zone shows the hour, as UTC.

    An hour that the clock skips comes as long after the skip as it would have stood before it; of
    an hour that it shows twice, the first.
    """
    return datetime.combine(day, time(hour), zone).astimezone(ZoneInfo("UTC"))


def hours(count: int) -> timedelta:
    return timedelta(hours=count)
