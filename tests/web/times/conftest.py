"""Ash Lane's chair and rooms, a roadmap for Ade, and Noor, who waits beside."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from web.conftest import details

from kapstone.web.accounts.models import User
from kapstone.web.records.actions import courses, people, places
from kapstone.web.records.models import Course, Place

# Wednesday 4 November 2026, 10:00 in New York.
TEN = datetime(2026, 11, 4, 15, 0, tzinfo=UTC)
PLAN = {
    **{"preparation": 2, "medicine": 2, "integration": 2, "route": "iv"},
    **{"days_between": 7, "review_after": 1, "words": ""},
}


def terms(name: str, purpose: str, at_once: int = 1, **also: Any) -> dict[str, Any]:
    return {"name": name, "purpose": purpose, "at_once": at_once, "out_from": None, **also}


@pytest.fixture
def chair(desk: User, now: datetime) -> Place:
    return places.add_place(terms("Chair 1", "chair"), at=now, by=desk)


@pytest.fixture
def resting(desk: User, now: datetime) -> Place:
    """A room in which two rest at once."""
    return places.add_place(terms("Quiet room", "recovery", 2), at=now, by=desk)


@pytest.fixture
def talk(desk: User, now: datetime) -> Place:
    return places.add_place(terms("Talk 1", "talk"), at=now, by=desk)


@pytest.fixture
def roadmap(course: Course, osei: User, now: datetime) -> object:
    return courses.plan_roadmap(course, PLAN, at=now, by=osei)


@pytest.fixture
def noors(desk: User, osei: User, now: datetime) -> Course:
    """Noor's course, with a roadmap of its own."""
    made = people.add_person(details("Noor", "Haddad"), at=now, by=desk)
    courses.plan_roadmap(made, PLAN, at=now, by=osei)
    return made
