"""The sitter's link by message: once, with consent, withdrawn with the link, and seen."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse
from web.at_home.test_release import refused
from web.logging_in import Enter

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import at_home as home
from kapstone.web.records import outbox
from kapstone.web.records.actions import at_home, link_sending
from kapstone.web.records.models import Entry, LinkSent, Outgoing, Session, SitterLink

SAM = "sam@example.org"


def send(link: SitterLink, by: User, at: datetime, **otherwise: Any) -> LinkSent:
    told: dict[str, Any] = {"channel": "email", "to": SAM, "agreed": True, **otherwise}
    return link_sending.send_link(link, **told, at=at, by=by)


def again(link: SitterLink, by: User, at: datetime) -> SitterLink:
    return at_home.make_link(link.sitter, on_call=by, call_phone="+1 555 0199", at=at, by=by)


def test_the_link_goes_out_once_and_opens_the_page(
    link: SitterLink, lind: User, desk: User, now: datetime
) -> None:
    row = send(link, desk, now)
    with clock.at(now):
        outbox.deliver()
        outbox.deliver()
    (message,) = mail.outbox
    assert message.to == [SAM]
    assert reverse("sitter", args=[home.token_of(link)]) in message.body
    assert "+1 555 0199" in message.body
    for hidden in ("Ade", "Bello", "Sam", "etamine"):
        assert hidden not in f"{message.subject} {message.body}"
    assert Entry.objects.filter(did="send sitter's page", by=desk).count() == 1
    assert refused(send, link, lind, now) == "sent"
    row.outgoing.refresh_from_db()
    assert row.outgoing.sent_at == now


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"agreed": False}, "not-agreed"),
        ({"to": "sam"}, "no-such-email"),
        ({"channel": "sms", "to": "+15550100123"}, "no-such-channel"),
        ({"channel": "pigeon"}, "no-such-channel"),
    ],
)
def test_it_is_not_sent_without_consent_or_to_no_address(
    told: dict[str, Any], code: str, link: SitterLink, lind: User, now: datetime
) -> None:
    assert refused(send, link, lind, now, **told) == code
    assert not LinkSent.objects.exists()


def test_by_text_where_that_is_offered_and_only_to_a_whole_number(
    link: SitterLink, lind: User, now: datetime, settings: Any
) -> None:
    settings.SMS = "console"
    assert refused(send, link, lind, now, channel="sms", to="555 0100") == "no-such-phone"
    row = send(link, lind, now, channel="sms", to="+15550100123")
    assert (row.outgoing.channel, row.outgoing.to) == ("sms", "+15550100123")


def test_the_person_and_a_stranger_send_nothing(
    link: SitterLink, ade_user: User, now: datetime
) -> None:
    assert refused(send, link, ade_user, now) == "not-your-deed"


def test_a_link_that_is_shut_or_replaced_is_not_sent_and_one_that_waits_is_withdrawn(
    link: SitterLink, lind: User, now: datetime
) -> None:
    row = send(link, lind, now)
    new = again(link, lind, now)
    assert refused(send, link, lind, now) == "shut"
    with clock.at(now):
        outbox.deliver()
    row.outgoing.refresh_from_db()
    assert (row.outgoing.tries, row.outgoing.failed) == (0, "the link was shut")
    assert mail.outbox == []
    assert home.link_of(home.token_of(link), now=now) is None
    send(new, lind, now)
    with clock.at(now):
        outbox.deliver()
    assert [message.to for message in mail.outbox] == [[SAM]]


def test_a_link_that_ran_out_is_not_sent(link: SitterLink, lind: User) -> None:
    assert refused(send, link, lind, link.expires_at + timedelta(minutes=1)) == "shut"


def test_the_front_desk_sends_it_without_seeing_the_session_or_the_link(
    link: SitterLink, desk: User, now: datetime, enter: Enter
) -> None:
    client, session = enter(desk), link.sitter.session
    book = client.get(reverse("book", args=[session.course_id])).content.decode()
    to = reverse("send_sitter_link", args=[session.pk])
    assert to in book
    page = client.get(to).content.decode()
    assert "/h/" not in page
    assert client.get(reverse("at_home", args=[session.pk])).status_code == 403
    told = {"channel": "email", "to": SAM}
    refusal = client.post(to, told)
    assert refusal.status_code == 422
    assert SAM in refusal.content.decode()
    assert client.post(to, told | {"agreed": "on"}).status_code == 302
    page = client.get(to).content.decode()
    assert "on its way" in page
    assert "It is not sent twice." in page
    with clock.at(now):
        outbox.deliver()
    assert "✓ sent" in client.get(to).content.decode()


def test_what_did_not_arrive_says_why(
    link: SitterLink, lind: User, now: datetime, enter: Enter
) -> None:
    row = send(link, lind, now)
    Outgoing.objects.filter(pk=row.outgoing_id).update(given_up_at=now, failed="550 no such box")
    to = reverse("send_sitter_link", args=[link.sitter.session_id])
    assert "■ not sent: 550 no such box" in enter(lind).get(to).content.decode()


def test_another_practice_has_no_such_page(
    ordered: Session, marsh: User, lind: User, enter: Enter
) -> None:
    to = reverse("send_sitter_link", args=[ordered.pk])
    assert enter(marsh).get(to).status_code == 404
    assert "No link is open." in enter(lind).get(to).content.decode()
