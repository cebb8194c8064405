"""A curve with its band for a notebook, drawn by Altair: `pip install "kapstone[notebook]"`."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from kapstone.pharmacokinetics.simulating import Concentrations

MEDICINE = "#65549a"
COLUMNS = ("p05", "p50", "p95")


def altair_chart(found: Concentrations, name: str = "ketamine", *, width: int = 640) -> Any:
    """An `altair.LayerChart`: the band of nine people in ten, the middle and the typical person.

    The title names the analyte, the site of sampling and the models; what they assume stands under
    it. Raises ImportError without Altair, KeyError for a curve that is not there.
    """
    alt = import_module("altair")
    rows = [
        {"at_min": at, "typical": typical, **dict(zip(COLUMNS, band, strict=True))}
        for at, typical, band in zip(
            found.times_min.tolist(),
            found.typical(name).tolist(),
            found.quantiles(name).T.tolist(),
            strict=True,
        )
    ]
    base = alt.Chart(alt.Data(values=rows)).encode(x=alt.X("at_min:Q", title="minutes"))
    unit = "ng/mL"
    low, high = alt.Y("p05:Q", title=unit), alt.Y2("p95:Q")
    layers = (
        base.mark_area(color=MEDICINE, opacity=0.2).encode(y=low, y2=high),
        base.mark_line(color=MEDICINE, strokeDash=[4, 3]).encode(y=alt.Y("p50:Q", title=unit)),
        base.mark_line(color=MEDICINE).encode(
            y=alt.Y("typical:Q", title=unit),
            tooltip=[alt.Tooltip(f"{column}:Q") for column in ("at_min", "typical", *COLUMNS)],
        ),
    )
    title = f"{name}, {found.site} ({', '.join(found.models)})"
    return alt.layer(*layers, title=alt.Title(title, subtitle=[*found.cautions]), width=width)
