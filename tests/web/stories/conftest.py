"""Ade's story, signed and approved; what one of them lacks, a test leaves out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from kapstone import stories as rules
from kapstone.web.accounts.models import User
from kapstone.web.records.actions import approving_stories, people
from kapstone.web.records.actions import stories as deeds
from kapstone.web.records.models import (
    Couple,
    Course,
    Person,
    PersonStory,
    StoryAuthorisation,
    StoryText,
)

WORDS = "For a while nothing moved. Then, after the third session, I slept."
Sign = Callable[..., StoryAuthorisation]


def terms(**changed: Any) -> rules.Terms:
    said: dict[str, Any] = {
        "audience": "public",
        "purpose": "inform",
        "expires_on": date(2027, 3, 31),
        "paid": False,
    }
    return rules.Terms(**(said | changed))


@pytest.fixture
def story(course: Course, ade_user: User, now: datetime) -> PersonStory:
    return deeds.open_story(course, "own_words", at=now, by=ade_user)


@pytest.fixture
def written(story: PersonStory, ade_user: User, now: datetime) -> StoryText:
    return deeds.write_own_words(story, WORDS, of_partner=False, at=now, by=ade_user)


@pytest.fixture
def sign(ade_user: User, now: datetime) -> Sign:
    """Ade signs an authorisation for a story of theirs."""

    def signing(story: PersonStory, **changed: Any) -> StoryAuthorisation:
        signed = deeds.Signed(terms=terms(**changed), name="Ade Bello")
        return deeds.authorise(story, signed, at=now, by=ade_user)

    return signing


def approve(text: StoryText, person: User, clinician: User, at: datetime) -> None:
    deeds.approve_own(text, digest_read=text.digest, at=at, by=person)
    approving_stories.approve_as_clinician(text, digest_read=text.digest, at=at, by=clinician)


@pytest.fixture
def shown(
    written: StoryText, sign: Sign, ade_user: User, lind: User, now: datetime
) -> StoryAuthorisation:
    """Ade's story, live on the public page."""
    given = sign(written.story)
    approve(written, ade_user, lind, now)
    return given


@pytest.fixture
def noor(desk: User, now: datetime) -> Person:
    told = {
        "given": "Noor",
        "family": "Haddad",
        "email": "noor@example.org",
        "phone": "+1 555 0102",
    }
    return people.add_person(told | {"birth_date": date(1984, 2, 3)}, at=now, by=desk).person


@pytest.fixture
def noor_user(noor: Person) -> User:
    assert noor.user is not None
    return noor.user


@pytest.fixture
def couple(ade: Person, noor: Person, lind: User, now: datetime) -> Couple:
    return people.link_couple(ade, noor, at=now, by=lind)
