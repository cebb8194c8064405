"""Logged-in browsers, with the clock held at the personas' day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from django.test import Client

from kapstone.web import clock
from kapstone.web.accounts.models import User

Enter = Callable[[User], Client]


@pytest.fixture(autouse=True)
def held_clock(now: datetime) -> Iterator[None]:
    with clock.at(now):
        yield


@pytest.fixture
def enter() -> Enter:
    """A browser of its own for each user, past the second factor."""

    def browser(user: User) -> Client:
        client = Client()
        client.force_login(user)
        session = client.session
        session["second_factor"] = True
        session.save()
        return client

    return browser
