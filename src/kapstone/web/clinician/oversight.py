"""What the signed screening decision wants watched: its reason, and the rules it rested on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kapstone import screening as room
from kapstone.web.records.models import FAVOURABLE, Course, ScreeningDecision

MOST = 6


def oversight(course: Course, *, at: datetime) -> dict[str, Any] | None:
    """For those beside the person: why, over what, and what each oversight rule tells them to do.

    From the newest decision at that moment, as it was signed; None where it does not let them go
    on, or nothing was said.
    """
    row = ScreeningDecision.objects.filter(at__lte=at).of_now(course)
    if row is None or row.decision not in FAVOURABLE:
        return None
    found = room.Screening.from_data(row.screening)
    told = [each for each in found.findings if each.action == "oversight"]
    over = gone_over(found)
    if row.decision == "suitable" and not told and not over:
        return None
    return {
        "decision": row,
        "told": told[:MOST],
        "more": max(0, len(told) - MOST),
        "over": over[:MOST],
        "over_more": max(0, len(over) - MOST),
    }


def gone_over(found: room.Screening) -> list[tuple[str, str]]:
    """What was found graver than oversight, and the stops that nobody could rule out: title, id."""
    spoke = [(each.title, each.id) for each in found.findings if each.action in {"stop", "review"}]
    may_stop = [each for each in found.waiting if each.could_be is room.Decision.STOP]
    return [*spoke, *((f"not known: {each.title}", each.id) for each in may_stop)]
