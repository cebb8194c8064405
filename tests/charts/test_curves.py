"""One curve beside another: gaps where nobody can tell, round scales, a table with the same."""

from __future__ import annotations

import re
from math import nan

import pytest
from charts.drawn import drawn

from kapstone.charts import Given, Level, beside_each_other, by_each_model

MINUTES = [float(minute) for minute in range(0, 481, 15)]


def level(name: str, top: float, unknown: int = 0) -> Level:
    """A curve that falls evenly; its first places are not known."""
    typical = [top * (1 - minute / 480) for minute in MINUTES]
    typical[:unknown] = [nan] * unknown
    return Level(
        name=name,
        at_min=MINUTES,
        typical=typical,
        low=[value / 2 for value in typical],
        high=[value * 1.5 for value in typical],
    )


def test_both_curves_stand_on_one_scale_and_in_one_table() -> None:
    given = [Given(name="dose", from_min=0, until_min=40)]
    found = beside_each_other(
        "Ketamine", level("yours", 100), level("fixed", 60), given=given, unit="ng/mL", width=560
    )
    assert drawn(found.svg)
    assert found.svg.count("c-own") == 1
    assert found.svg.count("c-beside") == 1
    assert ">160</text>" in found.svg, "150 is the top of the band"
    assert "yours: most 100 ng/mL at 0 min, nine of ten people 50 to 150." in found.svg
    assert found.rows[0] == (
        "Minute",
        "yours, ng/mL",
        "yours, nine of ten",
        "fixed, ng/mL",
        "fixed, nine of ten",
    )
    assert found.rows[1] == ("0", "100", "50 to 150", "60", "30 to 90")
    assert [row[0] for row in found.rows[1:4]] == ["0", "30", "60"]
    assert found.rows[-1] == ("480", "0", "0 to 0", "0", "0 to 0")


def test_what_nobody_can_tell_is_grey_and_has_no_line() -> None:
    found = beside_each_other(
        "Ketamine", level("yours", 90, unknown=3), None, given=[], unit="ng/mL", width=560
    )
    assert found.svg.count("f-untold") == 1
    assert "nan" not in found.svg
    (begins,) = re.findall(r'd="M([\d.]+) [^"]*" class="c-expected c-own"', found.svg)
    (grey,) = re.findall(r'x="([\d.]+)"[^>]*width="([\d.]+)"[^>]*class="f-untold"', found.svg)
    assert float(begins) == pytest.approx(float(grey[0]) + float(grey[1]), abs=0.2)
    assert found.rows[1] == ("0", "not known", "")
    assert found.rows[3][1] == "79"


@pytest.mark.parametrize(
    ("top", "scale"), [(0.6, "1"), (5, "8"), (6, "10"), (40, "60"), (65, "100"), (800, "1200")]
)
def test_a_scale_ends_at_a_round_figure(top: float, scale: str) -> None:
    found = beside_each_other("Ketamine", level("a", top), None, given=[], unit="u", width=560)
    assert f">{scale}</text>" in found.svg


def test_each_model_has_a_letter_and_none_touches_another() -> None:
    levels = [level(name, top) for name, top in (("one", 100), ("two", 101), ("three", 300))]
    found = by_each_model("Ketamine by each model", levels, unit="ng/mL", width=560)
    placed = re.findall(r'y="([\d.]+)" class="c-sign"[^>]*>([a-c])<', found.svg)
    places = {letter: float(y) for y, letter in placed}
    assert set(places) == {"a", "b", "c"}
    assert places["c"] < places["b"] < places["a"]
    assert places["a"] - places["b"] >= 13
    assert found.rows[0][1::2] == ("one, ng/mL", "two, ng/mL", "three, ng/mL")


def test_names_of_doses_that_would_touch_are_left_out() -> None:
    given = [
        Given(name=name, from_min=at, until_min=at)
        for name, at in (("dose", 0), ("second dose", 9))
    ]
    found = beside_each_other("K", level("a", 9), None, given=given, unit="u", width=350)
    assert ">dose</text>" in found.svg
    assert ">second dose</text>" not in found.svg
    assert found.svg.count("f-dose") == 2
