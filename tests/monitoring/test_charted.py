from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kapstone.monitoring import (
    Leaving,
    Reading,
    contradictions,
    ready_to_leave,
    score_discharge,
    signs,
    tools,
)
from kapstone.monitoring.charted import charted_rows

NOW = datetime(2026, 11, 3, 15, 0, tzinfo=UTC)
REST = {"systolic_bp": 130.0, "heart_rate": 70.0}
ALDRETE = {f"DIS-ALD-{number}": 2 for number in range(1, 6)}
PADSS = {f"DIS-PAD-{number}": 2 for number in (1, 2, 3, 5)}
FULL = {"aldrete": ALDRETE, "padss": PADSS}


def against(
    tool: str,
    changed: Mapping[str, int | None],
    taken: Mapping[str, float],
    rest: Mapping[str, float] = REST,
) -> set[str]:
    """The items of a full score, but for what was changed, that one reading speaks against."""
    score = score_discharge(tool, {**FULL[tool], **changed})
    return {each.item for each in contradictions(score, [Reading(NOW, taken)], rest)}


@pytest.mark.parametrize(
    ("item", "points", "sign", "holds", "speaks"),
    [
        ("DIS-ALD-5", 2, "oxygen_saturation", 93, 92),
        ("DIS-ALD-5", 1, "oxygen_saturation", 90, 89),
        ("DIS-ALD-3", 2, "systolic_bp", 150, 151),
        ("DIS-ALD-3", 2, "systolic_bp", 110, 109),
        ("DIS-ALD-3", 1, "systolic_bp", 180, 181),
        ("DIS-ALD-4", 2, "sedation_moaas", 5, 4),
        ("DIS-ALD-4", 1, "sedation_moaas", 3, 2),
        ("DIS-PAD-1", 2, "systolic_bp", 156, 157),
        ("DIS-PAD-1", 1, "systolic_bp", 182, 183),
        ("DIS-PAD-1", 2, "heart_rate", 84, 85),
        ("DIS-PAD-1", 1, "heart_rate", 98, 99),
    ],
)
def test_both_sides_of_what_a_figure_allows(
    item: str, points: int, sign: str, holds: float, speaks: float
) -> None:
    tool = "aldrete" if item.startswith("DIS-ALD") else "padss"
    assert item not in against(tool, {item: points}, {sign: holds})
    assert item in against(tool, {item: points}, {sign: speaks})


def test_ten_of_ten_stands_beside_what_was_charted() -> None:
    score = score_discharge("aldrete", ALDRETE)
    assert score.total == 10
    (found,) = contradictions(score, [Reading(NOW, {"oxygen_saturation": 88.0})], REST)
    assert found.says == "Oxygen 2, \u201cabove 92 % on air\u201d, but SpO\u2082 88 %"
    assert found.at == NOW


def test_the_last_figure_counts_and_not_one_before_it() -> None:
    low, well = {"oxygen_saturation": 88.0}, {"oxygen_saturation": 97.0}
    earlier = NOW - timedelta(minutes=10)
    score = score_discharge("aldrete", ALDRETE)
    assert contradictions(score, [Reading(NOW, well), Reading(earlier, low)], REST) == ()
    assert contradictions(score, [Reading(NOW, low), Reading(earlier, well)], REST)


def test_what_is_not_known_contradicts_nothing() -> None:
    assert against("aldrete", {}, {"heart_rate": 70}) == set()
    assert against("aldrete", {}, {"systolic_bp": 220}, rest={}) == set()
    assert against("aldrete", {"DIS-ALD-5": None}, {"oxygen_saturation": 80}) == set()
    assert against("aldrete", {"DIS-ALD-5": 0}, {"oxygen_saturation": 80}) == set()


def test_going_home_says_it_and_is_not_shut_by_it() -> None:
    leaving = Leaving(
        route="iv",
        readings=[Reading(NOW - timedelta(minutes=12), {"oxygen_saturation": 88.0})],
        aldrete=score_discharge("aldrete", ALDRETE),
        padss=score_discharge("padss", PADSS),
    )
    line = next(each for each in ready_to_leave(leaving, now=NOW) if each.id == "DIS-07")
    assert line.met is True
    assert "charted otherwise: Oxygen 2" in line.says
    assert line.says.endswith("SpO\u2082 88 % 12 min before")
    well = replace(leaving, readings=())
    assert "otherwise" not in next(
        each.says for each in ready_to_leave(well, now=NOW) if each.id == "DIS-07"
    )


def test_every_row_names_an_item_and_a_sign_that_are_there() -> None:
    items = {item.id for tool in tools().values() for item in tool.items}
    for row in charted_rows():
        assert row.item in items
        assert row.sign in signs()
