"""Which of several answers to one fact counts, and which a later one to another overtakes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from itertools import groupby

from kapstone.screening.vocabulary import Fact, Facts, Given, fact

Named = tuple[str, Given]

OVERTAKEN_BY: Mapping[str, str] = {
    "systolic_single_mmhg": "systolic_bp_mmhg",
    "diastolic_single_mmhg": "diastolic_bp_mmhg",
    "cssrs_after_item9": "phq9_item9",
}
"""One reading alone by a later mean, and that a C-SSRS followed item 9 by a later item 9."""

EARLIEST = datetime.min.replace(tzinfo=UTC)


def newest(told: Iterable[Named]) -> dict[str, Given]:
    """The newest answer to each fact, one without a date being the oldest; of a moment the gravest.

    Two of one moment that nobody can order leave the fact unknown: no older one stands in.
    """
    found: dict[str, Given] = {}
    ordered = sorted(told, key=lambda named: (named[0], named[1].at or EARLIEST))
    for name, answers in groupby(ordered, key=lambda named: named[0]):
        given = [each for _, each in answers]
        last = [each for each in given if each.at == given[-1].at]
        if (one := gravest(last, fact(name))) is not None:
            found[name] = one
    return found


def gravest(answers: Iterable[Given], of: Fact) -> Given | None:
    """The gravest of several answers, whatever their order; None where nobody can say."""
    # The words only decide between equals, so that the order of a file never does.
    told = sorted(answers, key=lambda each: (each.at or EARLIEST, each.words or ""))
    if len({each.value for each in told}) == 1:
        return told[-1]
    ranks = [of.gravity(each.value) for each in told]
    if None in ranks:
        return None
    return max(reversed(told), key=lambda each: of.gravity(each.value) or 0)


def without_overtaken(facts: Facts) -> dict[str, Given]:
    """Drop what a later answer to another fact overtakes; of one moment both count."""
    return {name: given for name, given in facts.items() if not overtaken(name, facts)}


def overtaken(name: str, facts: Facts) -> bool:
    later = facts.get(OVERTAKEN_BY.get(name, ""))
    before, after = facts[name].at, later.at if later else None
    return before is not None and after is not None and after > before
