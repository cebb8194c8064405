"""The moments of a course that the schedule hangs on, worked out from its plan."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kapstone.instruments.schedule import Schedule

OF_THE_SCHEDULE = re.compile(r"[a-z]+(-\d+)?[+-]\d+d")
LABELS = {
    "start": "the first call",
    "baseline": "the first dose",
    "dose": "dose",
    "end": "the end of session",
    "visit": "integration visit",
    "check": "maintenance check",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """A dose that was given, or one that is planned; `ended_at` None is not known."""

    at: datetime
    given: bool = True
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A questionnaire that was asked and stays; `at` is when it was due, by hand when it was asked.

    `answered_at` None: nobody has answered it, or when is not known.
    """

    instrument: str
    anchor: str
    at: datetime
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the schedule may know of a course; all times aware, None is unknown.

    `medicine` is how many doses the road has, `visits` the integration visits held and agreed.
    `asked` was begun or asked by hand; `missed` closed before anybody answered. The practice has
    `brought` a text of its own for some, and may not show those `withheld`. What closed by the day
    `as_of` and was never answered keeps nothing else from being asked.
    """

    started: datetime | None = None
    doses: tuple[Dose, ...] = ()
    medicine: int | None = None
    review_after: int | None = None
    maintenance_from: datetime | None = None
    visits: tuple[datetime, ...] = ()
    tracks: frozenset[str] = frozenset()
    asked: tuple[Asked, ...] = ()
    missed: tuple[Asked, ...] = ()
    brought: frozenset[str] = frozenset()
    withheld: frozenset[str] = frozenset()
    as_of: datetime | None = None

    @property
    def in_order(self) -> list[Dose]:
        return sorted(self.doses, key=lambda dose: dose.at)

    def is_maintenance(self, number: int, dose: Dose) -> bool:
        """Whether the dose comes after the road; unknown counts as a dose of the road."""
        past = self.medicine is not None and number > self.medicine
        since = self.maintenance_from
        return past or (since is not None and dose.at >= since)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One moment; `label` names it for good, `until` is when the next dose takes over.

    What hangs on a dose that was not given is not `sure`; it can only be shown ahead.
    """

    label: str
    at: datetime
    number: int = 1
    sure: bool = True
    until: datetime | None = None
    goes_on: bool = False


def moments(plan: Plan, of: Schedule) -> dict[str, list[Moment]]:
    """The moments of each anchor, in order of time."""
    every = list(each_dose(plan))
    later = [each for each, dose in every if plan.is_maintenance(each.number, dose)]
    road = [each for each, _ in every if each not in later]
    return {
        "start": [Moment(label="start", at=plan.started)] if plan.started else [],
        "first_dose": [Moment(label="baseline", at=each.at) for each, _ in every[:1]],
        "dose": [each for each, _ in every],
        "course_dose": road,
        "maintenance_dose": later,
        "maintenance_check": checks(road, later, of),
        "session_end": list(ends(every, of)),
        "integration": visits(plan.visits),
        "second_dose": [each for each, _ in every[1:2]],
        "mid_course": [e for e in road if e.number == plan.review_after and e.number != 2],
        "course_end": [e for e in road if e.number == plan.medicine],
        "last_dose": [each for each, _ in every],
    }


def each_dose(plan: Plan) -> Iterator[tuple[Moment, Dose]]:
    doses = plan.in_order
    for number, dose in enumerate(doses, start=1):
        open_end = plan.medicine is None or number < plan.medicine
        yield (
            Moment(
                label=f"dose-{number}",
                at=dose.at,
                number=number,
                sure=dose.given,
                until=doses[number].at if number < len(doses) else None,
                goes_on=open_end and not plan.is_maintenance(number, dose),
            ),
            dose,
        )


def ends(every: Sequence[tuple[Moment, Dose]], of: Schedule) -> Iterator[Moment]:
    """When each session ended; of one that is planned, when it may end.

    Nobody is asked what they lived through while they still live through it.
    """
    for each, dose in every:
        at = dose.ended_at
        if at is None and not dose.given:
            at = dose.at + timedelta(hours=of.session_hours)
        if at is not None:
            yield Moment(label=f"end-{each.number}", at=at, number=each.number, sure=each.sure)


def visits(times: Sequence[datetime]) -> list[Moment]:
    return [Moment(label=f"visit-{n}", at=at, number=n) for n, at in enumerate(sorted(times), 1)]


def checks(road: Sequence[Moment], later: Sequence[Moment], of: Schedule) -> list[Moment]:
    """The maintenance doses with which the slow checks are due: by time or by count."""
    found: list[Moment] = []
    last, since = (road[-1].at if road else None), 0
    for dose in later:
        since += 1
        long_ago = last is not None and (dose.at - last).days >= of.check_after_days
        if long_ago or since >= of.check_after_doses or last is None:
            found.append(Moment(label=f"check-{len(found) + 1}", at=dose.at, number=len(found) + 1))
            last, since = dose.at, 0
    return found


def counted_from(anchor: str) -> str:
    """An anchor in words: "7 days after dose 2", "with dose 1"; else that it was asked by hand."""
    if not is_of_schedule(anchor):
        return "asked by hand"
    label, sign, days = anchor[:-1].rpartition("-" if "+" not in anchor else "+")
    name, _, number = label.partition("-")
    moment = f"{LABELS.get(name, name)} {number}".strip()
    if days == "0":
        return f"with {moment}"
    unit = "day" if days == "1" else "days"
    return f"{days} {unit} {'after' if sign == '+' else 'before'} {moment}"


def is_of_schedule(anchor: str) -> bool:
    """Whether the schedule gave this name, and not somebody who asked by hand."""
    return OF_THE_SCHEDULE.fullmatch(anchor) is not None
