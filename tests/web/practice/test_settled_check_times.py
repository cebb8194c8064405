"""When checks are due is settled by a prescriber, signed and dated, and holds from then on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.urls import reverse
from web.logging_in import Enter
from web.practice.settling import looked, seen_on
from web.sessions.conftest import BACK

from kapstone.web import clock
from kapstone.web.accounts.models import Practice, User
from kapstone.web.records import check_times, session_facts
from kapstone.web.records.actions import check_times as deeds
from kapstone.web.records.actions import countersigning, readings
from kapstone.web.records.models import Entry, Session, TimesChange
from kapstone.web.records.refusals import Refused

pytest_plugins = ["web.sessions.conftest"]
OFTEN = {"during_every_min": 4}
MINUTE = timedelta(minutes=1)
WHY = "A trial of ours, of a month."


def settle(by: User, at: datetime, route: str = "iv", **also: Any) -> TimesChange:
    seen = looked(TimesChange, route, by)
    told = {"times": OFTEN, "why": "Our people are older.", **seen, **also}
    return deeds.settle_check_times(route, told.pop("times"), **told, at=at, by=by)


def settle_rarer(by: User, second: User, at: datetime, **times: Any) -> None:
    """What looks less often than what ships: signed by two."""
    row = settle(by, at, times=times, why=WHY)
    countersigning.countersign(row, name=second.name, at=at, by=second)


def test_from_then_on_the_next_check_is_due_by_it(
    started: Session, osei: User, vale: User, now: datetime
) -> None:
    began = session_facts.giving(started).started_at
    assert began is not None
    signed = began + 30 * MINUTE
    settle_rarer(osei, vale, signed, during_every_min=25)
    readings.record_reading(started, BACK, at=began, by=osei)
    before = readings.watch_at(started, signed - MINUTE)
    assert before.next_due == began + 10 * MINUTE
    after = readings.watch_at(started, signed)
    assert after.next_due == began + 25 * MINUTE
    assert after.overdue_min == 5.0


def test_room_floor_and_wall_show_it(
    started: Session, osei: User, vale: User, enter: Enter, now: datetime
) -> None:
    began = session_facts.giving(started).started_at
    assert began is not None
    settle_rarer(osei, vale, began, after_end_min=(0, 5), during_every_min=25)
    readings.record_reading(started, BACK, at=began, by=osei)
    zone = started.course.person.practice.zone
    due = f'data-until="{(began + 25 * MINUTE).astimezone(zone).isoformat()}"'
    with clock.at(began + 2 * MINUTE):
        browser = enter(osei)
        pages = ("/rooms/", "/rooms/wall/", reverse("room", args=[started.pk]))
        for page in (*pages, reverse("board", args=[started.pk])):
            assert due in browser.get(page).content.decode(), page


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"times": {"during_every_min": 0}}, "times"),
        ({"times": {"after_end_min": ()}}, "times"),
        ({"times": {"after_end_min": (0, 30, 15)}}, "times"),
        ({"times": {"after_end_min": (-5, 0)}}, "times"),
        ({"times": {"after_end_min": (0, 721)}}, "times"),
        ({"times": {"minutes": (5,)}}, "no-time"),
        ({"times": {}}, "same"),
        ({"why": "  "}, "why"),
        ({"times": {"during_every_min": 11}, "why": "short"}, "rarer"),
        ({"name": "Somebody Else"}, "other-name"),
        ({"route": "patch"}, "no-route"),
    ],
)
def test_what_cannot_be_settled_is_refused_and_nothing_is_kept(
    told: dict[str, Any], code: str, osei: User, now: datetime
) -> None:
    with pytest.raises(Refused) as why:
        settle(osei, now, **told)
    assert why.value.code == code
    assert not TimesChange.objects.exists()


def test_only_a_prescriber_settles(abara: User, owen: User, enter: Enter, now: datetime) -> None:
    for user in (abara, owen):
        with pytest.raises(Refused):
            settle(user, now)
        assert enter(user).get(reverse("check_times")).status_code == 403
        assert enter(user).get(reverse("times_of_route", args=["iv"])).status_code == 403


def test_each_practice_has_its_own(osei: User, now: datetime) -> None:
    settle(osei, now)
    other = Practice.objects.create(name="Birch", phone="", time_zone="UTC")
    mine, shipped = osei.practice_id or 0, check_times.in_force(0, "iv", now)
    assert check_times.in_force(mine, "iv", now).during_every_min == 4
    assert check_times.in_force(mine, "iv", now - timedelta(seconds=1)) == shipped
    assert check_times.in_force(other.pk, "iv", now) == shipped


def test_the_page_settles_shows_what_is_rarer_and_keeps_what_stood_before(
    osei: User, vale: User, enter: Enter, now: datetime
) -> None:
    client, page = enter(osei), reverse("times_of_route", args=["im"])
    told = {"minutes": "10, 20; 30 60", "then_every_min": "10", "why": WHY}
    told["name"] = osei.name
    assert client.post(page, told).status_code == 302
    assert "! less often than" not in client.get(reverse("check_times")).content.decode()
    countersigning.countersign(TimesChange.objects.get(), name=vale.name, at=now, by=vale)
    listed = client.get(reverse("check_times")).content.decode()
    assert "10, 20, 30, 60" in listed
    assert "! less often than 5, 10, 15, 20, 30, 45, 60" in listed
    assert "ships as 15" in listed
    assert WHY in listed
    assert "STUDY; DEFAULT · S111, S95" in listed, "what ships stands beside it with its source"
    shipped = {"minutes": "5, 10, 15, 20, 30, 45, 60", "then_every_min": "15"}
    told["seen"] = seen_on(client, page)
    assert client.post(page, {**told, **shipped, "why": "Back."}).status_code == 302
    assert [each.times for each in TimesChange.objects.order_by("pk")] == [
        {"minutes": [10, 20, 30, 60], "then_every_min": 10},
        {},
    ]
    seen = client.get(page).content.decode()
    assert seen.index("Back.") < seen.index(WHY)
    entry = Entry.objects.filter(did="settle check times").latest("pk")
    assert entry.detail["before"] == {"minutes": [10, 20, 30, 60], "then_every_min": 10}
    assert client.get(reverse("times_of_route", args=["patch"])).status_code == 404
    assert reverse("check_times") in client.get(reverse("limits")).content.decode()


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Give at least one time."),
        ("five, ten", "Write whole minutes with commas between them, such as 5, 10, 15."),
        ("5, 7.5", "Write whole minutes with commas between them, such as 5, 10, 15."),
        ("10, 5", "5 follows 10: each time is later than the one before."),
        ("-5, 5", "-5 min is before it: give 0 or more."),
        ("5, 721", "721 is more than 60 min after 5."),
    ],
)
def test_bad_times_come_back_with_the_reason_and_what_was_typed(
    typed: str, says: str, osei: User, enter: Enter
) -> None:
    told = {"minutes": typed, "then_every_min": "15", "why": "A trial.", "name": osei.name}
    answer = enter(osei).post(reverse("times_of_route", args=["im"]), told)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert says in page
    assert "A trial." in page
    assert f'value="{typed}"' in page or not typed
    assert not TimesChange.objects.exists()


def test_the_database_refuses_to_change_what_was_settled(osei: User, now: datetime) -> None:
    row = settle(osei, now)
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("UPDATE records_timeschange SET times = '{}' WHERE id = %s", [row.pk])
