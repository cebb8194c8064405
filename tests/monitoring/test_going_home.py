"""The card for the way home: what holds on every route, and what on one only."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from kapstone.knowledge.dose_day import routes
from kapstone.monitoring import advice
from kapstone.monitoring.going_home import all_advice

PARTS = ("rules", "normal", "call", "emergency")


@pytest.mark.parametrize("route", sorted(routes()))
def test_every_route_has_every_part_and_says_when_to_drive_again(route: str) -> None:
    assert all(advice(route, part) for part in PARTS)  # type: ignore[arg-type]
    first = advice(route, "rules")[0]
    assert "Do not drive" in first
    assert "until tomorrow, after a good night of sleep" in first


def test_a_route_has_its_own_lines_and_not_those_of_another() -> None:
    assert any("drip" in line for line in advice("iv", "call"))
    assert not any("drip" in line for line in advice("im", "call"))
    assert any("sitter" in line for line in advice("lozenge_home", "rules"))
    assert not any("sitter" in line for line in advice("lozenge_clinic", "rules"))


def test_a_route_that_is_not_known_has_no_card() -> None:
    with pytest.raises(LookupError, match="no such route: tea"):
        advice("tea", "rules")


def test_every_route_named_is_one() -> None:
    assert {name for row in all_advice() for name in row.routes} <= set(routes())


def test_the_parts_stand_in_the_order_of_the_card() -> None:
    places = [PARTS.index(row.part) for row in all_advice()]
    assert all(one <= next_ for one, next_ in pairwise(places))


def test_every_line_can_be_read_at_once() -> None:
    for row in all_advice():
        for sentence in re.split(r"(?<=[.!?])\s+", row.words):
            assert len(sentence.split()) <= 20, row.id
