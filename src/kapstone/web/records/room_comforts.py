"""Touch and music in the room: what was agreed before, and how each line of them reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kapstone import monitoring
from kapstone.intake import music, preparation
from kapstone.web.preparing import comforts_said
from kapstone.web.records import carried
from kapstone.web.records.models import Course, Mark, Phase, Preparation, Session

NOT_ASKED = "not asked yet"
# What was said of each, by the titles under which it stands.
VOICE = ("Voice", "How to speak")
MUSIC = ("Music", "Music, in their words")
# Beside the agreed areas: what safety may need of anybody (TCH-02), and whatever else happened.
SAFETY, ELSEWHERE = "safety", "elsewhere"
PHASES = {
    "started": "while the medicine works",
    "resumed": "while the medicine works",
    "paused": "paused",
    "stopped": "after the medicine",
}


def areas() -> dict[str, str]:
    """Where a touch may be written down for, in words."""
    agreed = {area.id: area.ask for area in preparation.touch_areas()}
    return agreed | {SAFETY: "To keep them safe: steadying, breathing", ELSEWHERE: "Elsewhere"}


def touches() -> list[monitoring.Mark]:
    """Asked, given, declined."""
    return [each for each in monitoring.marks() if each.group == "touch"]


def comforts(session: Session) -> dict[str, Any] | None:
    """What was last said of comforts before the medicine began; None when nobody asked.

    Nothing that was said while the medicine worked makes an agreement wider (TCH-01).
    """
    rows = Preparation.objects.standing().filter(course=session.course)
    begun = Phase.objects.standing().filter(session=session, phase="started").first()
    if begun:
        rows = rows.filter(at__lte=begun.at)
    found = rows.order_by("-at", "-pk").first()
    return found.comforts if found and found.comforts.get("touch") is not None else None


def agreed(session: Session) -> dict[str, str]:
    """Touch, voice and music as they were agreed, in words; what nobody asked is said to be so."""
    said = comforts(session)
    words = dict(comforts_said(said)) if said is not None else {}
    return {
        "touch": words.get("Touch", NOT_ASKED),
        "voice": together(words, VOICE),
        "music": together(words, MUSIC),
    }


def together(words: Mapping[str, str], titles: Iterable[str]) -> str:
    return "; ".join(words[title] for title in titles if title in words) or NOT_ASKED


def chosen_music(course: Course) -> dict[str, Any]:
    """The order of music that the person chose, and the titles of their own list."""
    said = carried.of(course)
    name = said["track_order"].value if "track_order" in said else None
    order = music.track_order(name) if name else None
    mine = carried.own_list(said)
    shipped = [track.title for track in order.track] if order else []
    return {"order": order, "own_list": mine, "titles": [*mine, *shipped]}


@dataclass(frozen=True, slots=True)
class Beside:
    """What the marks of a session stand beside: the comforts of before, and its phases so far."""

    comforts: dict[str, Any] | None
    phases: tuple[Phase, ...]


def beside(session: Session, rows: Iterable[Mark]) -> Beside:
    """Asked for once for all the marks of a session, and only where one needs it."""
    if not {"touch", "music"} & {row.kind for row in rows}:
        return Beside(None, ())
    past = Phase.objects.standing().filter(session=session, phase__in=PHASES).order_by("at", "pk")
    return Beside(comforts(session), tuple(past))


def touch_chips(row: Mark, known: Beside) -> Iterator[tuple[str, str]]:
    """What stands beside a touch that was not agreed to before; nothing beside an agreed one."""
    if row.area == SAFETY or row.mark == "touch_declined":
        return
    if known.comforts is None:
        yield "caution", "? touch: not asked beforehand"
    elif row.area not in known.comforts["touch"]:
        yield "caution", "! not agreed beforehand"


def touch_words(row: Mark) -> str:
    labels = {each.id: each.label for each in touches()}
    parts = (labels.get(row.mark, row.mark), areas().get(row.area, row.area), row.words)
    return ", ".join(part for part in parts if part)


def music_words(row: Mark, known: Beside) -> str:
    """`Music: Slow Rain (minute 12, while the medicine works)`, by the phases of its own time."""
    past = [each for each in known.phases if each.at <= row.at]
    if not past:
        return f"Music: {row.words} (before the medicine)"
    return f"Music: {row.words} (minute {minute(past, row.at)}, {PHASES[past[-1].phase]})"


def minute(phases: list[Phase], at: datetime) -> int:
    return int((at - phases[0].at).total_seconds() // 60)
