"""A practice's own figures on its limits: which it may settle, and the limits with them.

A figure has the name of its side and kind, such as `yellow.above`. What a line is compared with,
how often and what is done stay those of the shipped row; `after_min` is no figure of a sign.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kapstone.monitoring.rows import Limit, Sign, signs

Figures = Mapping[str, float]
SIDES = ("yellow", "red", "red_at_home", "at_once")
HIGH, LOW, CHANGE = ("above", "at_least"), ("below", "at_most"), ("rise", "fall")
# The first of each pair comes no later than the second, on the way to where it is dangerous.
IN_ORDER = (("yellow", "red"), ("yellow", "red_at_home"), ("red", "at_once"))
WORDS = {
    **{"above": "above", "at_least": "at least", "below": "below", "at_most": "at most"},
    **{"rise": "up from rest by", "fall": "down from rest by"},
    **{"yellow": "Watch", "red": "Limit", "red_at_home": "Limit at home", "at_once": "At any time"},
}


def figures_of(limit: Limit) -> dict[str, float]:
    """Every figure of the limit that a practice may settle for itself, side by side."""
    found = {}
    for side in SIDES:
        for kind in (*HIGH, *LOW, *CHANGE):
            value = getattr(getattr(limit, side), kind, None)
            if value is not None:
                found[f"{side}.{kind}"] = float(value)
    return found


def called(limit: Limit, name: str) -> str:
    """`yellow.above` in words, "Watch above", with the minutes from which it counts."""
    side, _, kind = name.partition(".")
    after = getattr(limit, side).after_min
    later = "" if after is None else f"After {after:g} min: "
    return f"{later}{WORDS[side]} {WORDS[kind]}"


def settled(limit: Limit, figures: Figures) -> Limit:
    """The limit with a practice's figures; one that the limit does not have is left out."""
    changed = {}
    for side in SIDES:
        parts = [name.split(".") for name in figures_of(limit) if name in figures]
        own = {kind: figures[f"{side}.{kind}"] for of, kind in parts if of == side}
        if own:
            changed[side] = getattr(limit, side).model_copy(update=own)
    return limit.model_copy(update=changed)


def doubts(limit: Limit, figures: Figures) -> Iterator[tuple[str, str]]:
    """What keeps figures from being settled: the name of each such figure, and why in words."""
    sign = signs()[limit.sign]
    for name in figures_of(limit).keys() & figures:
        if words := out_of_bounds(sign, name.partition(".")[2], figures[name]):
            yield name, words
    yield from out_of_order(settled(limit, figures))


def out_of_bounds(sign: Sign, kind: str, value: float) -> str:
    """Why no likely reading could cross such a line; empty where one can.

    The outer bounds of a line are the range of a likely typing, a row of its sign with sources.
    """
    low, high = sign.plausible
    unit = f" {sign.unit}" if sign.unit else ""
    within = f"between {low:g} and {high:g}{unit} ({', '.join(sign.sources)})"
    if kind in CHANGE:
        words = f"A change from rest is above 0 and at most {high - low:g}{unit}, not {value:g}."
        return "" if 0 < value <= high - low else f"{words} {sign.label} lies {within}."
    if not low <= value <= high:
        return f"{sign.label} lies {within}; {value:g} is outside. Choose a figure within."
    if (kind, value) in {("above", high), ("below", low)}:
        words = f"No likely reading is {kind} {value:g}, so this line would never be crossed."
        return f"{words} {sign.label} lies {within}. Choose a figure within."
    return ""


def out_of_order(limit: Limit) -> Iterator[tuple[str, str]]:
    """Where a line lies beyond the one that comes after it; a line for later hours is apart."""
    told = figures_of(limit)
    for milder, graver in IN_ORDER:
        if getattr(getattr(limit, graver), "after_min", None) is not None:
            continue
        for kinds, way in ((HIGH, 1), (LOW, -1)):
            first = next((name for kind in kinds if (name := f"{milder}.{kind}") in told), None)
            then = next((name for kind in kinds if (name := f"{graver}.{kind}") in told), None)
            if first and then and told[first] * way > told[then] * way:
                words = f"{called(limit, then)} {told[then]:g}"
                yield first, f"{told[first]:g} lies beyond \u201c{words}\u201d."
