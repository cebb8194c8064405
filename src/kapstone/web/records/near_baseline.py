"""When people are likely near how they were, counted from what was given in a session.

By the models where they know the doses and the person; without a weight, or a model of the route,
as is typical for it. After more than a model answers nobody knows: the typical is too early then.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from kapstone import monitoring
from kapstone.pharmacokinetics import OutOfScope
from kapstone.web.records import expected, reckoned, session_facts
from kapstone.web.records.actions.readings import JUDGING_FAULTS
from kapstone.web.records.models import Session

logger = logging.getLogger(__name__)

EXPECTED, TYPICAL = "expected", "typical"


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """From when to when, which of the two it is, and where it is from.

    `latest` None is not within the hours looked at; with `beyond` all of it is after `earliest`.
    """

    earliest: datetime
    latest: datetime | None
    word: str
    source: str
    beyond: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """A giving as its windows count it; `until` None while an infusion has no known end."""

    giving: session_facts.Giving
    charted: list[session_facts.DoseRow]
    first_at: datetime
    until: datetime | None


def of(session: Session, *, now: datetime) -> Near | None:
    """The window of a session whose medicine was started; None while it is not known.

    Never before the shortest stay of the route.
    """
    try:
        given = given_of(session, now)
        if given is None:
            return None
        found = predicted(session, given, now) or typical(given)
        return None if found is None else after_the_stay(found, given)
    except OutOfScope as beyond:
        logger.info("session %s: %s", session.pk, beyond)
        return None
    except JUDGING_FAULTS:
        # A likely range is the least of what a room shows: it never hides a figure.
        logger.exception("session %s: no window", session.pk)
        return None


def given_of(session: Session, now: datetime) -> Given | None:
    giving = session_facts.giving(session)
    if giving.started_at is None:
        return None
    charted = session_facts.given(session.pk, now)
    first = charted[0].at if charted else giving.started_at
    return Given(giving, charted, first, given_until(giving, charted, now))


def predicted(session: Session, given: Given, now: datetime) -> Near | None:
    """From a typical person to the slowest of twenty; None where no model answers."""
    found = expected.window_of(session, given.giving, given.charted, now)
    if found is None:
        return None
    of, window = found
    typical_min, slow_min = window.near.typical_min, window.near.slow_min
    source = f"by the models: {', '.join(window.models)}"
    looked_at = of.began + reckoned.LOOKED_AT_MIN * reckoned.MINUTE
    return Near(
        earliest=looked_at if typical_min is None else of.first_at + typical_min * reckoned.MINUTE,
        latest=None if slow_min is None else of.first_at + slow_min * reckoned.MINUTE,
        word=EXPECTED,
        source=source,
        beyond=typical_min is None,
    )


def typical(given: Given) -> Near | None:
    """The usual range of the route, from its sources."""
    found = monitoring.near_baseline(
        given.giving.route, first_at=given.first_at, given_until=given.until
    )
    if found is None:
        return None
    source = f"for the route: {found.source}"
    return Near(earliest=found.earliest, latest=found.latest, word=TYPICAL, source=source)


def after_the_stay(found: Near, given: Given) -> Near:
    """The same, not before the route's shortest stay, and by the models to five minutes."""
    route = given.giving.route
    least = monitoring.stays_until(route, first_at=given.first_at, given_until=given.until)

    last = given.first_at + reckoned.LOOKED_AT_MIN * reckoned.MINUTE
    if least is not None and least > last:
        return replace(found, earliest=last, latest=None, beyond=True)

    def late_enough(at: datetime) -> datetime:
        later = at if least is None else max(at, least)
        return expected.up_to_five(later) if found.word == EXPECTED else later

    held = least is not None and found.earliest < least
    stay = f"; not before the shortest stay, {monitoring.stays()[route].id}" if held else ""
    return Near(
        earliest=late_enough(found.earliest),
        latest=None if found.latest is None else late_enough(found.latest),
        word=found.word,
        source=f"{found.source}{stay}",
        beyond=found.beyond,
    )


def given_until(
    giving: session_facts.Giving, charted: Sequence[session_facts.DoseRow], now: datetime
) -> datetime | None:
    """The end of an infusion with all that moves it, a booster counted; else the last dose."""
    if not monitoring.route_named(giving.route).infused:
        # That "ended" was pressed later moves nothing: nobody was given more by it.
        return charted[-1].at if charted else giving.stopped_at or giving.started_at
    if giving.infusion is None:
        return giving.stopped_at
    # When the infusion itself was charted says nothing of its end.
    boosters = [row.at for row in charted if row.kind != "infusion"]
    return max([monitoring.ends_after_pause(giving.infusion, now), *boosters])
