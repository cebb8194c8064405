"""What was measured at home, and what stands open: for the person, their sitter and staff."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from kapstone import monitoring
from kapstone.web.records import alarms, session_facts, tiles
from kapstone.web.records.actions import readings
from kapstone.web.records.models import Notice, Reading, Session

# "unknown": there are readings, and they could not be compared.
Outside = Literal["red", "unknown", ""]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a reading in words, with the line it crossed as it was taken ("" for none)."""

    says: str
    level: str
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One reading as a page shows it; `compared` False while nothing is known of its figures."""

    at: datetime
    resting: bool
    figures: tuple[Figure, ...]
    compared: bool

    @property
    def level(self) -> str:
        levels = {each.level for each in self.figures}
        return "red" if "red" in levels else "yellow" if "yellow" in levels else ""


def taken(session: Session) -> tuple[Taken, ...]:
    """The readings that stand, the newest first, each figure with what it crossed."""
    rows = session.reading_set.standing().select_related("judgement").order_by("-at", "-pk")
    return tuple(map(one, rows))


def one(row: Reading) -> Taken:
    judged = getattr(row, "judgement", None)
    crossed = levels(judged.crossed) if judged else {}
    return Taken(
        at=row.at,
        resting=row.resting,
        figures=tuple(figures(row.signs, crossed)),
        compared=judged is not None,
    )


def levels(crossed: list[Mapping[str, str]]) -> dict[str, str]:
    """The gravest level of each sign."""
    found: dict[str, str] = {}
    for each in crossed:
        if found.get(each["sign"]) != "red":
            found[each["sign"]] = each["level"]
    return found


def figures(signs: Mapping[str, Any], crossed: Mapping[str, str]) -> Iterator[Figure]:
    """The pressure as one figure, then every other sign; each says itself what is beyond a line."""
    both = [crossed[name] for name in tiles.PRESSURE if name in crossed and name in signs]
    if pressure := tiles.figure(tiles.PRESSURE, signs):
        yield figure(pressure, "red" if "red" in both else next(iter(both), ""))
    for name, sign in monitoring.signs().items():
        if name in signs and name not in tiles.PRESSURE:
            unit = f" {sign.unit}" if sign.unit in ("%", "°C") else ""
            yield figure(f"{sign.short} {signs[name]:g}{unit}", crossed.get(name, ""))


def figure(says: str, level: str) -> Figure:
    return Figure(says, level, {"red": "■ outside", "": ""}.get(level, tiles.WATCH))


def outside(session: Session, *, now: datetime) -> Outside:
    """Whether a figure of the session, as it was measured last, is beyond a limit.

    Before the start a pressure that is too high stops the release instead.
    """
    if session_facts.story_of(session.pk)["started_at"] is None:
        return ""
    try:
        crossed = readings.watch_at(session, now).crossed
    except readings.JUDGING_FAULTS:
        readings.logger.exception("session %s: its readings could not be compared", session.pk)
        return "unknown"
    return "red" if any(each.level == "red" for each in crossed) else ""


def waiting(session: Session) -> list[Any]:
    """The open notices of the session with whether they were `answered`: the gravest first, the
    one that has waited longest first among equals."""
    rows = Notice.objects.filter(session=session).open().gravest_first()
    return list(rows.prefetch_related("answers__by"))


def standing_open(session: Session, *, now: datetime) -> tuple[str, ...]:
    """What must not be passed over when the session is ended, in words for the person."""
    return tuple(standing(session, now))


def standing(session: Session, now: datetime) -> Iterator[str]:
    found = outside(session, now=now)
    if found == "red":
        yield f"The last reading is outside the limits: {', '.join(beyond(session, now))}."
    elif found == "unknown":
        yield "The last reading could not be compared with the limits."
    if alarms.called(session):
        yield "The sitter asked for help, and has not said since that all is well."
    told = [each for each in waiting(session) if each.level == "red" and not each.answered]
    if told and not found:
        zone = session.course.person.practice.zone
        at = min(each.at for each in told).astimezone(zone)
        yield f"Nobody at the practice has answered yet what was told at {at:%H:%M}."


def beyond(session: Session, now: datetime) -> Iterator[str]:
    """The figures that are beyond a limit now, each once, a pressure as one."""
    crossed = readings.watch_at(session, now).crossed
    signs = {each.sign: each.value for each in crossed if each.level == "red"}
    if pressure := tiles.figure(tiles.PRESSURE, signs):
        yield f"blood pressure {pressure.replace('?/', 'lower number ')}".replace("/?", "")
    for name, value in signs.items():
        if name not in tiles.PRESSURE:
            yield tiles.said({name: value})
