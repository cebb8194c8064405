"""Which of the answers to one matter counts: a later one does not silence a graver one.

The graver answer stands while it holds, whoever says less later, until a prescriber settles it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import cache, lru_cache
from itertools import groupby

from kapstone.screening.board import needs
from kapstone.screening.conditions import Known, Value
from kapstone.screening.merging import EARLIEST, Named, gravest
from kapstone.screening.picture import Picture
from kapstone.screening.rules import WEIGHT, Decision, Rule, ruleset
from kapstone.screening.vocabulary import Fact, Given, fact

MEASURED = frozenset({"instrument", "reading"})
RANK: dict[Known, int] = {False: 0, None: 1, True: 2}
GRAVE = (Decision.STOP, Decision.REVIEW)


def counted(told: Iterable[Named], settled: Iterable[Named] = ()) -> dict[str, Given]:
    """The answer that counts for each fact, whatever the order of those of different moments.

    `settled` are answers that a prescriber has set aside, each by itself: one that says the same
    anew counts again. Raises FactError for a fact that is none.
    """
    aside = [*settled]
    by_name = defaultdict[str, list[Given]](list)
    for name, given in sorted(told, key=lambda named: named[1].at or EARLIEST):
        if not any(same(one, (name, given)) for one in aside):
            by_name[name].append(given)
    found = {name: one_of(answers, fact(name)) for name, answers in by_name.items()}
    return {name: given for name, given in found.items() if given is not None}


def same(one: Named, other: Named) -> bool:
    """Whether two are one answer: of one value, moment and origin, whatever its words."""
    (name, was), (named, given) = one, other
    return (name, was.value, was.at, was.origin) == (named, given.value, given.at, given.origin)


def one_of(answers: Sequence[Given], of: Fact) -> Given | None:
    """The answer that counts, of several from the oldest on; None where nobody can order two."""
    held: Given | None = None
    for _, same in groupby(answers, key=lambda each: (each.at, each.origin)):
        later = gravest(same, of)
        if held is None or later is None or not stands_over(held, later, of):
            held = later
    return held


def stands_over(held: Given, later: Given, of: Fact) -> bool:
    """Whether an answer stays although a later one says less."""
    if graver(of, later.value, held.value):
        return False
    if graver(of, held.value, later.value) and not is_news(held, later, of):
        return held_then(held, later, of)
    return outlasts_records(held, later, of)


def is_news(held: Given, later: Given, of: Fact) -> bool:
    """Whether the later answer is of a new state, and no other word on the same one.

    What is measured again is, and what the practice itself has arranged. A person's word is so
    against their own only, and there of a figure or of what is arranged with them.
    """
    if later.origin in MEASURED or held.origin == later.origin == "import":
        return True
    fit_to_say = later.origin != "person" or held.origin == "person"
    return fit_to_say and (of.arranged or of.kind == "number")


def outlasts_records(held: Given, later: Given, of: Fact) -> bool:
    """What was said here stands against another record while it holds, a record against them all.

    Also where no stop and no review hangs on it.
    """
    if not says_less(later, held, of):
        return False
    if later.origin == "import" and held.origin != "import":
        return held_then(held, later, of)
    return (
        of.fresh_days is None and held.origin == "import" and later.origin in {"import", "person"}
    )


def held_then(held: Given, later: Given, of: Fact) -> bool:
    """Whether the older answer still held when the later one was given."""
    if of.fresh_days is None:
        return True
    if held.at is None or later.at is None:
        return False
    return later.at - held.at <= timedelta(days=of.fresh_days)


def says_less(one: Given, held: Given, of: Fact) -> bool:
    """Of facts that raise a concern; that something was done, or a figure, is news of its own."""
    if of.kind == "number" or of.gravest == "no":
        return False
    return (of.gravity(one.value) or 0) < (of.gravity(held.value) or 0)


def graver(of: Fact, one: Value, other: Value) -> bool:
    """Whether one answer makes, or leaves open, a stop or a review that the other does not.

    Where each does, a stop goes before a review; of the same weight neither is the graver.
    """
    if one == other:
        return False
    rows = grave_rules(of.id)
    pairs = list(zip(rows, speaking(of.id, one), speaking(of.id, other), strict=True))
    for weight in GRAVE:
        moved = {mine > yours for row, mine, yours in pairs if row[1] is weight and mine != yours}
        if moved:
            return moved == {True}
    return False


def may_speak(of: Fact, value: Value) -> bool:
    """Whether a stop or a review hangs on this answer, and would not on another one."""
    others: Iterable[Value] = (True, False) if of.kind == "yes_no" else of.choices
    return any(graver(of, value, other) for other in others)


@cache
def grave_rules(fact_id: str) -> tuple[tuple[Rule, Decision], ...]:
    """The stops and reviews of today that may depend on a fact."""
    return tuple(
        (row, WEIGHT[row.action])
        for row in ruleset().rules
        if WEIGHT[row.action] in GRAVE and fact_id in needs(row.id)
    )


@lru_cache(maxsize=4096)
def speaking(fact_id: str, value: Value) -> tuple[int, ...]:
    """How far each of these rules would speak if only this were known: no, perhaps, yes."""
    alone = Picture({fact_id: value}, {}, None, day=date.min, ruleset=ruleset())
    return tuple(RANK[alone.rule(row)] for row, _ in grave_rules(fact_id))
