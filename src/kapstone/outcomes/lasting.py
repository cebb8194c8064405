"""Does it last: from the first response on, three ways, told where too few cannot be read off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import ceil, floor

import numpy as np

from kapstone.outcomes.censoring import turnbull
from kapstone.outcomes.change import response
from kapstone.outcomes.cohort import Cohort, Durability, Person, worse
from kapstone.outcomes.competing import cumulative_incidence
from kapstone.outcomes.figures import Figure, Line, Value, percent
from kapstone.outcomes.panel import Treated

# Days after the first response at which the curves are told.
TOLD_AT = (14, 28, 56, 84, 112, 182, 364)
# A dose after so long a pause is a retreatment, not part of the first round.
PAUSE_DAYS = 28.0


def tellable(days: Sequence[float], had: Sequence[bool], fewest: int) -> list[int]:
    """The moments between which nobody, or `fewest` or more, had the event; so many are left."""
    found, before = [], 0
    for at in TOLD_AT:
        events = sum(h and d <= at for d, h in zip(days, had, strict=True))
        left = sum(d >= at for d in days)
        if left >= fewest and (events == before or events - before >= fewest):
            found.append(at)
            before = events
    return found


def durability(of: Cohort, fewest: int) -> Figure:
    """Responders still well: Kaplan-Meier by the day it was seen, Turnbull by between which."""
    found = of.durability()
    told = list(still_well(of, found, fewest))
    columns = [tuple(each) for each in zip(*(row for _, row in told), strict=True)] or [()] * 4
    many = len(found.people)
    responders = many if many == 0 or many >= fewest else f"fewer than {fewest}"
    x, y, low, high = columns
    return Figure(
        id="durability",
        title="Does it last?",
        definition=LASTS,
        n=f"{responders} who responded and were seen again",
        cannot="How those do who never came again after they had responded.",
        head=("After the first response", "Still followed", "Still well %", "95 %", "Left open %"),
        rows=tuple(row for row, _ in told),
        lines=(Line(name="still well", x=x, y=y, low=low, high=high, kind="step"),),
        axis="weeks",
    )


LASTS = (
    "From the visit of the first response. It is lost when a score is no response any more and "
    "worse by what a person notices than at the first response; who was not seen again is censored "
    "there. Between two visits nobody knows the day: the last column is what the days in between "
    "leave open (Turnbull)."
)


def still_well(
    of: Cohort, found: Durability, fewest: int
) -> Iterator[tuple[tuple[Value, ...], tuple[float, float, float, float]]]:
    """A row of the table and a point of the drawing, where they may be told."""
    if found.curve is None:
        return
    spans = [span for each in of.people if (span := between_visits(each, of)) is not None]
    masses = turnbull([low for low, _ in spans], [high for _, high in spans])
    for at in tellable(found.days, found.lost, fewest):
        share = float(found.curve.at([at])[0])
        low, high = (float(e[0]) for e in found.curve.interval([at]))
        worst, best = masses.bounds_at(at / 7)
        left = sum(day >= at for day in found.days) // 10 * 10
        words = f"{percent(low)} to {percent(high)}" if share < 1 else ""
        cells = (percent(share), words, f"{percent(worst)} to {percent(best)}")
        yield (
            (f"{at // 7} weeks", f"at least {left}", *cells),
            (float(at), 100 * share, 100 * low, 100 * high),
        )


def between_visits(of: Person, among: Cohort) -> tuple[float, float | None] | None:
    """In which whole weeks after the first response it was lost; None as an end is not yet."""
    begun = first_response(of, among)
    if begun is None or of.later[-1][0] <= begun:
        return None
    scores = dict(of.later)
    inside = [day for day in scores if day >= begun]
    for before, day in pairwise(inside):
        gone = response(of.baseline, scores[day], among.of) is False
        if gone and worse(scores[begun], scores[day], among.of):
            return floor((before - begun) / 7), max(ceil((day - begun) / 7), 1)
    return floor((inside[-1] - begun) / 7), None


def first_response(of: Person, among: Cohort) -> float | None:
    """The day of the first response; the scores after it are not looked at."""
    held = (day for day, score in of.later if response(of.baseline, score, among.of))
    return next(held, None)


def competing(of: Cohort, treated: dict[str, Treated], fewest: int) -> Figure:
    """Loss and retreatment as cumulative incidence: one of them hides the other."""
    ends = [end for each in of.people if (end := ended(each, of, treated[each.name])) is not None]
    days, causes = [day for day, _ in ends], [cause for _, cause in ends]
    rows = []
    if ends and any(causes):
        told = set(TOLD_AT)
        for cause in (1, 2):
            told &= set(tellable(days, [each == cause for each in causes], fewest))
        incidence = [cumulative_incidence(days, causes, cause) for cause in (1, 2)]
        for at in sorted(told):
            shares = [float(each.at([at])[0]) for each in incidence]
            if not any(map(np.isnan, shares)):
                rest = percent(1 - sum(shares))
                rows.append((f"{at // 7} weeks", *map(percent, shares), rest))
    return Figure(
        id="competing",
        title="What happens first: a loss, or another round?",
        definition=(
            "From the first response: the response was lost by the rule above, or a dose was given "
            f"after a pause of {PAUSE_DAYS:g} days or more, whichever came first. Cumulative "
            "incidence (Aalen-Johansen); one less Kaplan-Meier would be more than can happen."
        ),
        n=f"{len(ends) if len(ends) >= fewest or not ends else f'fewer than {fewest}'} responders",
        cannot="Whether a round was given because it began to fade: the chart does not say why.",
        head=("After the first response", "Lost %", "Treated again %", "Neither %"),
        rows=tuple(rows),
    )


def ended(of: Person, among: Cohort, who: Treated) -> tuple[float, int] | None:
    """The day after the first response and what ended it: 1 loss, 2 another round, 0 neither."""
    begun, found = first_response(of, among), among.lasting(of, True)
    if begun is None or found is None:
        return None
    _, day, lost = found
    doses = sorted(each.day for each in who.sessions)
    again = (b - begun for a, b in pairwise(doses) if b - a >= PAUSE_DAYS and b > begun)
    first = next(again, None)
    if first is not None and first <= day:
        return first, 2
    return day, int(lost)
