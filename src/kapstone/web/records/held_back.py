"""What holds more medicine back while a session runs: a crossed red limit, a red notice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from kapstone import monitoring
from kapstone.web.records.models import Notice, Session
from kapstone.web.records.models.notices import TRACK_KIND

NOT_COMPARED = "The readings could not be compared with the limits."


def by(session: Session, crossed: Iterable[monitoring.Crossed] | None, at: datetime) -> list[str]:
    """Each red limit that was crossed and each red notice that waits, once, in words.

    `crossed` None: nobody knows, and that holds too. A notice holds as it does before the start.
    """
    if crossed is None:
        return [NOT_COMPARED, *waiting(session, at)]
    red = [each.says for each in crossed if each.level == "red"]
    return [*dict.fromkeys([*red, *waiting(session, at)])]


def waiting(session: Session, at: datetime) -> list[str]:
    """What the red notices said that waited at that moment: the session's and of the tracks."""
    rows = Notice.objects.filter(of_session(session)).holding_back(at=at).order_by("at", "pk")
    return [*rows.values_list("says", flat=True)]


def of_session(session: Session) -> Q:
    """The notices of a session, and the red ones that a track's note opened of its person.

    What the note found is of no session: it holds whichever runs, as it does before the start.
    """
    of_track = Q(kind__startswith=TRACK_KIND, level="red", person=session.course.person_id)
    return Q(session=session) | Q(of_track, session=None)
