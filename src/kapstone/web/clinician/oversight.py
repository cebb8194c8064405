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
    findings = room.Screening.from_data(row.screening).findings
    told = [each for each in findings if each.action == "oversight"]
    over = [each for each in findings if each.action in {"stop", "review"}]
    if row.decision == "suitable" and not told and not over:
        return None
    return {
        "decision": row,
        "told": told[:MOST],
        "more": max(0, len(told) - MOST),
        "over": over[:MOST],
        "over_more": max(0, len(over) - MOST),
    }
