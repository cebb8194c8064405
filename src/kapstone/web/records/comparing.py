"""What a tablet needs to compare a reading with the limits by itself, while it has no network."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kapstone import monitoring
from kapstone.web.records import session_facts
from kapstone.web.records.models import Reading, Session
from kapstone.web.records.room import limits_of

# What the comparison of a figure never asks for.
UNASKED = {"basis", "sources", "yellow_recheck_min", "red_recheck_min"}


def limits(session: Session, now: datetime) -> list[dict[str, Any]]:
    """The limits of its practice as `comparer.js` takes them; what is not set is absent."""
    here = limits_of(session, now)
    return [limit.model_dump(exclude=UNASKED, exclude_none=True) for limit in here]


def signs() -> dict[str, dict[str, Any]]:
    """The words of each sign, the range of a likely typing, and of what anybody can have."""
    return {
        name: {
            "label": sign.label,
            "short": sign.short,
            "unit": sign.unit,
            "plausible": sign.plausible,
            "possible": sign.possible,
            "choices": sign.choices,
        }
        for name, sign in monitoring.signs().items()
    }


def of_session(session: Session, now: datetime) -> dict[str, Any]:
    """When it began, what was so at rest, and the newest readings: as many as confirm a limit."""
    giving = session_facts.giving(session)
    rows = list(session.reading_set.standing().order_by("-at", "-pk"))
    resting = [row.to_core() for row in rows if row.resting]
    return {
        "as_of": millis(now),
        "at_home": monitoring.route_named(giving.route).at_home,
        "started": giving.started_at and millis(giving.started_at),
        "resting": monitoring.resting_values(resting),
        # The oldest first: of two at one moment, the later row is the newer one.
        "readings": newest([row for row in rows if not row.resting])[::-1],
    }


def millis(when: datetime) -> int:
    return round(when.timestamp() * 1000)


def newest(readings: list[Reading]) -> list[dict[str, Any]]:
    """Of readings, the newest first, those that hold one of the last figures of any sign."""
    most = max(limit.readings for limit in monitoring.limits())
    seen: dict[str, int] = {}
    found = []
    for each in readings:
        if any(seen.get(name, 0) < most for name in each.signs):
            found.append({"id": str(each.client_id), "at": millis(each.at), "signs": each.signs})
        for name in each.signs:
            seen[name] = seen.get(name, 0) + 1
    return found
