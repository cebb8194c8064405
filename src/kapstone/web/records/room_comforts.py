"""Touch and music in the room: what was agreed before, and how each line of them reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kapstone import monitoring
from kapstone.intake import preparation
from kapstone.web.preparing import comforts_said
from kapstone.web.records.models import Mark, Phase, Preparation, Session

NOT_ASKED = "not asked yet"
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
    """Touch and music as they were agreed, in words; what nobody asked is said to be so."""
    said = comforts(session)
    if said is None:
        return {"touch": NOT_ASKED, "music": NOT_ASKED}
    words = dict(comforts_said(said))
    music = [words[title] for title in ("Music", "Music, in their words") if title in words]
    return {"touch": words["Touch"], "music": "; ".join(music) or NOT_ASKED}


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
