"""When the checks of a session are due."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache

from kapstone.knowledge import Knowledge, KnowledgeError, read, rows
from kapstone.knowledge.dose_day import route_named, routes
from kapstone.monitoring.readings import Reading, latest
from kapstone.monitoring.rows import signs


class Schedule(Knowledge):
    """The checks of a route, in minutes from the start; an infusion counts from its end too."""

    id: str
    evidence: tuple[str, ...]
    route: str
    minutes: tuple[int, ...]
    then_every_min: int
    needs: tuple[str, ...]
    words: str
    during_every_min: int | None = None
    closer_every_min: int | None = None
    longest_infusion_min: int | None = None
    after_end_min: tuple[int, ...] = ()
    look_every_min: int | None = None
    booster_begins_again: bool = False
    basis: str
    sources: tuple[str, ...]


class Early(Knowledge):
    """How long before its time a check may be taken and still meet it."""

    id: str
    early_min: int
    basis: str
    sources: tuple[str, ...]


class Closer(Knowledge):
    """Who is checked more often while the medicine runs [MON-IV-04]."""

    id: str
    from_age_years: int
    medicine_classes: tuple[str, ...]
    basis: str
    sources: tuple[str, ...]


@cache
def schedules() -> Mapping[str, Schedule]:
    """The schedule of each route; raises KnowledgeError when a route has none."""
    found = {row.route: row for row in rows("monitoring/schedules.toml", "schedule", Schedule)}
    if set(found) != set(routes()):
        raise KnowledgeError(f"schedules.toml: not one schedule for each route: {set(found)}")
    for row in found.values():
        if unknown := set(row.needs) - set(signs()):
            raise KnowledgeError(f"schedules.toml: {row.id}: no such sign: {unknown}")
    return found


class Settling(Knowledge):
    """The longest time between two checks that a practice may settle for itself."""

    id: str
    longest_min: int
    basis: str
    sources: tuple[str, ...]


@cache
def settling() -> Settling:
    return Settling.model_validate(read("monitoring/schedules.toml")["settling"])


@cache
def early() -> timedelta:
    row = Early.model_validate(read("monitoring/schedules.toml")["timing"])
    return timedelta(minutes=row.early_min)


@cache
def closer_row() -> Closer:
    return Closer.model_validate(read("monitoring/schedules.toml")["closer"])


def begins_again(route: str) -> bool:
    """Whether the clock of the checks begins again with a later dose [MON-IM-03]."""
    return schedules()[route_named(route).id].booster_begins_again


def has_closer(route: str) -> bool:
    """Whether the route has a shorter interval at all."""
    return schedules()[route_named(route).id].closer_every_min is not None


def needs_closer(
    *,
    age: int | None,
    hypertension: bool | None,
    green_at_rest: bool | None,
    medicine_classes: Collection[str],
) -> bool:
    """Whether what is known of a person asks for the shorter interval [MON-IV-04].

    `age` in years. What is not known asks for nothing: the gates see to it that it is known.
    """
    row = closer_row()
    older = age is not None and age >= row.from_age_years
    taken = not set(row.medicine_classes).isdisjoint(medicine_classes)
    return older or taken or hypertension is True or green_at_rest is False


def check_times(
    route: str,
    *,
    started: datetime,
    infusion_end: datetime | None = None,
    closer: bool = False,
    times: Schedule | None = None,
    later_doses: Sequence[datetime] = (),
) -> tuple[datetime, ...]:
    """The scheduled checks of a session, in order.

    `times` is the schedule as a practice has settled it; None stands for the one that ships.
    For an infusion, `infusion_end` unknown gives the checks of the longest one and none after
    it; `closer` asks for the shorter interval that MON-IV-04 names. Afterwards checks go on at
    `then_every_min` until the person is ready to leave; see `next_check`. `later_doses` begin the
    clock again where the route says so: what was due before each stays due.
    """
    row = times or schedules()[route_named(route).id]
    every = interval(row, closer=closer)
    if every is None:
        return tuple(_by_the_clock(row, [started, *sorted(later_doses)]))
    longest = timedelta(minutes=row.longest_infusion_min or 0)
    until = started + longest if infusion_end is None else infusion_end
    count = max(0, int((until - started) / timedelta(minutes=every)))
    during = [started + timedelta(minutes=every * step) for step in range(count + 1)]
    after = [infusion_end + timedelta(minutes=m) for m in row.after_end_min] if infusion_end else []
    return tuple(sorted({*during, *after}))


def _by_the_clock(row: Schedule, begun: Sequence[datetime]) -> Iterator[datetime]:
    """The checks of each clock until the next one begins."""
    clocks = begun if row.booster_begins_again else begun[:1]
    for begin, end in zip(clocks, [*clocks[1:], None], strict=True):
        due = (begin + timedelta(minutes=minute) for minute in row.minutes)
        yield from (at for at in due if end is None or at < end)


def interval(row: Schedule, *, closer: bool) -> int | None:
    """Minutes between checks while an infusion runs; None on other routes."""
    every, close = row.during_every_min, row.closer_every_min if closer else None
    # A practice may have settled its own closer than what is asked of the few.
    return every if every is None or close is None else min(every, close)


def next_check(
    readings: Sequence[Reading],
    *,
    route: str,
    started: datetime,
    infusion_end: datetime | None = None,
    closer: bool = False,
    times: Schedule | None = None,
    later_doses: Sequence[datetime] = (),
) -> datetime:
    """The first check whose figures are not all there yet, past or to come.

    A check needs every sign its schedule names; a pressure taken again by itself does not
    stand for a full check.
    """
    row = times or schedules()[route_named(route).id]
    planned = check_times(
        route,
        started=started,
        infusion_end=infusion_end,
        closer=closer,
        times=row,
        later_doses=later_doses,
    )
    taken = [latest(readings, sign) for sign in row.needs]
    known = [figure.at for figure in taken if figure is not None]
    if len(known) < len(taken):
        return planned[0]
    met_until = min(known) + early()
    open_checks = (at for at in planned if at > met_until)
    during = interval(row, closer=closer) if infusion_end is None else None
    return next(open_checks, None) or _beyond(planned[-1], met_until, during or row.then_every_min)


def _beyond(last: datetime, met_until: datetime, every_min: int) -> datetime:
    """The first check after the last scheduled one that is not met."""
    every = timedelta(minutes=every_min)
    return last + every * (max(0, (met_until - last) // every) + 1)
