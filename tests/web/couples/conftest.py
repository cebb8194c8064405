"""Ade and Noor, who walk the road side by side, each with a chart and a log-in of their own."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from kapstone.intake import alone
from kapstone.web.accounts.models import User
from kapstone.web.records.actions import people
from kapstone.web.records.models import Couple, Course, Person

NOTHING_TO_FEAR = {each.id: alone.NO for each in alone.alone_questions()}


@pytest.fixture
def noors(desk: User, now: datetime) -> Course:
    """Noor's course, in the practice of Ade."""
    told = {
        "given": "Noor",
        "family": "Haddad",
        "email": "noor@example.org",
        "phone": "+1 555 0102",
        "birth_date": date(1984, 2, 3),
    }
    return people.add_person(told, at=now, by=desk)


@pytest.fixture
def noor(noors: Course) -> Person:
    return noors.person


@pytest.fixture
def noor_user(noor: Person) -> User:
    assert noor.user is not None
    return noor.user


@pytest.fixture
def couple(ade: Person, noor: Person, lind: User, now: datetime) -> Couple:
    return people.link_couple(ade, noor, at=now, by=lind)
