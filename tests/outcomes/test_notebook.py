"""The notebook's chart: the layers that ours has, in a specification that fits its schema."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kapstone.charts.printed import INK as PAPER
from kapstone.instruments import instrument
from kapstone.outcomes import altair_chart
from kapstone.outcomes.notebook import BRAND, COLOURS, INK, MEDICINE, QUIET

PHQ9 = instrument("phq9")
DAYS = [datetime(2026, 9, 28, 12, 0, tzinfo=UTC) + timedelta(days=7 * n) for n in range(5)]
TOTALS = [21.0, 20.0, None, 12.0, 9.0]


def spec(**rest: Any) -> dict[str, Any]:
    """As Altair checks it against the schema of Vega-Lite, and raises if it does not fit."""
    found: dict[str, Any] = altair_chart(DAYS, TOTALS, PHQ9, **rest).to_dict(validate=True)
    return found


def kinds(layers: list[dict[str, Any]]) -> list[str]:
    """The marks from below upwards; a group counts as what is in it."""
    return [
        kind
        for layer in layers
        for kind in (kinds(layer["layer"]) if "layer" in layer else [layer["mark"]["type"]])
    ]


def values(found: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """The rows of each layer, from below."""
    own = [found["data"]["values"]] if "data" in found else []
    return own + [rows for layer in found.get("layer", ()) for rows in values(layer)]


def test_every_layer_is_there_from_bands_to_gaps() -> None:
    found = spec(doses=[DAYS[1]], events=[(DAYS[2], "Sertraline stopped")], start=20.0)
    assert kinds(found["layer"]) == [
        *("rect", "text"),
        "rect",
        *("rule", "text"),
        *("rule", "text"),
        "line",
        "point",
        "point",
    ]
    assert found["title"] == PHQ9.title


def test_a_visit_without_a_score_breaks_the_line_and_is_no_nought() -> None:
    found = spec()
    scores = next(rows for rows in values(found) if rows and "run" in rows[0] and rows[0]["total"])
    assert [(row["total"], row["run"]) for row in scores] == [(21, 0), (20, 0), (12, 1), (9, 1)]
    (gap,) = next(rows for rows in values(found) if rows[0].get("total", 0) is None)
    assert gap["at"] == DAYS[2].isoformat()


def test_bands_end_between_two_totals_as_in_the_product_s_own_chart() -> None:
    rows = [row for row in values(spec())[0] if "shade" in row]
    assert [(row["low"], row["high"]) for row in rows][:2] == [(0, 4.5), (4.5, 9.5)]
    assert rows[-1]["high"] == 27
    assert {row["shade"] for row in rows} == {*COLOURS.values()}


def test_bands_of_the_average_have_no_place_on_the_total() -> None:
    of = instrument("des-b")
    found = altair_chart(DAYS, TOTALS, of).to_dict(validate=True)
    assert not [row for rows in values(found) for row in rows if "shade" in row]


def test_the_colours_are_those_of_paper() -> None:
    assert (PAPER["edge"], PAPER["brand"], PAPER["medicine"]) == (QUIET, BRAND, MEDICINE)
    assert PAPER["ink-2"] == INK
    assert {name: COLOURS[name] for name in ("ok", "caution", "stop")} == {
        name: PAPER[f"{name}-weak"] for name in ("ok", "caution", "stop")
    }


def test_the_error_band_is_the_published_change_around_the_start() -> None:
    rows = [row for rows in values(spec(start=20.0)) for row in rows]
    assert {"low": 14.0, "high": 26.0} in rows
    assert {"low": 14.0, "high": 26.0} not in [row for rows in values(spec()) for row in rows]


def test_doses_are_numbered_in_order_of_time() -> None:
    rows = [row for rows in values(spec(doses=[DAYS[3], DAYS[1]])) for row in rows]
    numbered = dict.fromkeys((row["at"], row["words"]) for row in rows if "words" in row)
    assert [*numbered] == [(DAYS[1].isoformat(), "1"), (DAYS[3].isoformat(), "2")]


def test_columns_of_unlike_length_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        altair_chart(DAYS, TOTALS[:2], PHQ9)


def test_a_level_is_not_drawn_as_a_number() -> None:
    with pytest.raises(ValueError, match="levels"):
        altair_chart([], [], instrument("cssrs-since"))


def test_a_scale_of_experience_has_words_and_no_shades() -> None:
    neutral = PHQ9.model_copy(update={"neutral": True})
    found = altair_chart(DAYS, TOTALS, neutral, start=20.0).to_dict(validate=True)
    assert "rect" not in kinds(found["layer"])


def test_the_product_never_loads_the_notebook_s_library() -> None:
    """It would cost the web process 94 MB (docs/decisions/0011)."""
    asks = "import kapstone.outcomes, sys; print('altair' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", asks], stdout=subprocess.PIPE, text=True, check=True
    )
    assert done.stdout.strip() == "False"
