"""A browser in which somebody is logged in, with their second factor."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from kapstone.web.accounts.models import User

Enter = Callable[[User], Client]


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    session = client.session
    session["second_factor"] = True
    session.save()
    return client
