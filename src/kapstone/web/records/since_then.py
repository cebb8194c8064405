"""What the sign of an open notice has come to since: a card says what was true when it opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kapstone import monitoring
from kapstone.web.records.models import Notice, Session

Newest = Mapping[str, tuple[datetime, float]]


@dataclass(frozen=True, slots=True)
class Later:
    """The newest value of a sign in words (`now 86 %`), and when it was taken."""

    words: str
    at: datetime


def newest(session: Session) -> Newest:
    """The latest value of each sign in the room, with when it was taken."""
    found: dict[str, tuple[datetime, float]] = {}
    for row in session.reading_set.standing().filter(resting=False).order_by("at", "pk"):
        found |= {name: (row.at, value) for name, value in row.signs.items()}
    return found


def since_then(notice: Notice, taken: Newest) -> Later | None:
    """None while its sign was not taken again, and for a notice that is of no sign."""
    limit = next((row for row in monitoring.limits() if row.id == notice.kind), None)
    if limit is None or limit.sign not in taken:
        return None
    at, value = taken[limit.sign]
    unit = monitoring.signs()[limit.sign].unit
    return Later(f"now {value:g} {unit}".rstrip(), at) if at > notice.at else None
