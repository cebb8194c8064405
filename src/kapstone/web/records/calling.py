"""Which number of the practice somebody with a session calls first, on every page the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from kapstone.web.records import at_home as home
from kapstone.web.records import helping
from kapstone.web.records.models import Session


@dataclass(frozen=True, slots=True)
class Line:
    """A number of the practice, and when or for what it is answered ("" when nobody has said)."""

    phone: str
    when: str


def lines(session: Session, *, now: datetime) -> tuple[Line, ...]:
    """Whoever is on call for the session first, at any hour; then the office line with its hours.

    Nobody can tell here whether the office is open: its hours are the practice's own words, so that
    the number that is answered in any case comes first while it holds.
    """
    person = session.course.person
    office = helping.at_hand(person.practice, person)
    found = []
    if link := home.open_link(home.sitter_of(session), now=now):
        until = timezone.localtime(link.expires_at, person.practice.zone)
        found.append(Line(link.call_phone, f"on call until {until:%A %H:%M}"))
    if office.phone and office.phone not in [each.phone for each in found]:
        found.append(Line(office.phone, office.hours))
    return tuple(found)
