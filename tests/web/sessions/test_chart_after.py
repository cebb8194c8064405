"""The chart speaks of what lies before a session only until the session begins."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.urls import reverse
from web.logging_in import Enter

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records.actions import sessions
from kapstone.web.records.models import Session

AFTER = timedelta(hours=2)


def before_card(page: str) -> str:
    return page.partition("<h2>Before ")[2].partition("</section>")[0]


def test_before_it_begins_the_chart_says_whether_it_is_ready(
    ready: Session, enter: Enter, osei: User
) -> None:
    card = before_card(page_of(ready, enter, osei))
    assert card.startswith("today's medicine")
    assert "ready" in card


def test_once_it_has_ended_nothing_lies_before_it(
    stopped: Session, enter: Enter, osei: User, now: datetime
) -> None:
    with clock.at(now + AFTER):
        page = page_of(stopped, enter, osei)
    assert before_card(page) == ""
    assert reverse("session", args=[stopped.pk]) in page


def test_then_the_chart_speaks_of_the_next_one(
    stopped: Session, enter: Enter, osei: User, now: datetime
) -> None:
    later = sessions.plan_session(
        stopped.course, route="iv", planned_for=now + timedelta(days=7), at=now, by=osei
    )
    with clock.at(now + AFTER):
        page = page_of(stopped, enter, osei)
    assert before_card(page).startswith("the next medicine")
    assert "ready" not in before_card(page)
    assert reverse("session", args=[later.pk]) in before_card(page)


def page_of(session: Session, enter: Enter, user: User) -> str:
    address = reverse("course", args=[session.course_id])
    return str(enter(user).get(address).content.decode())
