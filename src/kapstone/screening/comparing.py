"""Whether the rules would say something else now than when a decision was signed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kapstone.screening.outcome import Finding, Screening, Waiting
from kapstone.screening.rules import Decision
from kapstone.screening.vocabulary import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What the rules said then and what they say now.

    `new` speaks now and did not then, or speaks graver; `gone` spoke then and neither speaks nor
    waits now; `opened` waits now and did not then, for another reason than that an answer has aged.
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


def compare(then: Screening, now: Screening) -> Difference:
    """Set two screenings of one person beside each other, the older one first."""
    spoke = {one.id: one for one in then.findings}
    speaks = {one.id: one for one in now.findings}
    waits = {one.id for one in now.waiting}
    waited = {one.id for one in then.waiting}
    new = tuple(
        one for one in now.findings if one.id not in spoke or one.weight > spoke[one.id].weight
    )
    gone = tuple(one for one in then.findings if one.id not in speaks and one.id not in waits)
    opened = tuple(
        one for one in now.waiting if one.id not in waited | spoke.keys() and not has_aged(one)
    )
    # What spoke then and waits now for an answer that has aged is taken to speak on.
    still = [one for one in then.findings if one.id in waits]
    return Difference(
        was=then.decision,
        now=max(levels(then, now, [*now.findings, *still], opened)),
        new=new,
        gone=gone,
        opened=opened,
    )


def levels(
    then: Screening, now: Screening, speaking: list[Finding], opened: tuple[Waiting, ...]
) -> Iterator[Decision]:
    """What holds the decision now, whatever has merely aged."""
    yield Decision.CLEAR
    yield from (one.weight for one in speaking)
    waits = {one.id for one in now.waiting}
    if opened or any(one.id in waits for one in then.waiting):
        yield Decision.INCOMPLETE


def has_aged(waiting: Waiting) -> bool:
    return all(one.reason is Reason.STALE for one in waiting.missing)
