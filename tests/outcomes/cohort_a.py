"""Toy cohort A: eight people whose every figure was reckoned by hand."""

from __future__ import annotations

from datetime import date

from kapstone.outcomes.panel import Given, Panel, Treated

SCORES: dict[str, dict[float, float]] = {
    "1": {0: 20, 7: 12, 28: 8, 56: 9, 91: 14},
    "2": {0: 18, 7: 9, 28: 4, 56: 3, 91: 4},
    "3": {0: 15, 7: 14, 28: 13, 56: 12},
    "4": {0: 24, 7: 20, 28: 12, 56: 18, 91: 19},
    "5": {0: 10, 7: 4, 28: 6, 56: 4},
    "6": {0: 22, 7: 21, 56: 10, 91: 11},
    "7": {0: 12, 7: 13, 28: 18},
    "8": {0: 9, 7: 2, 28: 1, 56: 1, 91: 1},
}


def panel(times: int = 1, *, since_days: float = 400) -> Panel:
    """The cohort so many times over; odd people by another route than even ones."""
    found: dict[str, dict[float, float]] = {}
    people = []
    for copy in range(times):
        for name, days in SCORES.items():
            key = f"{name}-{copy}"
            found[key] = days
            route = "im" if int(name) % 2 else "iv"
            first = Given(day=0, on=date(2026, 1, 1), route=route, mg_kg=0.5)
            people.append(Treated(name=key, since_days=since_days, sessions=(first,)))
    return Panel(people=tuple(people), scores=found, ideation={each: {} for each in found})
