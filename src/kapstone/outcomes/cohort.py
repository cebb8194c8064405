"""Many people's scores of one instrument: who was treated, measured, better, and for how long.

No share without its n and its loss: beside what was observed stands what it would be if everybody
who was not measured had not got better, and the range that no loss can leave.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from kapstone.instruments import Instrument
from kapstone.outcomes.arrays import is_number
from kapstone.outcomes.change import gained, remission, response, was_a_case
from kapstone.outcomes.proportions import Estimate, exact
from kapstone.outcomes.survival import Survival, kaplan_meier

# A baseline is the last score in so many days up to the first dose.
BASELINE_DAYS = 14
# A score belongs to a visit when it lies at most so many days off.
WINDOW_DAYS = 3

Scores = Mapping[str, Mapping[float, float]]


@dataclass(frozen=True, slots=True)
class Person:
    """A person's baseline, and the scores since the first dose by day, in order."""

    name: str
    baseline: float
    later: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many of those with an answer, with the exact interval, and what the loss leaves open.

    `as_missing` counts everybody who was not measured as no; None where nobody was measured.
    """

    yes: int
    of: int
    observed: Estimate | None
    as_missing: Estimate | None
    lowest: float | None
    highest: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What is known at one day after the first dose."""

    day: float
    eligible: int
    measured: int
    response: Share
    remission: Share
    worse: Share
    mean_change: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Durability:
    """From each first response on: days until it was lost, or until the last score; (responders,).

    `curve` is None without any responder who was seen again.
    """

    people: tuple[str, ...]
    days: tuple[float, ...]
    lost: tuple[bool, ...]
    curve: Survival | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """Those whose baseline left room to respond, and everybody else by why they are not in it."""

    of: Instrument
    people: tuple[Person, ...]
    no_baseline: int
    below_caseness: int

    @property
    def eligible(self) -> int:
        return len(self.people)

    def at(self, day: float, *, window_days: float = WINDOW_DAYS) -> Visit:
        """The cohort at a day; of scores in the window the nearest counts, then the later."""
        pairs = [(each.baseline, nearest(each, day, window_days)) for each in self.people]
        seen = [(before, after) for before, after in pairs if after is not None]
        changes = [after - before for before, after in seen]
        return Visit(
            day=day,
            eligible=self.eligible,
            measured=len(seen),
            response=self.share(response(*pair, self.of) for pair in seen),
            remission=self.share(remission(*pair, self.of) for pair in seen),
            worse=self.share(worse(*pair, self.of) for pair in seen),
            mean_change=fmean(changes) if changes else None,
        )

    def share(self, answers: Iterator[bool | None]) -> Share:
        known = [each for each in answers if each is not None]
        yes, of, all_of = sum(known), len(known), self.eligible
        return Share(
            yes=yes,
            of=of,
            observed=exact(yes, of) if of else None,
            as_missing=exact(yes, all_of) if of else None,
            lowest=yes / all_of if all_of else None,
            highest=(yes + all_of - of) / all_of if all_of else None,
        )

    def ever(self) -> Share:
        """Whether there was a response at any visit; the more visits, the more of it."""
        return self.share(
            any(response(each.baseline, score, self.of) for _, score in each.later)
            for each in self.people
            if each.later
        )

    def durability(self, *, reliable: bool = True) -> Durability:
        """Days from the first response to its loss; who was not seen again is left out.

        A loss is a score that is no response any more and reliably (by the MCID) above that of the
        first response; with `reliable` False the first score that is no response, which takes noise
        for loss. Source: Frank 1991 for the need; the rule of the practice.
        """
        found = [row for each in self.people if (row := self.lasting(each, reliable)) is not None]
        names, days, lost = zip(*found, strict=True) if found else ((), (), ())
        return Durability(
            people=names, days=days, lost=lost, curve=kaplan_meier(days, lost) if found else None
        )

    def lasting(self, of: Person, reliable: bool) -> tuple[str, float, bool] | None:
        held = [(d, s) for d, s in of.later if response(of.baseline, s, self.of)]
        if not held or of.later[-1][0] <= held[0][0]:
            return None
        begun, best = held[0]
        for day, score in of.later:
            gone = day > begun and response(of.baseline, score, self.of) is False
            if gone and (not reliable or worse(best, score, self.of)):
                return of.name, day - begun, True
        return of.name, of.later[-1][0] - begun, False


def cohort(scores: Scores, of: Instrument, *, baseline_days: float = BASELINE_DAYS) -> Cohort:
    """Those whose baseline left room to respond, from scores by day since the first dose.

    Raises LookupError when the instrument has no published thresholds of change.
    """
    baselines = {name: baseline(days, baseline_days) for name, days in scores.items()}
    known = {name: value for name, value in baselines.items() if value is not None}
    inside = {name: value for name, value in known.items() if was_a_case(value, of)}
    people = (
        Person(name, value, tuple(sorted(each for each in scores[name].items() if each[0] > 0)))
        for name, value in inside.items()
    )
    return Cohort(
        of=of,
        people=tuple(people),
        no_baseline=len(scores) - len(known),
        below_caseness=len(known) - len(inside),
    )


def baseline(days: Mapping[float, float], within: float) -> float | None:
    before = [day for day in days if -within <= day <= 0]
    return days[max(before)] if before else None


def nearest(of: Person, day: float, window: float) -> float | None:
    near = [(abs(at - day), -at, score) for at, score in of.later if abs(at - day) <= window]
    return min(near)[2] if near else None


def worse(before: float, after: float, of: Instrument) -> bool | None:
    """Whether it got worse by what a person notices, the MCID; None where nobody measured that."""
    mcid = of.change.mcid if of.change else None
    return None if mcid is None else gained(before, after, of) <= -mcid


def by_person(rows: Sequence[Mapping[str, object]]) -> dict[str, dict[float, float]]:
    """Long rows of person, day and score as `cohort` takes them; raises ValueError with the row."""
    found: dict[str, dict[float, float]] = {}
    for number, row in enumerate(rows, start=1):
        person, day, score = (row.get(name) for name in ("person", "day", "score"))
        if person is None or not is_number(day) or not (score is None or is_number(score)):
            raise ValueError(f"scores: row {number} needs person, day (a number) and score")
        days = found.setdefault(str(person), {})
        if score is None:
            continue
        if day in days:
            raise ValueError(f"scores: row {number}: person {person} has two on day {day:g}")
        days[float(day)] = float(score)  # type: ignore[arg-type]
    return found
