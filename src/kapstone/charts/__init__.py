"""Charts as SVG text with a table twin: one drawing for page and PDF.

Colours are classes of `web/static/kapstone/css/charts.css`, so that a chart follows its theme and
needs no inline style.
"""

from __future__ import annotations

from kapstone.charts.lanes import Lane, LaneReading, vital_lanes
from kapstone.charts.scores import Chart, ChartEvent, ScorePoint, score_chart

__all__ = [
    "Chart",
    "ChartEvent",
    "Lane",
    "LaneReading",
    "ScorePoint",
    "score_chart",
    "vital_lanes",
]
