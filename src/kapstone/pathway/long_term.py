"""Long-term safety: what somebody should look at over months, when it is due, and what it holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Literal, Self

from pydantic import model_validator

from kapstone.knowledge import Knowledge, digest, rows
from kapstone.pathway.answers import Role
from kapstone.pathway.words import day

FILE = "pathway/long_term.toml"
RECENT = timedelta(days=90)

State = Literal["later", "done", "due", "overdue", "found"]
Effect = Literal["stop", "remind"]


class DoneBy(Knowledge):
    """What counts as a look: a sheet, a fact of the chart, or blood pressure at rest (mmHg).

    A sheet has found something from `from_total`, or from `from_item` at one of `items` (at any
    item when none is named); a fact from `from_value` on, or under `below_value`.
    """

    sheet: str | None = None
    items: tuple[str, ...] = ()
    from_total: float | None = None
    from_item: float | None = None
    fact: str | None = None
    from_value: float | None = None
    below_value: float | None = None
    resting_above: tuple[float, float] | None = None
    visits: int = 1


class CheckRow(Knowledge):
    """One row of long-term safety; the head of the file says what each field means."""

    id: str
    domain: str
    title: str
    title_person: str
    how: str = ""
    then: str = ""
    kept: str = ""
    who: tuple[Role, ...] = ()
    before_first_dose: bool = False
    every_doses: int | None = None
    every_days: int | None = None
    older_from_years: int | None = None
    older_every_days: int | None = None
    only_from_doses_90_days: int = 0
    after_end_days: int | None = None
    if_found: tuple[str, ...] = ()
    grace_doses: int = 0
    grace_days: int = 0
    overdue: Effect = "remind"
    found: Effect = "remind"
    cleared_by: tuple[str, ...] = ()
    done_by: tuple[DoneBy, ...] = ()
    basis: str
    sources: tuple[str, ...]

    @model_validator(mode="after")
    def is_one_or_the_other(self) -> Self:
        if bool(self.how) == bool(self.kept):
            raise ValueError("say how somebody looks, or where it is kept")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Somebody looked: `found` None where the look did not tell, which is no look.

    `by` names the sheet or fact it was read from; empty where somebody wrote it down by hand.
    """

    row: str
    at: datetime
    found: bool | None
    by: str = ""
    says: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LongTermFacts:
    """What the rows are judged by: when doses began, in order, and what was looked at.

    `ended_at` is when a review ended the course; None while it goes on. `age` in whole years.
    """

    doses: tuple[datetime, ...] = ()
    looks: tuple[Look, ...] = ()
    ended_at: datetime | None = None
    age: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """How one row stands: since when it is due, what was last found, and whether it holds doses."""

    row: CheckRow
    state: State
    says: str
    due: datetime | None = None
    last: Look | None = None
    holds: bool = False

    @property
    def waits(self) -> bool:
        return self.state in ("due", "overdue", "found")


@cache
def check_rows() -> tuple[CheckRow, ...]:
    """Every row, in the order of the evidence."""
    return tuple(rows(FILE, "check", CheckRow))


@cache
def due_rows() -> Mapping[str, CheckRow]:
    """The rows that become due steps, by id."""
    return {row.id: row for row in check_rows() if row.how}


@cache
def instruments_read() -> frozenset[str]:
    """The questionnaires whose answers count as a look."""
    return frozenset(by.sheet for row in check_rows() for by in row.done_by if by.sheet)


@cache
def facts_read() -> frozenset[str]:
    """The facts of the chart that count as a look."""
    return frozenset(by.fact for row in check_rows() for by in row.done_by if by.fact)


def rules_digest() -> str:
    return digest([FILE])


def sheet_looks(
    sheet: str, at: datetime, total: float | None, answers: Mapping[str, float]
) -> Iterator[Look]:
    """What one answered sheet says to each row that reads it; blanks say nothing."""
    for row in due_rows().values():
        for by in row.done_by:
            if by.sheet == sheet:
                yield Look(row=row.id, at=at, found=_of_sheet(by, total, answers), by=sheet)


