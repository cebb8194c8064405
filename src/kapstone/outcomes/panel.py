"""Who was treated, as the effectiveness pages read it: doses, sessions, harms and scores by day.

Days are counted from each person's first dose; nobody's name, date of birth or words are in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One medicine session with a dose; `harms` are what was written down of it, mild ones too.

    `mg_kg` is all that was given over the weight of the order; None without one.
    """

    day: float
    on: date
    route: str
    mg_kg: float | None = None
    harms: tuple[str, ...] = ()
    severe: bool = False
    emergency: bool = False
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Treated:
    """One person treated, and for how many days since.

    `integration` are the days of the integration sessions they kept.
    """

    name: str
    since_days: float
    sessions: tuple[Given, ...]
    integration: tuple[float, ...] = ()
    prepared: bool = False
    concern: str = "other"

    @property
    def route(self) -> str:
        return self.sessions[0].route

    @property
    def mg_kg(self) -> float | None:
        return self.sessions[0].mg_kg

    def kept_by(self, day: float) -> int:
        """Integration sessions kept after the first dose and up to a day."""
        return sum(0 < each <= day for each in self.integration)


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Everybody treated, with their scores of one instrument, and of its item on suicide.

    `scores` and `ideation` are person, day, value; a person without any has an empty row.
    """

    people: tuple[Treated, ...]
    scores: Mapping[str, Mapping[float, float]]
    ideation: Mapping[str, Mapping[float, float]]
