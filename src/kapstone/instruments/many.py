"""Many sheets of one questionnaire at once, as arrays; the same rules as one sheet at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kapstone.instruments.definition import Instrument, Item, Part

Reals = NDArray[np.float64]
Flags = NDArray[np.bool_]


class NotSheets(ValueError):
    """Answers that cannot be scored; says which row and which item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Many:
    """What n sheets come to, each array of n; nan is not known, band -1 is none.

    `band` counts from the lowest of the questionnaire. `risk` has, by flag, the sheets with an
    answer that raises it.
    """

    total: Reals
    band: NDArray[np.int64]
    prorated: Flags
    missing: NDArray[np.int64]
    parts: Mapping[str, Reals]
    risk: Mapping[str, Flags]


def score_many(of: Instrument, answers: Reals) -> Many:
    """Score n sheets, shape (n, items of the form in order), nan for a blank.

    The same numbers as `score` of each; the scales of Columbia, which have no number, are refused.
    Raises NotSheets for a wrong shape or for a value that is no answer.
    """
    refuse(of, answers)
    points = points_of(of, answers)
    blank = wanted_blanks(of, points)
    parts = {part.id: part_of(part, points) for part in of.part}
    raw = raw_of(of, points, blank, parts)
    if of.score.not_assessed is not None:
        raw = np.where((answers == of.score.not_assessed).any(axis=1), np.nan, raw)
    known = ~np.isnan(raw)
    return Many(
        total=raw * of.score.scale,
        band=bands_of(of, raw),
        prorated=known & fills_blanks(of, points),
        missing=to_ask(of, answers, points, blank),
        parts=parts,
        risk=risks(of, answers),
    )


def refuse(of: Instrument, answers: Reals) -> None:
    if of.score.method == "cssrs_level":
        raise NotSheets(f"{of.short} has a level and no number: score its sheets one by one")
    if answers.ndim != 2 or answers.shape[1] != len(of.item):
        words = f"{of.short} takes arrays of {len(of.item)} columns, not shape {answers.shape}"
        raise NotSheets(words)
    for column, item in enumerate(of.item):
        given = answers[:, column]
        wrong = ~(np.isnan(given) | takes(of, item, given))
        if wrong.any():
            row = int(wrong.argmax())
            raise NotSheets(f"{of.short}, row {row}, {item.id}: {given[row]:g} is not an answer")


def takes(of: Instrument, item: Item, given: Reals) -> Flags:
    if item.id in of.values:
        return np.isin(given, list(of.values[item.id]))
    low, high = of.spans[item.id]
    inside = (given >= low) & (given <= high)
    return np.asarray(inside & (given == np.floor(given))) if item.whole else inside


def points_of(of: Instrument, answers: Reals) -> dict[str, Reals]:
    """What each scored item counts in each sheet; one made needless counts 0, a blank is nan."""
    given = dict(zip(of.by_id, answers.T, strict=True))
    found = {}
    for item in of.item:
        if item.scored:
            value = sum(of.spans[item.id]) - given[item.id] if item.reverse else given[item.id]
            value = np.where(needless(of, item, given) & np.isnan(value), 0, value)
            value = np.where(hangs(item, given) & (given[item.id] != 0), np.nan, value)
            found[item.id] = np.where(unasked(item, given), 0, value)
    return found


def unasked(item: Item, given: Mapping[str, Reals]) -> Flags | bool:
    if item.asked_if is None:
        return False
    opener = given[item.asked_if.item]
    return np.asarray(~np.isnan(opener) & (opener != item.asked_if.value))


def hangs(item: Item, given: Mapping[str, Reals]) -> Flags | bool:
    return item.asked_if is not None and np.isnan(given[item.asked_if.item])


def needless(of: Instrument, item: Item, given: Mapping[str, Reals]) -> Flags | bool:
    met: Flags | bool = False
    for skip in of.skip:
        if item.id in skip.items:
            met = met | np.logical_and.reduce([given[k] == v for k, v in skip.where.items()])
    return met


def wanted_blanks(of: Instrument, points: Mapping[str, Reals]) -> NDArray[np.int64]:
    """How many wanted items are blank, by sheet; in a domain one answer stands for all."""
    if of.score.method == "domains":
        groups = [(group, np.isnan(domain(of, group, points))) for group in of.score.domains]
        blanks = [np.isnan(points[name]) & open_ for group, open_ in groups for name in group]
    else:
        names = [name for name in of.counted if not of.by_id[name].optional]
        blanks = [np.isnan(points[name]) for name in names]
    return np.asarray(np.sum(blanks, axis=0, dtype=np.int64))