def _of_sheet(by: DoneBy, total: float | None, answers: Mapping[str, float]) -> bool | None:
    asked = {name: answers[name] for name in by.items or answers if name in answers}
    if by.from_item is not None:
        if any(value >= by.from_item for value in asked.values()):
            return True
        whole = asked if by.items else answers
        return False if whole and set(by.items) <= set(asked) else None
    if by.from_total is None:
        return False if answers else None
    if total is None:
        # A part that is already over the line is over it, whatever the blanks would say.
        return True if sum(answers.values()) >= by.from_total else None
    return total >= by.from_total


def fact_looks(fact: str, at: datetime, value: object) -> Iterator[Look]:
    """What one fact of the chart says to each row that reads it; a no says nothing was done."""
    for row in due_rows().values():
        for by in row.done_by:
            if by.fact == fact:
                yield Look(row=row.id, at=at, found=_of_fact(by, value), by=fact)


def _of_fact(by: DoneBy, value: object) -> bool | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False if value is True else None
    if by.from_value is not None:
        return value >= by.from_value
    return None if by.below_value is None else value < by.below_value


def resting_looks(
    readings: Sequence[tuple[datetime, float | None, float | None]],
) -> Iterator[Look]:
    """Each visit's last pressure at rest; found when so many visits running were above (mmHg)."""
    by_day: dict[date, tuple[datetime, float, float]] = {}
    for at, upper, lower in sorted(readings, key=lambda each: each[0]):
        if upper is not None and lower is not None:
            by_day[at.date()] = (at, upper, lower)
    for row in due_rows().values():
        for by in row.done_by:
            if by.resting_above is not None:
                yield from _of_visits(row.id, by, [*by_day.values()])


def _of_visits(
    row: str, by: DoneBy, visits: Sequence[tuple[datetime, float, float]]
) -> Iterator[Look]:
    top = by.resting_above or (0.0, 0.0)
    running = 0
    for at, upper, lower in visits:
        running = running + 1 if upper > top[0] or lower > top[1] else 0
        found = running >= by.visits
        yield Look(row=row, at=at, found=found, by="resting", says=f"{upper:.0f}/{lower:.0f}")


def owed(facts: LongTermFacts, *, now: datetime) -> tuple[Owed, ...]:
    """How every due row stands at `now`, in file order; what nobody looked at is due, never well.

    `now` must be aware and in the practice's zone.
    """
    found = {name: _standing_finding(row, facts, now) for name, row in due_rows().items()}
    return tuple(_owed(row, facts, found, now) for row in due_rows().values())


def holding(facts: LongTermFacts, *, now: datetime) -> tuple[Owed, ...]:
    """The rows that hold further doses, gravest first."""
    rows = [each for each in owed(facts, now=now) if each.holds]
    return tuple(sorted(rows, key=lambda each: each.state != "found"))


def _looks(row: str, facts: LongTermFacts, now: datetime) -> list[Look]:
    told = [each for each in facts.looks if each.row == row and each.at <= now]
    known = [each for each in told if each.found is not None]
    # Of looks at one moment the graver one stands.
    return sorted(known, key=lambda each: (each.at, bool(each.found)))


def _standing_finding(row: CheckRow, facts: LongTermFacts, now: datetime) -> Look | None:
    """The newest finding that nothing since has cleared.

    Only the same question, a look by hand, or a closer look clears it: a list that does not ask
    of blood says nothing about blood.
    """
    told = _looks(row.id, facts, now)
    closer = [look for name in row.cleared_by for look in _looks(name, facts, now)]
    standing = [each for each in told if each.found and not _cleared(each, told, closer)]
    return standing[-1] if standing else None


def _cleared(finding: Look, told: Sequence[Look], closer: Sequence[Look]) -> bool:
    same = (look for look in told if look.by in ("", finding.by) and look.at > finding.at)
    after = (look for look in closer if look.at >= finding.at)
    return any(look.found is False for look in (*same, *after))


