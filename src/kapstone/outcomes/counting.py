"""Who was measured when, and every count of it in one ledger with the sums that tie them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kapstone.instruments import Instrument
from kapstone.outcomes.change import Reliable, reliable_change, remission, response
from kapstone.outcomes.cohort import BASELINE_DAYS, Cohort, baseline, cohort, nearest
from kapstone.outcomes.ledger import Key, Ledger
from kapstone.outcomes.panel import Panel, Treated
from kapstone.outcomes.splits import SPLITS, Split
from kapstone.outcomes.visits import FEWEST_OF_COLUMN, mean_changes

# Counts up when a definition changes, and stands beside every figure.
VERSION = 1
# The day of each visit since the first dose, and how far off a score may lie to belong to it.
VISITS = {7: 3, 14: 3, 28: 7, 56: 7, 91: 14, 182: 21}
# The visit at which groups, reliable change and suicidal thoughts are told.
MAIN = 28
# From which answer on the item of suicide says that there were such thoughts.
IDEATION_FROM = 1
RULES = {"response": response, "remission": remission}
Pairs = Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class Seen:
    """A panel by visit; `at` has for each day the pair (baseline, score) of those measured."""

    panel: Panel
    of: Instrument

    @cached_property
    def cohort(self) -> Cohort:
        return cohort(self.panel.scores, self.of)

    @cached_property
    def at(self) -> dict[int, dict[str, tuple[float, float]]]:
        found: dict[int, dict[str, tuple[float, float]]] = {day: {} for day in VISITS}
        for each in self.cohort.people:
            since = self.eligible[each.name].since_days
            for day, window in VISITS.items():
                # Who is still inside a window is neither measured nor missing there.
                if is_due(since, day) and (after := nearest(each, day, window)) is not None:
                    found[day][each.name] = (each.baseline, after)
        return found

    def due(self, day: int) -> dict[str, Treated]:
        """Those whose window of a visit is over."""
        return {n: each for n, each in self.eligible.items() if is_due(each.since_days, day)}

    @cached_property
    def eligible(self) -> dict[str, Treated]:
        inside = {each.name for each in self.cohort.people}
        return {each.name: each for each in self.panel.people if each.name in inside}

    @cached_property
    def means(self) -> dict[int, tuple[float, float, float]]:
        """The model's mean change with its bounds, for the visits where enough were measured."""
        place = {each.name: row for row, each in enumerate(self.cohort.people)}
        days = [day for day in VISITS if len(self.at[day]) >= FEWEST_OF_COLUMN]
        scores = np.full((len(place), 1 + len(days)), np.nan)
        for each in self.cohort.people:
            scores[place[each.name], 0] = each.baseline
        for column, day in enumerate(days, start=1):
            for name, (_, after) in self.at[day].items():
                scores[place[name], column] = after
        found = mean_changes(scores) if days else None
        if found is None:
            return {}
        both = np.stack([found.value, found.lower, found.upper])[:, 1:].T
        return {
            day: (float(a), float(b), float(c)) for day, (a, b, c) in zip(days, both, strict=True)
        }


def is_due(since_days: float, day: int) -> bool:
    return since_days >= day + VISITS[day]


def yes_of(pairs: Pairs, what: str, of: Instrument) -> list[str]:
    return [name for name, pair in pairs.items() if RULES[what](*pair, of)]


def booked(seen: Seen) -> Ledger:
    """Every count that the page tells, with every sum that ties them together."""
    book, found = Ledger(), seen.cohort
    book.put("treated", len(seen.panel.people))
    apart: dict[Key, int] = {
        "no baseline": found.no_baseline,
        "below caseness": found.below_caseness,
    }
    book.split("treated", {**apart, "eligible": found.eligible})
    ever = found.ever()
    later: dict[Key, int] = {"ever": ever.yes, "not ever": ever.of - ever.yes}
    book.split("eligible", {**later, "never measured": found.eligible - ever.of})
    for day, pairs in seen.at.items():
        book_visit(book, seen, day, pairs)
    book_reliable(book, seen)
    for split in SPLITS:
        book_split(book, seen, split)
    book_ideation(book, seen)
    return book


