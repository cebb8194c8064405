"""Invented people who are reminded by the real rule, for twelve weeks: how many forms come back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np

from kapstone import instruments
from kapstone.instruments import reminding
from kapstone.knowledge import Knowledge, rows

FILE = "synthesis/reaching.toml"
WEEKS = 12
FIRST_DAY = date(2026, 1, 5)
# A dose a week for six weeks, after two weeks of preparation.
DOSE_DAYS = (14, 21, 28, 35, 42, 49)
SESSION = timedelta(hours=3)
ZONES = tuple(map(ZoneInfo, ("America/New_York", "America/Chicago", "America/Los_Angeles")))
# The desk calls in working hours; who looks by themselves does so before noon.
MORNING, NOON = 10, 12


class Behaviour(Knowledge):
    """How one kind of person answers: chances for one open form, all assumed."""

    id: str
    share: float
    alone_a_day: float
    after_message: float
    after_call: float
    finishes: float
    stops: float
    channel: Literal["email", "sms", "none"]
    basis: str


@dataclass(slots=True)
class Form:
    """One form of an invented person, with what became of it."""

    due: instruments.Due
    reminded: list[datetime] = field(default_factory=list)
    done_after: int | None = None
    called: bool = False
    given_up: bool = False

    @property
    def is_open(self) -> bool:
        return self.done_after is None and not self.given_up


@dataclass(slots=True)
class Invented:
    """One person of the cohort."""

    behaviour: Behaviour
    wishes: reminding.Wishes
    forms: list[Form]
    sessions: tuple[reminding.MedicineSession, ...]
    messages: list[datetime] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a cohort came to; `finished_after` counts the finished forms by messages before."""

    people: int
    forms: int
    finished_after: dict[int, int]
    finished_by_call: int
    called_forms: int
    called_people: int
    opted_out: int
    messages: int

    @property
    def finished(self) -> int:
        return sum(self.finished_after.values()) + self.finished_by_call


def behaviours() -> tuple[Behaviour, ...]:
    return tuple(rows(FILE, "behaviour", Behaviour))


def cohort(people: int, *, most: int, with_calls: bool, rng: np.random.Generator) -> Outcome:
    """`people` invented people over twelve weeks, with at most `most` messages for one form."""
    of = replace(reminding.rules(), most=most)
    # What a person does is drawn for them alone: the same people under every rule.
    seeds = rng.integers(2**32, size=people)
    lives = [one(np.random.default_rng(int(seed))) for seed in seeds]
    for person, seed in zip(lives, seeds, strict=True):
        live(person, of, with_calls=with_calls, rng=np.random.default_rng([int(seed), 1]))
    return summed(lives)


def one(rng: np.random.Generator) -> Invented:
    kinds = behaviours()
    shares = np.array([kind.share for kind in kinds])
    kind = kinds[int(rng.choice(len(kinds), p=shares / shares.sum()))]
    zone = ZONES[int(rng.integers(len(ZONES)))]
    start = datetime.combine(FIRST_DAY, time(9), zone)
    doses = [start + timedelta(days=day, hours=1) for day in DOSE_DAYS]
    end = start + timedelta(weeks=WEEKS)
    given = tuple(instruments.Dose(at=at, ended_at=at + SESSION) for at in doses)
    plan = instruments.Plan(started=start, doses=given, medicine=len(doses))
    dues = instruments.laid_out(plan).due
    wishes = reminding.Wishes(channel=kind.channel, hour=int(rng.integers(8, 21)), zone=zone)
    sessions = tuple(
        reminding.MedicineSession(planned_for=at, started_at=at, ended_at=at + SESSION)
        for at in doses
    )
    # A form that closes after the twelve weeks has not had its whole time.
    forms = [Form(each) for each in dues if asked_at_home(each) and each.closes_at <= end]
    return Invented(kind, wishes, forms, sessions)


def asked_at_home(due: instruments.Due) -> bool:
    """What staff rate, and the screener of the dose day, is asked in the practice."""
    if instruments.instrument(due.instrument).respondent != "patient":
        return False
    return not (due.instrument.startswith("cssrs") and due.due_at == due.closes_at)


def live(
    person: Invented, of: reminding.Rules, *, with_calls: bool, rng: np.random.Generator
) -> None:
    for now in moments(person.wishes):
        local = now.astimezone(person.wishes.zone).hour
        if local == NOON:
            look_by_themselves(person, now, rng)
        weighed = reminding.weigh(known(person, now), now=now, by=of)
        if with_calls and local == MORNING:
            take_call(person, [word.form for word in weighed if word.does == "call"], rng)
        send = [person.forms[word.form] for word in weighed if word.does == "send"]
        if send:
            take_message(person, send, now, rng)


def moments(wishes: reminding.Wishes) -> Iterator[datetime]:
    """The hours of each day at which anything happens to a person, in order."""
    for day in range(7 * WEEKS):
        for hour in sorted({MORNING, NOON, wishes.hour}):
            yield reminding.at_hour(FIRST_DAY + timedelta(days=day), hour, wishes.zone)


def known(person: Invented, now: datetime) -> reminding.Reached:
    """What the practice would know of the person now."""
    forms = tuple(
        reminding.OpenForm(
            id=number,
            opens_at=form.due.opens_at,
            due_at=form.due.due_at,
            closes_at=form.due.closes_at,
            reminded=tuple(form.reminded),
        )
        for number, form in enumerate(person.forms)
        if form.is_open and form.due.opens_at <= now < form.due.closes_at
    )
    return reminding.Reached(
        forms=forms,
        wishes=person.wishes,
        messages=tuple(person.messages),
        sessions=person.sessions,
    )


def look_by_themselves(person: Invented, now: datetime, rng: np.random.Generator) -> None:
    for form in person.forms:
        if form.is_open and form.due.opens_at <= now < form.due.closes_at:
            answer(person, form, person.behaviour.alone_a_day, rng)


def take_message(
    person: Invented, forms: list[Form], now: datetime, rng: np.random.Generator
) -> None:
    person.messages.append(now)
    for form in forms:
        form.reminded.append(now)
    # Somebody who opens one form has all of them before them.
    opens = rng.random() < person.behaviour.after_message
    for form in forms:
        answer(person, form, float(opens), rng)
    if rng.random() < person.behaviour.stops:
        person.wishes = replace(person.wishes, opted_out=True)


def take_call(person: Invented, numbers: list[int], rng: np.random.Generator) -> None:
    """One call about all forms on the list; whoever does not answer it is not called again."""
    forms = [person.forms[number] for number in numbers]
    helps = bool(forms) and rng.random() < person.behaviour.after_call
    for form in forms:
        form.called = True
        answer(person, form, float(helps), rng)
        form.given_up = form.done_after is None


def answer(person: Invented, form: Form, chance: float, rng: np.random.Generator) -> None:
    if rng.random() < chance and rng.random() < person.behaviour.finishes:
        form.done_after = len(form.reminded)


def summed(lives: list[Invented]) -> Outcome:
    forms = [form for person in lives for form in person.forms]
    done = [form for form in forms if form.done_after is not None]
    after = [form.done_after or 0 for form in done if not form.called]
    return Outcome(
        people=len(lives),
        forms=len(forms),
        finished_after={number: after.count(number) for number in sorted({*after, 0})},
        finished_by_call=sum(form.called for form in done),
        called_forms=sum(form.called for form in forms),
        called_people=sum(any(form.called for form in person.forms) for person in lives),
        opted_out=sum(person.wishes.opted_out for person in lives),
        messages=sum(len(person.messages) for person in lives),
    )
