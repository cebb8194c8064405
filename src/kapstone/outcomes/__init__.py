"""Change over time for one person: response, remission, reliable change."""

from __future__ import annotations

from kapstone.outcomes.change import (
    better_by_more_than_error,
    change_in_errors,
    deteriorated,
    percent_change,
    reliable_change,
    reliable_points,
    remission,
    response,
    worsening,
)
from kapstone.outcomes.summary import Summary, summary

__all__ = [
    "Summary",
    "better_by_more_than_error",
    "change_in_errors",
    "deteriorated",
    "percent_change",
    "reliable_change",
    "reliable_points",
    "remission",
    "response",
    "summary",
    "worsening",
]
