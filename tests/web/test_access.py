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

# Pages that are open on purpose: the door, the sign that the server is up, and what is not there.
# The two addresses of a message show nothing of a chart (tests/web/reaching/test_link.py).
OPEN = {
    *("enter", "enter_code", "code_again", "demo_enter", "healthz", "not_here"),
    *("reminded", "stop_reminders"),
    # The two addresses in mails about times (tests/web/calendar/test_links.py, test_standby.py).
    *("another_time", "offered_time"),
    # The sitter's page, by a signed link that ends (tests/web/at_home/test_sitter_page.py).
    *("sitter", "sitter_looks"),
    # The page for first words, by a secret that ends (tests/web/first_words/test_sending.py).
    *("capture", "capture_keep", "capture_delete"),
    # What people let be told to everybody (tests/web/stories/test_public.py).
    "public_stories",
    # How it went for many, once the owner opens it (tests/web/effectiveness/test_plain.py).
    "does_it_help",
    # The page of a therapist outside, by a code to their mail (tests/web/outside/test_reaching.py).
    "outside_page",
}
# Addresses for other systems: open to whoever has no log-in, with a door of their own (a signed
# token, tests/web/api/test_door.py; a device's key, tests/web/devices/test_http.py). The page of a
# rule shows knowledge, and nobody's data.
MACHINES = {"cds_discovery", "cds_service", "cds_feedback", "cds_rule", "device_readings"}
# A calendar program has the secret address of a feed alone (tests/web/calendar/test_feeds.py).
MACHINES |= {"calendar_feed"}
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
GUARDED = [page for page in PAGES if page.name not in OPEN | MACHINES | OWN]


def test_every_page_names_its_deed() -> None:
    assert {page.route for page in GUARDED if page.deed not in MAY} == set()


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_gets_in_without_logging_in(method: str, client: Client) -> None:
    inside = {}
    for page in GUARDED:
        answer = getattr(client, method)(page.address({}))
        door = answer.headers.get("Location", "").startswith("/accounts/login/")
        if answer.status_code != 302 or not door:
            inside[page.route] = answer.status_code
    assert inside == {}


@pytest.mark.parametrize("role", sorted(roles.EVERYONE))
def test_wrong_roles_are_refused(role: str, client: Client, osei: User) -> None:
    """Everyone but those whom the table names is refused, by GET and by POST."""
    enter_as(client, osei, role)
    wrong = {}
    for page in GUARDED:
        answers = {getattr(client, m)(page.address({"pk": 0})).status_code for m in ("get", "post")}
        allowed = role in MAY[page.deed or ""]
        if 403 in answers if allowed else not answers <= {403, 405}:
            wrong[page.route] = answers
    assert wrong == {}


def enter_as(client: Client, user: User, role: str) -> None:
    user.roles = [role]
    user.save()
    client.force_login(user)
    session = client.session
    session["second_factor"] = True
    session.save()