def _owed(
    row: CheckRow, facts: LongTermFacts, findings: Mapping[str, Look | None], now: datetime
) -> Owed:
    told = _looks(row.id, facts, now)
    last, finding = (told[-1] if told else None), findings[row.id]
    if finding is not None:
        says = f"{row.title}: found {day(finding.at, now)}. {row.then}"
        holds = row.found == "stop"
        return Owed(row=row, state="found", says=says, due=finding.at, last=last, holds=holds)
    due, over = _due(row, facts, findings, last, now)
    if due is None or due > now:
        state: State = "done" if last else "later"
        return Owed(row=row, state=state, says=_last_said(last, now), due=due, last=last)
    late = over is not None and over <= now
    holds = late and row.overdue == "stop"
    word = "overdue" if late else "due"
    says = f"{row.title}: {word} since {day(due, now)}, {_last_said(last, now)}"
    return Owed(
        row=row, state="overdue" if late else "due", says=says, due=due, last=last, holds=holds
    )


def _last_said(last: Look | None, now: datetime) -> str:
    return "never looked at" if last is None else f"last looked at {day(last.at, now)}"


Due = tuple[datetime | None, datetime | None]


def _due(
    row: CheckRow,
    facts: LongTermFacts,
    findings: Mapping[str, Look | None],
    last: Look | None,
    now: datetime,
) -> Due:
    """Since or from when a row is due, and from when it is overdue."""
    doses = [at for at in facts.doses if at <= now]
    found = [
        *_asked_by_finding(row, findings, last),
        *_before_first(row, doses, last, now),
        *_after_doses(row, doses, last),
        *_after_days(row, doses, last, facts, now),
        *_after_end(row, doses, last, facts),
    ]
    known = [due for due, _ in found if due is not None]
    over = [late for _, late in found if late is not None]
    return (min(known, default=None), min(over, default=None))


def _asked_by_finding(
    row: CheckRow, findings: Mapping[str, Look | None], last: Look | None
) -> Iterator[Due]:
    for name in row.if_found:
        finding = findings.get(name)
        if finding is not None and (last is None or last.at < finding.at):
            yield finding.at, None


def _before_first(
    row: CheckRow, doses: Sequence[datetime], last: Look | None, now: datetime
) -> Iterator[Due]:
    """Asked for before there is a dose; after it, the rows that come again take over."""
    if row.before_first_dose and last is None:
        comes_again = row.every_doses is not None or row.every_days is not None
        late = None if not doses or comes_again else doses[0] + timedelta(days=row.grace_days)
        yield (doses[0] if doses else now), late


def _after_doses(row: CheckRow, doses: Sequence[datetime], last: Look | None) -> Iterator[Due]:
    if row.every_doses is None:
        return
    since = [at for at in doses if last is None or at > last.at]
    if len(since) >= row.every_doses:
        late = row.every_doses + row.grace_doses
        yield since[row.every_doses - 1], since[late - 1] if len(since) >= late else None


def _after_days(
    row: CheckRow,
    doses: Sequence[datetime],
    last: Look | None,
    facts: LongTermFacts,
    now: datetime,
) -> Iterator[Due]:
    """By the calendar, while doses go on: nobody is called in for a medicine they no longer get."""
    days = _every_days(row, facts.age)
    if days is None or not doses or facts.ended_at is not None or doses[-1] < now - RECENT * 2:
        return
    if sum(at > now - RECENT for at in doses) < row.only_from_doses_90_days:
        return
    begun = doses[0] if last is None else max(last.at, doses[0])
    due = begun + timedelta(days=days)
    yield due, due + timedelta(days=row.grace_days)


def _every_days(row: CheckRow, age: int | None) -> int | None:
    """The interval; an age nobody knows is taken as the one that is looked at more often."""
    if row.older_from_years is None or row.older_every_days is None:
        return row.every_days
    older = age is None or age >= row.older_from_years
    return row.older_every_days if older else row.every_days


def _after_end(
    row: CheckRow, doses: Sequence[datetime], last: Look | None, facts: LongTermFacts
) -> Iterator[Due]:
    if row.after_end_days is None or facts.ended_at is None or not doses:
        return
    if last is None or last.at < doses[-1]:
        due = doses[-1] + timedelta(days=row.after_end_days)
        yield due, due + timedelta(days=row.grace_days)
