"""Ready to go home: each criterion, met, not met or not known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from itertools import permutations
from typing import Literal

from kapstone.knowledge import Knowledge, read, rows
from kapstone.knowledge.dose_day import route_named
from kapstone.monitoring.charted import contradictions
from kapstone.monitoring.readings import Reading, figures, latest
from kapstone.monitoring.scores import DischargeScore

Known = bool | None
Figure = Literal["time", "awake", "breathing", "pressure", "heart", "scores", "nausea", "distress"]
Verdict = tuple[Known, str]


class CriterionRow(Knowledge):
    """One thing that must hold: a figure, something asked, or both.

    `signed_by`: each entry names roles, one of which has to sign; different people sign each.
    """

    id: str
    label: str
    figure: Figure | None = None
    asks: str | None = None
    routes: tuple[str, ...] | None = None
    can_not_apply: bool = False
    signed_by: tuple[frozenset[str], ...] = ()
    basis: str
    sources: tuple[str, ...]


class Stay(Knowledge):
    """The shortest stay of a route, in minutes, and what it counts from."""

    id: str
    route: str
    since: Literal["start", "end", "last_dose"]
    least_min: int
    basis: str
    sources: tuple[str, ...]


class LongStay(Knowledge):
    """When a stay is long enough to ask the prescriber, and to talk of transfer, in minutes."""

    id: str
    review_min: int
    transfer_min: int
    basis: str
    sources: tuple[str, ...]


class Figures(Knowledge):
    """The figures of the criteria: mmHg, %, breaths/min, beats/min, points of ten.

    A figure older than `fresh_min` minutes is not known any more.
    """

    id: str
    fresh_min: int
    within_share: float
    systolic_bp_most: float
    diastolic_bp_most: float
    apart_min: int
    oxygen_saturation_least: float
    respiratory_rate: tuple[float, float]
    heart_rate: tuple[float, float]
    sedation_moaas_least: float
    dissociation_most: float
    nausea_most: float
    anxiety_most: float
    basis: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """What is known when a person wants to go home; everything may be unknown.

    `ended_at` is the end of the infusion, `first_dose_at` and `last_dose_at` the first and last
    injection, device or lozenge that was charted; without a first one the start counts.
    `asked` answers the criteria by id: True, False, or absent while not known; a criterion
    that does not apply to the person is answered True. `signers`, by id, are the roles of each
    person who has said yes, for the criteria that more than one signs.
    """

    route: str
    started_at: datetime | None = None
    ended_at: datetime | None = None
    first_dose_at: datetime | None = None
    last_dose_at: datetime | None = None
    readings: Sequence[Reading] = ()
    resting: Mapping[str, float] = field(default_factory=dict)
    aldrete: DischargeScore | None = None
    padss: DischargeScore | None = None
    asked: Mapping[str, Known] = field(default_factory=dict)
    signers: Mapping[str, Sequence[frozenset[str]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """A criterion as it stands; `met` is None while something about it is not known."""

    id: str
    label: str
    met: Known
    says: str
    can_not_apply: bool
    sources: tuple[str, ...]


@cache
def criteria() -> tuple[CriterionRow, ...]:
    return tuple(rows("monitoring/discharge.toml", "criterion", CriterionRow))


@cache
def stays() -> Mapping[str, Stay]:
    """The shortest stay of each route."""
    return {stay.route: stay for stay in rows("monitoring/discharge.toml", "stay", Stay)}


@cache
def limit_figures() -> Figures:
    return Figures.model_validate(read("monitoring/discharge.toml")["figures"])


@cache
def long_stay() -> LongStay:
    return LongStay.model_validate(read("monitoring/discharge.toml")["long_stay"])


def ready_to_leave(leaving: Leaving, *, now: datetime) -> tuple[Criterion, ...]:
    """Every criterion of the route, in order [DIS-01 to DIS-19].

    All must be met; `may_leave` says so. The decision and the signature are the clinician's.
    """
    route = route_named(leaving.route).id
    asked = [row for row in criteria() if row.routes is None or route in row.routes]
    return tuple(_criterion(row, leaving, now) for row in asked)


def may_leave(found: Iterable[Criterion]) -> Known:
    """No as soon as one is not met; unknown while one is not known; else yes."""
    answers = [each.met for each in found]
    return False if False in answers else None if None in answers or not answers else True


def overlong(leaving: Leaving, *, now: datetime) -> str | None:
    """What a long stay asks for, or None [DIS-20]; an unknown start asks for nothing."""
    if leaving.started_at is None:
        return None
    minutes = (now - leaving.started_at) / timedelta(minutes=1)
    if minutes >= long_stay().transfer_min:
        return f"{minutes:.0f} min since the start: talk about transfer"
    if minutes >= long_stay().review_min:
        return f"{minutes:.0f} min since the start: the prescriber looks again"
    return None


def _criterion(row: CriterionRow, leaving: Leaving, now: datetime) -> Criterion:
    verdicts: list[Verdict] = []
    if row.figure is not None:
        verdicts.append(FIGURES[row.figure](leaving, now))
    if row.asks is not None:
        verdicts.append((_asked(row, leaving), row.asks))
    answers = [met for met, _ in verdicts]
    return Criterion(
        id=row.id,
        label=row.label,
        met=False if False in answers else None if None in answers else True,
        says="; ".join(says for _, says in verdicts),
        can_not_apply=row.can_not_apply,
        sources=row.sources,
    )


def _asked(row: CriterionRow, leaving: Leaving) -> Known:
    """What was answered; where several sign, a yes counts once each of them has signed."""
    said = leaving.asked.get(row.id)
    if said is not True or not row.signed_by:
        return said
    signers = leaving.signers.get(row.id, ())
    orders = permutations(signers, len(row.signed_by))
    each_signed = any(
        all(wanted & roles for wanted, roles in zip(row.signed_by, order, strict=True))
        for order in orders
    )
    return True if each_signed else None


def stay_since(leaving: Leaving) -> datetime | None:
    """What the shortest stay of the route counts from; None while its time is not known."""
    anchors = {
        "start": leaving.first_dose_at or leaving.started_at,
        "end": leaving.ended_at,
        "last_dose": leaving.last_dose_at,
    }
    return anchors[stays()[leaving.route].since]


def stays_until(
    route: str, *, first_at: datetime | None, given_until: datetime | None
) -> datetime | None:
    """When the shortest stay of a route ends after a giving that began and ended at these times.

    `given_until` is the end of an infusion, as planned while it runs, or the last dose. None where
    the route has no row, or where the time it counts from is not known.
    """
    stay = stays().get(route_named(route).id)
    since = None if stay is None else first_at if stay.since == "start" else given_until
    return None if stay is None or since is None else since + timedelta(minutes=stay.least_min)


def stay_after_min(route: str, giving_min: int) -> int:
    """The shortest stay after a giving of this length, in minutes from the end of it [DIS-01].

    For a booking, before anything was given: where the stay counts from the last dose, that is
    taken to be as late as the giving ends. Raises KeyError for a route without a row.
    """
    stay = stays()[route_named(route).id]
    return max(0, stay.least_min - giving_min) if stay.since == "start" else stay.least_min


SINCE = {"start": "the start", "end": "the end", "last_dose": "the last dose"}


def _time(leaving: Leaving, now: datetime) -> Verdict:
    stay, since = stays()[leaving.route], stay_since(leaving)
    words = SINCE[stay.since]
    if since is None:
        return None, f"At least {stay.least_min} min after {words}; its time is not known"
    minutes = (now - since) / timedelta(minutes=1)
    says = f"{minutes:.0f} min since {words}; at least {stay.least_min}"
    return minutes >= stay.least_min, says


def _value(leaving: Leaving, now: datetime, sign: str) -> float | None:
    """The latest figure while it is fresh: an old one says nothing of going home now."""
    found = latest(leaving.readings, sign)
    return found.value if found is not None and _fresh(found.at, now) else None


def _fresh(at: datetime, now: datetime) -> bool:
    return now - at <= timedelta(minutes=limit_figures().fresh_min)


def _between(value: float | None, least: float, most: float) -> Known:
    return None if value is None else least <= value <= most


def _all(*answers: Known) -> Known:
    return False if False in answers else None if None in answers else True


def _shown(value: float | None) -> str:
    return "not recorded lately" if value is None else f"{value:g}"


def _awake(leaving: Leaving, now: datetime) -> Verdict:
    limit = limit_figures()
    sedation, away = _value(leaving, now, "sedation_moaas"), _value(leaving, now, "dissociation")
    met = _all(
        _between(sedation, limit.sedation_moaas_least, 5),
        _between(away, 0, limit.dissociation_most),
    )
    return met, f"MOAA/S {_shown(sedation)}, must be 5; dissociation {_shown(away)}, at most 1"


def _breathing(leaving: Leaving, now: datetime) -> Verdict:
    """Saturation may also be as it was at rest, for known lung disease [DIS-03]."""
    limit = limit_figures()
    oxygen, breaths = (
        _value(leaving, now, "oxygen_saturation"),
        _value(leaving, now, "respiratory_rate"),
    )
    enough = min(
        limit.oxygen_saturation_least,
        leaving.resting.get("oxygen_saturation", limit.oxygen_saturation_least),
    )
    met = _all(_between(oxygen, enough, 100), _between(breaths, *limit.respiratory_rate))
    least, most = limit.respiratory_rate
    says = f"SpO\u2082 {_shown(oxygen)}, at least {enough:g} on air"
    return met, f"{says}; breaths {_shown(breaths)}, {least:g} to {most:g}"


def _pressure(leaving: Leaving, now: datetime) -> Verdict:
    """Near the resting value, under the ceiling, and not rising over 15 minutes [DIS-04]."""
    limit = limit_figures()
    parts = [
        *_settled(leaving, now, "systolic_bp", limit.systolic_bp_most),
        *_settled(leaving, now, "diastolic_bp", limit.diastolic_bp_most),
    ]
    shown = [_shown(_value(leaving, now, sign)) for sign in ("systolic_bp", "diastolic_bp")]
    ceiling = f"{limit.systolic_bp_most:g}/{limit.diastolic_bp_most:g}"
    must = f"within {limit.within_share:.0%} of rest, at most {ceiling}"
    says = f"{'/'.join(shown)}; {must}, not rising over {limit.apart_min} min"
    wrong = _which("Not met", [words for met, words in parts if met is False])
    unknown = _which("Not known", [words for met, words in parts if met is None])
    return _all(*(met for met, _ in parts)), f"{says}{wrong}{unknown}"


def _which(title: str, parts: Sequence[str]) -> str:
    return f". {title}: {', '.join(parts)}" if parts else ""


def _settled(leaving: Leaving, now: datetime, sign: str, most: float) -> list[Verdict]:
    """Each part that a pressure is held against, with what is to be said where it is not met."""
    name = sign.removesuffix("_bp")
    taken, rest = figures(leaving.readings, sign), leaving.resting.get(sign)
    if not taken or not _fresh(taken[-1].at, now):
        return [(None, f"{name} not recorded lately")]
    limit, last = limit_figures(), taken[-1]
    apart = timedelta(minutes=limit.apart_min)
    before = [figure.value for figure in taken if last.at - figure.at >= apart]
    near = None if rest is None else abs(last.value - rest) <= limit.within_share * rest
    return [
        (last.value <= most, f"{name} {last.value:g} is above {most:g}"),
        (near, _apart(name, last.value, rest)),
        (
            last.value <= before[-1] if before else None,
            f"{name} rising, {before[-1]:g} before and {last.value:g} now"
            if before
            else f"no {name} of {limit.apart_min} min or more before the last",
        ),
    ]


def _apart(name: str, value: float, rest: float | None) -> str:
    """How far a pressure is from what it was at rest, in words."""
    if rest is None:
        return f"{name} at rest"
    side = "above" if value > rest else "below"
    share = 100 * abs(value - rest) / rest
    return f"{name} {share:.0f} % {side} the {rest:g} at rest"


def _heart(leaving: Leaving, now: datetime) -> Verdict:
    least, most = limit_figures().heart_rate
    rate = _value(leaving, now, "heart_rate")
    return _between(rate, least, most), f"Heart {_shown(rate)}, {least:g} to {most:g}"


def _scores(leaving: Leaving, now: datetime) -> Verdict:
    pair = (leaving.aldrete, leaving.padss)
    totals = [None if score is None else score.total for score in pair]
    met = _all(*(None if score is None else score.passes for score in pair))
    says = f"Aldrete {_shown(totals[0])}, PADSS {_shown(totals[1])}; at least 9 each"
    return met, f"{says}{_against(leaving, now)}"


def _against(leaving: Leaving, now: datetime) -> str:
    """What the readings say against the points that were given: it blocks nothing, and is said."""
    said = [
        f"{each.says} {(now - each.at) / timedelta(minutes=1):.0f} min before"
        for score in (leaving.aldrete, leaving.padss)
        if score is not None
        for each in contradictions(score, leaving.readings, leaving.resting)
    ]
    return f"; charted otherwise: {'; '.join(said)}" if said else ""


def _nausea(leaving: Leaving, now: datetime) -> Verdict:
    most, felt = limit_figures().nausea_most, _value(leaving, now, "nausea")
    return _between(felt, 0, most), f"Nausea {_shown(felt)}, at most {most:g}"


def _distress(leaving: Leaving, now: datetime) -> Verdict:
    most, felt = limit_figures().anxiety_most, _value(leaving, now, "anxiety")
    return _between(felt, 0, most), f"Distress {_shown(felt)}, at most {most:g}"


FIGURES: Mapping[Figure, Callable[[Leaving, datetime], Verdict]] = {
    "time": _time,
    "awake": _awake,
    "breathing": _breathing,
    "pressure": _pressure,
    "heart": _heart,
    "scores": _scores,
    "nausea": _nausea,
    "distress": _distress,
}
