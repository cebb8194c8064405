"""Change over time for one person: response, remission, reliable change."""

from __future__ import annotations

from kapstone.outcomes.change import (
    Change,
    better_by_more_than_error,
    change,
    change_in_errors,
    deteriorated,
    difference,
    direction,
    percent_change,
    reliable_change,
    reliable_of,
    reliable_points,
    remission,
    response,
    worsening,
)
from kapstone.outcomes.notebook import altair_chart
from kapstone.outcomes.plain import Plain, plain
from kapstone.outcomes.scale import step_of, total_bands
from kapstone.outcomes.summary import Summary, summary

__all__ = [
    "Change",
    "Plain",
    "Summary",
    "altair_chart",
    "better_by_more_than_error",
    "change",
    "change_in_errors",
    "deteriorated",
    "difference",
    "direction",
    "percent_change",
    "plain",
    "reliable_change",
    "reliable_of",
    "reliable_points",
    "remission",
    "response",
    "step_of",
    "summary",
    "total_bands",
    "worsening",
]
