"""A course with scores: finished by deeds, each on its day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from kapstone import instruments
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records.actions import questionnaires
from kapstone.web.records.models import Course, Sheet

Answer = Callable[..., Sheet]


@pytest.fixture
def answered(course: Course, lind: User, now: datetime) -> Answer:
    """`answered("phq9", 14, 2)`: every item answered with 2, a fortnight on; `but` are blanks."""

    def answer(instrument: str, day: int, value: float, *, but: tuple[str, ...] = ()) -> Sheet:
        at = now + timedelta(days=day)
        with clock.at(at):
            sheet = questionnaires.ask_now(course, instrument, at=at, by=lind)
            given: dict[str, float] = {}
            of = instruments.instrument(instrument)
            while (item := instruments.next_item(of, given | dict.fromkeys(but, 0.0))) is not None:
                given[item.id] = value
            kept = {name: each for name, each in given.items() if name not in but}
            questionnaires.take_down(sheet, kept, finish=True, at=at, by=lind)
        return sheet

    return answer


@pytest.fixture
def later(now: datetime) -> datetime:
    """When the pages are looked at."""
    return now + timedelta(days=60)
