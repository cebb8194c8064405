"""Ade sees a therapist elsewhere, whom the practice does not know."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from web.couples.conftest import couple, noor, noor_user, noors  # noqa: F401  # fixtures
from web.couples.test_private import told  # noqa: F401  # a fixture
from web.seeing.conftest import answered  # noqa: F401  # a fixture

from kapstone.web.accounts.models import User
from kapstone.web.records import outside
from kapstone.web.records.actions import integration, preparing
from kapstone.web.records.actions import outside as deeds
from kapstone.web.records.models import Commitment, Course, OutsideTherapist, Person

LetIn = Callable[..., OutsideTherapist]
EMAIL = "dr.weiss@elsewhere.example"
LAST_DAY = date(2026, 12, 31)


@pytest.fixture
def walk_daily(course: Course, ade_user: User, now: datetime) -> Commitment:
    """Something small that Ade took on, out of an insight that stays Ade's."""
    mine: Any = {"at": now, "by": ade_user}
    insight = integration.record_insight(course, words="The sea was warm", **mine)
    return integration.make_commitment(insight, words="Walk each day", due_on=None, **mine)


@pytest.fixture
def intention(course: Course, ade_user: User, now: datetime) -> Any:
    said = "To meet my grief"
    return preparing.answer_preparation(course, "intention", said, at=now, by=ade_user)


@pytest.fixture
def let_in(ade: Person, ade_user: User, now: datetime) -> LetIn:
    """`let_in("dates", asks_note=True)`: Dr. Weiss may read what is named, until the last day."""

    def let(*allowed: str, asks_note: bool = False, until: date = LAST_DAY) -> OutsideTherapist:
        what: Any = {"allowed": allowed, "purpose": "To work on the same things", "until": until}
        allows = deeds.Allows(asks_note=asks_note, **what)
        who = {"name": "Dr. Weiss", "licence": "NY 1234", "email": EMAIL}
        return deeds.let_outside_in(ade, allows, **who, at=now, by=ade_user)

    return let


def address(therapist: OutsideTherapist) -> str:
    return reverse("outside_page", args=[outside.token_of(therapist)])


def code_of(client: Client, therapist: OutsideTherapist) -> str:
    """Ask for a code, and take it from the mail."""
    client.post(address(therapist))
    for thread in threading.enumerate():
        if thread.name == "outside-code":
            thread.join()
    sent = mail.outbox[-1]
    assert sent.to == [therapist.email]
    found = re.search(r"\b(\d{6})\b", str(sent.body))
    assert found is not None
    return found[1]


def opened(client: Client, therapist: OutsideTherapist) -> Client:
    """The browser of the therapist, with the page open."""
    answer = client.post(address(therapist), {"code": code_of(client, therapist)})
    assert answer.status_code == 302
    return client


def read(client: Client, therapist: OutsideTherapist) -> str:
    return str(client.get(address(therapist)).content.decode())
