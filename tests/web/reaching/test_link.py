"""The link of a message: a code opens the form, nothing opens by itself, and one tap stops it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from web.logging_in import Enter
from web.reaching.conftest import Gateway

from kapstone import instruments
from kapstone.web import clock
from kapstone.web.accounts import links
from kapstone.web.accounts.models import Practice, SignInLink, User
from kapstone.web.portal import reach
from kapstone.web.records import outbox, reaching
from kapstone.web.records.actions import intake, questionnaires
from kapstone.web.records.actions import reaching as deeds
from kapstone.web.records.models import ContactWishes, Entry, Outgoing, Person, Reminder, Sheet

pytestmark = pytest.mark.django_db
ADDRESS = re.compile(r"http://127\.0\.0\.1:8000(/[fs]/[\w-]+/)")


class AtOnce:
    """In place of the thread that sends a code: the test reads what was sent."""

    def __init__(self, target: Callable[..., None], args: tuple[object, ...], name: str) -> None:
        self.target, self.args = target, args

    def start(self) -> None:
        self.target(*self.args)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "threading", SimpleNamespace(Thread=AtOnce))


def addresses(person: Person, at: datetime) -> list[str]:
    """The two addresses of the message that goes out at this moment."""
    with clock.at(at):
        deeds.remind_due(person, at=at)
    return ADDRESS.findall(Outgoing.objects.latest("pk").text)


def test_a_message_names_no_form_and_no_reason(
    sheet: Sheet, ade: Person, evening: datetime
) -> None:
    addresses(ade, evening)
    row = Outgoing.objects.get()
    assert row.subject == "A note from Ash Lane"
    assert ADDRESS.sub("LINK", row.text) == (
        "Ash Lane has a short form for you: LINK\nStop these messages: LINK"
    )
    said = f"{row.subject} {row.text}".lower()
    named = [word for of in instruments.instruments() for word in (of.short, of.domain)]
    assert [word for word in [*named, "ketamine", "Ade"] if word.lower() in said] == []


def test_a_text_fits_into_one_with_a_usual_address(
    sheet: Sheet, by_text: Person, evening: datetime, settings: Any
) -> None:
    settings.SITE_ADDRESS = "https://kap.example.org"
    with clock.at(evening):
        deeds.remind_due(by_text, at=evening)
    assert len(Outgoing.objects.get().text) <= 160


def test_the_link_and_a_code_open_the_form_without_a_password(
    client: Client, sheet: Sheet, ade: Person, evening: datetime
) -> None:
    form, _ = addresses(ade, evening)
    with clock.at(evening):
        page = client.get(form)
        assert b"Send me a code" in page.content
        assert b"PHQ" not in page.content
        assert not SignInLink.objects.exists()
        asked = client.post(form)
        code = mail.outbox[-1].body.split("Your code: ")[1][:6]
        opened = client.post(asked["Location"], {"code": code})
        assert opened["Location"] == f"/me/sheets/{sheet.pk}/"
        assert client.get(opened["Location"]).status_code == 200
        assert client.get(form)["Location"] == f"/me/sheets/{sheet.pk}/"


def test_a_wrong_code_opens_nothing(
    client: Client, sheet: Sheet, ade: Person, evening: datetime
) -> None:
    form, _ = addresses(ade, evening)
    with clock.at(evening):
        asked = client.post(form)
        code = mail.outbox[-1].body.split("Your code: ")[1][:6]
        wrong = f"{(int(code) + 1) % 10**6:06}"
        assert client.post(asked["Location"], {"code": wrong}).status_code == 422
        assert client.get(f"/me/sheets/{sheet.pk}/").status_code == 302


def test_the_code_comes_by_text_to_who_chose_that(
    client: Client, gateway: Gateway, sheet: Sheet, by_text: Person, evening: datetime
) -> None:
    form, _ = addresses(by_text, evening)
    with clock.at(evening):
        asked = client.post(form)
    (sent,) = gateway.sent.values()
    found = re.search(r"Your code for Ash Lane: (\d{6})", sent["text"])
    assert found is not None
    with clock.at(evening):
        opened = client.post(asked["Location"], {"code": found[1]})
    assert opened["Location"] == f"/me/sheets/{sheet.pk}/"
    assert mail.outbox == []


def test_a_second_code_comes_the_same_way_and_opens_the_same_form(
    client: Client, gateway: Gateway, sheet: Sheet, by_text: Person, evening: datetime
) -> None:
    form, _ = addresses(by_text, evening)
    with clock.at(evening):
        first = client.post(form)["Location"]
        asked = client.post(f"{first}again/")["Location"]
        assert asked != first
        *_, sent = gateway.sent.values()
        found = re.search(r"Your code for Ash Lane: (\d{6})", sent["text"])
        assert found is not None
        assert client.post(asked, {"code": found[1]})["Location"] == f"/me/sheets/{sheet.pk}/"
    assert len(gateway.sent) == 2
    assert mail.outbox == []


def test_a_second_code_is_counted_with_the_others_and_a_stranger_gets_none(
    client: Client, sheet: Sheet, ade: Person, evening: datetime
) -> None:
    form, _ = addresses(ade, evening)
    with clock.at(evening):
        asked = client.post(form)["Location"]
        answers = [client.post(f"{asked}again/").status_code for _ in range(7)]
        assert client.post("/enter/of-nobody/again/")["Location"] == "/enter/"
    with clock.at(evening + timedelta(days=1)):
        assert client.post(f"{asked}again/")["Location"] == "/enter/"
    assert answers == [302] * 5 + [422] * 2
    assert len(mail.outbox) == 6


def test_a_gateway_that_is_down_is_logged_and_tells_nothing(
    client: Client,
    gateway: Gateway,
    sheet: Sheet,
    *,
    by_text: Person,
    evening: datetime,
    caplog: pytest.LogCaptureFixture,
) -> None:
    gateway.answer = lambda _: 503
    form, _ = addresses(by_text, evening)
    with clock.at(evening):
        assert client.post(form).status_code == 302
    assert "the code could not be sent" in caplog.text


def test_codes_are_sent_six_times_an_hour_at_most(
    client: Client, sheet: Sheet, ade: Person, evening: datetime
) -> None:
    form, _ = addresses(ade, evening)
    with clock.at(evening):
        answers = [client.post(form).status_code for _ in range(8)]
    assert answers == [302] * 6 + [422] * 2
    assert len(mail.outbox) == 6


def test_the_link_is_over_when_the_form_is(
    client: Client, sheet: Sheet, ade: Person, ade_user: User, evening: datetime
) -> None:
    form, _ = addresses(ade, evening)
    with clock.at(sheet.closes_at - timedelta(seconds=1)):
        assert b"Send me a code" in client.get(form).content
    with clock.at(sheet.closes_at):
        assert b"Nothing is open here" in client.post(form).content
    with clock.at(evening):
        questionnaires.answer_item(sheet, "interest", 1, at=evening, by=ade_user)
        questionnaires.finish_sheet(sheet, at=evening, by=ade_user)
        assert b"Nothing is open here" in client.post(form).content
    assert mail.outbox == []


def test_somebody_whose_log_in_is_shut_gets_no_code(
    client: Client, sheet: Sheet, ade: Person, ade_user: User, evening: datetime
) -> None:
    form, _ = addresses(ade, evening)
    ade_user.is_active = False
    ade_user.save()
    with clock.at(evening):
        assert b"Nothing is open here" in client.post(form).content


def test_only_the_hash_of_the_link_is_with_the_chart(
    sheet: Sheet, ade: Person, evening: datetime
) -> None:
    form, _ = addresses(ade, evening)
    token = form.split("/")[2]
    assert Reminder.objects.get().token_hash == reaching.digest(token)
    assert len(token) == 16


def test_a_scanner_that_opens_the_links_stops_nothing_and_one_tap_does(
    client: Client, sheet: Sheet, ade: Person, ade_user: User, evening: datetime
) -> None:
    form, stop = addresses(ade, evening)
    with clock.at(evening):
        for address in (form, stop):
            client.get(address)
            client.head(address)
        assert not ContactWishes.objects.exists()
        assert b"You get no more of these messages" in client.post(stop).content
        row = ContactWishes.objects.get()
        assert (row.opted_out, row.by, row.channel) == (True, ade_user, "email")
        client.post(stop)
        assert ContactWishes.objects.count() == 1
        again = client.get(stop).content
        assert b"You get no more of these messages" in again
        assert b"Stop these messages?" not in again
    with clock.at(evening + timedelta(days=1)):
        assert deeds.remind_due(ade, at=evening + timedelta(days=1)) == []


def test_the_reminder_of_the_intake_can_be_stopped_too(
    client: Client, ade: Person, ade_user: User, lind: User, now: datetime
) -> None:
    course = ade.courses.get()
    with clock.at(now):
        intake.remind(course, address="https://x.example/", at=now, by=lind)
        text = Outgoing.objects.latest("pk").text
        (stop,) = re.findall(r"Stop these messages: http://127\.0\.0\.1:8000(/s/\S+)", text)
        client.get(stop)
        assert not ContactWishes.objects.exists()
        client.post(stop)
        assert client.post(f"{stop[:-2]}x/").status_code == 404
    row = ContactWishes.objects.get()
    assert (row.person, row.by, row.opted_out) == (ade, ade_user, True)


@pytest.mark.parametrize("address", ["/f/AAAA/", "/s/AAAA/"])
def test_a_link_that_is_not_known_says_so_and_what_else_to_do(
    address: str, client: Client, ade: Person
) -> None:
    for answer in (client.get(address), client.post(address)):
        page = answer.content.decode()
        assert answer.status_code == 404
        for words in ("This link is too old", "How we reach you", "to stop messages"):
            assert words in page
    assert (ade.practice.phone in page) is (Practice.objects.count() == 1)


def test_stopping_works_long_after_the_form_has_closed(
    client: Client, sheet: Sheet, ade: Person, evening: datetime
) -> None:
    _, stop = addresses(ade, evening)
    with clock.at(evening + timedelta(days=400)):
        client.post(stop)
    assert ContactWishes.objects.get().opted_out


def test_stopping_works_behind_the_lock(
    sheet: Sheet, ade: Person, ade_user: User, evening: datetime, enter: Enter
) -> None:
    _, stop = addresses(ade, evening)
    client = enter(ade_user)
    session = client.session
    session["locked"] = True
    session.save()
    assert client.post(stop).status_code == 200
    assert ContactWishes.objects.get().opted_out


def wishes(**also: Any) -> dict[str, Any]:
    told = {"channel": "email", "hour": 8, "time_zone": "Europe/London", "phone": ""}
    return {**told, **also}


def test_the_person_says_how_to_reach_them(
    ade: Person, ade_user: User, settings: Any, enter: Enter
) -> None:
    settings.SMS = "console"
    client, page = enter(ade_user), "/me/data/reach/"
    assert b"America/New York" in client.get(page).content
    told = wishes(channel="sms", phone="+1 (555) 010-0123")
    assert client.post("/me/data/reach/", told).status_code == 302
    row = ContactWishes.objects.standing().get()
    assert (row.channel, row.hour, row.time_zone, row.phone, row.by) == (
        *("sms", 8, "Europe/London", "+15550100123"),
        ade_user,
    )
    client.post("/me/data/reach/", wishes(channel="nothing", phone=row.phone))
    later = ContactWishes.objects.standing().get()
    assert (later.corrects, later.opted_out, later.channel) == (row, True, "sms")
    assert b'value="nothing" required id="id_channel_3" checked' in client.get(page).content
    client.post(page, wishes())
    later = ContactWishes.objects.standing().get()
    assert (later.opted_out, later.channel) == (False, "email")
    entry = Entry.objects.filter(did="write wishes").latest("number")
    assert (entry.detail["before"]["channel"], entry.detail["after"]["channel"]) == ("sms", "email")


@pytest.mark.parametrize(
    "wrong",
    [
        {"channel": "sms", "phone": ""},
        {"channel": "sms", "phone": "555 0100"},
        {"hour": 7},
        {"hour": 21},
        {"time_zone": "Mars/Olympus"},
        {"channel": "pigeon"},
    ],
)
def test_a_wish_that_cannot_be_kept_is_refused(
    wrong: dict[str, Any], ade: Person, ade_user: User, settings: Any, enter: Enter
) -> None:
    settings.SMS = "console"
    assert enter(ade_user).post("/me/data/reach/", wishes(**wrong)).status_code == 422
    assert not ContactWishes.objects.exists()


def test_text_messages_are_offered_only_where_they_can_be_sent(
    ade: Person, ade_user: User, enter: Enter
) -> None:
    client = enter(ade_user)
    found = client.get("/me/data/reach/").content
    assert b"Text message" not in found
    assert b"Phone number" not in found
    assert client.post("/me/data/reach/", wishes(channel="sms")).status_code == 422


def test_mail_is_the_way_of_codes_for_everybody_else(ade: Person) -> None:
    assert reach.by_wish(ade) is None


def test_nothing_waits_after_all_was_sent(sheet: Sheet, ade: Person, evening: datetime) -> None:
    addresses(ade, evening)
    with clock.at(evening):
        assert outbox.deliver() == 1
        assert not outbox.waiting().exists()


@pytest.mark.parametrize("odd", [{"hour": 3}, {"phone": "555"}, {"channel": "pigeon"}])
def test_messages_can_be_stopped_whatever_wishes_stand(
    odd: dict[str, Any],
    client: Client,
    sheet: Sheet,
    *,
    ade: Person,
    ade_user: User,
    evening: datetime,
) -> None:
    """Wishes that were kept under other rules than today's."""
    _, stop = addresses(ade, evening)
    kept = {"channel": "email", "hour": 18, "time_zone": "America/New_York", "phone": "", **odd}
    ContactWishes.objects.create(person=ade, **kept, at=evening, by=ade_user)
    with clock.at(evening):
        assert client.post(stop).status_code == 200
    row = ContactWishes.objects.newest(person=ade)
    assert row.opted_out
    assert {name: getattr(row, name) for name in odd} == odd
