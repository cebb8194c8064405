"""Each recorded reading beside the practice's limits.

It compares what was written down. It does not watch the person, and it is not a patient monitor.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from kapstone.knowledge.dose_day import route_named
from kapstone.monitoring.readings import Figure, Reading, figures, latest
from kapstone.monitoring.rows import Bounds, Limit, limits, signs
from kapstone.monitoring.schedule import Schedule, next_check, schedules

Level = Literal["yellow", "red"]
# What a line is called on every page: below red nothing is a limit yet.
LINE: Mapping[Level, str] = {"yellow": "watch", "red": "limit"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossed:
    """A limit that the latest figure of a sign has crossed.

    `confirmed` is False while the limit wants another reading; it is shown all the same.
    """

    limit_id: str
    sign: str
    value: float
    at: datetime
    level: Level
    confirmed: bool
    says: str
    do: str
    recheck_at: datetime
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What the board shows now.

    `missing` are the signs of the schedule never recorded; `not_compared` says which limits
    could not be judged for want of a resting value. Neither is good news.
    """

    crossed: tuple[Crossed, ...]
    next_due: datetime
    overdue_min: float | None
    resting: Mapping[str, float]
    missing: tuple[str, ...]
    not_compared: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Setting:
    """What a limit is judged in."""

    readings: Sequence[Reading]
    resting: Mapping[str, float]
    started: datetime
    at_home: bool


def compare(
    readings: Sequence[Reading],
    *,
    route: str,
    started: datetime,
    resting: Mapping[str, float],
    by: Sequence[Limit] | None = None,
) -> tuple[Crossed, ...]:
    """The limits that the latest figure of each sign has crossed, the gravest first.

    `by` are the limits as a practice has settled them; None stands for those that ship.

    A figure stands until a newer one of the same sign: taking the pressure again does not
    make a low saturation go away. `resting` comes from `resting_values`; a sign absent there
    leaves its rise and fall unknown.
    """
    setting = _setting(readings, route, started, resting)
    found = [crossing for limit in _these(by) if (crossing := _judge(limit, setting))]
    return tuple(sorted(found, key=lambda each: each.level != "red"))


def _these(by: Sequence[Limit] | None) -> Sequence[Limit]:
    return limits() if by is None else by


def _setting(
    readings: Sequence[Reading], route: str, started: datetime, resting: Mapping[str, float]
) -> _Setting:
    at_home = route_named(route).at_home
    return _Setting(readings=readings, resting=resting, started=started, at_home=at_home)


def watch(
    readings: Sequence[Reading],
    *,
    route: str,
    started: datetime,
    now: datetime,
    resting: Mapping[str, float],
    infusion_end: datetime | None = None,
    closer: bool = False,
    by: Sequence[Limit] | None = None,
    times: Schedule | None = None,
    later_doses: Sequence[datetime] = (),
) -> Watch:
    """What `compare` finds, when the next check is due, and what could not be judged.

    `times` are the check times as the practice has settled them; None stands for the shipped.
    `later_doses` are when a booster was given; on some routes the clock begins again with it.
    """
    crossed = compare(readings, route=route, started=started, resting=resting, by=by)
    planned = next_check(
        readings,
        route=route,
        started=started,
        infusion_end=infusion_end,
        closer=closer,
        times=times,
        later_doses=later_doses,
    )
    due = min([planned, *(each.recheck_at for each in crossed)])
    late = (now - due) / timedelta(minutes=1)
    return Watch(
        crossed=crossed,
        next_due=due,
        overdue_min=late if late > 0 else None,
        resting=resting,
        missing=tuple(s for s in schedules()[route].needs if latest(readings, s) is None),
        not_compared=_not_compared(readings, resting, _these(by)),
    )


def _judge(limit: Limit, setting: _Setting) -> Crossed | None:
    taken = figures(setting.readings, limit.sign)
    if not taken:
        return None
    for level in ("red", "yellow"):
        says = _crosses(limit, level, taken[-1], setting)
        if says:
            return _crossed(limit, level, taken, says, setting)
    return None


