from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from kapstone.monitoring import BoosterGate, booster_gate

FIRST = datetime(2026, 11, 3, 13, 0, tzinfo=UTC)


def gate(minutes: float = 12, mg: str | None = "20", given: str = "0", **also: Any) -> BoosterGate:
    asked: dict[str, Any] = {"after_min": 12, "first_at": FIRST, **also}
    return booster_gate(
        booster_mg=None if mg is None else Decimal(mg),
        given_mg=Decimal(given),
        now=FIRST + timedelta(minutes=minutes),
        **asked,
    )


@pytest.mark.parametrize(("minutes", "opens"), [(11.99, False), (12, True), (60, True)])
def test_both_sides_of_its_minute(minutes: float, opens: bool) -> None:
    assert gate(minutes).opens is opens


def test_it_says_how_long_is_left() -> None:
    found = gate(7.5)
    assert found.says == "Not yet: 5 min to go"
    assert found.from_at == FIRST + timedelta(minutes=12)


@pytest.mark.parametrize(
    ("given", "opens", "left"), [("0", True, "20"), ("19.5", True, "0.5"), ("20", False, "0")]
)
def test_both_sides_of_its_amount(given: str, opens: bool, left: str) -> None:
    assert (gate(given=given).opens, gate(given=given).left_mg) == (opens, Decimal(left))


@pytest.mark.parametrize("mg", [None, "0"])
def test_none_was_ordered(mg: str | None) -> None:
    assert gate(mg=mg).opens is False
    assert gate(mg=mg).says == "No second dose was ordered"


@pytest.mark.parametrize("unknown", [{"first_at": None}, {"after_min": None}])
def test_without_a_first_dose_on_record_it_is_unknown_and_not_open(
    unknown: dict[str, Any],
) -> None:
    assert gate(**unknown).opens is None
