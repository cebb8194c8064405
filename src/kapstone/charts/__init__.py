"""Charts as SVG text with a table twin: one drawing for page and PDF.

Colours are classes of `web/static/kapstone/css/charts.css`, so that a chart follows its theme and
needs no inline style; `for_print` gives a drawing that stands alone.
"""

from __future__ import annotations

from kapstone.charts.axis import ChartEvent, Sign
from kapstone.charts.curves import Given, Level, beside_each_other, by_each_model
from kapstone.charts.lanes import Lane, LaneReading, hours, vital_lanes
from kapstone.charts.levels import Expected, gentle_curve, level_lane
from kapstone.charts.printed import for_print
from kapstone.charts.scores import Chart, ScorePoint, level_chart, score_chart
from kapstone.charts.words import CLINICAL, PLAIN, ChartWords

__all__ = [
    "CLINICAL",
    "PLAIN",
    "Chart",
    "ChartEvent",
    "ChartWords",
    "Expected",
    "Given",
    "Lane",
    "LaneReading",
    "Level",
    "ScorePoint",
    "Sign",
    "beside_each_other",
    "by_each_model",
    "for_print",
    "gentle_curve",
    "hours",
    "level_chart",
    "level_lane",
    "score_chart",
    "vital_lanes",
]
