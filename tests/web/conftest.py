"""The personas, each by name.

osei prescribes, abara watches sessions, lind is the therapist, desk books, owen owns the practice.
ade is cared for by them, and rio walks with ade. marsh and bo belong to another practice and must
see nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from django.conf import settings
from web.loaded_once import load_once
from web.logging_in import Enter, logged_in

from kapstone.web import clock
from kapstone.web.accounts import roles
from kapstone.web.accounts.models import Practice, User
from kapstone.web.records.actions import people
from kapstone.web.records.models import Course, Person

# The product's own hash is slow on purpose; it is tried by the tests that start a server.
settings.PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    *settings.PASSWORD_HASHERS,
]
load_once()
NOW = datetime(2026, 11, 3, 13, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(autouse=True)
def held_clock(now: datetime) -> Iterator[None]:
    """It is the personas' day; a test that wants a later hour holds its own inside."""
    with clock.at(now):
        yield


@pytest.fixture
def enter() -> Enter:
    """A browser of its own for each user, past the second factor."""
    return logged_in


@pytest.fixture
def practice(db: None) -> Practice:
    return Practice.objects.create(name="Ash Lane", time_zone="America/New_York")


@pytest.fixture
def elsewhere(db: None) -> Practice:
    return Practice.objects.create(name="Far Field")


def staff(name: str, role: str, practice: Practice) -> User:
    return User.objects.create_user(
        f"{name.lower()}@example.org",
        "correct horse battery",
        name=name,
        practice=practice,
        roles=[role],
    )


@pytest.fixture
def osei(practice: Practice) -> User:
    return staff("Osei", roles.PRESCRIBER, practice)


@pytest.fixture
def vale(practice: Practice) -> User:
    """A second prescriber."""
    return staff("Vale", roles.PRESCRIBER, practice)


@pytest.fixture
def abara(practice: Practice) -> User:
    return staff("Abara", roles.SESSION_MONITOR, practice)


@pytest.fixture
def lind(practice: Practice) -> User:
    return staff("Lind", roles.THERAPIST, practice)


@pytest.fixture
def desk(practice: Practice) -> User:
    return staff("Desk", roles.FRONT_DESK, practice)


@pytest.fixture
def owen(practice: Practice) -> User:
    return staff("Owen", roles.OWNER, practice)


@pytest.fixture
def marsh(elsewhere: Practice) -> User:
    return staff("Marsh", roles.PRESCRIBER, elsewhere)


def details(given: str, family: str) -> dict[str, object]:
    return {
        "given": given,
        "family": family,
        "email": f"{given.lower()}@example.org",
        "phone": "+1 555 0100",
        "birth_date": date(1985, 6, 1),
        "concern": "Treatment-resistant depression",
    }


@pytest.fixture
def course(desk: User, now: datetime) -> Course:
    """Ade's course, just begun."""
    return people.add_person(details("Ade", "Bello"), at=now, by=desk)


@pytest.fixture
def ade(course: Course) -> Person:
    return course.person


@pytest.fixture
def ade_user(ade: Person) -> User:
    assert ade.user is not None
    return ade.user


@pytest.fixture
def rio(ade: Person, desk: User, now: datetime) -> User:
    """Ade's partner, let in as escort."""
    companion = people.let_in(
        ade,
        name="Rio Bello",
        email="rio@example.org",
        relation="partner",
        is_escort=True,
        at=now,
        by=desk,
    )
    return companion.user


@pytest.fixture
def bo(marsh: User, now: datetime) -> Person:
    return people.add_person(details("Bo", "Tran"), at=now, by=marsh).person


@pytest.fixture
def bo_user(bo: Person) -> User:
    assert bo.user is not None
    return bo.user
