"""Whether the rules would say something else now than when a decision was signed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from kapstone.screening.outcome import Finding, Screening, Waiting
from kapstone.screening.rules import Decision
from kapstone.screening.vocabulary import Fact, Facts, Given, Reason, fact, standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What the rules said then and what they say now.

    `new` speaks now and did not then, or speaks graver; `gone` spoke then and neither speaks nor
    waits now; `opened` waits now and did not then.
    An answer that has only aged is no difference: it is asked again in its own time.
    """

    was: Decision
    now: Decision
    new: tuple[Finding, ...]
    gone: tuple[Finding, ...]
    opened: tuple[Waiting, ...]

    @property
    def matters(self) -> bool:
        """Whether the decision would differ, or a stop or a review that was not weighed speaks."""
        return self.was is not self.now or self.graver

    @property
    def graver(self) -> bool:
        return any(one.weight >= Decision.REVIEW for one in self.new)


def as_held(known: Facts, then: datetime, now: datetime) -> dict[str, Given]:
    """The same facts as if none had aged since `then`: those that have are dated `now`."""
    return {name: redated(fact(name), given, then, now) for name, given in known.items()}


def redated(of: Fact, given: Given, then: datetime, now: datetime) -> Given:
    aged = [standing(of, given, moment) is Reason.STALE for moment in (then, now)]
    return replace(given, at=now) if aged == [False, True] else given


def compare(then: Screening, now: Screening) -> Difference:
    """Set two screenings of one person beside each other, the older one first.

    The newer one is of facts `as_held`, or all that has aged since counts as a difference.
    """
    spoke = {one.id: one for one in then.findings}
    speaks = {one.id for one in now.findings}
    waits = {one.id for one in now.waiting}
    waited = {one.id for one in then.waiting}
    return Difference(
        was=then.decision,
        now=now.decision,
        new=tuple(
            one for one in now.findings if one.id not in spoke or one.weight > spoke[one.id].weight
        ),
        gone=tuple(one for one in then.findings if one.id not in speaks | waits),
        opened=tuple(one for one in now.waiting if one.id not in waited),
    )
