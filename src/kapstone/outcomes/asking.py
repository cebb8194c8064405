"""Questions of outcomes as plain JSON, and their answers: what `kapstone outcomes` understands.

Each form is one function whose keywords are the keys of the question; those with a default may be
left out. An answer holds plain numbers; null is what nobody can tell.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from typing import Any

import numpy as np

from kapstone import instruments
from kapstone.instruments import Instrument
from kapstone.knowledge import KnowledgeError
from kapstone.outcomes import control, proportions, repeated, survival, weighting
from kapstone.outcomes.arrays import Numbers, two_sided
from kapstone.outcomes.censoring import turnbull as turnbull_of
from kapstone.outcomes.change import reliable_points
from kapstone.outcomes.cohort import BASELINE_DAYS, WINDOW_DAYS, by_person, cohort
from kapstone.outcomes.competing import cumulative_incidence
from kapstone.outcomes.competing import gray as gray_of
from kapstone.outcomes.hazards import Hazards, Ties
from kapstone.outcomes.hazards import cox as cox_of
from kapstone.outcomes.subdistribution import fine_gray as fine_gray_of

Form = Callable[..., dict[str, Any]]


class NotAQuestion(ValueError):
    """What cannot be answered: says what, where, and what to do."""


def km(
    times: Numbers, events: Numbers, at: Numbers = (), level: float = 0.95, scale: str = "log-log"
) -> dict[str, Any]:
    """Kaplan-Meier: the share free of the event, its interval, and the median."""
    curve, kind = survival.kaplan_meier(times, events), scale_of(scale)
    asked = at or curve.times.tolist()
    lower, upper = curve.interval(asked, level=level, scale=kind)
    low, high = curve.quantile_interval(level=level)
    return {
        "at": list(asked),
        "survival": curve.at(asked),
        "se": curve.standard_error(asked),
        "lower": lower,
        "upper": upper,
        "median": curve.quantile(),
        "median_lower": low,
        "median_upper": high,
        "n": len(times),
        "events": int(curve.events.sum()),
    }


def scale_of(name: str) -> survival.Scale:
    if name == "log":
        return "log"
    if name == "log-log":
        return "log-log"
    raise NotAQuestion(f"scale {name}: log-log or log")


def rmst(times: Numbers, events: Numbers, until: float, level: float = 0.95) -> dict[str, Any]:
    """The restricted mean time free of the event up to a day."""
    value, error = survival.mean_until(survival.kaplan_meier(times, events), until)
    wide = two_sided(level) * error
    return {"value": value, "se": error, "lower": value - wide, "upper": value + wide}


def logrank(times: Numbers, events: Numbers, groups: Sequence[Any]) -> dict[str, Any]:
    """The log-rank test of two groups or more."""
    return asdict(survival.log_rank(times, events, groups))


def cox(
    times: Numbers, events: Numbers, covariates: Sequence[Any], ties: str = "efron"
) -> dict[str, Any]:
    """Cox's model: log hazard ratios per unit, one row of covariates for each person."""
    if ties not in ("efron", "breslow"):
        raise NotAQuestion(f"ties {ties}: efron or breslow")
    kind: Ties = "efron" if ties == "efron" else "breslow"
    return hazards(cox_of(times, events, covariates, ties=kind))


def fine_gray(
    times: Numbers, causes: Numbers, covariates: Sequence[Any], cause: int = 1
) -> dict[str, Any]:
    """Fine and Gray's model of a cause's incidence; causes are 0 for censored, 1, 2, ..."""
    return hazards(fine_gray_of(times, causes, covariates, cause))


def hazards(found: Hazards) -> dict[str, Any]:
    ratios = found.ratios()
    return {
        "coefficients": found.coefficients,
        "se": found.standard_errors,
        "p": found.p(),
        "hazard_ratios": ratios[:, 0],
        "lower": ratios[:, 1],
        "upper": ratios[:, 2],
        "log_likelihood": found.log_likelihood,
    }


