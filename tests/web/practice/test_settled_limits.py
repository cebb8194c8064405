"""The figures of a limit are settled by a prescriber, signed and dated, and hold from then on."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.urls import reverse
from web.logging_in import Enter
from web.practice.settling import looked, seen_on
from web.sessions.conftest import CALM

from kapstone import monitoring
from kapstone.web import clock
from kapstone.web.accounts.models import Practice, User
from kapstone.web.records import lines
from kapstone.web.records.actions import countersigning, limits, practice, readings
from kapstone.web.records.models import Entry, LineChange, Notice, Session
from kapstone.web.records.refusals import Refused

pytest_plugins = ["web.sessions.conftest"]
HIGH = {"yellow.above": 150.0, "yellow.rise": 35.0, "red.at_least": 170.0}


def settle(by: User, at: datetime, id: str = "ALM-SBP-H", **also: Any) -> LineChange:
    told = {"figures": HIGH, "why": "Our people are older.", **looked(LineChange, id, by), **also}
    return limits.settle_limit(id, told.pop("figures"), **told, at=at, by=by)


def test_from_then_on_a_reading_is_compared_with_it(
    started: Session, osei: User, abara: User, now: datetime
) -> None:
    before, after = now + timedelta(minutes=10), now + timedelta(minutes=20)
    high = CALM | {"systolic_bp": 156.0}
    first = readings.record_reading(started, high, at=before, by=abara)
    settle(osei, now + timedelta(minutes=15))
    then = readings.record_reading(started, high, at=after, by=abara)
    assert first.judgement.crossed == []
    ((kind, level),) = [(each["limit"], each["level"]) for each in then.judgement.crossed]
    assert (kind, level) == ("ALM-SBP-H", "yellow")
    assert "watch 150" in Notice.objects.get(kind="ALM-SBP-H").says
    assert readings.crossed_at(started, before) == ()


def test_the_room_shows_and_hands_over_the_figures_that_hold(
    started: Session, osei: User, enter: Enter, now: datetime
) -> None:
    settle(osei, now)
    with clock.at(now + timedelta(minutes=1)):
        page = enter(osei).get(reverse("room", args=[started.pk])).content.decode()
    told = re.search(r'<script id="room-limits"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert told is not None
    rows = {each["id"]: each for each in json.loads(told[1])["limits"]}
    assert rows["ALM-SBP-H"]["yellow"] == {"above": 150.0, "rise": 35.0}
    assert "watch above 150/95" in page
    assert "limit 170/110 or more" in page


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"figures": {"yellow.above": 190.0}}, "figure"),
        ({"figures": {"green.above": 1.0}}, "no-figure"),
        ({"figures": {}}, "same"),
        ({"why": "  "}, "why"),
        ({"name": "Somebody Else"}, "other-name"),
        ({"id": "ALM-NONE"}, "no-limit"),
    ],
)
def test_what_cannot_be_settled_is_refused_and_nothing_is_kept(
    told: dict[str, Any], code: str, osei: User, now: datetime
) -> None:
    with pytest.raises(Refused) as why:
        settle(osei, now, **told)
    assert why.value.code == code
    assert not LineChange.objects.exists()


def test_laxer_figures_name_the_ones_that_ship_and_need_a_reason(osei: User, now: datetime) -> None:
    limit = next(each for each in monitoring.limits() if each.id == "ALM-SPO2")
    shipped = monitoring.figures_of(limit)
    levels = [key for key in shipped if key.endswith((".below", ".at_most"))]
    lax = {key: shipped[key] - 20 for key in levels}
    told: dict[str, Any] = {"name": osei.name, "at": now, "by": osei, "seen": ""}
    with pytest.raises(Refused, match=r"where .* ships") as refused:
        limits.settle_limit(limit.id, lax, why="short", **told)
    assert refused.value.code == "looser"
    assert limit.sources[0] in refused.value.words
    closer = {key: shipped[key] + 1 for key in levels}
    assert limits.settle_limit(limit.id, closer, why="short", **told).pk
    told |= looked(LineChange, limit.id, osei)
    asked = limits.settle_limit(limit.id, lax, why="A trial of ours, of a month.", **told)
    assert asked.asks_second is True
    held = lines.changes(osei.practice_id or 0, now)[limit.id]
    assert held.figures == closer, "until a second has signed, what held goes on holding"


def test_only_a_prescriber_settles(abara: User, owen: User, enter: Enter, now: datetime) -> None:
    for user in (abara, owen):
        with pytest.raises(Refused):
            settle(user, now)
        assert enter(user).get(reverse("limit", args=["ALM-SBP-H"])).status_code == 403


def test_each_practice_has_its_own(osei: User, now: datetime) -> None:
    settle(osei, now)
    other = Practice.objects.create(name="Birch", phone="", time_zone="UTC")
    assert lines.changes(other.pk, now) == {}
    assert lines.changes(osei.practice_id or 0, now - timedelta(seconds=1)) == {}


def test_the_page_settles_shows_what_is_later_and_keeps_what_stood_before(
    osei: User, vale: User, enter: Enter, now: datetime
) -> None:
    client, page = enter(osei), reverse("limit", args=["ALM-SBP-H"])
    fields = {"yellow_above": 165, "yellow_rise": 30, "red_at_least": 180}
    told = {**fields, "why": "A trial of ours, of a month.", "name": osei.name}
    assert client.post(page, told).status_code == 302
    assert "! later than 160" not in client.get(reverse("limits")).content.decode()
    countersigning.countersign(LineChange.objects.get(), name=vale.name, at=now, by=vale)
    listed = client.get(reverse("limits")).content.decode()
    assert "! later than 160" in listed
    assert "sooner than 40" in listed
    assert "A trial of ours, of a month." in listed
    told["seen"] = seen_on(client, page)
    assert client.post(page, {**told, "yellow_above": 181, "red_at_least": 180}).status_code == 422
    shipped = {"yellow_above": 160, "yellow_rise": 40, "red_at_least": 180}
    assert client.post(page, {**told, **shipped, "why": "Back."}).status_code == 302
    assert [each.figures for each in LineChange.objects.order_by("pk")] == [
        {"yellow.above": 165.0, "yellow.rise": 30.0},
        {},
    ]
    seen = client.get(page).content.decode()
    assert seen.index("Back.") < seen.index("A trial of ours, of a month.")
    entry = Entry.objects.filter(did="settle limit").latest("pk")
    assert entry.detail["before"] == {"yellow.above": 165.0, "yellow.rise": 30.0}
    assert client.get(reverse("limit", args=["ALM-NONE"])).status_code == 404


def test_the_database_refuses_to_change_what_was_settled(osei: User, now: datetime) -> None:
    row = settle(osei, now)
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("UPDATE records_linechange SET figures = '{}' WHERE id = %s", [row.pk])


def test_a_default_row_says_that_it_waits_until_somebody_has_signed(
    osei: User, enter: Enter, now: datetime
) -> None:
    browser, one = enter(osei), reverse("limit", args=["ALM-SBP-H"])
    waits = "! DEFAULT: waits for a prescriber"
    rows = len([each for each in monitoring.limits() if "DEFAULT" in each.basis])
    assert browser.get(reverse("limits")).content.decode().count(waits) == rows
    assert waits in browser.get(one).content.decode()
    settle(osei, now)
    assert browser.get(reverse("limits")).content.decode().count(waits) == rows - 1
    assert waits not in browser.get(one).content.decode()
    practice.sign_settings("Osei", at=now, by=osei)
    assert waits not in browser.get(reverse("limits")).content.decode()


def test_a_line_out_of_bounds_is_refused_on_the_page(osei: User, enter: Enter) -> None:
    told = {"yellow_above": "160", "yellow_rise": "40", "red_at_least": "400"}
    told |= {"why": "Our people are older than most.", "name": "Osei"}
    answer = enter(osei).post(reverse("limit", args=["ALM-SBP-H"]), told)
    assert answer.status_code == 422
    assert "Limit at least: Systolic blood pressure lies between 40 and 300" in (
        answer.content.decode()
    )
    assert not LineChange.objects.exists()
