"""The sitter's page: open by its link alone, for as long as it holds, and without the chart."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import at_home as home
from kapstone.web.records.actions import at_home, notices, readings
from kapstone.web.records.models import (
    BoosterAnswer,
    Notice,
    Session,
    SitterAnswer,
    SitterLink,
    SitterLook,
)


def address(link: SitterLink, name: str = "sitter") -> str:
    return reverse(name, args=[home.token_of(link)])


def post(client: Client, link: SitterLink, looks: object) -> tuple[int, dict[str, object]]:
    body = json.dumps({"looks": looks})
    to = address(link, "sitter_looks")
    answer = client.post(to, body, content_type="application/json")
    return answer.status_code, answer.json()


def visible(html: str) -> str:
    """The words between the tags: ids and tokens, which are random, stand inside them."""
    return re.sub(r"<[^>]*>", " ", html)


def test_the_sitter_agrees_by_name_and_only_then_looks(client: Client, link: SitterLink) -> None:
    page = client.get(address(link)).content.decode()
    assert "I agree to all of this" in page
    assert "What do you see?" not in page
    assert client.post(address(link), {"agrees": "yes", "name": " "}).status_code == 422
    assert not SitterAnswer.objects.exists()
    assert client.post(address(link), {"agrees": "yes", "name": "Sam Reed"}).status_code == 302
    assert "What do you see?" in client.get(address(link)).content.decode()


@pytest.mark.parametrize("sent", [{}, {"agrees": "maybe"}, {"booster": "maybe"}])
def test_a_form_without_an_answer_is_no_no(
    sent: dict[str, str], client: Client, started: Session, link: SitterLink
) -> None:
    answers = SitterAnswer.objects.count()
    page = client.post(address(link), sent)
    assert page.status_code == 422
    assert "Say yes or no" in page.content.decode()
    assert (SitterAnswer.objects.count(), BoosterAnswer.objects.count()) == (answers, 0)
    assert not Notice.objects.filter(session=started).exists()


def test_the_page_shows_no_more_than_a_sitter_needs(
    client: Client, started: Session, link: SitterLink
) -> None:
    page = client.get(address(link)).content.decode()
    assert "Sitting with Ade" in page
    assert "tel:+1 555 0199" in page
    assert "tel:911" in page
    words = visible(page.partition("<main")[2])
    for hidden in ("Bello", "200", "mg", "122", "depression", "etamine", "1985"):
        assert hidden not in words, hidden


@pytest.mark.parametrize("name", ["sitter", "sitter_looks"])
def test_an_ended_or_wrong_link_opens_nothing(
    name: str, client: Client, link: SitterLink, lind: User, now: datetime
) -> None:
    assert client.post(reverse(name, args=["no-such"])).status_code == 404
    with clock.at(link.expires_at + timedelta(seconds=1)):
        late = client.post(address(link, name))
    assert late.status_code == 404
    assert name != "sitter" or "Are you with somebody now?" in late.content.decode()
    at_home.end_link(link.sitter, at=now, by=lind)
    assert client.post(address(link, name)).status_code == 404


def again(link: SitterLink, by: User, at: datetime) -> SitterLink:
    return at_home.make_link(link.sitter, on_call=by, call_phone="+1 555 0188", at=at, by=by)


def test_what_waited_on_a_page_that_was_opened_anew_still_arrives(
    client: Client, started: Session, link: SitterLink, abara: User, now: datetime
) -> None:
    newer = again(link, abara, now + timedelta(minutes=5))
    ids = [uuid4().hex for _ in range(3)]
    looks = [
        {"id": each, "saw": saw, "ago_s": ago}
        for each, saw, ago in zip(ids, ("awake", "help", "awake"), (360, 60, 60), strict=True)
    ]
    with clock.at(now + timedelta(minutes=10)):
        status, said = post(client, link, looks)
        assert client.get(address(link)).status_code == 404
        assert post(client, newer, looks[:2])[1]["kept"] == ids[:2]
    assert (status, said["kept"]) == (200, ids[:2])
    assert "Another page was opened" in said["refused"][ids[2]]  # type: ignore[index]
    assert "started_at" not in said
    assert SitterLook.objects.count() == 2
    notice = Notice.objects.get(session=started, kind="home-help")
    assert notice.escalations.get().told == [abara.signed_name]


def test_to_call_stands_until_it_was_answered_or_all_is_well_again(
    client: Client, started: Session, link: SitterLink, lind: User, now: datetime
) -> None:
    def calls(html: str) -> bool:
        return "data-call-now hidden" not in html

    def seen(saw: str) -> object:
        looks = [{"id": uuid4().hex, "saw": saw, "ago_s": 0}]
        return post(client, link, looks)[1]["call"]

    page = address(link)
    assert not calls(client.get(page).content.decode())
    assert seen("help") is True
    assert calls(client.get(page).content.decode()), "also when the page is opened again"
    assert seen("awake") is False
    assert not calls(client.get(page).content.decode())
    assert seen("unsure") is True
    for notice in Notice.objects.filter(session=started, kind="home-help"):
        assert calls(client.get(page).content.decode())
        words = "On the phone with Sam."
        notices.answer_notice(notice, words=words, closes=False, at=now, by=lind)
    assert not calls(client.get(page).content.decode()), "somebody has answered"
    assert post(client, link, [])[1]["call"] is False


def test_a_page_that_was_opened_anew_is_still_told_to_call(
    client: Client, started: Session, link: SitterLink, lind: User, now: datetime
) -> None:
    """The sitter still holds the old page: nothing that it sends takes the call away."""
    again(link, lind, now)
    wanted = [{"id": uuid4().hex, "saw": "help", "ago_s": 0}]
    assert post(client, link, wanted)[1]["call"] is True
    assert post(client, link, [])[1]["call"] is True, "and as often as it asks"
    notice = Notice.objects.get(session=started, kind="home-help")
    notices.answer_notice(notice, words="On the phone.", closes=False, at=now, by=lind)
    assert post(client, link, [])[1]["call"] is False


def test_a_reading_outside_the_limits_is_told_at_once_and_without_its_figures(
    client: Client, started: Session, link: SitterLink, ade_user: User, now: datetime
) -> None:
    def warns() -> bool:
        return "data-is-outside hidden" not in client.get(address(link)).content.decode()

    post(client, link, [{"id": uuid4().hex, "saw": "awake", "ago_s": 0}])
    assert (post(client, link, [])[1]["outside"], warns()) == ("", False)
    high = {"systolic_bp": 195.0, "diastolic_bp": 115.0, "heart_rate": 133.0}
    readings.record_reading(started, high, at=now, by=ade_user)
    assert (post(client, link, [])[1]["outside"], warns()) == ("red", True)
    words = visible(client.get(address(link)).content.decode().partition("<main")[2])
    assert "A reading is outside the limits." in words
    assert "Take the reading again" in words
    assert "This page shows no readings" in words
    assert not [figure for figure in ("195", "115", "133") if figure in words]
    with clock.at(now + timedelta(minutes=5)):
        calm = {"systolic_bp": 124.0, "diastolic_bp": 76.0, "heart_rate": 72.0}
        readings.record_reading(started, calm, at=clock.now(), by=ade_user)
        assert (post(client, link, [])[1]["outside"], warns()) == ("", False)


def test_readings_that_cannot_be_compared_are_not_called_well(
    client: Client, started: Session, link: SitterLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise LookupError("no such limit")

    monkeypatch.setattr(readings, "watch_at", broken)
    assert post(client, link, [])[1]["outside"] == "unknown"
    page = client.get(address(link)).content.decode()
    assert '<b data-when="unknown">' in page
    assert '<b data-when="red" hidden>' in page


def test_the_page_knows_the_hours_of_the_practice(
    client: Client, started: Session, link: SitterLink
) -> None:
    assert 'data-zone="America/New_York"' in client.get(address(link)).content.decode()


def test_what_waited_arrives_by_the_newer_page_at_its_own_time(
    client: Client, started: Session, link: SitterLink, abara: User, now: datetime
) -> None:
    newer = again(link, abara, now + timedelta(minutes=5))
    with clock.at(now + timedelta(minutes=10)):
        post(client, newer, [{"id": uuid4().hex, "saw": "asleep", "ago_s": 480}])
    assert SitterLook.objects.get().at == now + timedelta(minutes=2)


def test_a_replaced_link_takes_nothing_once_it_expired_or_the_page_was_shut(
    client: Client, started: Session, link: SitterLink, abara: User, now: datetime
) -> None:
    again(link, abara, now)
    help_wanted = [{"id": uuid4().hex, "saw": "help", "ago_s": 0}]
    with clock.at(link.expires_at + timedelta(seconds=1)):
        assert post(client, link, help_wanted)[0] == 404
    at_home.end_link(link.sitter, at=now, by=abara)
    again(link, abara, now)
    assert post(client, link, help_wanted)[0] == 404
    assert not SitterLook.objects.exists()


def test_opening_the_page_changes_nothing(client: Client, started: Session) -> None:
    link = SitterLink.objects.get()
    before = SitterLook.objects.count()
    client.get(address(link))
    assert SitterLook.objects.count() == before


def test_looks_that_waited_are_kept_once_at_their_own_time(
    client: Client, started: Session, link: SitterLink, now: datetime
) -> None:
    looks = [
        {"id": uuid4().hex, "saw": "awake", "ago_s": 1200},
        {"id": uuid4().hex, "saw": "asleep", "ago_s": 300},
    ]
    with clock.at(now + timedelta(minutes=30)):
        for _ in range(2):
            status, said = post(client, link, looks)
            assert status == 200
            assert said["kept"] == [each["id"] for each in looks]
    rows = list(SitterLook.objects.order_by("at").values_list("saw", "at"))
    assert rows == [
        ("awake", now + timedelta(minutes=10)),
        ("asleep", now + timedelta(minutes=25)),
    ]


def test_what_is_no_list_of_looks_is_refused(client: Client, link: SitterLink) -> None:
    to = address(link, "sitter_looks")
    for body in ("", "[]", '{"looks": 3}', '{"looks": [], "more": 1}'):
        assert client.post(to, body, content_type="application/json").status_code == 422
    assert post(client, link, [])[1]["kept"] == []


@pytest.mark.parametrize(
    "bad",
    [
        {"id": "x", "saw": "awake", "ago_s": 0},
        {"id": uuid4().hex, "saw": "a" * 21, "ago_s": 0},
        {"id": uuid4().hex, "saw": "awake", "ago_s": None},
        {"id": uuid4().hex, "saw": "awake", "ago_s": 0, "more": 1},
        {"id": uuid4().hex, "saw": "fine", "ago_s": 0},
        {"id": uuid4().hex},
        {"saw": "awake", "ago_s": 0},
        {"id": 3, "saw": "awake", "ago_s": 0},
        [],
        None,
        "awake",
    ],
)
def test_a_look_that_cannot_be_read_is_said_back_and_keeps_no_other_back(
    bad: object, client: Client, started: Session, link: SitterLink
) -> None:
    before, after = ({"id": uuid4().hex, "saw": "awake", "ago_s": ago} for ago in (9, 1))
    status, said = post(client, link, [before, bad, after])
    assert status == 200
    assert said["kept"] == [before["id"], after["id"]]
    named = bad["id"] if isinstance(bad, dict) and isinstance(bad.get("id"), str) else "#1"
    assert list(said["refused"]) == [named]  # type: ignore[call-overload]  # a table of words
    assert SitterLook.objects.count() == 2


def test_without_scripts_a_button_keeps_one_look(client: Client, started: Session) -> None:
    link = SitterLink.objects.get()
    once = str(uuid4())
    for _ in range(2):
        assert client.post(address(link), {"saw": "awake", "once": once}).status_code == 302
    assert SitterLook.objects.count() == 1