def book_visit(book: Ledger, seen: Seen, day: int, pairs: Pairs) -> None:
    measured = len(pairs)
    due = len(seen.due(day))
    book.split("eligible", {("due", day): due, ("not due", day): seen.cohort.eligible - due})
    book.split(("due", day), {("measured", day): measured, ("missing", day): due - measured})
    for what in RULES:
        yes = len(yes_of(pairs, what, seen.of))
        book.split(("measured", day), {(what, day): yes, ("no " + what, day): measured - yes})


def book_reliable(book: Ledger, seen: Seen) -> None:
    kinds = [reliable_change(*pair, seen.of) for pair in seen.at[MAIN].values()]
    if None not in kinds:
        named: dict[Key, int] = {("reliable", each): kinds.count(each) for each in KINDS}
        book.split(("measured", MAIN), named)


KINDS: tuple[Reliable, ...] = ("improved", "none", "deteriorated")


def book_split(book: Ledger, seen: Seen, split: Split) -> None:
    """A group's counts add up to those of everybody, and within the group to each other."""
    pairs = seen.at[MAIN]
    yes = set(yes_of(pairs, "response", seen.of))
    groups = {name: split.of(each) for name, each in seen.due(MAIN).items()}
    kinds = sorted(set(groups.values()))

    def many(kind: str, names: Iterable[str]) -> int:
        return sum(groups[name] == kind for name in names)

    parts: dict[str, dict[Key, int]] = {"eligible": {}, "measured": {}, "response": {}}
    for kind in kinds:
        parts["eligible"][split.id, kind, "eligible"] = many(kind, groups)
        parts["measured"][split.id, kind, "measured"] = many(kind, pairs)
        parts["response"][split.id, kind, "response"] = many(kind, yes)
    if kinds:
        book.split(("due", MAIN), parts["eligible"])
        book.split(("measured", MAIN), parts["measured"])
        book.split(("response", MAIN), parts["response"])
    for kind in kinds:
        all_of, there, had = (parts[each][split.id, kind, each] for each in parts)
        key = (split.id, kind)
        book.split(
            (*key, "eligible"), {(*key, "measured"): there, (*key, "missing"): all_of - there}
        )
        book.split((*key, "measured"), {(*key, "response"): had, (*key, "no"): there - had})


def book_ideation(book: Ledger, seen: Seen) -> None:
    """Among those treated who answered before: with and without such thoughts, and then after."""
    before = {name: baseline(days, BASELINE_DAYS) for name, days in seen.panel.ideation.items()}
    known = {name: value for name, value in before.items() if value is not None}
    unknown = len(seen.panel.people) - len(known)
    with_, without = (
        [n for n, value in known.items() if (value >= IDEATION_FROM) is had]
        for had in (True, False)
    )
    counts: dict[Key, int] = {"ideation with": len(with_), "ideation without": len(without)}
    book.split("treated", {**counts, "ideation unknown": unknown})
    for key, names in (("ideation with", with_), ("ideation without", without)):
        after = [answer_near(seen.panel.ideation[name]) for name in names]
        some = sum(value is not None and value >= IDEATION_FROM for value in after)
        none = sum(value is not None and value < IDEATION_FROM for value in after)
        there: dict[Key, int] = {(key, "some"): some, (key, "none"): none}
        book.split(key, {**there, (key, "missing"): len(names) - some - none})


def answer_near(days: Mapping[float, float]) -> float | None:
    near = [(abs(at - MAIN), -at) for at in days if at > 0 and abs(at - MAIN) <= VISITS[MAIN]]
    return days[-min(near)[1]] if near else None
