"""Somebody who had sessions, and answered before and after them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from kapstone.web.accounts.models import User
from kapstone.web.records.actions import integration, next_steps, questionnaires, sessions
from kapstone.web.records.models import Course, Phase, SheetScore

Live = Callable[..., Course]


def scored(
    course: Course, name: str, total: float | None, at: datetime, by: User, **answers: float
) -> SheetScore:
    """A questionnaire answered then, with its total."""
    sheet = questionnaires.ask_now(course, name, at=at, by=by)
    row: SheetScore = SheetScore.objects.create(
        sheet=sheet,
        total=total,
        band="",
        missing=[],
        answers=answers or {"x": total or 0},
        knowledge_digest="0" * 64,
        at=at,
        by=by,
    )
    return row


@pytest.fixture
def live(course: Course, osei: User, ade_user: User, now: datetime) -> Live:
    """Lives `doses` sessions, two a week up to three days ago, with PHQ-9 by days ago."""

    def lived(doses: int, phq9: dict[float, float], *, fine: bool = True) -> Course:
        starts = [now - timedelta(days=3 + 3.5 * n) for n in reversed(range(doses))]
        for at in starts:
            session = sessions.plan_session(course, route="iv", planned_for=at, at=at, by=osei)
            Phase.objects.create(session=session, phase="started", at=at, by=osei)
        for days, total in phq9.items():
            scored(course, "phq9", total, now - timedelta(days=days), ade_user)
        if fine:
            all_is_well(course, ade_user, osei, now)
        return course

    return lived


def all_is_well(course: Course, ade_user: User, osei: User, now: datetime) -> None:
    """Everything was asked since the last session, and nothing found."""
    soon = now - timedelta(days=1)
    scored(course, "side-effects", None, soon, ade_user, nausea=1, urinary_pain=0, craving=0)
    scored(course, "bladder-check", 0, soon, ade_user)
    next_steps.look_at(course, "LTS-07", found=False, words="", at=soon, by=osei)
    next_steps.say_wish(course, "go_on", at=soon, by=ade_user)
    integration.hold_integration(course, how="phone", at=soon, by=osei)
