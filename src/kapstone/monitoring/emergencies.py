"""Emergencies: the steps to take, when to look again, and which limits lead to them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache

from kapstone.knowledge import Knowledge, KnowledgeError, rows
from kapstone.monitoring.rows import limits

NAMED = re.compile(r"EMG-\d\d")


class Emergency(Knowledge):
    """One emergency; `check_s` in seconds from its start, `first` on the room's own card.

    `by_order` names medicines that only a practice's standing order allows; `escalate` says who
    is called and when; `record` what has to be written down.
    """

    id: str
    label: str
    title: str
    first: bool = False
    trigger: str
    steps: tuple[str, ...]
    check_s: tuple[int, ...]
    by_order: str = ""
    escalate: str = ""
    record: str
    basis: str
    sources: tuple[str, ...]

    def looks(self, started: datetime) -> tuple[datetime, ...]:
        """When to look again, in order."""
        return tuple(started + timedelta(seconds=each) for each in self.check_s)

    def next_look(self, started: datetime, now: datetime) -> datetime | None:
        """The first time to look that is still to come; None when there is none left."""
        return next((at for at in self.looks(started) if at > now), None)


@cache
def emergencies() -> Mapping[str, Emergency]:
    """The emergencies by id; raises KnowledgeError when a limit names one that is not here."""
    found = {row.id: row for row in rows("monitoring/emergencies.toml", "emergency", Emergency)}
    for limit in limits():
        named = set(NAMED.findall(f"{limit.do_yellow} {limit.do_red or ''}"))
        if unknown := named - found.keys():
            raise KnowledgeError(f"emergencies.toml: {limit.id} names {', '.join(sorted(unknown))}")
    return found


def named_in(words: str) -> Emergency | None:
    """The emergency that words such as "emergency steps for breathing (EMG-04)" name."""
    found = NAMED.search(words)
    return emergencies().get(found[0]) if found else None
