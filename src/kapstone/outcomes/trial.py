"""Two ways of caring compared as the trial that nobody ran: its protocol first, then weights.

The groups are told apart at a landmark: whoever is compared was in care on that day, and what they
had kept by then is all that counts, so that nobody's time alive or in care makes their group.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp

import numpy as np

from kapstone.instruments import Instrument
from kapstone.knowledge import seal
from kapstone.outcomes.arrays import Array
from kapstone.outcomes.cohort import nearest
from kapstone.outcomes.counting import VISITS, Seen
from kapstone.outcomes.figures import Figure, Value
from kapstone.outcomes.panel import Panel, Treated
from kapstone.outcomes.proportions import e_value
from kapstone.outcomes.suppression import hide_row
from kapstone.outcomes.weighting import Weighted, inverse_probability, weighted_difference

LANDMARK, OUTCOME = 28, 91
# A standardised difference beyond this is an imbalance that the weights left.
BALANCED = 0.1
# From a standardised difference to a risk ratio. Source: VanderWeele & Ding 2017.
TO_RATIO = 0.91
NULL = (
    "No difference can be told: the interval holds no difference at all. That is no proof that "
    "there is none."
)
DIFFERS = (
    "The two groups differ after weighting. Nobody was drawn by lot: a cause that was not measured "
    "can make all of it, if it goes with both sides as strongly as the E-value says."
)
UNFIT = (
    "The negative control differs, which nothing kept later can have made. The groups are not "
    "alike, so the result above must not be read as an effect."
)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the protocol, and what the analysis does about it."""

    id: str
    title: str
    done: str


PROTOCOL = (
    Row(
        "eligibility",
        "Eligibility",
        "Treated, a first score that left room to respond, and a score at week 4 (the landmark).",
    ),
    Row(
        "strategies",
        "Strategies",
        "Keep two or more integration sessions in the first 28 days, or fewer.",
    ),
    Row(
        "assignment",
        "Assignment",
        "Not by lot. Made alike by weights for the first score, the score and the number of "
        "sessions at the landmark, and preparation.",
    ),
    Row(
        "time_zero",
        "Time zero",
        "Day 28 after the first dose: the landmark. Integration kept later does not count, so the "
        "time somebody needed to keep it is not given to either side (no immortal time).",
    ),
    Row("follow_up", "Follow-up", "From day 28 to the visit of week 13 (within 14 days)."),
    Row("outcome", "Outcome", "The change of the score from the first one to week 13, in points."),
    Row(
        "contrast",
        "Contrast",
        "The mean difference if all had kept two or more, against if nobody had.",
    ),
    Row(
        "analysis",
        "Analysis",
        "Inverse probability weights, those measured at week 13. The loss of each side is told; "
        "it is not mended.",
    ),
    Row(
        "negative_control",
        "Negative control",
        "A harm in the first session: it came before any integration, so it must not differ.",
    ),
)
COMPARISONS = {"integration": "Two or more integration sessions kept, or fewer"}
COVARIATES = ("First score", "Score at the landmark", "Sessions by the landmark", "Prepared")


