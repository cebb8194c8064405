"""A practice's own figures: in order, within what can be, and the rest of the limit as it ships."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kapstone.monitoring import (
    Reading,
    called,
    compare,
    doubts,
    figures_of,
    limits,
    settled,
)
from kapstone.monitoring.rows import Limit

NOW = datetime(2026, 11, 3, 13, 0, tzinfo=UTC)


def limit(id: str) -> Limit:
    return next(each for each in limits() if each.id == id)


def crossed(systolic: float, by: Limit) -> list[str]:
    readings = [Reading(NOW, {"systolic_bp": systolic}, "K. Abara")]
    found = compare(readings, route="iv", started=NOW, resting={"systolic_bp": 120.0}, by=[by])
    return [each.level for each in found]


@pytest.mark.parametrize("each", limits(), ids=lambda each: each.id)
def test_a_limit_with_the_figures_that_ship_is_the_shipped_limit(each: Limit) -> None:
    assert settled(each, figures_of(each)) == each
    assert [*doubts(each, figures_of(each))] == []


@pytest.mark.parametrize(
    ("figures", "systolic", "levels"),
    [
        ({}, 150, []),
        ({"yellow.above": 149}, 150, ["yellow"]),
        ({"yellow.above": 150}, 150, []),
        ({"yellow.rise": 30}, 149, []),
        ({"yellow.rise": 30}, 150, ["yellow"]),
        ({"red.at_least": 170}, 169, ["yellow"]),
        ({"red.at_least": 170}, 170, ["red"]),
    ],
)
def test_a_reading_is_compared_with_what_the_practice_settled(
    figures: dict[str, float], systolic: float, levels: list[str]
) -> None:
    assert crossed(systolic, settled(limit("ALM-SBP-H"), figures)) == levels


def test_what_is_not_settled_stays_as_it_ships() -> None:
    own = settled(limit("ALM-SBP-H"), {"yellow.above": 150, "green.above": 1, "red.below": 2})
    assert figures_of(own) == {"yellow.above": 150, "yellow.rise": 40, "red.at_least": 180}
    assert own.sources == limit("ALM-SBP-H").sources


@pytest.mark.parametrize(
    ("id", "figures", "name", "words"),
    [
        (
            "ALM-SBP-H",
            {"yellow.above": 181},
            "yellow.above",
            "beyond \u201cLimit at least 180",
        ),
        ("ALM-SBP-L", {"yellow.below": 89}, "yellow.below", "beyond \u201cLimit below 90\u201d"),
        ("ALM-SPO2", {"red.below": 89}, "red.below", "beyond \u201cAt any time below 90\u201d"),
        ("ALM-SPO2", {"yellow.below": 101}, "yellow.below", "lies between"),
        ("ALM-SBP-H", {"yellow.rise": 0}, "yellow.rise", "is above 0"),
        ("ALM-SBP-H", {"yellow.rise": 1000}, "yellow.rise", "is above 0 and at most"),
    ],
)
def test_figures_that_cannot_be_are_named(
    id: str, figures: dict[str, float], name: str, words: str
) -> None:
    ((found, said),) = doubts(limit(id), figures)
    assert (found, words in said) == (name, True)


def test_lines_may_meet_and_one_for_later_hours_is_apart() -> None:
    assert [*doubts(limit("ALM-SBP-H"), {"yellow.above": 180})] == []
    assert [*doubts(limit("ALM-DIS"), {"yellow.at_least": 9})] == []


def test_a_line_for_later_hours_says_from_when() -> None:
    assert called(limit("ALM-DIS"), "red.at_least") == "After 120 min: Limit at least"
    assert called(limit("ALM-DIS"), "yellow.at_least") == "Watch at least"


@pytest.mark.parametrize(
    ("id", "figure", "value", "refused"),
    [
        ("ALM-SBP-H", "yellow.above", 299.0, False),
        ("ALM-SBP-H", "yellow.above", 300.0, True),
        ("ALM-SBP-H", "red.at_least", 300.0, False),
        ("ALM-SBP-H", "red.at_least", 400.0, True),
        ("ALM-SBP-L", "red.below", 41.0, False),
        ("ALM-SBP-L", "red.below", 40.0, True),
        ("ALM-SBP-H", "yellow.rise", 260.0, False),
        ("ALM-SBP-H", "yellow.rise", 261.0, True),
    ],
)
def test_a_line_that_no_likely_reading_crosses_is_refused_with_bounds_sources_and_what_to_do(
    id: str, figure: str, value: float, refused: bool
) -> None:
    of = limit(id)
    found = [words for name, words in doubts(of, {**figures_of(of), figure: value})]
    words = next((each for each in found if "lies between 40 and 300 mmHg (S04, S11)" in each), "")
    assert bool(words) is refused
    if refused:
        assert f"{value:g}" in words
        assert words.startswith(("Systolic blood pressure", "No likely reading", "A change"))


def test_every_shipped_limit_lies_within_its_own_bounds() -> None:
    for each in limits():
        assert list(doubts(each, figures_of(each))) == [], each.id
