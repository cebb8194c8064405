"""Open notices stand by how grave they are, and then by how long nobody has answered."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from web.logging_in import Enter

from kapstone.web.accounts.models import User
from kapstone.web.records.actions import notices, sessions
from kapstone.web.records.models import Course, Notice, Phase, Session

IN_ORDER = (
    ("suicide-risk", "si_urgent", "speak with them now"),
    ("suicide-risk", "si_blank", "left blank"),
    ("bp", "red", "older red"),
    ("hr", "red", "newer red"),
    ("seen", "red", "red, somebody has seen it"),
    ("spo2", "yellow", "yellow"),
    ("mail", "info", "the rest"),
)
OPENED = ("newer red", "the rest", "yellow", "left blank", "speak with them now")
OPENED_FIRST = ("red, somebody has seen it", "older red")


@pytest.fixture
def opened(course: Course, lind: User, now: datetime) -> Course:
    """One notice of each gravity, opened in an order that is neither the right one nor its end."""
    known = {says: (kind, level) for kind, level, says in IN_ORDER}
    for minute, says in enumerate((*OPENED_FIRST, *OPENED)):
        kind, level = known[says]
        at = now - timedelta(hours=1) + timedelta(minutes=minute)
        row = notices.open_notice(course.person, kind=kind, level=level, says=says, at=at, by=lind)
        if kind == "seen":
            notices.answer_notice(row, words="", closes=False, at=at, by=lind)
    return course


@pytest.mark.parametrize("page", ["notices", "course"])
def test_the_gravest_stands_first_and_then_the_one_that_waits_longest(
    page: str, opened: Course, enter: Enter, lind: User
) -> None:
    address = reverse(page, args=[opened.pk] if page == "course" else [])
    words = enter(lind).get(address).content.decode()
    says = [each for _, _, each in IN_ORDER]
    assert shown(words) == says


def test_today_shows_the_gravest_of_each_kind_about_a_person_and_counts_the_rest(
    opened: Course, enter: Enter, lind: User
) -> None:
    words = enter(lind).get(reverse("today")).content.decode()
    first = [each for _, _, each in IN_ORDER if each != "left blank"]
    assert shown(words) == first[:5]
    assert "2 more to answer" in words


def shown(words: str) -> list[str]:
    """What the open notices say, in the order of the page."""
    says = sorted((each for _, _, each in IN_ORDER), key=len, reverse=True)
    return list(dict.fromkeys(re.findall("|".join(map(re.escape, says)), words)))


@pytest.fixture
def running(course: Course, osei: User, now: datetime) -> Session:
    session = sessions.plan_session(course, route="iv", planned_for=now, at=now, by=osei)
    Phase.objects.create(session=session, phase="started", at=now, by=osei)
    return session


def fill(course: Course, by: User, at: datetime) -> None:
    """Seven old and mild ones, each of a kind of its own."""
    for number in range(7):
        kind = f"old-{number}" if number else "suicide-risk"
        level = "red" if number else "si_positive"
        old = at - timedelta(days=1)
        notices.open_notice(course.person, kind=kind, level=level, says=kind, at=old, by=by)


def on_today(browser: Client, says: list[str]) -> list[str]:
    words = browser.get(reverse("today")).content.decode()
    return re.findall("|".join(map(re.escape, says)), words)


def test_what_a_running_session_waits_for_is_pushed_off_today_by_nothing_mild(
    *, course: Course, running: Session, enter: Enter, lind: User, now: datetime
) -> None:
    fill(course, lind, now)
    for level in ("yellow", "red"):
        notices.open_notice(
            course.person,
            kind="bp",
            level=level,
            says=f"live {level}",
            at=now,
            by=lind,
            session=running,
        )
    notices.open_notice(
        course.person, kind="suicide-risk", level="si_urgent", says="urgent", at=now, by=lind
    )
    said = on_today(enter(lind), ["live yellow", "live red", ">urgent", ": urgent"])
    assert [each.split()[-1] for each in said] == ["urgent", "red", "yellow"]


def test_before_it_begins_and_once_they_are_home_it_is_like_any_other(
    *, course: Course, osei: User, enter: Enter, lind: User, now: datetime
) -> None:
    fill(course, lind, now)
    planned = sessions.plan_session(course, route="iv", planned_for=now, at=now, by=osei)
    row = notices.open_notice(
        course.person, kind="bp", level="yellow", says="resting", at=now, by=lind, session=planned
    )
    assert on_today(enter(lind), ["resting"]) == []
    Phase.objects.create(session=planned, phase="started", at=now, by=osei)
    assert Notice.objects.gravest_first().get(pk=row.pk).live
    assert on_today(enter(lind), ["resting"]) == ["resting"]


@pytest.mark.parametrize("count", [4, 7])
def test_no_urgent_answer_is_folded_into_another(
    count: int, course: Course, enter: Enter, lind: User, now: datetime
) -> None:
    says = [f"urgent {number}" for number in range(count)]
    for each in says:
        notices.new_notice(
            course.person, kind="suicide-risk", level="si_urgent", says=each, at=now, by=lind
        )
    assert on_today(enter(lind), says) == says


def test_urgent_ones_that_were_answered_keep_no_place_from_what_runs(
    *, course: Course, running: Session, enter: Enter, lind: User, now: datetime
) -> None:
    for number in range(6):
        row = notices.new_notice(
            course.person,
            kind="suicide-risk",
            level="si_urgent",
            says=f"old {number}",
            at=now - timedelta(days=1),
            by=lind,
        )
        notices.answer_notice(row, words="Called.", closes=False, at=now, by=lind)
    notices.open_notice(
        course.person, kind="bp", level="red", says="live red", at=now, by=lind, session=running
    )
    said = on_today(enter(lind), ["live red", *(f"old {number}" for number in range(6))])
    assert said == ["live red", "old 0"]


def polled(browser: Client, shown: str = "") -> str:
    asked = browser.get(
        reverse("today"), {"shown": shown}, headers={"HX-Request": "true", "X-Poll": "1"}
    )
    return asked.content.decode()


def test_an_open_today_learns_of_a_new_notice(
    course: Course, enter: Enter, lind: User, now: datetime
) -> None:
    browser = enter(lind)
    page = browser.get(reverse("today")).content.decode()
    assert 'hx-trigger="every 20s"' in page
    assert 'data-stale-after="60"' in page
    assert "data-stale-sign" in page
    assert 'id="rail-notices" hidden' in page
    row = notices.open_notice(
        course.person, kind="bp", level="red", says="crossed", at=now, by=lind
    )
    part = polled(browser)
    assert "crossed" in part
    assert "<main" not in part
    assert f'name="shown" value="{row.pk}"' in part
    for where in ("rail", "tab"):
        assert f'id="{where}-notices" hx-swap-oob="true">1</span>' in part


def test_only_what_is_new_is_read_out(
    course: Course, enter: Enter, lind: User, now: datetime
) -> None:
    first, second = (
        notices.open_notice(course.person, kind=kind, level="red", says=kind, at=now, by=lind)
        for kind in ("bp", "hr")
    )
    browser = enter(lind)
    assert polled(browser).count('role="alert"') == 2
    assert polled(browser, f"{first.pk}").count('role="alert"') == 1
    assert polled(browser, f"{first.pk},{second.pk}").count('role="alert"') == 0


def test_the_desk_learns_that_one_waits_and_no_more(
    course: Course, enter: Enter, lind: User, desk: User, now: datetime
) -> None:
    notices.open_notice(course.person, kind="bp", level="red", says="crossed", at=now, by=lind)
    part = polled(enter(desk))
    assert "A notice waits for a clinician." in part
    assert "crossed" not in part
    assert "rail-notices" not in part
