"""Every address, tried by everyone who may not. A new page is covered the moment it exists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from kapstone.web.accounts import roles
from kapstone.web.accounts.models import User
from kapstone.web.records.access import MAY
from kapstone.web.records.models import Course

# Pages that are open on purpose: the door, the sign that the server is up, and what is not there.
OPEN = {"enter", "enter_code", "demo_enter", "healthz", "not_here"}
# Pages of everybody who is logged in, whatever their role.
OWN = {"lock", "in_use"}


@dataclass(frozen=True)
class Page:
    route: str
    name: str
    view: Any

    @property
    def deed(self) -> str | None:
        return getattr(self.view, "deed", None)

    def address(self, ids: dict[str, object]) -> str:
        parts = [
            str(ids.get(part[1:-1].split(":")[-1], 1)) if part.startswith("<") else part
            for part in self.route.split("/")
        ]
        return "/" + "/".join(parts)


def pages(resolver: URLResolver, prefix: str = "") -> Iterator[Page]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield Page(route, entry.name or "", entry.callback)
        elif not route.startswith("accounts/"):  # allauth's own pages have their own tests
            yield from pages(entry, route)


PAGES = list(pages(get_resolver()))
GUARDED = [page for page in PAGES if page.name not in OPEN | OWN]


@pytest.mark.parametrize("page", GUARDED, ids=lambda page: page.route or "/")
def test_every_page_names_its_deed(page: Page) -> None:
    assert page.deed in MAY


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("page", GUARDED, ids=lambda page: page.route or "/")
def test_nobody_gets_in_without_logging_in(
    page: Page, method: str, client: Client, course: Course
) -> None:
    answer = getattr(client, method)(page.address({}))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("role", sorted(roles.EVERYONE))
@pytest.mark.parametrize("page", GUARDED, ids=lambda page: page.route or "/")
def test_wrong_roles_are_refused(page: Page, role: str, client: Client, osei: User) -> None:
    """Everyone but those whom the table names is refused, by GET and by POST."""
    enter_as(client, osei, role)
    answers = {getattr(client, m)(page.address({"pk": 0})).status_code for m in ("get", "post")}
    if role in MAY[page.deed or ""]:
        assert 403 not in answers
    else:
        assert answers <= {403, 405}


def enter_as(client: Client, user: User, role: str) -> None:
    user.roles = [role]
    user.save()
    client.force_login(user)
    session = client.session
    session["second_factor"] = True
    session.save()
