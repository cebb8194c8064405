"""Every list works with nothing in it, with one row, and with five thousand."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from web import crowd
from web.logging_in import logged_in

from kapstone.web import clock
from kapstone.web.accounts import roles
from kapstone.web.accounts.models import User
from kapstone.web.records import waiting
from kapstone.web.records.models import Course

A_FULL_PAGE, MANY = 120, 5_000
LOG_IN = re.compile("django_session|SAVEPOINT")
MOST_KB = 300
OF_PRACTICE = (
    "/",
    "/readiness/",
    *(f"/waiting/{each.kind}/" for each in waiting.KINDS),
    "/people/",
    "/people/?q=family",
    "/calendar/",
    "/calendar/day/",
    "/calendar/week/",
    "/calendar/waiting/",
    "/messages/",
    "/notices/",
    "/rooms/",
    "/groups/",
    "/audit/",
    "/practice/",
    "/told/",
    "/told/where/",
)
OF_CHART = (
    "",
    "notes/",
    "psychotherapy-notes/",
    "followup/",
    "integration/",
    "therapy/",
    "therapy/pain/",
    "groups/",
    "review/",
    "screening/",
    "intake/",
)
OF_PORTAL = (
    *("/me/", "/me/journey/", "/me/journal/", "/me/data/", "/me/messages/", "/me/insights/"),
    *("/me/first-words/", "/me/stories/"),
)


@pytest.fixture
def everybody(osei: User) -> User:
    """Somebody who holds every role of the staff, and so sees every list."""
    osei.roles = sorted(roles.STAFF)
    osei.save()
    return osei


Costs = dict[str, tuple[int, int]]


def costs(client: Client, pages: tuple[str, ...]) -> Costs:
    """Queries and kilobytes of each page, at the second look: the first may note what was read."""
    found = {}
    for page in pages:
        client.get(page)
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(page)
        assert answer.status_code == 200, page
        # When a log-in was last used is noted once a minute, whichever page is open then.
        own = [each for each in asked if not LOG_IN.search(each["sql"])]
        found[page] = (len(own), len(answer.content) // 1024)
    return found


def longer(few: Costs, many: Costs) -> dict[str, tuple[tuple[int, int], tuple[int, int]]]:
    """The pages that ask more of the database, or show more, the more rows there are."""
    return {
        page: (few[page], (queries, size))
        for page, (queries, size) in many.items()
        if queries > few[page][0] or size > MOST_KB
    }


def test_a_list_of_the_practice_costs_the_same_with_five_thousand_rows(
    everybody: User, now: datetime
) -> None:
    client = logged_in(everybody)
    with clock.at(now):
        for count in (0, 1):
            crowd.of_practice(count, by=everybody, at=now)
            costs(client, OF_PRACTICE)
        crowd.of_practice(A_FULL_PAGE, by=everybody, at=now)
        few = costs(client, OF_PRACTICE)
        crowd.of_practice(MANY, by=everybody, at=now)
        assert longer(few, costs(client, OF_PRACTICE)) == {}


def test_a_list_of_one_chart_costs_the_same_with_five_thousand_rows(
    everybody: User, ade_user: User, course: Course, now: datetime
) -> None:
    staff, person = logged_in(everybody), logged_in(ade_user)
    chart = (
        *(f"/courses/{course.pk}/{page}" for page in OF_CHART),
        f"/people/{course.person_id}/messages/",
    )
    with clock.at(now):
        for count in (0, 1, A_FULL_PAGE):
            crowd.of_person(count, course, by=everybody, at=now)
            few = costs(staff, chart) | costs(person, OF_PORTAL)
        crowd.of_person(MANY, course, by=everybody, at=now)
        assert longer(few, costs(staff, chart) | costs(person, OF_PORTAL)) == {}
