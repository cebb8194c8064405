"""Who settles a limit from an older page undoes nothing that a colleague signed since, unseen."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.test import Client
from django.urls import reverse
from web.logging_in import Enter
from web.practice.settling import LIMIT, ROUTE, WHY, above, every, filled, held

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import check_times, lines
from kapstone.web.records.actions import countersigning as deeds
from kapstone.web.records.models import LineChange, TimesChange

PAGE, TIMES = reverse("limit", args=[LIMIT]), reverse("times_of_route", args=[ROUTE])
MINUTE = timedelta(minutes=1)


def opened(browser: Client, page: str) -> dict[str, str]:
    return {**filled(browser.get(page).content.decode()), "why": WHY, "name": "Osei"}


def red(by: User, at: datetime) -> float | None:
    rows = {each.id: each for each in lines.in_force(by.practice_id or 0, at)}
    told = rows[LIMIT].red
    return told.at_least if told else None


def test_an_untouched_figure_does_not_undo_a_colleagues_stricter_one(
    osei: User, vale: User, enter: Enter, now: datetime
) -> None:
    browser = enter(osei)
    form = opened(browser, PAGE)
    above(160, vale, now + 5 * MINUTE, **{"red.at_least": 170})
    with clock.at(now + 6 * MINUTE):
        answer = browser.post(PAGE, form | {"yellow_above": "150"})
        seen = answer.content.decode()
        assert answer.status_code == 422
        assert (held(osei, clock.now())[0], red(osei, clock.now())) == (160, 170)
        assert "Vale signed something here on 3 Nov 2026 at 08:05, after this page" in seen
        assert "170 holds now; this page showed 180." in seen
        assert WHY in seen
        assert 'value="Osei"' in seen
        again = filled(seen)
        assert (again["yellow_above"], again["red_at_least"]) == ("150", "170")
        assert browser.post(PAGE, {**again, "why": WHY, "name": "Osei"}).status_code == 302
        assert (held(osei, clock.now())[0], red(osei, clock.now())) == (150, 170)


def test_an_untouched_time_does_not_undo_a_colleagues_stricter_one(
    osei: User, vale: User, enter: Enter, now: datetime
) -> None:
    browser = enter(osei)
    form = opened(browser, TIMES)
    every(10, vale, now + 5 * MINUTE, then_every_min=5)
    with clock.at(now + 6 * MINUTE):
        answer = browser.post(TIMES, form | {"during_every_min": "8"})
        assert answer.status_code == 422
        seen = answer.content.decode()
        assert "5 holds now; this page showed 15." in seen
        again = filled(seen)
        assert (again["during_every_min"], again["then_every_min"]) == ("8", "5")
        assert browser.post(TIMES, {**again, "why": WHY, "name": "Osei"}).status_code == 302
        row = check_times.in_force(osei.practice_id or 0, ROUTE, clock.now())
        assert (row.during_every_min, row.then_every_min) == (8, 5)


def test_what_was_typed_stands_beside_what_a_colleague_signed_of_the_same(
    osei: User, vale: User, enter: Enter, now: datetime
) -> None:
    browser = enter(osei)
    form = opened(browser, PAGE)
    above(145, vale, now)
    with clock.at(now + MINUTE):
        seen = browser.post(PAGE, form | {"yellow_above": "150"}).content.decode()
        assert "145 holds now; this page showed 160. You typed 150." in seen
        assert filled(seen)["yellow_above"] == "150"
        assert held(osei, clock.now())[0] == 145


def test_what_waits_is_not_set_aside_unseen(
    osei: User, vale: User, enter: Enter, now: datetime
) -> None:
    browser = enter(osei)
    forms = {page: opened(browser, page) for page in (PAGE, TIMES)}
    rows = above(170, vale, now), every(12, vale, now)
    with clock.at(now + MINUTE):
        limit = browser.post(PAGE, forms[PAGE] | {"yellow_above": "150"})
        times = browser.post(TIMES, forms[TIMES] | {"during_every_min": "5"})
        for answer in (limit, times):
            assert answer.status_code == 422
            assert "Waits for a second signature" in answer.content.decode()
        practice = osei.practice_id or 0
        assert [*LineChange.objects.waiting(practice), *TimesChange.objects.waiting(practice)] == [
            *rows
        ]
        again = {**filled(limit.content.decode()), "why": WHY, "name": "Osei"}
        assert browser.post(PAGE, again).status_code == 302, "who has seen it may"
        assert held(osei, clock.now())[0] == 150


def test_an_answer_since_is_seen_first(osei: User, vale: User, enter: Enter, now: datetime) -> None:
    row = above(170, osei, now)
    browser = enter(osei)
    form = opened(browser, PAGE)
    deeds.countersign(row, name="Vale", at=now + MINUTE, by=vale)
    with clock.at(now + 2 * MINUTE):
        seen = browser.post(PAGE, form | {"yellow_rise": "30"}).content.decode()
        assert "Vale countersigned what waited here" in seen
        assert "170 holds now; this page showed 160." in seen
        assert LineChange.objects.count() == 1


def test_a_page_that_does_not_say_what_it_showed_has_seen_nothing(
    osei: User, vale: User, enter: Enter, now: datetime
) -> None:
    above(150, vale, now)
    told = {"yellow_above": 155, "yellow_rise": 40, "red_at_least": 180, "why": WHY}
    with clock.at(now + MINUTE):
        answer = enter(osei).post(PAGE, told | {"name": "Osei"})
        assert answer.status_code == 422
        assert held(osei, clock.now())[0] == 150
