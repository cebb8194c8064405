"""Many sheets at once give what each gives by itself."""

from __future__ import annotations

import math

import numpy as np
import pytest

from kapstone.instruments import Instrument, instrument, instruments, score
from kapstone.instruments.many import NotSheets, score_many

WITH_NUMBERS = [of for of in instruments() if of.score.method != "cssrs_level"]


def sheets(of: Instrument, count: int = 60) -> np.ndarray:
    """Random sheets from full to empty, each answer one that may be given."""
    rng = np.random.default_rng(4)
    columns = []
    for item in of.item:
        low, high = of.spans[item.id]
        some = sorted(of.values.get(item.id, {low, high, low + 1}))
        columns.append(rng.choice(np.array(some, dtype=float), count))
    given = np.column_stack(columns)
    given[rng.random(given.shape) < rng.random((count, 1)) * 0.5] = math.nan
    given[0] = math.nan
    return given


@pytest.mark.parametrize("of", WITH_NUMBERS, ids=lambda of: of.id)
def test_many_sheets_give_what_each_gives_by_itself(of: Instrument) -> None:
    given = sheets(of)
    many = score_many(of, given)
    names = [band.name for band in of.score.bands]
    for row, values in enumerate(given):
        answers = {i: v for i, v in zip(of.by_id, values, strict=True) if not math.isnan(v)}
        one = score(of, answers)
        assert same(many.total[row], one.total)
        assert (names[many.band[row]] if many.band[row] >= 0 else None) == one.band
        assert bool(many.prorated[row]) == one.prorated
        assert many.missing[row] == len(one.missing)
        assert all(same(many.parts[name][row], value) for name, value in one.parts.items())
        raised = {flag for flag, rows in many.risk.items() if rows[row]}
        assert raised == set(one.flags) & set(many.risk)


def same(number: float, one: float | None) -> bool:
    return math.isnan(number) if one is None else number == pytest.approx(one, abs=1e-9)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (np.zeros((2, 9)), "PHQ-9 takes arrays of 10 columns, not shape"),
        (np.zeros(10), "PHQ-9 takes arrays of 10 columns, not shape"),
        (np.array([[0.0] * 10, [0, 0, 7, 0, 0, 0, 0, 0, 0, 0]]), "row 1, sleep: 7 is not an"),
        (np.array([[0, 0, 1.5, 0, 0, 0, 0, 0, 0, 0]]), "row 0, sleep: 1.5 is not an answer"),
        (np.array([[math.inf] + [0.0] * 9]), "row 0, interest: inf is not an answer"),
    ],
)
def test_what_cannot_be_scored_is_named(given: np.ndarray, words: str) -> None:
    with pytest.raises(NotSheets, match=words):
        score_many(instrument("phq9"), given)


def test_a_level_is_no_number() -> None:
    with pytest.raises(NotSheets, match="a level and no number"):
        score_many(instrument("cssrs-screener"), np.zeros((1, 7)))