def digest() -> str:
    """What the analysis does, under a seal that a plan keeps."""
    return seal({each.id: each.done for each in PROTOCOL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Arms:
    """Those at the landmark, and of them those measured at the end; arrays (measured,)."""

    at_landmark: tuple[int, int]
    kept: Array
    change: Array
    covariates: Array
    control: Array

    @property
    def measured(self) -> tuple[int, int]:
        many = int(self.kept.sum())
        return len(self.kept) - many, many


def arms(panel: Panel, of: Instrument) -> Arms:
    """The two sides at the landmark; nothing after it decides who is on which."""
    seen = Seen(panel, of)
    there = seen.at[LANDMARK]
    sides: list[int] = []
    found: list[tuple[float, float, tuple[float, ...], float]] = []
    for each in seen.cohort.people:
        who = seen.eligible[each.name]
        if each.name not in there or who.since_days < OUTCOME + VISITS[OUTCOME]:
            continue
        side = int(who.kept_by(LANDMARK) >= 2)
        sides.append(side)
        after = nearest(each, OUTCOME, VISITS[OUTCOME])
        if after is not None:
            known = before(who, each.baseline, there[each.name][1])
            hurt = float(bool(who.sessions[0].harms))
            found.append((side, after - each.baseline, known, hurt))
    return Arms(
        at_landmark=(sides.count(0), sides.count(1)),
        kept=np.array([row[0] for row in found], float),
        change=np.array([row[1] for row in found], float),
        covariates=np.array([row[2] for row in found], float).reshape(-1, len(COVARIATES)),
        control=np.array([row[3] for row in found], float),
    )


def before(who: Treated, first: float, then: float) -> tuple[float, ...]:
    """What was so at the landmark, as COVARIATES names it."""
    sessions = sum(each.day <= LANDMARK for each in who.sessions)
    return first, then, float(sessions), float(who.prepared)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """The result with what it rests on; `refused` says why there is none."""

    figures: tuple[Figure, ...]
    says: str
    refused: str = ""


def compare(panel: Panel, of: Instrument, *, fewest: int) -> Compared:
    """The comparison as its protocol has it, or why nobody can make it."""
    sides = arms(panel, of)
    lost = [all_of - there for all_of, there in zip(sides.at_landmark, sides.measured, strict=True)]
    told, _ = hide_row([*sides.measured, *lost], fewest=fewest)
    if told[0] is None or told[1] is None or min(sides.measured) < fewest:
        return Compared(figures=(), says="", refused="Too few on one side to say anything.")
    # A column that is the same for all tells nobody apart, and has no weight to give.
    kept = sides.covariates[:, sides.covariates.std(axis=0) > 0]
    names = [n for n, each in zip(COVARIATES, sides.covariates.T, strict=True) if each.std() > 0]
    try:
        found = inverse_probability(sides.kept, sides.change, kept)
    except (ValueError, np.linalg.LinAlgError) as fault:
        return Compared(figures=(), says="", refused=f"The sides cannot be made alike: {fault}")
    return Compared(
        figures=(counts(sides, told), balance(found, names), result(found, sides)),
        says=verdict(found, sides),
    )


def counts(sides: Arms, told: tuple[int | None, ...]) -> Figure:
    rows: list[tuple[Value, ...]] = []
    for side, words in ((1, "Two or more kept"), (0, "Fewer")):
        lost = told[2 + side]
        cells = ("hidden" if lost is None else each for each in (sides.at_landmark[side],))
        rows.append((words, *cells, told[side], "hidden" if lost is None else lost))
    return Figure(
        id="sides",
        title="Who is compared?",
        definition="Those with a score at week 4 whose week 13 is over.",
        n=f"{sum(sides.measured)} measured at week 13",
        cannot="Those who were not measured; if more were lost on one side, it looks different.",
        head=("Side", "At the landmark", "Measured at week 13", "Lost"),
        rows=tuple(rows),
        unit="people",
    )


def balance(found: Weighted, names: list[str]) -> Figure:
    rows = tuple(
        (name, round(float(a), 2), round(float(b), 2), "" if abs(b) <= BALANCED else "not balanced")
        for name, (a, b) in zip(names, found.balance, strict=True)
    )
    kept, fewer = (round(each) for each in found.effective)
    return Figure(
        id="balance",
        title="Are the sides alike?",
        definition=f"Standardised differences; beyond {BALANCED:g} they are not alike.",
        n=f"effective sample size {kept} with two or more, {fewer} with fewer",
        cannot="What was not measured: hope, help at home, how far somebody has to travel.",
        head=("Known at the landmark", "Before weighting", "After", ""),
        rows=rows,
        unit="standard deviations",
    )


def result(found: Weighted, sides: Arms) -> Figure:
    control, low, high = against(found, sides)
    ratio = ratio_of(found.effect, sides.change)
    near = nearest_bound(found)
    shown: list[tuple[Value, ...]] = [
        ("Crude difference, points", round(found.crude, 1), ""),
        (
            "Weighted difference, points",
            round(found.effect, 1),
            f"{found.lower:.1f} to {found.upper:.1f}",
        ),
        ("E-value of the difference", round(e_value(ratio), 2), ""),
        ("E-value of the bound", round(e_value(ratio_of(near, sides.change)), 2), ""),
        ("Negative control, percentage points", round(100 * control), f"{low:.0f} to {high:.0f}"),
    ]
    return Figure(
        id="result",
        title="What is the difference?",
        definition="Mean change with two or more less that with fewer; below 0 is a larger fall.",
        n=f"{sum(sides.measured)} measured at week 13",
        cannot="That integration made it. Only a trial that draws by lot can show that.",
        head=("Figure", "Value", "95 %"),
        rows=tuple(shown),
        unit="points",
    )


def nearest_bound(found: Weighted) -> float:
    """The bound next to no difference; 0 when the interval holds it."""
    if found.lower <= 0 <= found.upper:
        return 0.0
    return min((found.lower, found.upper), key=abs)


def ratio_of(points: float, change: Array) -> float:
    spread = float(change.std()) or 1.0
    return exp(TO_RATIO * abs(points) / spread)


def against(found: Weighted, sides: Arms) -> tuple[float, float, float]:
    """The negative control under the same weights: its difference, and its bounds in percent."""
    value, error = weighted_difference(sides.control, sides.kept, found.weights)
    return value, 100 * (value - 1.96 * error), 100 * (value + 1.96 * error)


def verdict(found: Weighted, sides: Arms) -> str:
    """What may be said; never that one way of caring made the difference."""
    _, low, high = against(found, sides)
    if low > 0 or high < 0:
        return UNFIT
    return NULL if found.lower <= 0 <= found.upper else DIFFERS


def unfilled(answers: Mapping[str, str]) -> list[str]:
    """The lines of the protocol that nobody has filled in."""
    return [each.title for each in PROTOCOL if not answers.get(each.id, "").strip()]