def _bounds(limit: Limit, level: Level, at_home: bool) -> Bounds | None:
    if level == "yellow":
        return limit.yellow
    return limit.red_at_home or limit.red if at_home else limit.red


def _crosses(limit: Limit, level: Level, figure: Figure, setting: _Setting) -> str:
    """The sentence of the crossing, or nothing."""
    bounds = _bounds(limit, level, setting.at_home)
    if bounds is None or not _late_enough(bounds, figure, setting):
        return ""
    rest = setting.resting.get(limit.sign)
    said = [*_absolute(bounds, figure.value, level), *_relative(bounds, figure.value, rest)]
    if not said or (level == "yellow" and not _together(limit, setting)):
        return ""
    sign = signs()[limit.sign]
    return f"{sign.label} {figure.value:g} {sign.unit}: {'; '.join(said)}"


def _absolute(bounds: Bounds, value: float, level: Level) -> list[str]:
    found = [
        (bounds.above is not None and value > bounds.above, bounds.above),
        (bounds.at_least is not None and value >= bounds.at_least, bounds.at_least),
        (bounds.below is not None and value < bounds.below, bounds.below),
        (bounds.at_most is not None and value <= bounds.at_most, bounds.at_most),
    ]
    return [f"{LINE[level]} {line}".removesuffix(".0") for crosses, line in found if crosses]


def _relative(bounds: Bounds, value: float, rest: float | None) -> list[str]:
    if rest is None:
        return []
    up = bounds.rise is not None and value - rest >= bounds.rise
    down = bounds.fall is not None and rest - value >= bounds.fall
    way = "up" if value > rest else "down"
    return [f"{way} {abs(value - rest):g} from {rest:g} at rest"] if up or down else []


def _late_enough(bounds: Bounds, figure: Figure, setting: _Setting) -> bool:
    if bounds.after_min is None:
        return True
    return figure.at - setting.started >= timedelta(minutes=bounds.after_min)


def _together(limit: Limit, setting: _Setting) -> bool:
    """Whether the companion sign is high enough; not recorded counts as high enough."""
    if limit.only_with is None:
        return True
    other = latest(setting.readings, limit.only_with.sign)
    return other is None or other.value >= limit.only_with.at_least


def _crossed(
    limit: Limit, level: Level, taken: list[Figure], says: str, setting: _Setting
) -> Crossed:
    last = taken[-limit.readings :]
    levels: tuple[Level, ...] = (level, "red") if level == "yellow" else (level,)
    confirmed = len(last) == limit.readings and all(
        any(_crosses(limit, each, figure, setting) for each in levels) for figure in last
    )
    red = level == "red"
    wait = limit.red_recheck_min if red else limit.yellow_recheck_min
    at_once = _absolute(limit.at_once, taken[-1].value, "red") if limit.at_once else []
    lasting = f"; counts when it lasts {limit.lasting}" if limit.lasting else ""
    counts = f"; {at_once[0]} at any time" if at_once else lasting
    again = "" if confirmed else "; take again to confirm"
    return Crossed(
        limit_id=limit.id,
        sign=limit.sign,
        value=taken[-1].value,
        at=taken[-1].at,
        level=level,
        confirmed=confirmed,
        says=f"{says}{counts}{again}",
        do=(limit.do_red if red else None) or limit.do_yellow,
        recheck_at=taken[-1].at + timedelta(minutes=wait or limit.yellow_recheck_min),
        sources=limit.sources,
    )


def _not_compared(
    readings: Sequence[Reading], resting: Mapping[str, float], by: Sequence[Limit]
) -> tuple[str, ...]:
    wanting = {
        limit.sign: None
        for limit in by
        if (limit.yellow.rise or limit.yellow.fall)
        and limit.sign not in resting
        and latest(readings, limit.sign) is not None
    }
    return tuple(f"{signs()[sign].label}: no resting value, change not judged" for sign in wanting)