def to_ask(
    of: Instrument, answers: Reals, points: Mapping[str, Reals], blank: NDArray[np.int64]
) -> NDArray[np.int64]:
    """How many blanks to ask for: answers that hang on a blank one stand for that one."""
    given = dict(zip(of.by_id, answers.T, strict=True))
    for opener in {item.asked_if.item for item in of.item if item.asked_if}:
        hanging = [
            np.isnan(points[item.id]) & ~np.isnan(given[item.id])
            for item in of.item
            if item.asked_if and item.asked_if.item == opener and item.scored
        ]
        several = np.sum(hanging, axis=0, dtype=np.int64)
        blank = blank - several + (several > 0)
    return np.asarray(blank)


def fills_blanks(of: Instrument, points: Mapping[str, Reals]) -> Flags:
    """The sheets whose total stands for blanks too; alternatives in a domain are blank rightly."""
    blank = np.isnan([points[name] for name in of.counted]).any(axis=0)
    return np.asarray(blank & (of.score.method != "domains"))


def raw_of(
    of: Instrument,
    points: Mapping[str, Reals],
    blank: NDArray[np.int64],
    parts: Mapping[str, Reals],
) -> Reals:
    counted = np.array([points[name] for name in of.counted])
    answered = (~np.isnan(counted)).sum(axis=0)
    if of.score.method == "sum":
        return summed(of, counted, answered, blank)
    if of.score.method == "mean":
        return np.asarray(counted.sum(axis=0) / len(counted))
    if of.score.method == "domains":
        found = [domain(of, group, points) for group in of.score.domains]
        return np.asarray(np.sum(found, axis=0))
    if of.score.method == "parts":
        enough = answered > (of.score.answered_above or 0) * len(counted)
        return np.where(enough, np.sum(list(parts.values()), axis=0), np.nan)
    return np.full(counted.shape[1], np.nan)


def summed(
    of: Instrument, counted: Reals, answered: NDArray[np.int64], blank: NDArray[np.int64]
) -> Reals:
    """The sums, prorated half-up; whole numbers, so that halves are exact."""
    total = np.nansum(counted, axis=0)
    few = (blank <= of.score.most_missing) & (answered > 0)
    over = np.maximum(answered, 1)
    prorated = np.floor((2 * total * len(counted) + over) / (2 * over))
    return np.where(few, np.where(answered == len(counted), total, prorated), np.nan)


def domain(of: Instrument, group: tuple[str, ...], points: Mapping[str, Reals]) -> Reals:
    given = np.array([points[name] for name in group])
    highest: Reals = np.fmax.reduce(given, axis=0)
    most = of.score.domain_most
    if most is None:
        return highest
    open_ = np.isnan(given).any(axis=0) & ~(highest >= most)
    return np.where(open_, np.nan, np.minimum(highest, most))


def part_of(part: Part, points: Mapping[str, Reals]) -> Reals:
    given = np.array([points[name] for name in part.items])
    answered = (~np.isnan(given)).sum(axis=0)
    enough = 1.0 if part.answered_above is None else part.answered_above
    kept = (answered == len(given)) | (answered > enough * len(given))
    mean = np.nansum(given, axis=0) / np.maximum(answered, 1)
    found = mean if part.method == "mean" else mean * len(given)
    whole = answered == len(given)
    exact = np.nansum(given, axis=0) if part.method == "sum" else found
    return np.where(kept, np.where(whole, exact, found), np.nan)


def bands_of(of: Instrument, raw: Reals) -> NDArray[np.int64]:
    """The place of each sheet's band, -1 where it has none."""
    divisor = len(of.counted) if of.score.bands_on == "average" else 1 / of.score.scale
    lows = [band.from_ for band in of.score.bands]
    found = np.searchsorted(lows, raw / divisor, side="right") - 1
    return np.where(np.isnan(raw) | (not lows), -1, found)


def risks(of: Instrument, answers: Reals) -> dict[str, Flags]:
    """By flag, the sheets with an answer that raises it; a blank raises none and clears none."""
    found: dict[str, Flags] = {}
    for column, item in enumerate(of.item):
        for flag, line in item.risk.items():
            raised = answers[:, column] >= line
            found[flag] = found[flag] | raised if flag in found else raised
    return found
