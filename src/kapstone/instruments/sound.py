"""Whether a definition can be asked and scored at all, before anybody is asked with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from kapstone.instruments.definition import Instrument, Item
from kapstone.instruments.scoring import score

# What a name may be: it stands in addresses, in fields of pages, and in columns so wide.
NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
# Lines of a FHIR form that are no questions; an answer under these names would be passed over.
TAKEN = frozenset({"instructions", "total"})
LONGEST_ID, LONGEST_ITEM, LONGEST_BAND = 40, 60, 60


def faults(of: Instrument) -> Iterator[str]:
    """What is wrong with a definition, in words; nothing for one that can be asked and scored."""
    yield from of_names(of)
    yield from of_openers(of)
    yield from of_bands(of)
    yield from of_findings(of)
    yield from of_trial(of)


def of_names(of: Instrument) -> Iterator[str]:
    names = [("id", of.id, LONGEST_ID), *(("item", item.id, LONGEST_ITEM) for item in of.item)]
    for kind, name, most in names:
        if not NAME.fullmatch(name) or len(name) > most:
            yield (
                f"{kind} → {name!r}: use small letters, digits, - and _ only, "
                f"at most {most}, a letter or digit first"
            )
    for name in sorted(TAKEN & of.by_id.keys()):
        yield f"item → {name!r} is the name of a line that is no question; use another"


def of_openers(of: Instrument) -> Iterator[str]:
    """An answer that opens a question is one of the choices, as the page names it by its words."""
    for item in of.item:
        opener = item.asked_if
        if opener and opener.value not in of.values.get(opener.item, ()):
            yield f"item {item.id} → asked_if: {opener.value:g} is no choice of {opener.item}"


def of_bands(of: Instrument) -> Iterator[str]:
    starts = [band.from_ for band in of.score.bands]
    if any(low >= high for low, high in pairwise(starts)):
        yield "score → bands: each has to begin above the one before"
    range_ = of.score.range
    if starts and range_ and of.score.bands_on == "total" and starts[0] > range_[0]:
        yield f"score → bands: the first begins at {starts[0]:g}, above the least of the range"
    for band in of.score.bands:
        if len(band.name) > LONGEST_BAND:
            yield f"score → bands: {band.name[:20]}… is longer than {LONGEST_BAND} letters"


def of_findings(of: Instrument) -> Iterator[str]:
    known = {"", "total", "average", *(part.id for part in of.part)}
    for finding in of.finding:
        for need in (*finding.all, *finding.any):
            if need.score not in known:
                yield f"finding → {finding.flag or finding.verdict}: no subscore {need.score!r}"


def of_trial(of: Instrument) -> Iterator[str]:
    """Score it with every answer at its least, at its most, and with none."""
    for words, answers in (
        ("least", {item.id: end(of, item, upper=False) for item in of.item}),
        ("most", {item.id: end(of, item, upper=True) for item in of.item}),
        ("no", {}),
    ):
        try:
            found = score(of, answers)
        except (ArithmeticError, LookupError, ValueError) as fault:
            yield f"it cannot be scored with {words} answers: {fault}"
            continue
        range_ = of.score.range
        if found.total is None:
            continue
        if range_ and not range_[0] <= found.total <= range_[1]:
            yield f"with {words} answers its total is {found.total:g}, outside of its range"
        if of.score.bands and found.band is None:
            yield f"with {words} answers its total {found.total:g} has no band"


def end(of: Instrument, item: Item, *, upper: bool) -> float:
    """The answer that counts least, or most."""
    low, high = of.spans[item.id]
    return high if upper != item.reverse else low