def cif(times: Numbers, causes: Numbers, at: Numbers, cause: int = 1) -> dict[str, Any]:
    """Cumulative incidence of a cause where others compete; 0 is censored."""
    found = cumulative_incidence(times, causes, cause)
    shares, errors = found.at(at), found.standard_error(at)
    wide = two_sided(0.95) * errors
    return {
        "at": list(at),
        "incidence": shares,
        "se": errors,
        "lower": np.maximum(shares - wide, 0),
        "upper": np.minimum(shares + wide, 1),
    }


def gray(times: Numbers, causes: Numbers, groups: Sequence[Any], cause: int = 1) -> dict[str, Any]:
    """Gray's test of a cause's incidence in two groups or more."""
    return asdict(gray_of(times, causes, groups, cause))


def turnbull(lower: Numbers, upper: Sequence[float | None]) -> dict[str, Any]:
    """The masses of events known to lie in (lower, upper]; an upper of null was not seen."""
    found = turnbull_of(lower, upper)
    return {"lower": found.lower, "upper": found.upper, "mass": found.mass}


def reliable_change(
    sd: float, reliability: float, before: float | None = None, after: float | None = None
) -> dict[str, Any]:
    """Jacobson and Truax: the change in points that is more than error, lower being better."""
    points = reliable_points(sd=sd, reliability=reliability)
    told: dict[str, Any] = {"points": points}
    if before is not None and after is not None:
        gain = before - after
        word = "improved" if gain >= points else "deteriorated" if gain <= -points else "none"
        told |= {"change": after - before, "reliable": word}
    return told


def share(events: int, n: int, level: float = 0.95, sides: int = 2) -> dict[str, Any]:
    """A share with Clopper and Pearson's exact interval; sides 1 gives one-sided bounds."""
    return asdict(proportions.exact(events, n, level=level, sides=sides))


def newcombe(events: int, n: int, events_2: int, n_2: int, level: float = 0.95) -> dict[str, Any]:
    """The difference of two shares by Newcombe's hybrid, and their odds ratio."""
    ratio = proportions.odds_ratio(events, n, events_2, n_2, level=level)
    found = asdict(proportions.newcombe(events, n, events_2, n_2, level=level))
    return found | {"odds_ratio": None if ratio is None else asdict(ratio)}


def e_value(ratio: float) -> dict[str, Any]:
    """How strong a hidden cause would have to be to explain a risk ratio away."""
    return {"value": proportions.e_value(ratio)}


def funnel(
    p0: float, n: Sequence[int], tails: Numbers = (0.001, 0.025, 0.975, 0.999)
) -> dict[str, Any]:
    """Limits around a share for practices of each size, one row for each."""
    return {"n": list(n), "tails": list(tails), "limits": control.funnel(p0, n, tails)}


def p_chart(events: Sequence[int], n: Sequence[int], centre: float | None = None) -> dict[str, Any]:
    """Shares with limits of three standard errors."""
    return charted(control.p_chart(events, n, centre=centre))


def u_chart(events: Sequence[int], amounts: Numbers, centre: float | None = None) -> dict[str, Any]:
    """Events per amount of care with limits of three standard errors."""
    return charted(control.u_chart(events, amounts, centre=centre))


def g_chart(between: Sequence[int]) -> dict[str, Any]:
    """Sessions between rare events, with limits."""
    return charted(control.g_chart(between))


def t_chart(days: Numbers) -> dict[str, Any]:
    """Days between rare events, with limits."""
    return charted(control.t_chart(days))


def charted(found: control.Control) -> dict[str, Any]:
    return asdict(found) | {"outside": found.outside}


