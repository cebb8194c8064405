"""Adding up: from answers to numbers, as the questionnaire's own rules have it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from kapstone.instruments.answering import needless, opened
from kapstone.instruments.definition import Answers, Instrument, Item, Method, Part

Number = float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """The numbers of a sheet; None is not known. `missing` are the items that a total still wants.

    `raw` is what `total` is scaled from, `average` by item, `least` and `most` the total with
    blanks at their least and at their most.
    """

    total: Number
    raw: Number
    average: Number
    least: Number
    most: Number
    parts: Mapping[str, Number]
    missing: tuple[str, ...]
    prorated: bool

    def named(self, score: str) -> Number:
        """The total, the average or a subscore by its id."""
        if score in {"total", "average"}:
            return self.total if score == "total" else self.average
        return self.parts[score]


def totals(of: Instrument, answers: Answers) -> Totals:
    """Add up a sheet whose answers were checked; missing is missing, never zero."""
    points = points_of(of, answers)
    missing = blank_of(of, missing_of(of, points), answers)
    parts = {part.id: part_of(part, points) for part in of.part}
    raw = None if not_assessed(of, answers) else RAW[of.score.method](of, points, parts)
    least, most = bounds(of, points) if of.score.bounds else (None, None)
    return Totals(
        total=None if raw is None else raw * of.score.scale,
        raw=raw,
        average=raw / len(of.counted) if raw is not None and of.score.average else None,
        least=least,
        most=most,
        parts=parts,
        missing=missing,
        prorated=raw is not None and fills_blanks(of, points),
    )


def points_of(of: Instrument, answers: Answers) -> dict[str, float]:
    """What each scored item counts; one that an earlier answer made needless counts 0.

    An answer to a question whose opening answer is blank may count or not, so it is not known.
    """
    skipped = needless(of, answers)
    found: dict[str, float] = {}
    for item in of.item:
        if not item.scored:
            continue
        if not opened(item, answers):
            found[item.id] = 0
        elif item.id in answers:
            value = answers[item.id]
            if value == 0 or not hangs(item, answers):
                found[item.id] = sum(of.spans[item.id]) - value if item.reverse else value
        elif item.id in skipped:
            found[item.id] = 0
    return found


def hangs(item: Item, answers: Answers) -> bool:
    return item.asked_if is not None and item.asked_if.item not in answers


def blank_of(of: Instrument, missing: tuple[str, ...], answers: Answers) -> tuple[str, ...]:
    """What to ask for: of an answer that hangs on a blank one, that one."""
    openers = {each.id: each.asked_if.item for each in of.item if each.asked_if}
    return tuple(dict.fromkeys(openers[name] if name in answers else name for name in missing))


def missing_of(of: Instrument, points: Mapping[str, float]) -> tuple[str, ...]:
    """The items that are blank and wanted; in a domain one answer stands for its alternatives."""
    blank = [name for name in of.counted if name not in points]
    if not blank or of.score.method != "domains":
        return tuple(name for name in blank if not of.by_id[name].optional)
    groups = [group for group in of.score.domains if domain(of, group, points) is None]
    open_ones = {name for group in groups for name in group}
    return tuple(name for name in blank if name in open_ones)


def fills_blanks(of: Instrument, points: Mapping[str, float]) -> bool:
    """Whether a total stands for blanks too; in a domain, alternatives are blank as they should."""
    return of.score.method != "domains" and any(name not in points for name in of.counted)


def not_assessed(of: Instrument, answers: Answers) -> bool:
    return of.score.not_assessed is not None and of.score.not_assessed in answers.values()


Parts = Mapping[str, Number]


def summed(of: Instrument, points: Mapping[str, float], _: Parts) -> Number:
    """The sum, prorated half-up when few enough are missing; else None."""
    given = [points[name] for name in of.counted if name in points]
    if len(given) == len(of.counted):
        return sum(given)
    if not given or len(missing_of(of, points)) > of.score.most_missing:
        return None
    return half_up(exact(given) * len(of.counted) / len(given))


def averaged(of: Instrument, points: Mapping[str, float], _: Parts) -> Number:
    """The mean of all items; a blank leaves none, whatever the others."""
    given = [points[name] for name in of.counted if name in points]
    return mean(given) if len(given) == len(of.counted) else None


def by_domain(of: Instrument, points: Mapping[str, float], _: Parts) -> Number:
    """The highest answers of all domains together; one domain without an answer leaves none."""
    found = [domain(of, group, points) for group in of.score.domains]
    known = [value for value in found if value is not None]
    return sum(known) if len(known) == len(found) else None


def of_parts(of: Instrument, points: Mapping[str, float], parts: Parts) -> Number:
    """The subscores together, when enough was answered over all."""
    given = sum(name in points for name in of.counted)
    known = [value for value in parts.values() if value is not None]
    enough = of.score.answered_above or 0
    return sum(known) if len(known) == len(parts) and given > enough * len(of.counted) else None


def nothing(of: Instrument, points: Mapping[str, float], _: Parts) -> None:
    """A questionnaire with subscores or a level, and no total."""


RAW: dict[Method, Callable[[Instrument, Mapping[str, float], Parts], Number]] = {
    "sum": summed,
    "mean": averaged,
    "domains": by_domain,
    "parts": of_parts,
    "none": nothing,
    "cssrs_level": nothing,
}


def domain(of: Instrument, group: tuple[str, ...], points: Mapping[str, float]) -> Number:
    """The highest answer of a group; where it is capped, a blank below the cap leaves it open."""
    given = [points[name] for name in group if name in points]
    most = of.score.domain_most
    if most is not None and max(given, default=0) >= most:
        return most
    if not given or (most is not None and len(given) < len(group)):
        return None
    return max(given)


def bounds(of: Instrument, points: Mapping[str, float]) -> tuple[float, float]:
    """The total with every blank at its least, and at its most."""
    if of.score.method == "domains":
        known = [domain(of, group, points) for group in of.score.domains]
        least = sum(value for value in known if value is not None)
        return least, least + known.count(None) * (of.score.domain_most or 0)
    blank = [of.spans[name] for name in of.counted if name not in points]
    given = sum(points[name] for name in of.counted if name in points)
    return given + sum(low for low, _ in blank), given + sum(high for _, high in blank)


def part_of(part: Part, points: Mapping[str, float]) -> Number:
    """A subscore; blanks leave none, unless its own rule prorates them."""
    given = [points[name] for name in part.items if name in points]
    enough = 1.0 if part.answered_above is None else part.answered_above
    if len(given) < len(part.items) and len(given) <= enough * len(part.items):
        return None
    if part.method == "mean":
        return mean(given)
    return sum(given) if len(given) == len(part.items) else mean(given) * len(part.items)


def mean(given: list[float]) -> float:
    return sum(given) / len(given)


def exact(given: Iterable[float]) -> Fraction:
    return sum(map(Fraction, given), Fraction(0))


def half_up(value: Fraction) -> float:
    """Rounded as the manuals do; Python's own `round` would send 2.5 to 2."""
    return floor(value + Fraction(1, 2))
