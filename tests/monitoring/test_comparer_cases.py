"""The limits on the cases that the browser's comparer is tried on too (tests/browser)."""

from __future__ import annotations

import pytest

from kapstone.monitoring import limits
from kapstone.monitoring.rows import Limit

from .comparer_cases import CHANGES, SIDES, Case, figures, sides, step, written


@pytest.mark.parametrize(("case", "limit", "level"), [*sides()], ids=str)
def test_both_sides_of_every_limit(case: Case, limit: str, level: str | None) -> None:
    found = {each.limit_id: each.level for each in case.crossed()}
    assert found.get(limit) == level


@pytest.mark.parametrize("case", [*written()], ids=lambda case: case.claim)
def test_what_the_readings_cross_together(case: Case) -> None:
    found = tuple((each.limit_id, each.level, each.confirmed) for each in case.crossed())
    assert found == case.says


@pytest.mark.parametrize("limit", limits(), ids=lambda limit: limit.id)
def test_every_figure_of_every_limit_has_its_sides_in_the_table(limit: Limit) -> None:
    """A new limit, or a new figure of one, without its cases fails here."""
    tried = [row for row in SIDES if row["limit"] == limit.id]
    for level, name, figure in figures(limit):
        if level in ("red_at_home", "at_once"):
            continue  # Only with a route, or in the words: `case` has them.
        off = {round(distance(row, name) - figure, 1) for row in tried if has(row, name)}
        assert off & {-step(limit.sign), step(limit.sign)}, (level, name, figure)
        assert 0 in off, (level, name, figure)


def has(row: dict[str, float], name: str) -> bool:
    return ("rest" in row) is (name in CHANGES)


def distance(row: dict[str, float], name: str) -> float:
    return CHANGES[name] * (row["value"] - row["rest"]) if name in CHANGES else row["value"]
