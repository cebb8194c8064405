"""Change over time, of one person and of many: response, what lasts, harms, and their intervals."""

from __future__ import annotations

from kapstone.outcomes.censoring import turnbull
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
    was_a_case,
    worsening,
)
from kapstone.outcomes.cohort import Cohort, cohort
from kapstone.outcomes.competing import cumulative_incidence, gray
from kapstone.outcomes.control import funnel, g_chart, p_chart, t_chart, u_chart
from kapstone.outcomes.hazards import cox
from kapstone.outcomes.holding import Holding, holding
from kapstone.outcomes.notebook import altair_chart
from kapstone.outcomes.plain import Plain, plain
from kapstone.outcomes.proportions import e_value, exact, newcombe
from kapstone.outcomes.repeated import mmrm
from kapstone.outcomes.scale import step_of, total_bands
from kapstone.outcomes.subdistribution import fine_gray
from kapstone.outcomes.summary import Summary, summary
from kapstone.outcomes.survival import kaplan_meier, log_rank, mean_until
from kapstone.outcomes.typical import Typical, typical
from kapstone.outcomes.weighting import inverse_probability

__all__ = [
    "Change",
    "Cohort",
    "Holding",
    "Plain",
    "Summary",
    "Typical",
    "altair_chart",
    "better_by_more_than_error",
    "change",
    "change_in_errors",
    "cohort",
    "cox",
    "cumulative_incidence",
    "deteriorated",
    "difference",
    "direction",
    "e_value",
    "exact",
    "fine_gray",
    "funnel",
    "g_chart",
    "gray",
    "holding",
    "inverse_probability",
    "kaplan_meier",
    "log_rank",
    "mean_until",
    "mmrm",
    "newcombe",
    "p_chart",
    "percent_change",
    "plain",
    "reliable_change",
    "reliable_of",
    "reliable_points",
    "remission",
    "response",
    "step_of",
    "summary",
    "t_chart",
    "total_bands",
    "turnbull",
    "typical",
    "u_chart",
    "was_a_case",
    "worsening",
]
