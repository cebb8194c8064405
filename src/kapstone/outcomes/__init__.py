"""Change over time for one person: response, remission, reliable change."""

from __future__ import annotations

from kapstone.outcomes.change import (
    Change,
    better_by_more_than_error,
    change,
    change_in_errors,
    deteriorated,
    difference,
    percent_change,
    reliable_change,
    reliable_points,
    remission,
    response,
    worsening,
)
from kapstone.outcomes.summary import Summary, summary

__all__ = [
    "Change",
    "Summary",
    "better_by_more_than_error",
    "change",
    "change_in_errors",
    "deteriorated",
    "difference",
    "percent_change",
    "reliable_change",
    "reliable_points",
    "remission",
    "response",
    "summary",
    "worsening",
]
