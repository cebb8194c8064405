"""Messages on their way: retried, never doubled where the channel allows that, given up visibly."""

from __future__ import annotations

import smtplib
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import OperationalError
from web.reaching.conftest import Gateway

from kapstone.web import clock, environment
from kapstone.web.accounts.models import User
from kapstone.web.records import channels, outbox, reaching, worker
from kapstone.web.records.actions import questionnaires
from kapstone.web.records.actions import reaching as deeds
from kapstone.web.records.models import Outgoing, Person, Sheet

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def die_once_before_noting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker is gone after the message was handed over and before that is written down."""
    save = Outgoing.save
    died: list[int] = []

    def dying(self: Outgoing, *args: Any, **also: Any) -> None:
        if self.sent_at is not None and not died:
            died.append(self.pk)
            raise OperationalError("the worker died here")
        save(self, *args, **also)

    monkeypatch.setattr(Outgoing, "save", dying)


def test_a_death_before_noting_gives_two_mails_with_one_message_id(
    sheet: Sheet, ade: Person, evening: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clock.at(evening):
        deeds.remind_due(ade, at=evening)
        die_once_before_noting(monkeypatch)
        with pytest.raises(OperationalError):
            outbox.deliver()
    assert Outgoing.objects.get().sent_at is None
    with clock.at(evening + 2 * MINUTE):
        assert outbox.deliver() == 1
        assert outbox.deliver() == 0
    first, second = (message.message() for message in mail.outbox)
    assert first["Message-ID"] == second["Message-ID"]
    assert first.get_payload() == second.get_payload()
    assert first["Message-ID"].endswith("@127.0.0.1>")


def test_a_death_before_noting_gives_one_text(
    gateway: Gateway,
    sheet: Sheet,
    by_text: Person,
    evening: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with clock.at(evening):
        deeds.remind_due(by_text, at=evening)
        die_once_before_noting(monkeypatch)
        with pytest.raises(OperationalError):
            outbox.deliver()
    with clock.at(evening + 2 * MINUTE):
        assert outbox.deliver() == 1
    assert len(gateway.requests) == 2
    assert len(set(gateway.keys)) == 1
    (sent,) = gateway.sent.values()
    assert sent["to"] == "+15550100123"
    _, headers, _ = gateway.requests[0]
    assert headers["Authorization"] == "Bearer for the gateway only"


def test_a_gateway_that_says_nothing_in_time_is_asked_again_under_the_same_key(
    gateway: Gateway,
    sheet: Sheet,
    by_text: Person,
    evening: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(channels, "TIMEOUT_S", 0.2)
    gateway.answer = Gateway.stay_silent
    with clock.at(evening):
        deeds.remind_due(by_text, at=evening)
        assert outbox.deliver() == 0
    assert "could not be reached" in Outgoing.objects.get().failed
    gateway.release.set()
    with clock.at(evening + 2 * MINUTE):
        assert outbox.deliver() == 1
    assert len(gateway.requests) == 2
    assert len(gateway.sent) == 1


def test_a_death_at_the_last_try_is_given_up_and_seen(
    sheet: Sheet, ade: Person, evening: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clock.at(evening):
        deeds.remind_due(ade, at=evening)
        Outgoing.objects.update(tries=outbox.MOST_TRIES - 1)
        die_once_before_noting(monkeypatch)
        with pytest.raises(OperationalError):
            outbox.deliver()
    later = evening + timedelta(days=1)
    with clock.at(later):
        assert outbox.deliver() == 0
        assert "undelivered" in {
            word.why for word in reaching.weigh(reaching.of_person(ade, later), later).values()
        }
    row = Outgoing.objects.get()
    assert (row.tries, row.sent_at, row.given_up_at) == (outbox.MOST_TRIES, None, later)
    assert row.failed == "the last try was never finished"
    assert len(mail.outbox) == 1


def test_a_gateway_that_is_down_is_tried_later_and_later(
    gateway: Gateway, sheet: Sheet, by_text: Person, evening: datetime
) -> None:
    gateway.answer = lambda _: 503
    with clock.at(evening):
        deeds.remind_due(by_text, at=evening)
        outbox.deliver()
    for minutes, tries in ((1, 1), (2, 2), (5, 2), (6, 3)):
        with clock.at(evening + minutes * MINUTE):
            outbox.deliver()
        assert len(gateway.requests) == tries
    row = Outgoing.objects.get()
    assert (row.failed, row.given_up_at) == ("the SMS gateway answered 503", None)


@pytest.mark.parametrize("status", [400, 410, 422])
def test_a_number_that_is_refused_is_given_up_at_once(
    status: int, gateway: Gateway, sheet: Sheet, by_text: Person, evening: datetime
) -> None:
    gateway.answer = lambda _: status
    with clock.at(evening):
        deeds.remind_due(by_text, at=evening)
        outbox.deliver()
        assert Outgoing.objects.get().given_up_at == evening
        assert not outbox.waiting().exists()


@pytest.mark.parametrize("status", [301, 307])
def test_a_number_is_not_sent_where_a_gateway_points(
    status: int, gateway: Gateway, sheet: Sheet, by_text: Person, evening: datetime
) -> None:
    gateway.elsewhere, gateway.answer = "/elsewhere", lambda _: status
    with clock.at(evening):
        deeds.remind_due(by_text, at=evening)
        assert outbox.deliver() == 0
    assert [path for path, _, _ in gateway.requests] == ["/messages"]


def test_after_eight_tries_a_message_is_given_up(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(self: object, messages: object) -> int:
        raise smtplib.SMTPServerDisconnected("down")

    monkeypatch.setattr(EmailBackend, "send_messages", down)
    row = outbox.put("ade@example.org", subject="A note", text="Words")
    for hour in range(24):
        with clock.at(now + timedelta(hours=5 * hour)):
            outbox.deliver()
    row.refresh_from_db()
    assert (row.tries, row.sent_at) == (outbox.MOST_TRIES, None)
    assert row.given_up_at == now + timedelta(hours=5 * (outbox.MOST_TRIES - 1))


@pytest.mark.parametrize(("code", "for_good"), [(550, True), (450, False)])
def test_a_mailbox_that_does_not_exist_is_given_up_at_once(
    code: int, for_good: bool, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: object, messages: object) -> int:
        raise smtplib.SMTPRecipientsRefused({"ade@example.org": (code, b"no")})

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    row = outbox.put("ade@example.org", subject="A note", text="Words")
    outbox.deliver()
    row.refresh_from_db()
    assert (row.given_up_at is not None) is for_good


def test_a_restored_number_has_another_key(now: datetime) -> None:
    one = Outgoing(pk=1, made_at=now)
    assert one.key == Outgoing(pk=1, made_at=now).key
    assert len({one.key, Outgoing(pk=2, made_at=now).key}) == 2
    assert one.key != Outgoing(pk=1, made_at=now + MINUTE).key


def test_a_waiting_message_is_withdrawn_when_the_form_is_finished(
    sheet: Sheet, ade: Person, ade_user: User, evening: datetime
) -> None:
    with clock.at(evening):
        deeds.remind_due(ade, at=evening)
        questionnaires.answer_item(sheet, "interest", 1, at=evening, by=ade_user)
        questionnaires.finish_sheet(sheet, at=evening, by=ade_user)
        assert outbox.deliver() == 0
    row = Outgoing.objects.get()
    assert (row.withdrawn_at, row.failed, row.tries) == (evening, "over", 0)
    assert mail.outbox == []


def test_a_waiting_message_is_withdrawn_after_opting_out(
    sheet: Sheet, ade: Person, ade_user: User, evening: datetime
) -> None:
    with clock.at(evening):
        deeds.remind_due(ade, at=evening)
        deeds.opt_out(ade, at=evening, by=ade_user)
        outbox.deliver()
    assert Outgoing.objects.get().failed == "opted-out"
    assert mail.outbox == []


def test_what_was_not_sent_before_night_is_not_sent_at_night(
    gateway: Gateway, sheet: Sheet, by_text: Person, evening: datetime
) -> None:
    gateway.answer = lambda _: 503
    with clock.at(evening):
        deeds.remind_due(by_text, at=evening)
        outbox.deliver()
    with clock.at(evening + timedelta(hours=4)):
        outbox.deliver()
    assert Outgoing.objects.get().withdrawn_at is not None
    assert len(gateway.requests) == 1


def test_text_messages_go_to_the_console_for_trying_out(
    sheet: Sheet,
    by_text: Person,
    *,
    evening: datetime,
    settings: Any,
    capsys: pytest.CaptureFixture[str],
) -> None:
    settings.SMS = "console"
    with clock.at(evening):
        deeds.remind_due(by_text, at=evening)
        assert outbox.deliver() == 1
    assert "to +15550100123: Ash Lane has a short form for you: http" in capsys.readouterr().out


def test_without_an_adapter_a_text_waits(settings: Any) -> None:
    settings.SMS = ""
    outbox.put("+15550100123", subject="", text="Words", channel="sms")
    assert outbox.deliver() == 0
    assert "KAPSTONE_SMS" in Outgoing.objects.get().failed


@pytest.mark.parametrize(
    ("kind", "address"),
    [("pigeon", ""), ("http", ""), ("http", "http://sms.example.org/"), ("http", "file:///etc")],
)
def test_a_setting_that_cannot_work_is_refused_at_the_start(
    kind: str, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAPSTONE_SMS", kind)
    monkeypatch.setenv("KAPSTONE_SMS_URL", address)
    with pytest.raises(environment.BadSetting, match="KAPSTONE_SMS"):
        environment.sms()


@pytest.mark.parametrize(
    ("kind", "address"),
    [("", ""), ("console", ""), ("http", "https://sms.example.org/"), ("http", "http://[::1]:1/")],
)
def test_a_setting_that_can_work_is_taken(
    kind: str, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAPSTONE_SMS", kind)
    monkeypatch.setenv("KAPSTONE_SMS_URL", address)
    assert environment.sms() == kind


def test_the_worker_writes_and_sends(sheet: Sheet, evening: datetime) -> None:
    with clock.at(evening):
        worker.one_round()
        worker.one_round()
        worker.one_round()
    (message,) = mail.outbox
    assert message.to == ["ade@example.org"]
