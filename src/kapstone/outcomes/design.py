"""Columns of a model from named rows: numbers as they are, words as one column less than levels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from kapstone.outcomes.arrays import Array, is_number

Rows = Sequence[Mapping[str, Any]]
Columns = dict[str, Array]


def design(
    rows: Rows, terms: Sequence[str], references: Mapping[str, Any], words: frozenset[str]
) -> Columns:
    """An intercept and the columns of each term, by name; `a:b` is the product of two.

    What is in `words` is one even where it is written as a number. Of a word the level in
    `references` is left out, or else the first in the order of their
    spelling. Raises ValueError that names the row and the term.
    """
    found: Columns = {"intercept": np.ones(len(rows))}
    for term in terms:
        found |= product([of_name(rows, name, references, words) for name in term.split(":")])
    return found


def of_name(rows: Rows, name: str, references: Mapping[str, Any], words: frozenset[str]) -> Columns:
    values = values_of(rows, name)
    if name not in {*references, *words} and all(map(is_number, values)):
        return {name: np.array(values, float)}
    levels = sorted({str(each) for each in values})
    reference = str(references.get(name, levels[0]))
    if reference not in levels:
        raise ValueError(f"reference of {name}: no row has {reference}")
    written = np.array([str(each) for each in values])
    return {f"{name}={each}": (written == each) * 1.0 for each in levels if each != reference}


def values_of(rows: Rows, name: str) -> list[Any]:
    for number, row in enumerate(rows, start=1):
        if row.get(name) is None:
            raise ValueError(f"row {number}: no {name}")
    return [row[name] for row in rows]


def product(parts: Sequence[Columns]) -> Columns:
    found: Columns = {"": np.ones(1)}
    for part in parts:
        found = {
            f"{one}:{name}" if one else name: left * right
            for one, left in found.items()
            for name, right in part.items()
        }
    return found