def mmrm(
    *,
    rows: Sequence[Mapping[str, Any]],
    response: str,
    subject: str,
    visit: str,
    terms: Sequence[str],
    references: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Repeated measures with an unstructured covariance, by REML; terms are columns, or a:b."""
    return asdict(
        repeated.mmrm(
            rows,
            response=response,
            subject=subject,
            visit=visit,
            terms=terms,
            references=references,
        )
    )


def ipw(
    treated: Numbers, outcome: Numbers, covariates: Sequence[Any], level: float = 0.95
) -> dict[str, Any]:
    """The average difference by inverse probability weights, and the balance they reach."""
    found = weighting.inverse_probability(treated, outcome, covariates, level=level)
    told = asdict(found)
    return told | {"weights": {"mean": found.weights.mean(), "most": found.weights.max()}}


def response(
    *,
    scores: Sequence[Mapping[str, Any]],
    at: Numbers,
    instrument: str = "PHQ-9",
    window_days: float = WINDOW_DAYS,
    baseline_days: float = BASELINE_DAYS,
    reliable: bool = True,
) -> dict[str, Any]:
    """Response, remission, worsening and durability from rows of person, day and score."""
    found = cohort(by_person(scores), instrument_of(instrument), baseline_days=baseline_days)
    lasting = found.durability(reliable=reliable)
    curve = lasting.curve
    steps = curve and [
        {"day": day, "at_risk": n, "lost": d, "kept": kept}
        for day, n, d, kept in zip(
            curve.times, curve.at_risk, curve.events, curve.share, strict=True
        )
    ]
    return {
        "eligible": found.eligible,
        "no_baseline": found.no_baseline,
        "below_caseness": found.below_caseness,
        "visits": [asdict(found.at(day, window_days=window_days)) for day in at],
        "ever_response": asdict(found.ever()),
        "durability": {"days": lasting.days, "lost": lasting.lost, "curve": steps},
    }


def instrument_of(name: str) -> Instrument:
    try:
        found = instruments.called(name)
    except KnowledgeError as fault:
        raise NotAQuestion(f"instrument: {fault}") from fault
    if found.change is None:
        raise NotAQuestion(f"instrument {name}: nobody has published thresholds of change")
    return found


FORMS: dict[str, Form] = {
    each.__name__: each
    for each in (
        *(km, rmst, logrank, cox, cif, gray, fine_gray, turnbull),
        *(response, reliable_change, share, newcombe, e_value, mmrm, ipw),
        *(funnel, p_chart, u_chart, g_chart, t_chart),
    )
}


def forms() -> list[dict[str, Any]]:
    """Each form: its name, what it is, and the keys of its question."""
    return [
        {
            "quantity": name,
            "what": inspect.getdoc(form),
            "needs": [each.name for each in keys(form) if each.default is each.empty],
            "may": {
                each.name: each.default for each in keys(form) if each.default is not each.empty
            },
        }
        for name, form in FORMS.items()
    ]


def keys(form: Form) -> list[inspect.Parameter]:
    return list(inspect.signature(form).parameters.values())


def answer(asked: object) -> dict[str, Any]:
    """The answer to one question; raises ValueError for what is none, or cannot be reckoned."""
    if not isinstance(asked, Mapping) or asked.get("quantity") not in FORMS:
        raise NotAQuestion(f"quantity: one of {', '.join(FORMS)}")
    form = FORMS[asked["quantity"]]
    known = {each.name for each in keys(form)}
    given = {name: value for name, value in asked.items() if name in known}
    needed = [each.name for each in keys(form) if each.default is each.empty]
    lacking = [name for name in needed if name not in given]
    if lacking:
        raise NotAQuestion(f"{asked['quantity']} needs {', '.join(lacking)}")
    ignored = sorted(
        str(name) for name in {*asked} - known - {"quantity", "id", "note", "expected"}
    )
    found = {"quantity": asked["quantity"], **plain(form(**given))}
    return found | ({"ignored": ignored} if ignored else {})


def plain(found: Any) -> Any:
    """Lists, numbers and words; what is no number, or no end, is None."""
    if is_dataclass(found) and not isinstance(found, type):
        return plain(asdict(found))
    if isinstance(found, Mapping):
        return {str(key): plain(value) for key, value in found.items()}
    if isinstance(found, np.ndarray | np.generic):
        return plain(found.tolist())
    if isinstance(found, (list, tuple)):
        return [plain(each) for each in found]
    if isinstance(found, float) and not np.isfinite(found):
        return None
    return found
