"""In a notebook: a valid chart, named dimensions, and the examples of the documentation."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kapstone.pharmacokinetics import (
    Concentrations,
    Dose,
    Person,
    altair_chart,
    areas,
    simulate,
)


def test_the_chart_holds_the_band_and_says_what_it_is() -> None:
    found = simulate(
        [Dose(route="lozenge", mg=100)],
        Person(weight_kg=70),
        np.arange(0.0, 121.0, 20),
        rng=np.random.default_rng(1),
        people=50,
        site="arterial",
    )
    chart: dict[str, Any] = altair_chart(found).to_dict(validate=True)
    assert chart["title"]["text"] == "ketamine, arterial (simons-2022)"
    assert any("100 mg" in caution for caution in chart["title"]["subtitle"])
    rows = (
        chart["layer"][0]["data"]["values"]
        if "data" in chart["layer"][0]
        else chart["data"]["values"]
    )
    assert [row["at_min"] for row in rows] == [0, 20, 40, 60, 80, 100, 120]
    assert all(row["p05"] <= row["typical"] <= row["p95"] for row in rows)
    with pytest.raises(KeyError):
        altair_chart(found, "norketamine")


HOW_TO = Path(__file__).parents[2] / "docs/how-to/follow-the-medicine-in-a-notebook.md"
BLOCKS = re.compile(r"```python\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL)


def test_the_examples_of_the_documentation_give_what_stands_under_them() -> None:
    text = HOW_TO.read_text(encoding="utf-8")
    blocks = BLOCKS.findall(text)
    assert len(blocks) == text.count("```python") == 4
    names: dict[str, Any] = {}
    for code, printed in blocks:
        *before, last = ast.parse(code).body
        assert isinstance(last, ast.Expr)
        exec(compile(ast.Module(before, []), str(HOW_TO), "exec"), names)  # noqa: S102
        found = eval(compile(ast.Expression(last.value), str(HOW_TO), "eval"), names)  # noqa: S307
        assert repr(found) == printed.strip()


def both() -> Concentrations:
    return simulate(
        [Dose(route="iv", mg=35, over_min=40)],
        Person(weight_kg=70),
        [0.0, 40.0, 60.0],
        rng=np.random.default_rng(1),
        people=5,
        analytes=("ketamine", "norketamine"),
    )


def test_the_dimensions_have_names_and_the_figures_their_unit() -> None:
    found = both()
    curves = found.to_xarray()
    assert curves.dims == ("person", "time", "analyte")
    assert curves.shape == (6, 3, 6)
    assert curves["time"].attrs["units"] == "min"
    for name in found.curves:
        assert (curves.sel(analyte=name).to_numpy() == found.curves[name]).all()
    assert curves.sel(person=0, time=40, analyte="ketamine").item() == pytest.approx(159.6, abs=0.1)
    assert (curves.name, curves.attrs["units"], curves.attrs["site"]) == (
        *("concentration", "ng/mL"),
        "venous",
    )
    assert curves.attrs["models"] == ["otto-2021"]
    assert any(each.startswith("PK-OTTO: Otto ME") for each in curves.attrs["sources"])
    assert curves.attrs["cautions"] == [*found.cautions]


def test_an_area_is_no_concentration() -> None:
    found = areas(
        [Dose(route="iv", mg=35, over_min=40)],
        Person(weight_kg=70),
        None,
        rng=np.random.default_rng(1),
        people=2,
    )
    whole = found.to_xarray()
    assert (whole.name, whole.attrs["units"], whole.shape) == ("area", "ng·h/mL", (3, 1, 3))


def test_a_notebook_alone_needs_what_a_notebook_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program itself runs without; only the two that draw and label ask for more."""
    for name in ("xarray", "altair"):
        monkeypatch.setitem(sys.modules, name, None)
    found = both()
    with pytest.raises(ImportError):
        found.to_xarray()
    with pytest.raises(ImportError):
        altair_chart(found)
