"""Roads to begin from, and a road laid out stop by stop as a person walks it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Self

from pydantic import model_validator

from kapstone.knowledge import Knowledge, dose_day, rows
from kapstone.pathway.answers import Movement

PREPARATION: Movement = "preparation"
MEDICINE: Movement = "medicine"
INTEGRATION: Movement = "integration"


class RoadmapTemplate(Knowledge):
    """A road as the literature or the practice walks it; a plan for one person departs from it."""

    id: str
    title: str
    words: str
    route: str
    preparation: int
    medicine: int
    integration: int
    days_between: int
    review_after: int
    basis: str
    evidence: tuple[str, ...]
    sources: tuple[str, ...]

    @model_validator(mode="after")
    def can_be_walked(self) -> Self:
        dose_day.route_named(self.route)
        if not 1 <= self.review_after <= self.medicine or self.days_between < 1:
            raise ValueError("review on the road, and leave days between sessions")
        return self


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of the road; `day` counts from the first medicine session, None when open."""

    movement: Movement
    number: int
    day: int | None = None
    review_follows: bool = False


@cache
def roadmap_templates() -> tuple[RoadmapTemplate, ...]:
    """The roads to begin from, in the order they are offered."""
    return tuple(rows("pathway/roadmaps.toml", "roadmap", RoadmapTemplate))


def lay_out(
    *, preparation: int, medicine: int, integration: int, days_between: int, review_after: int
) -> tuple[Stop, ...]:
    """The stops in the order they are walked; integration is spread evenly over the medicine.

    Integration that does not divide evenly goes to the later sessions. Without a medicine session
    all integration follows preparation.
    """
    road = [Stop(PREPARATION, number) for number in range(1, preparation + 1)]
    talked = 0
    for number in range(1, medicine + 1):
        day = (number - 1) * days_between
        road.append(Stop(MEDICINE, number, day, review_follows=number == review_after))
        until = integration * number // medicine
        road += [Stop(INTEGRATION, each) for each in range(talked + 1, until + 1)]
        talked = until
    return (*road, *(Stop(INTEGRATION, each) for each in range(talked + 1, integration + 1)))
