"""What is due when on one course, and what is left out and why, within a visit's ceiling."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal

from kapstone.instruments.moments import Asked, Dose, Moment, Plan, is_of_schedule, moments
from kapstone.instruments.schedule import (
    RISK,
    Ask,
    DueRow,
    Known,
    Schedule,
    asking,
    minutes_of,
    schedule,
)

Why = Literal["no-text", "by-hand", "recall", "after-dose", "ceiling", "chosen"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One questionnaire at one time; `anchor` names the time for good, whatever moves."""

    instrument: str
    anchor: str
    row: str
    keep: str
    minutes: float
    opens_at: datetime
    due_at: datetime
    closes_at: datetime
    sure: bool = True
    choose_one: str | None = None
    otherwise: str | None = None
    instead_of: str | None = None
    moved_from: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A questionnaire of the schedule that is not asked, and why."""

    instrument: str
    anchor: str
    row: str
    due_at: datetime
    why: Why
    words: str


@dataclass(frozen=True, slots=True)
class LaidOut:
    """A course's questionnaires, those asked and those left out, each in order of time."""

    due: tuple[Due, ...]
    left_out: tuple[LeftOut, ...]

    def open_at(self, now: datetime) -> tuple[Due, ...]:
        """What can be answered now; what hangs on a dose that was not given waits for it."""
        return tuple(e for e in self.due if e.sure and e.opens_at <= now < e.closes_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A line of the schedule that gives no sheet: a review, or what the session's page asks."""

    row: DueRow
    at: datetime
    sure: bool


@lru_cache(maxsize=8192)
def laid_out(plan: Plan) -> LaidOut:
    """The course laid out by the schedule of the knowledge files; kept, since lists ask again."""
    return lay_out(plan, schedule(), asking)


def lay_out(plan: Plan, of: Schedule, known: Known) -> LaidOut:
    """Everything that the plan asks for; the order of its parts does not matter.

    Visit by visit: what was asked lately is left out, then what does not fit under the ceiling goes
    to the next visit of its window, or is left out.
    """
    table = Table(of, known, plan)
    for each in wished(plan, of, known):
        table.put(each)
    table.go_through()
    by_time = sorted(table.kept, key=lambda each: (each.due_at, table.order(each)))
    left = sorted(table.left, key=lambda each: (each.due_at, each.row, each.instrument))
    return LaidOut(tuple(by_time), tuple(left))


def wished(plan: Plan, of: Schedule, known: Known) -> Iterator[Due | LeftOut]:
    """What the rows ask for, before anything is weighed against anything else."""
    found = moments(plan, of)
    for row in of.due:
        for moment in found[row.anchor] if row.where == "sheet" else ():
            for ask in asks_of(row, moment):
                for day in days_of(row, moment):
                    due = due_of(row, ask, moment, day)
                    minutes = minutes_of(ask.instrument, of, known)
                    yield from asked_for(ask, replace(due, minutes=minutes), plan, known)


def minutes_together(asked: Iterable[tuple[str, str]], of: Schedule, known: Known) -> float:
    """Minutes of questionnaires by name and anchor; of a choice only the longest counts."""
    longest: dict[object, float] = defaultdict(float)
    for number, (name, anchor) in enumerate(asked):
        choice = of.choices.get(name)
        one = (choice, anchor) if choice else number
        longest[one] = max(longest[one], minutes_of(name, of, known))
    return sum(longest.values())


def beside(plan: Plan, of: Schedule) -> tuple[Beside, ...]:
    """What the schedule asks of the team itself, in order of time."""
    found = moments(plan, of)
    lines = [
        Beside(row=row, at=moment.at + timedelta(days=row.day), sure=moment.sure)
        for row in of.due
        if row.where == "session" or not row.ask
        for moment in found[row.anchor]
    ]
    return tuple(sorted(lines, key=lambda each: (each.at, each.row.id)))


def asks_of(row: DueRow, moment: Moment) -> Iterator[Ask]:
    """The questionnaires of a row; some come with each so many visits only."""
    by_visit = row.anchor == "integration"
    return (ask for ask in row.ask if not by_visit or ask.at_visit(moment.number))


def days_of(row: DueRow, moment: Moment) -> Iterator[int]:
    """The days after the anchor; a later dose takes over what counts from the last one."""
    for week in range(row.weeks):
        day = row.day + 7 * week
        over = moment.until is not None and moment.at + timedelta(days=day) >= moment.until
        if (week and not moment.goes_on) or (over and (week or row.anchor == "last_dose")):
            return
        yield day


def due_of(row: DueRow, ask: Ask, moment: Moment, day: int) -> Due:
    due_at = moment.at + timedelta(days=day)
    ahead = timedelta(days=row.opens_days_before, hours=row.opens_hours_before)
    after_dose = day > 0 or row.anchor == "session_end"
    return Due(
        instrument=ask.instrument,
        anchor=f"{moment.label}{day:+d}d",
        row=row.id,
        keep=ask.keep,
        minutes=0,
        opens_at=due_at - ahead,
        due_at=due_at,
        closes_at=due_at + timedelta(days=row.closes_days_after),
        sure=moment.sure or not after_dose,
        choose_one=ask.choose_one,
        otherwise=ask.otherwise,
    )


def asked_for(ask: Ask, due: Due, plan: Plan, known: Known) -> Iterator[Due | LeftOut]:
    """The questionnaire when it concerns this course; without its text it can only be named."""
    if ask.track is not None and ask.track not in plan.tracks:
        return
    if ask.optional:
        yield left(due, "by-hand", "asked by hand only")
    elif ask.instrument not in plan.brought and lacks_text(ask, plan, known):
        yield left(due, "no-text", why_withheld(ask, known))
    else:
        yield due


def lacks_text(ask: Ask, plan: Plan, known: Known) -> bool:
    withheld = ask.instrument in plan.withheld
    return withheld or (ask.needs_licence and not known(ask.instrument).has_text)


def why_withheld(ask: Ask, known: Known) -> str:
    if known(ask.instrument).has_text:
        return "its terms are not agreed, see Forms"
    return "the practice does not have its text: it needs a licence"


def left(due: Due, why: Why, words: str) -> LeftOut:
    return LeftOut(
        instrument=due.instrument,
        anchor=due.anchor,
        row=due.row,
        due_at=due.due_at,
        why=why,
        words=words,
    )


def said(at: datetime) -> str:
    return f"{at.day} {at:%b}"


@dataclass(slots=True)
class Table:
    """The visits while they are filled, day by day."""

    of: Schedule
    known: Known
    plan: Plan
    visits: dict[date, list[Due]] = field(default_factory=lambda: defaultdict(list))
    kept: list[Due] = field(default_factory=list)
    left: list[LeftOut] = field(default_factory=list)

    def order(self, each: Due) -> tuple[int, str, str, str]:
        return (self.of.ranks[each.keep], each.row, each.instrument, each.anchor)

    def put(self, each: Due | LeftOut) -> None:
        """Lay it on its day, clear of the hours after a dose."""
        if isinstance(each, Due):
            each = self.clear_of_doses(each)
        if isinstance(each, LeftOut):
            self.left.append(each)
        else:
            self.visits[each.due_at.date()].append(each)

    def go_through(self) -> None:
        """Each day in order; what is moved on comes to a day that is still ahead."""
        for day in sorted(self.visits):
            for each in sorted(self.visits[day], key=self.turn):
                self.place(each)

    def turn(self, each: Due) -> tuple[int, datetime, tuple[int, str, str, str]]:
        return (self.of.ranks[each.keep], each.due_at, self.order(each))

    def place(self, each: Due) -> None:
        if self.is_done(each) or self.is_twice(each):
            return
        if other := self.chosen(each):
            self.left.append(left(each, "chosen", f"{other.instrument} was chosen"))
        elif words := self.too_soon(each):
            self.instead(each, words)
        elif each.keep == RISK or self.spent(each) <= self.of.ceiling_min:
            self.kept.append(each)
        else:
            self.move_on(each)

    def instead(self, each: Due, words: str) -> None:
        """The short form when there is one; else it is left out."""
        if each.otherwise is None:
            self.left.append(left(each, "recall", words))
            return
        short = replace(
            each,
            instrument=each.otherwise,
            otherwise=None,
            instead_of=each.instrument,
            minutes=minutes_of(each.otherwise, self.of, self.known),
        )
        self.place(short)

    def move_on(self, each: Due) -> None:
        """To the next visit of its window, or out, said either way."""
        today = each.due_at.date()
        for day in sorted(day for day in self.visits if day > today and self.visits[day]):
            at = min(other.due_at for other in self.visits[day])
            if at > each.closes_at:
                break
            self.visits[day].append(
                replace(each, due_at=at, moved_from=each.moved_from or each.due_at)
            )
            return
        words = f"left out on {said(each.due_at)}: {self.of.ceiling_min:g}-minute ceiling"
        self.left.append(left(each, "ceiling", words))

    def spent(self, each: Due) -> float:
        """Minutes of the visit with this one in it."""
        day = each.due_at.date()
        today = [(o.instrument, o.anchor) for o in self.kept if o.due_at.date() == day]
        before = [(p.instrument, p.anchor) for p in self.plan.asked if p.at.date() == day]
        with_it = (*today, *before, (each.instrument, each.anchor))
        return minutes_together(with_it, self.of, self.known)

    def gap_days(self, each: Due | Asked) -> int | None:
        """Least days between two times; None when it may come at any contact."""
        recall = self.known(each.instrument).recall_days
        if not recall or (isinstance(each, Due) and each.keep == RISK):
            return None
        weekly = each.instrument in self.of.asked_weekly
        return min(recall, self.of.again_after_days) if weekly else recall

    def is_near(self, each: Due, at: datetime, *, give: int) -> bool:
        gap = self.gap_days(each)
        if gap is None:
            return abs(each.due_at - at) < timedelta(hours=self.of.same_contact_hours)
        return days_between(each.due_at, at) < max(gap - give, 1)

    def is_done(self, each: Due) -> bool:
        """It was asked or missed under this very name, near enough to stand for it."""
        return any(
            past.instrument == each.instrument
            and past.anchor == each.anchor
            and self.is_near(each, past.at, give=0)
            for past in (*self.plan.asked, *self.plan.missed)
        )

    def is_twice(self, each: Due) -> bool:
        """Two rows may ask the same at the same moment; once is enough."""
        return any(
            other.instrument == each.instrument and other.anchor == each.anchor
            for other in self.kept
        )

    def chosen(self, each: Due) -> Asked | None:
        """Another of the same choice that was begun."""
        if each.choose_one is None:
            return None
        choices = self.of.choices
        alike = (a for a in self.plan.asked if a.anchor == each.anchor)
        return next((a for a in alike if choices.get(a.instrument) == each.choose_one), None)

    def too_soon(self, each: Due) -> str:
        """Why it cannot be asked again yet, in words; empty when it can."""
        gap = self.gap_days(each)
        days = self.known(each.instrument).recall_days
        back = "" if gap is None else f", and looks back {days} days"
        for past in self.plan.asked:
            if past.instrument == each.instrument and self.stands_for(each, past):
                return f"asked on {said(past.answered_at or past.at)}{back}"
        for other in self.kept:
            if (
                not self.is_past(other)
                and other.instrument == each.instrument
                and self.comes_too_soon(each, other)
            ):
                if not days_between(each.due_at, other.due_at):
                    return "asked that day already"
                return f"due on {said(other.due_at)}{back}"
        return ""

    def stands_for(self, each: Due, past: Asked) -> bool:
        """By the day it was asked for; where it is still open, by the day it was answered too."""
        give = 0 if is_of_schedule(past.anchor) else self.of.give_days
        near, now, given = self.is_near(each, past.at, give=give), self.plan.as_of, past.answered_at
        if near or now is None or given is None or self.is_past(each) or not self.gap_days(each):
            return near
        # What is due already would be answered now.
        asked = replace(each, due_at=max(each.due_at, now))
        return self.is_near(asked, given, give=self.of.give_days)

    def is_past(self, other: Due) -> bool:
        """It closed, and nobody has answered it: it stands for no answer."""
        return self.plan.as_of is not None and other.closes_at <= self.plan.as_of

    def comes_too_soon(self, each: Due, other: Due) -> bool:
        """Risk is asked before and after every dose, so only the very same hour counts."""
        if each.keep == RISK:
            return each.due_at == other.due_at
        return self.is_near(each, other.due_at, give=0)

    def clear_of_doses(self, each: Due) -> Due | LeftOut:
        """The part of its window nearest to when it is due that no dose was given shortly before.

        A scale that looks back over weeks says nothing about them a day after a dose.
        """
        recall = self.known(each.instrument).recall_days
        if each.keep == RISK or recall is None or recall <= self.of.after_dose_recall_days:
            return each
        shut = timedelta(hours=self.of.after_dose_hours)
        parts = list(free(each, self.plan.in_order, shut))
        if not parts:
            return left(each, "after-dose", f"looks back {recall} days, too near to a dose")
        opens, closes = min(parts, key=lambda part: (away(each.due_at, *part), part))
        due_at = min(max(each.due_at, opens), closes)
        return replace(each, opens_at=opens, due_at=due_at, closes_at=closes)


def free(each: Due, doses: Iterable[Dose], shut: timedelta) -> Iterator[tuple[datetime, datetime]]:
    """The parts of the window outside the hours after a dose, the dose's own moment inside."""
    opens = each.opens_at
    for dose in doses:
        if dose.at >= each.closes_at or dose.at + shut <= opens:
            continue
        if dose.at > opens:
            yield opens, dose.at
        opens = dose.at + shut
    if opens <= each.closes_at:
        yield opens, each.closes_at


def away(at: datetime, opens: datetime, closes: datetime) -> timedelta:
    return max(opens - at, at - closes, timedelta(0))


def days_between(one: datetime, other: datetime) -> int:
    """Days by the calendar: what is weekly may come at another hour."""
    return abs((one.date() - other.astimezone(one.tzinfo).date()).days)
