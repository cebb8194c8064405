from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapstone.units import SPELLINGS, UNITS, UnknownUnit, convert, known_unit

# Arithmetic by hand from NIST SP 811 (1 mmHg = 133.322387415 Pa).
PAIRS = [
    (154.0, "lb", "kg", 69.85322498),
    (70.0, "in", "cm", 177.8),
    (98.6, "F", "C", 37.0),
    (-40.0, "F", "C", -40.0),
    (16.0, "kPa", "mmHg", 120.00985214),
    (1.75, "m", "cm", 175.0),
    (3400.0, "g", "kg", 3.4),
]


@pytest.mark.parametrize(("value", "have", "want", "expected"), PAIRS)
def test_known_conversions(value: float, have: str, want: str, expected: float) -> None:
    assert convert(value, have, want) == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize(
    ("have", "want"), [("kg", "lb"), ("cm", "in"), ("C", "F"), ("mmHg", "kPa")]
)
@given(value=st.floats(-1e6, 1e6))
def test_there_and_back_is_the_same(have: str, want: str, value: float) -> None:
    there = convert(value, have, want)
    assert convert(there, want, have) == pytest.approx(value, rel=1e-9, abs=1e-6)


def test_the_same_unit_changes_nothing() -> None:
    assert convert(72.3, "kg", "kg") == 72.3


def test_every_spelling_leads_to_a_unit() -> None:
    assert [written for written in SPELLINGS if known_unit(written) is None] == []
    assert [name for name in UNITS if known_unit(name) != name] == []


@pytest.mark.parametrize("have", ["stone", "", "G", "KG"])
def test_an_unknown_unit_is_refused(have: str) -> None:
    with pytest.raises(UnknownUnit, match="not known"):
        convert(1, have, "kg")


def test_units_of_different_things_are_refused() -> None:
    with pytest.raises(UnknownUnit, match="measures length"):
        convert(1, "cm", "kg")
