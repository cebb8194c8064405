"""The notebook's chart is valid, holds the figures, and names where samples would be taken."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from kapstone.pharmacokinetics import Dose, Person, altair_chart, simulate


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
